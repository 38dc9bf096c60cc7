"""What managers may type about queues."""

from __future__ import annotations

from django import forms

from themis.reviews.models import Queue

PRIORITIES = [(1, "Urgent: before others"), (0, "Normal"), (-1, "Later: after others")]
GUIDANCE = 20_000  # characters


class TermsForm(forms.Form):
    """What reviewers are told of a queue."""

    name = forms.CharField(
        max_length=120, label="Name", widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    priority = forms.TypedChoiceField(choices=PRIORITIES, coerce=int, label="Priority", initial=0)
    due_at = forms.DateTimeField(
        required=False,
        label="Due (UTC)",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    guidance = forms.CharField(
        required=False,
        max_length=GUIDANCE,
        label="Guidance",
        help_text="What reviewers should know: what counts as passed here, what does not.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    @classmethod
    def of(cls, queue: Queue) -> TermsForm:
        """The form as a queue fills it."""
        return cls(initial={name: getattr(queue, name) for name in cls.base_fields})
