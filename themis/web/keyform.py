"""What people choose for a new API key."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings

from themis.accounts.models import ApiKey, KeyScope, Team
from themis.accounts.services import KeyTerms
from themis.rewards.models import Job

MOST_RATE = 1_000_000  # requests a minute
SCOPES = {
    KeyScope.READ: "Read: see runs, verdicts, rewards",
    KeyScope.SUBMIT: "Submit: bring runs too, ask for rewards",
    KeyScope.ADMIN: "Admin: set up queues, jobs, webhooks too",
}
LASTS = {30: "30 days", 90: "90 days", 365: "a year", "": "never"}


class KeyForm(forms.Form):
    """A new API key."""

    name = forms.CharField(
        max_length=80,
        label="What is it for?",
        widget=forms.TextInput(attrs={"placeholder": "grpo-run-7", "autocomplete": "off"}),
    )
    scope = forms.ChoiceField(
        label="It may", choices=list(SCOPES.items()), initial=KeyScope.SUBMIT.value
    )
    job = forms.ModelChoiceField(
        queryset=Job.objects.none(),
        required=False,
        label="RL job",
        empty_label="None: it is the whole team's",
        help_text="A job's key asks for that job alone, and sees no other.",
    )
    days = forms.TypedChoiceField(
        choices=list(LASTS.items()),
        coerce=int,
        empty_value=None,
        required=False,
        initial=90,
        label="Expires in",
    )
    rate = forms.IntegerField(
        min_value=1, max_value=MOST_RATE, required=False, label="Requests a minute"
    )

    def __init__(self, typed: Any, *, team: Team, like: ApiKey | None = None) -> None:  # noqa: ANN401  as Django's forms
        super().__init__(typed, initial=_as(like) if like else None)
        job: Any = self.fields["job"]
        job.queryset = Job.objects.filter(team=team, ended_at=None)
        self.fields["rate"].widget.attrs["placeholder"] = f"{settings.KEY_RATE}"

    def clean(self) -> dict[str, Any]:
        """A job sets nothing up."""
        typed: dict[str, Any] = self.cleaned_data
        if typed.get("job") and typed.get("scope") == KeyScope.ADMIN:
            self.add_error("scope", "A job's key reads or submits; it sets nothing up.")
        return typed

    def terms(self, at: datetime) -> KeyTerms:
        """The terms as chosen, of a key that is made at that time."""
        days = self.cleaned_data["days"]
        return KeyTerms(
            scope=KeyScope(self.cleaned_data["scope"]),
            expires_at=None if days is None else at + timedelta(days=days),
            rate=self.cleaned_data["rate"],
        )


def _as(key: ApiKey) -> dict[str, Any]:
    """What another key like it would be made with; it lasts as long again."""
    length = None if key.expires_at is None else (key.expires_at - key.created_at).days
    job = getattr(key, "of_job", None)
    return {
        "name": key.name,
        "scope": key.scope,
        "job": job.job_id if job else None,
        "days": length if length in LASTS else ("" if length is None else 90),
        "rate": key.rate,
    }
