"""What managers may type about queues."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django import forms
from django.http import QueryDict

from themis.accounts import queries as accounts
from themis.accounts.models import Team
from themis.pipeline import plans, queries, queues
from themis.pipeline.plans import Plan, Source
from themis.reviews.models import Queue
from themis.trajectories.models import Platform
from themis.uploads import queries as uploads
from themis.uploads.models import Upload
from themis.web.filtering import LABELS, OUTCOMES
from themis.web.sources import SOURCES, TITLES

ONLY_OF = {  # fields that the form shows with one source alone
    "below": "low_confidence",
    "upload": "upload",
    "app": "failures_of_app",
    "outcome": "filter",
}
UPLOADS = 50  # to choose from
NEEDED = {
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


class PlanForm(TermsForm):
    """A queue to be made: which runs, decided by whom, seeing what."""

    source = forms.ChoiceField(
        choices=[(source.value, source.title) for source in SOURCES], initial="undecided"
    )
    below = forms.IntegerField(
        min_value=1,
        max_value=100,
        required=False,
        initial=round(plans.LOW * 100),
        label="Less sure than (%)",
    )
    upload = forms.ChoiceField(required=False, label="Upload")
    app = forms.CharField(
        required=False,
        max_length=80,
        label="App",
        help_text="As the recordings name it under app, application, domain or website.",
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
        max_value=plans.MOST,
        label="At most",
        help_text="Runs: a fair sample of those that match; of unsure verdicts, the least sure. "
        f"Empty: all, up to {plans.MOST:,}.",
    )
    reviewers = forms.IntegerField(
        min_value=1, max_value=queues.MOST_REVIEWERS, initial=1, label="Reviewers of a run"
    )
    overlap = forms.IntegerField(
        min_value=0,
        max_value=100,
        initial=100,
        label="Overlap (% of the runs)",
        help_text="With several reviewers: the share that all of them decide. One person decides "
        "each of the others.",
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
        help_text="Runs with a recorded label, or settled by an adjudicator, unmarked among the "
        "others: they show how often each reviewer is right.",
    )

    def __init__(self, team: Team, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.fields["name"].required = False
        self.fields["name"].help_text = "Left empty, it is the source and today's date."
        self.uploads = list(uploads.of_team(team)[:UPLOADS])
        named = [(member.user.username, "") for member in accounts.members_of(team)]
        self._choose("upload", [(each.pk, _told(each)) for each in self.uploads])
        self._choose(
            "critic", [("", "Any"), *((each, each) for each in queries.critics_heard(team))]
        )
        self._choose("named", named)

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices

    def clean(self) -> dict[str, Any]:
        """What a source needs is there, and as many people as are wanted."""
        typed = super().clean() or self.cleaned_data
        for name, source in ONLY_OF.items():
            if typed.get("source") != source:  # nobody sees it: nothing in it matters
                self.errors.pop(name, None)
                typed[name] = None
        needed = NEEDED.get(typed.get("source", ""))
        if needed and not typed.get(needed[0]) and needed[0] not in self.errors:
            self.add_error(needed[0], needed[1])
        named, wanted = typed.get("named") or [], typed.get("reviewers") or 1
        if named and len(named) < wanted:
            self.add_error("named", f"{wanted} people are to decide a run, but fewer are ticked.")
        return typed

    def plan(self, at: datetime) -> Plan:
        """What was typed, as the engine takes it."""
        typed = self.cleaned_data
        source = Source(typed["source"])
        return Plan(
            name=typed["name"] or f"{TITLES[source]}, {at:%-d %b %Y}",
            guidance=typed["guidance"],
            source=source,
            platform=typed["platform"],
            outcome=typed["outcome"] or "",
            critic="" if source is Source.CRITICS_DISAGREE else typed["critic"],
            label=typed["label"],
            text=typed["text"].replace("\0", ""),
            app=typed["app"] or "",
            confidence_below=typed["below"] / 100 if typed["below"] else None,
            upload=typed["upload"] or "",
            limit=typed["limit"] or 0,
            reviewers=typed["reviewers"],
            overlap=typed["overlap"],
            is_blind=typed["is_blind"],
            named=tuple(typed["named"]),
            priority=typed["priority"],
            due_at=typed["due_at"],
            gold_percent=typed["gold_percent"],
        )

    def complain(self, fields: dict[str, str]) -> None:
        """What the engine finds wrong, beside the fields that it is about."""
        for name, text in fields.items():
            known = {"confidence_below": "below"}.get(name, name)
            said = f"{text[:1].upper()}{text[1:]}."
            self.add_error(known if known in self.fields else None, said)


def _told(upload: Upload) -> str:
    return f"{upload.name}, {upload.created_at:%-d %b %Y}"
