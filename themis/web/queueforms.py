"""What managers may type about queues."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from themis.accounts import queries as accounts
from themis.accounts.models import Team
from themis.pipeline import queries
from themis.reviews.models import Queue
from themis.trajectories.models import Platform
from themis.uploads import queries as uploads
from themis.uploads.models import Upload
from themis.web.filtering import LABELS, OUTCOMES
from themis.web.sources import SOURCES

UPLOADS = 50  # to choose from
NEEDED = {
    "low_confidence": ("below", "Say below which confidence."),
    "upload": ("upload", "Choose an upload."),
    "failures_of_app": ("app", "Name the app."),
    "random": ("limit", "Say how many runs the sample is to have."),
}
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


NARROWING = ("platform", "outcome", "critic", "label", "text")
MOST_REVIEWERS = 20


class PlanForm(TermsForm):
    """A queue to be made: which runs, decided by whom, seeing what."""

    source = forms.ChoiceField(
        choices=[(source.value, source.title) for source in SOURCES], initial="undecided"
    )
    below = forms.IntegerField(
        min_value=1,
        max_value=100,
        required=False,
        initial=70,
        label="Less sure than (%)",
    )
    upload = forms.ChoiceField(required=False, label="Upload")
    app = forms.CharField(
        required=False,
        max_length=80,
        label="App",
        help_text="As runs name it in their instruction or source: settings, libreoffice, gitlab.",
    )
    platform = forms.ChoiceField(
        required=False, label="Platform", choices=[("", "Any"), *Platform.choices]
    )
    outcome = forms.ChoiceField(required=False, label="Outcome", choices=[("", "Any"), *OUTCOMES])
    critic = forms.ChoiceField(required=False, label="Critic")
    label = forms.ChoiceField(required=False, label="Label", choices=[("", "Any"), *LABELS])
    text = forms.CharField(required=False, max_length=200, label="Words in them")
    limit = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=10_000_000,
        label="At most",
        help_text="Runs; chosen at random from those that match. Empty: all of them.",
    )
    reviewers = forms.IntegerField(
        min_value=1, max_value=MOST_REVIEWERS, initial=1, label="People a run"
    )
    overlap = forms.IntegerField(
        min_value=0,
        max_value=100,
        initial=100,
        label="On how many of the runs (%)",
        help_text="One person decides each of the others.",
    )
    is_blind = forms.TypedChoiceField(
        choices=[("yes", "Blind"), ("no", "Open")], coerce=lambda chosen: chosen == "yes"
    )
    named = forms.MultipleChoiceField(required=False)
    gold_percent = forms.IntegerField(
        min_value=0,
        max_value=50,
        initial=0,
        label="Known answers mixed in (%)",
        help_text="Runs with a recorded label, unmarked among the others: they show how often each "
        "reviewer is right.",
    )

    def __init__(self, team: Team, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.fields["name"].required = False
        self.uploads = list(uploads.of_team(team)[:UPLOADS])
        named = [(member.user.username, "") for member in accounts.members_of(team)]
        self._choose("upload", [(each.pk, _told(each)) for each in self.uploads])
        self._choose(
            "critic", [("", "Any"), *((each, each) for each in queries.critics_heard(team))]
        )
        self._choose("named", named)

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        """What a source needs is there, and as many people as are wanted."""
        typed = super().clean() or self.cleaned_data
        needed = NEEDED.get(typed.get("source", ""))
        if needed and not typed.get(needed[0]) and needed[0] not in self.errors:
            self.add_error(needed[0], needed[1])
        named, wanted = typed.get("named") or [], typed.get("reviewers") or 1
        if named and len(named) < wanted:
            self.add_error("named", f"{wanted} people are to decide a run, but fewer are ticked.")
        return typed


def _told(upload: Upload) -> str:
    return f"{upload.name}, {upload.created_at:%-d %b %Y}"
