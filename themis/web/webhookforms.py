"""What people may type of webhooks."""

from __future__ import annotations

from django import forms

from themis.notices.models import Event, Webhook
from themis.pipeline import targets


class WebhookForm(forms.Form):
    """Where a team's events are sent, and which."""

    url = forms.CharField(
        max_length=targets.MAX_URL,
        label="Address",
        help_text="Gets a signed POST for each event. It must be reachable in public.",
        widget=forms.TextInput(
            attrs={
                "placeholder": "https://example.org/themis",
                "inputmode": "url",
                "autocomplete": "off",
            }
        ),
    )
    events = forms.MultipleChoiceField(
        choices=Event.choices,
        required=False,
        label="Events",
        help_text="None chosen means all, those of later versions too.",
        widget=forms.CheckboxSelectMultiple,
    )

    @classmethod
    def of(cls, webhook: Webhook) -> WebhookForm:
        """The form as a webhook fills it."""
        return cls(initial={"url": webhook.url, "events": webhook.events})

    def clean_url(self) -> str:
        """An address that can be told; names are looked up at each delivery, not here."""
        url = str(self.cleaned_data["url"])
        try:
            targets.check(url)
        except targets.Refused as refused:
            raise forms.ValidationError(f"The address {refused}.") from None
        return url
