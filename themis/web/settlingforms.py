"""What an adjudicator types: a ruling with a reason, and whose answers it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django import forms

from themis.domain.checking import OWN
from themis.domain.opinion import Opinion, Ruling
from themis.domain.verdict import ErrorClass
from themis.reviews import deciding
from themis.reviews.models import Decision, QueueItem
from themis.reviews.models import Ruling as Rulings
from themis.reviews.settling import MAX_WHY

CLASSES = [("", "As in those answers, or none")] + [
    (each.value, each.value.replace("_", " ").capitalize()) for each in ErrorClass
]


class SettlingForm(forms.Form):
    """The final ruling on an item. `seen` is the version of the item that was looked at."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    ruling = forms.ChoiceField(
        choices=Rulings.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say how the run came out."},
    )
    basis = forms.ChoiceField(required=False, label="Answers, regions and quotes")
    failing_step = forms.IntegerField(required=False, min_value=1, label="First failing step")
    error = forms.ChoiceField(choices=CLASSES, required=False, label="Class of error")
    why = forms.CharField(
        label="Why",
        max_length=MAX_WHY,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": MAX_WHY}),
        error_messages={"required": "Say why, for those who decided otherwise."},
    )

    def __init__(
        self,
        decisions: Sequence[Decision],
        marks: dict[int, str],
        data: object = None,
        initial: dict[str, object] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)  # type: ignore[arg-type]
        self._decisions = {str(each.pk): each for each in decisions}
        names = [
            (str(each.pk), f"{marks.get(each.pk, '')} {each.user or 'somebody who left'}".strip())
            for each in decisions
        ]
        field = self.fields["basis"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  as declared above
        field.choices = [("", "None: the ruling alone"), *names]

    def opinion(self, item: QueueItem) -> Opinion:
        """The final opinion: that of the decision it rests on, with what was ruled otherwise."""
        typed = self.cleaned_data
        basis = self._decisions.get(typed["basis"])
        rests_on = _fitting(basis.opinion, item) if basis else Opinion()
        ruling = Ruling(typed["ruling"])
        is_same = basis is not None and basis.ruling == ruling.value
        step = typed["failing_step"]
        error = ErrorClass(typed["error"]) if typed["error"] else None
        return replace(
            rests_on,
            ruling=ruling,
            confidence=rests_on.confidence if is_same else None,
            failing_step=step - 1 if step else rests_on.failing_step if is_same else None,
            error_class=error or (rests_on.error_class if is_same else None),
            own_class=rests_on.own_class if is_same and error is None else "",
            text=typed["why"],
        )


def _fitting(opinion: Opinion, item: QueueItem) -> Opinion:
    """Without answers to milestones that the machine's chain no longer has."""
    known = deciding.shape_of(item, opinion).milestones
    kept = [a for a in opinion.answers if a.milestone in known or OWN.fullmatch(a.milestone)]
    return replace(opinion, answers=tuple(kept))
