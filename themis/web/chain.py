"""The evidence chain as the page shows it: every piece with the place it speaks of."""

from __future__ import annotations

from dataclasses import dataclass

from themis.domain.action import Box
from themis.domain.evidence import (
    Evidence,
    Injection,
    InjectionSource,
    Milestone,
    Objection,
    ObjectionKind,
    Round,
)
from themis.web.places import AFTER, Place, Places

ACHIEVED, MISSED, UNCLEAR, OPEN = "achieved", "missed", "unclear", "open"
STATES = {True: ACHIEVED, False: MISSED, None: UNCLEAR}
KINDS = {
    ObjectionKind.MISSING_MILESTONE: "A milestone is missing",
    ObjectionKind.LENIENT_GOAL: "The goal is too lenient",
    ObjectionKind.UNCAUGHT_FAILURE: "A failure was not caught",
    ObjectionKind.CONTRADICTION: "Something contradicts it",
}
SPEAKERS = {
    InjectionSource.SCREEN: "The screen tries to instruct the judge",
    InjectionSource.UI: "The page tries to instruct the judge",
    InjectionSource.AGENT: "The agent tries to instruct the judge",
    InjectionSource.ENVIRONMENT: "What the environment answered tries to instruct the judge",
    InjectionSource.TASK: "The task tries to instruct the judge",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A region of a screen, to be drawn when that screen is shown."""

    screen: int  # position, from 0
    box: Box
    stance: str
    claim: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """One piece of evidence with links to where it was found."""

    evidence: Evidence
    places: tuple[Place, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One objection with links."""

    kind: str
    text: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Recorded words that try to instruct the judge, with links. They are not followed."""

    title: str
    quote: str
    found_by: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stone:
    """One milestone and what became of it."""

    milestone: Milestone
    anchor: str
    state: str  # achieved, missed, unclear, open
    place: Place | None
    feedback: str
    exhibits: tuple[Exhibit, ...]
    complaints: tuple[Complaint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """One round."""

    number: int
    stones: tuple[Stone, ...]
    complaints: tuple[Complaint, ...]  # about no milestone in particular
    reviewed: bool
    is_last: bool


def stretches(rounds: tuple[Round, ...], places: Places) -> list[Stretch]:
    """Every round, in order."""
    return [_stretch(each, places, is_last=each is rounds[-1]) for each in rounds]


def exhibits(evidence: tuple[Evidence, ...], places: Places) -> tuple[Exhibit, ...]:
    """Pieces of evidence with their places."""
    return tuple(_exhibit(each, places) for each in evidence)


def orders(injections: tuple[Injection, ...], places: Places) -> tuple[Order, ...]:
    """Reports of words that address the judge, with links to where they stand."""
    return tuple(
        Order(
            title=SPEAKERS[each.source],
            quote=each.quote,
            found_by=each.found_by,
            places=_places(each.steps, each.screens, places),
        )
        for each in injections
    )


def states_by_step(found: list[Stretch]) -> dict[int, str]:
    """What the last round says of each step (from 1): a miss outweighs a success."""
    states: dict[int, str] = {}
    for stone in found[-1].stones if found else ():
        if stone.place and stone.place.step and states.get(stone.place.step) != MISSED:
            states[stone.place.step] = stone.state
    return states


def marks(found: list[Stretch], judged: tuple[Exhibit, ...]) -> list[Mark]:
    """Every region of the last round and of the judgement."""
    shown = [exhibit for stone in (found[-1].stones if found else ()) for exhibit in stone.exhibits]
    return [mark for exhibit in (*shown, *judged) for mark in exhibit.marks]


def _stretch(each: Round, places: Places, *, is_last: bool) -> Stretch:
    known = {milestone.id for milestone in each.milestones}
    return Stretch(
        number=each.number,
        stones=tuple(_stone(each, milestone, places) for milestone in each.milestones),
        complaints=tuple(
            _complaint(objection, places)
            for objection in each.objections
            if objection.milestone not in known
        ),
        reviewed=each.reviewed,
        is_last=is_last,
    )


def _stone(each: Round, milestone: Milestone, places: Places) -> Stone:
    found = each.verification_of(milestone.id)
    return Stone(
        milestone=milestone,
        anchor=f"round-{each.number}-{milestone.id}",
        state=STATES[found.achieved] if found else OPEN,
        place=places.of_step(milestone.step, AFTER),
        feedback=found.feedback if found else "",
        exhibits=exhibits(found.evidence, places) if found else (),
        complaints=tuple(
            _complaint(objection, places)
            for objection in each.objections
            if objection.milestone == milestone.id
        ),
    )


def _exhibit(evidence: Evidence, places: Places) -> Exhibit:
    return Exhibit(
        evidence=evidence,
        places=_places(evidence.steps, evidence.screens, places),
        marks=tuple(
            Mark(
                screen=region.screen,
                box=region.box,
                stance=evidence.stance.value,
                claim=evidence.claim,
            )
            for region in evidence.regions
        ),
    )


def _complaint(objection: Objection, places: Places) -> Complaint:
    found = [places.of_step(position) for position in objection.steps]
    return Complaint(
        kind=KINDS[objection.kind],
        text=objection.text,
        places=tuple(place for place in found if place),
    )


def _places(steps: tuple[int, ...], screens: tuple[int, ...], places: Places) -> tuple[Place, ...]:
    found = (*map(places.of_step, steps), *map(places.of_screen, screens))
    return tuple(place for place in found if place)
