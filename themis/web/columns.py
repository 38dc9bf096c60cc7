"""What critics and reviewers say of one run, each as a column, to be laid beside the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from themis.domain.evidence import Milestone, Region, Round
from themis.domain.feedback import feedback
from themis.domain.opinion import Answer, Opinion
from themis.reviews.models import Decision, QueueItem, Ruling
from themis.verdicts.models import Verdict
from themis.web.chain import OPEN, STATES

REMOVED = "removed"
MARKS = "ABCDEFGH"


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """What somebody says of one milestone."""

    milestone: str
    goal: str
    step: int | None  # number, from 1
    state: str  # achieved, missed, unclear, open, removed
    text: str
    quotes: tuple[str, ...] = ()
    is_own: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same milestone in two columns."""
        return (self.milestone, self.goal)


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A region of a screen that somebody points at."""

    mark: str
    region: Region
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One critic's verdict or one person's decision."""

    key: str  # as addresses name it
    mark: str  # its letter
    is_human: bool
    is_final: bool
    who: str
    outcome: str  # passed, failed, undecided
    said: str  # the same in words, with the reason why it is undecided
    confidence: float | None
    error: str  # class
    failing: int | None  # number of a step
    text: str
    at: datetime | None
    sayings: tuple[Saying, ...]
    areas: tuple[Area, ...]
    href: str = ""

    def at_step(self, number: int) -> tuple[Saying, ...]:
        """What is said of the milestones of a step."""
        return tuple(each for each in self.sayings if each.step == number)


def of_verdict(verdict: Verdict, mark: str, n_steps: int) -> Column:
    """A critic's column."""
    found = verdict.found
    told = feedback(found, n_steps) if found else None
    last = verdict.chain[-1] if verdict.chain else Round(number=1)
    failing = told.first_failing_step if told else None
    return Column(
        key=f"verdict-{verdict.pk}",
        mark=mark,
        is_human=False,
        is_final=False,
        who=f"{verdict.critic} {verdict.critic_version}",
        outcome=verdict.outcome or verdict.status,
        said=(verdict.outcome or verdict.status).capitalize(),
        confidence=verdict.confidence,
        error=((told.error_class if told else None) or "").replace("_", " "),
        failing=None if failing is None else failing + 1,
        text=verdict.reason,
        at=verdict.closed_at,
        sayings=tuple(_verified(last, each) for each in last.milestones),
        areas=tuple(_proofs(verdict, last, mark)),
        href=f"?verdict={verdict.pk}",
    )


def of_decision(decision: Decision, item: QueueItem, mark: str) -> Column:
    """A person's column. Their answers name milestones of the verdict that they had before them."""
    opinion = decision.opinion
    known = _milestones(decision.verdict or item.verdict)
    ruling = Ruling(decision.ruling)
    failing = opinion.failing_step
    error = decision.own_class or decision.error_class.replace("_", " ")
    return Column(
        key=f"decision-{decision.pk}",
        mark=mark,
        is_human=True,
        is_final=decision.is_final,
        who=decision.user.username if decision.user else "somebody who left",
        outcome=decision.outcome,
        said=str(ruling.label),
        confidence=decision.confidence,
        error=error,
        failing=None if failing is None else failing + 1,
        text=opinion.text,
        at=decision.at,
        sayings=(*(_answered(each, known) for each in opinion.answers), *_quoted(opinion)),
        areas=tuple(_pointed(opinion, known, mark)),
    )


def differing(columns: Sequence[Column]) -> frozenset[tuple[str, str]]:
    """Milestones of which two columns say different things."""
    states: dict[tuple[str, str], set[str]] = {}
    for column in columns:
        for saying in column.sayings:
            if saying.milestone and saying.state != OPEN:
                states.setdefault(saying.key, set()).add(saying.state)
    return frozenset(key for key, found in states.items() if len(found) > 1)


def _verified(last: Round, milestone: Milestone) -> Saying:
    found = last.verification_of(milestone.id)
    return Saying(
        milestone=milestone.id,
        goal=milestone.goal,
        step=milestone.step + 1,
        state=STATES[found.achieved] if found else OPEN,
        text=found.feedback if found else milestone.why,
    )


def _proofs(verdict: Verdict, last: Round, mark: str) -> Iterable[Area]:
    shown = [each for check in last.verifications for each in check.evidence]
    shown += verdict.found.evidence if verdict.found else ()
    for evidence in shown:
        for region in evidence.regions:
            yield Area(mark=mark, region=region, text=evidence.claim)


def _milestones(verdict: Verdict | None) -> dict[str, Milestone]:
    chain = verdict.chain if verdict else ()
    return {each.id: each for each in chain[-1].milestones} if chain else {}


def _answered(answer: Answer, known: dict[str, Milestone]) -> Saying:
    machine = known.get(answer.milestone)
    step = machine.step if machine else answer.step
    return Saying(
        milestone=answer.milestone,
        goal=_goal(answer, known),
        step=None if step is None else step + 1,
        state=REMOVED if answer.is_removed else STATES[answer.achieved],
        text=answer.note,
        quotes=tuple(quote.text for quote in answer.quotes),
        is_own=machine is None,
    )


def _quoted(opinion: Opinion) -> Iterable[Saying]:
    for quote in opinion.quotes:
        step = None if quote.step is None else quote.step + 1
        yield Saying(milestone="", goal="", step=step, state=OPEN, text="", quotes=(quote.text,))


def _pointed(opinion: Opinion, known: dict[str, Milestone], mark: str) -> Iterable[Area]:
    for region in opinion.regions:
        yield Area(mark=mark, region=region, text="proves the ruling")
    for answer in opinion.answers:
        for region in answer.regions:
            yield Area(mark=mark, region=region, text=answer.note or _goal(answer, known))


def _goal(answer: Answer, known: dict[str, Milestone]) -> str:
    machine = known.get(answer.milestone)
    return machine.goal if machine else answer.goal or answer.milestone
