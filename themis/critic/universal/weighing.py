"""What two scores of one criterion come to: one with the screens, one without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from themis.critic.examination.findings import stance
from themis.critic.universal.replies import CriterionReply, Kind, ScoreReply
from themis.domain.evidence import Evidence, Milestone, Objection, ObjectionKind, Verification
from themis.domain.verdict import Outcome

TOLD_ONLY = "It passes only where no screen is shown: the words say so, the screens do not."
BEYOND = "Beyond the agent's control."


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A criterion with its score by the screens and its score by the words alone."""

    criterion: CriterionReply
    seen: ScoreReply
    told: ScoreReply

    @property
    def is_hallucinated(self) -> bool:
        """Whether it passes only without the screens."""
        return self.told.met is True and self.seen.met is not True

    @property
    def met(self) -> bool | None:
        """Whether it is shown to be met; told and not shown is never met.

        What the words claim, what a screen would have to show and what none shows did not
        happen. Where no screen could show it, it stays open.
        """
        if self.is_hallucinated and self.criterion.visible:
            return False
        return self.seen.met

    @property
    def is_excused(self) -> bool:
        """Whether it failed by something that the agent could not help."""
        return self.met is False and self.seen.cause == "environment"


def outcome_of(weighed: Sequence[Weighed]) -> Outcome:
    """Failed where an outcome is not met, passed where all are, else undecided.

    The way does not decide: process is reported beside it.
    """
    outcomes = {each.met for each in weighed if each.criterion.kind is Kind.OUTCOME}
    if False in outcomes:
        return Outcome.FAILED
    return Outcome.PASSED if outcomes == {True} else Outcome.UNDECIDED


def tally(weighed: Sequence[Weighed], kind: Kind) -> str:
    """How many criteria of a kind are met, in words."""
    of_kind = [each for each in weighed if each.criterion.kind is kind]
    met = sum(each.met is True for each in of_kind)
    return f"{kind.value}: {met} of {len(of_kind)} criteria met" if of_kind else ""


def verification(milestone: Milestone, weighed: Weighed) -> Verification:
    """A criterion as a link of the chain."""
    notes = [weighed.seen.seen]
    if weighed.is_hallucinated:
        notes.append(TOLD_ONLY)
    if weighed.is_excused:
        notes.append(BEYOND)
    return Verification(
        milestone=milestone.id,
        achieved=weighed.met,
        feedback=" ".join(notes),
        evidence=_evidence(weighed.seen, "screens") + _evidence(weighed.told, "words"),
    )


def objections(
    milestones: Sequence[Milestone], weighed: Sequence[Weighed]
) -> tuple[Objection, ...]:
    """What the words claim and the screens do not show."""
    return tuple(
        Objection(kind=ObjectionKind.CONTRADICTION, text=TOLD_ONLY, milestone=milestone.id)
        for milestone, each in zip(milestones, weighed, strict=True)
        if each.is_hallucinated
    )


def _evidence(score: ScoreReply, found_by: str) -> tuple[Evidence, ...]:
    if score.met is None:
        return ()
    screens = tuple(dict.fromkeys(number - 1 for number in score.screens))
    return (
        Evidence(claim=score.seen, stance=stance(score.met), found_by=found_by, screens=screens),
    )
