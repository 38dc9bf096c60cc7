"""What people decided on one run, in each queue, and how its final rulings came to be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from themis.reviews import disputes
from themis.reviews.models import Decision, ItemState, Override, QueueItem, Ruling
from themis.trajectories.models import Trajectory


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """One decision that stands."""

    decision: Decision
    label: str
    is_overridden: bool  # the final ruling is another outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """One final ruling that was given or taken back: what stood before, and after."""

    override: Override
    before: str
    after: str
    after_outcome: str  # empty: it was taken back


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """One queue in which the run stands."""

    item: QueueItem
    ruling: str  # in words; empty while there is none
    outcome: str
    spoken: tuple[Spoken, ...]
    turned: tuple[Turned, ...]

    @property
    def n_missing(self) -> int:
        """Decisions that are still to come."""
        return max(self.item.wanted - self.item.n_decided, 0)


def sittings(trajectory: Trajectory) -> list[Sitting]:
    """Every queue in which somebody has decided on the run, the newest first."""
    said = Decision.objects.filter(is_current=True).select_related("user").order_by("at", "pk")
    rows = QueueItem.objects.filter(trajectory=trajectory).select_related("queue").order_by("-pk")
    rows = rows.prefetch_related(Prefetch("decisions", queryset=said, to_attr="said"))
    past: dict[int, list[Override]] = {}
    for override in disputes.history(trajectory):
        past.setdefault(override.item_id, []).append(override)
    found = [_sitting(row, row.said, past.get(row.pk, [])) for row in rows]
    return [each for each in found if each.spoken or each.turned]


def turned(overrides: Sequence[Override]) -> tuple[Turned, ...]:
    """What became of final rulings, in words."""
    return tuple(
        Turned(
            override=each,
            before=words_of(each.before),
            after=words_of(each.after),
            after_outcome=outcome_of(str(each.after.get("ruling") or "")),
        )
        for each in overrides
    )


def words_of(value: dict[str, object]) -> str:
    """A state with its ruling, as people say it."""
    ruling = str(value.get("ruling") or "")
    if ruling in Ruling.values:
        return str(Ruling(ruling).label)
    state = str(value.get("state") or "")
    return str(ItemState(state).label) if state in ItemState.values else "nothing"


def outcome_of(ruling: str) -> str:
    """The outcome that a ruling stands for; empty for none."""
    return Decision(ruling=ruling).outcome if ruling in Ruling.values else ""


def _sitting(item: QueueItem, said: Sequence[Decision], past: Sequence[Override]) -> Sitting:
    outcome = outcome_of(item.ruling)
    return Sitting(
        item=item,
        ruling=str(Ruling(item.ruling).label) if item.ruling in Ruling.values else "",
        outcome=outcome,
        spoken=tuple(
            Spoken(
                decision=each,
                label=str(Ruling(each.ruling).label),
                is_overridden=bool(outcome) and not each.is_final and each.outcome != outcome,
            )
            for each in said
        ),
        turned=turned(past),
    )
