"""What people may set of an RL job."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from themis.critic import loader
from themis.domain.errors import UnfitPolicy
from themis.domain.jsontypes import Json
from themis.rewards.jobs import MOST_WEIGHT, Budget
from themis.rewards.models import Job
from themis.rewards.policy import MOST_CRITICS, Policy, read_policy
from themis.rewards.saying import UNITS

SECONDS = [("1", "seconds"), ("60", "minutes"), ("3600", "hours")]
UNDECIDED = [
    ("null", "Nothing", "No reward and a mask: it is left out of training."),
    ("value", "A number", "The same for every undecided run."),
    ("review", "A person first", "The run goes before people, and pays what they rule."),
]
AT_DEADLINE = [
    ("null", "Nothing", "No reward and a mask."),
    ("value", "A number", "The same for every run that is not judged in time."),
    ("broken", "Broken", "503 to the job, which may ask again later."),
]
_BUDGET = {"calls": "budget_calls", "tokens": "budget_tokens", "money": "budget_money"}


def _number(label: str, *, help_text: str = "", least: float | None = None) -> forms.FloatField:
    field = forms.FloatField(required=False, label=label, help_text=help_text, min_value=least)
    field.widget.attrs["step"] = "any"
    return field


class JobForm(forms.Form):
    """A job's policy and its budget. `name` is asked for only while it is made."""

    name = forms.CharField(
        max_length=60,
        label="Name",
        help_text="As it stands in addresses: lower-case letters, digits, - and _.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "grpo-7"}),
    )
    critics = forms.MultipleChoiceField(
        required=False, choices=[(name, name) for name in loader.CRITICS]
    )
    quorum = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST_CRITICS,
        label="How many have to agree",
        help_text="More than half of those ticked. Empty: all of them.",
    )
    floor = _number(
        "Precision of what pays 1",
        help_text="Say 0.85. Empty: no floor. What cannot be promised is undecided, never failed.",
    )
    alpha = _number("Chance that the promise is false", help_text="0.05 unless told.")
    corrected = forms.BooleanField(required=False)
    dense = forms.BooleanField(required=False)
    undecided = forms.ChoiceField(choices=[each[:2] for each in UNDECIDED], initial="null")
    undecided_value = _number("An undecided run pays")
    redeliver = forms.BooleanField(required=False, initial=True)
    deadline = _number("Answer within", help_text="Empty: however long it takes.", least=0)
    deadline_unit = forms.ChoiceField(choices=SECONDS, initial="60", label="Unit")
    at_deadline = forms.ChoiceField(choices=[each[:2] for each in AT_DEADLINE], initial="null")
    deadline_value = _number("A late run pays")
    budget_calls = forms.IntegerField(required=False, min_value=0, label="Calls of models")
    budget_tokens = forms.IntegerField(
        required=False, min_value=0, label="Tokens", help_text="Read and written."
    )
    budget_money = _number("Money", help_text="In the currency of your models' prices.", least=0)
    weight = forms.IntegerField(
        min_value=1,
        max_value=MOST_WEIGHT,
        initial=1,
        label="Share",
        help_text="Where models are scarce, a job with 2 gets twice the tokens of one with 1.",
    )

    def __init__(self, data: QueryDict | None = None, *, job: Job | None = None) -> None:
        super().__init__(data, initial=_initial(job) if job else {"alpha": 0.05})
        if job is not None:
            del self.fields["name"]

    def policy(self) -> Policy:
        """The policy as it was typed; raises UnfitPolicy.

        What the form does not show, because something else was chosen, is let be.
        """
        typed = self.cleaned_data
        given: dict[str, Json] = {
            name: typed[name] for name in ("corrected", "dense", "undecided", "redeliver")
        }
        given["critics"] = list(typed["critics"])
        if len(typed["critics"]) > 1:
            given["quorum"] = typed["quorum"]
        if typed["floor"] is not None:
            given["floor"] = typed["floor"]
            given |= {} if typed["alpha"] is None else {"alpha": typed["alpha"]}
        if typed["undecided"] == "value":
            given["undecided_value"] = typed["undecided_value"]
        if typed["deadline"] is not None:
            given["deadline"] = typed["deadline"] * int(typed["deadline_unit"])
            given["at_deadline"] = typed["at_deadline"]
            if typed["at_deadline"] == "value":
                given["deadline_value"] = typed["deadline_value"]
        return read_policy(given)

    def budget(self) -> Budget:
        """The budget as it was typed."""
        most = {name: self.cleaned_data[field] for name, field in _BUDGET.items()}
        return Budget(weight=self.cleaned_data["weight"], **most)

    def complain(self, fields: dict[str, str]) -> None:
        """What cannot be, beside the fields that it is about."""
        for where, text in fields.items():
            name = where.partition(".")[0]
            known = _BUDGET.get(name, name)
            # A critic's name, which it may begin with, is written as it is.
            said = f"{text if known == 'critics' else text[:1].upper() + text[1:]}."
            self.add_error(known if known in self.fields else None, said)


def _initial(job: Job) -> dict[str, Any]:
    try:
        kept = job.terms.model_dump()
    except UnfitPolicy:  # of another time: it is set anew
        kept = Policy().model_dump()
    unit = 60 if kept["deadline"] is None else _unit(kept["deadline"])
    if kept["deadline"] is not None:
        kept["deadline"] = f"{kept['deadline'] / unit:g}"
    budget = {field: getattr(job, field) for field in _BUDGET.values()}
    return {**kept, **budget, "deadline_unit": str(unit), "weight": job.weight}


def _unit(seconds: float) -> int:
    """The largest in which it is a whole number."""
    fitting = [length for length, _ in UNITS if length <= 3600 and seconds % length == 0]
    return fitting[0] if fitting else 1
