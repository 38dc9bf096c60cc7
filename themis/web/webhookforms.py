"""What people may type of webhooks."""

from __future__ import annotations

import re

from django import forms

from themis.accounts.models import Team
from themis.notices.models import UNSENT, Event, HookKind, Webhook
from themis.notices.queries import STATES, Search
from themis.notices.webhooks import Settings
from themis.pipeline import targets

TOKEN = re.compile(r"[\x21-\x7e]*")


class WebhookForm(forms.Form):
    """In whose form a team's events are sent where, and which."""

    kind = forms.ChoiceField(
        choices=HookKind.choices,
        initial=HookKind.STANDARD,
        required=False,
        label="Form",
        help_text="AReaL and Agent Lightning are sent rewards that are numbers, and nothing else.",
    )
    url = forms.CharField(
        max_length=targets.MAX_URL,
        label="Address",
        help_text="Gets a signed POST for each event. It must be reachable in public, unless "
        "whoever runs Themis allows more.",
        widget=forms.TextInput(
            attrs={
                "placeholder": "https://example.org/themis",
                "inputmode": "url",
                "autocomplete": "off",
            }
        ),
    )
    job = forms.SlugField(
        max_length=60,
        required=False,
        label="Job",
        help_text="Tell only of this RL job, by its name. Empty: of everything.",
    )
    token = forms.CharField(
        max_length=500,
        required=False,
        label="Token of the receiver",
        help_text="For Agent Lightning, which checks it as a bearer; kept sealed. AReaL takes the "
        "key of the session, which each request for a reward brings in its meta.",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    events = forms.MultipleChoiceField(
        choices=Event.choices,
        required=False,
        label="Events",
        help_text="None chosen means all, those of later versions too.",
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: object = None, *, team: Team, of: Webhook | None = None) -> None:
        initial = None
        if of is not None:
            initial = {"url": of.url, "events": of.events, "job": of.job, "kind": of.kind}
        super().__init__(data, initial=initial)  # type: ignore[arg-type]
        self._team, self._of = team, of
        if of is not None:
            del self.fields["kind"]
            del self.fields["events" if of.is_push else "token"]

    @property
    def unsent(self) -> frozenset[str]:
        """Events that nothing sends yet."""
        return frozenset(UNSENT)

    @property
    def settings(self) -> Settings:
        """What a valid form says."""
        typed = self.cleaned_data
        kind = HookKind(self._of.kind if self._of else typed["kind"] or HookKind.STANDARD)
        events = () if kind.is_push else typed.get("events", ())
        return Settings(url=typed["url"], kind=kind, events=events, job=typed["job"])

    def clean_url(self) -> str:
        """An address that can be told; names are looked up at each try, not here."""
        url = str(self.cleaned_data["url"])
        try:
            targets.check(url, team=self._team.slug)
        except targets.Refused as refused:
            raise forms.ValidationError(f"The address {refused}.") from None
        return url

    def clean_token(self) -> str:
        """What a header can hold."""
        token = str(self.cleaned_data["token"])
        if not TOKEN.fullmatch(token):
            raise forms.ValidationError("A token holds no blanks and no letters beyond ASCII.")
        return token


class SearchForm(forms.Form):
    """Which messages are looked for."""

    event = forms.ChoiceField(
        choices=[("", "All events"), *((event, event) for event in Event.values), ("ping", "ping")],
        required=False,
    )
    state = forms.ChoiceField(
        choices=[("", "Any state"), *((state, state.replace("-", " ")) for state in STATES)],
        required=False,
    )
    text = forms.CharField(max_length=60, required=False)

    @property
    def search(self) -> Search:
        """What was asked; what cannot be is left out."""
        asked = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        return Search(**{name: each for name, each in asked.items() if each})


class SinceForm(forms.Form):
    """From when on messages are sent again."""

    since = forms.DateTimeField(
        label="Since (UTC)",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
