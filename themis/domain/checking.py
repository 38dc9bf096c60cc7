"""Whether an opinion fits the run it is about: what a form cannot be trusted to see to."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from themis.domain.evidence import Region
from themis.domain.opinion import Answer, Opinion, Quote
from themis.domain.verdict import ErrorClass, Outcome

MAX_TEXT = 20_000  # characters, of what is said of the whole run
MAX_NOTE = 5_000  # of a note or a quote
MAX_GOAL = 1_000  # of a milestone that a person adds
MAX_OWN_CLASS = 80
MAX_ANSWERS = 200
MAX_MARKS = 50  # regions, and quotes, of one answer
SLACK = 1.0  # pixels that a region may stand out, for browsers round

OWN = re.compile(r"own-[0-9]{1,4}")
Trouble = Iterator[tuple[str, str]]  # a field, and what is wrong with it


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What of a run an opinion has to fit: steps, sizes of screens, the machine's milestones."""

    n_steps: int
    screens: Mapping[int, tuple[int, int]] = field(default_factory=dict)  # position: width, height
    milestones: frozenset[str] = frozenset()


def places(opinion: Opinion) -> set[int]:
    """Positions of the screens that an opinion points at."""
    marked = [*opinion.regions, *(each for answer in opinion.answers for each in answer.regions)]
    return {region.screen for region in marked}


def unfit(opinion: Opinion, shape: Shape) -> dict[str, str]:
    """What is wrong with an opinion that is submitted, by field; empty when it fits."""
    return dict(
        [
            *_lengths(opinion),
            *_said(opinion),
            *_placed(opinion, shape),
            *_answered(opinion, shape),
        ]
    )


def too_large(opinion: Opinion) -> dict[str, str]:
    """What is too long or too much even for a draft, by field."""
    return dict(_lengths(opinion))


def _lengths(opinion: Opinion) -> Trouble:
    yield from _length("text", opinion.text, MAX_TEXT)
    yield from _length("own_class", opinion.own_class, MAX_OWN_CLASS)
    yield from _marks("", opinion.regions, opinion.quotes)
    if len(opinion.answers) > MAX_ANSWERS:
        yield "answers", f"at most {MAX_ANSWERS} milestones can be answered"
    for at, answer in enumerate(opinion.answers[:MAX_ANSWERS]):
        yield from _length(f"answers.{at}.milestone", answer.milestone, MAX_OWN_CLASS)
        yield from _length(f"answers.{at}.goal", answer.goal, MAX_GOAL)
        yield from _length(f"answers.{at}.note", answer.note, MAX_NOTE)
        yield from _marks(f"answers.{at}.", answer.regions, answer.quotes)


def _length(name: str, text: str, most: int) -> Trouble:
    if len(text) > most:
        yield name, f"at most {most:,} characters are kept; these are {len(text):,}"


def _marks(where: str, regions: tuple[Region, ...], quotes: tuple[Quote, ...]) -> Trouble:
    if len(regions) > MAX_MARKS:
        yield f"{where}regions", f"at most {MAX_MARKS} regions can be marked"
    if len(quotes) > MAX_MARKS:
        yield f"{where}quotes", f"at most {MAX_MARKS} passages can be quoted"
    for at, quote in enumerate(quotes[:MAX_MARKS]):
        yield from _length(f"{where}quotes.{at}.text", quote.text, MAX_NOTE)
        yield from _length(f"{where}quotes.{at}.turn", quote.turn or "", MAX_OWN_CLASS + 20)


def _said(opinion: Opinion) -> Trouble:
    if opinion.ruling is None:
        yield "ruling", "say first how the run came out"
        return
    outcome = opinion.ruling.outcome
    if opinion.error_class is not None and not _suits(opinion.error_class, outcome):
        kind = "failed" if opinion.error_class.is_failure else "passed"
        yield "error_class", f"this class belongs to a {kind} run"
    if opinion.error_class is not None and opinion.own_class.strip():
        yield "own_class", "choose a class or name one of your own, not both"
    if opinion.failing_step is not None and outcome is Outcome.PASSED:
        yield "failing_step", "a run that passed has no failing step"


def _suits(error_class: ErrorClass, outcome: Outcome) -> bool:
    return outcome is (Outcome.FAILED if error_class.is_failure else Outcome.PASSED)


def _placed(opinion: Opinion, shape: Shape) -> Trouble:
    confidence = opinion.confidence
    if confidence is not None and not (math.isfinite(confidence) and 0 <= confidence <= 1):
        yield "confidence", "expected a share between 0 and 1"
    yield from _step("failing_step", opinion.failing_step, shape)
    yield from _regions("regions", opinion.regions, shape)
    yield from _quotes("quotes", opinion.quotes, shape)


def _answered(opinion: Opinion, shape: Shape) -> Trouble:
    seen: set[str] = set()
    for at, answer in enumerate(opinion.answers[:MAX_ANSWERS]):
        where = f"answers.{at}"
        if answer.milestone in seen:
            yield f"{where}.milestone", "this milestone is answered twice"
        seen.add(answer.milestone)
        yield from _named(where, answer, shape)
        yield from _step(f"{where}.step", answer.step, shape)
        yield from _regions(f"{where}.regions", answer.regions, shape)
        yield from _quotes(f"{where}.quotes", answer.quotes, shape)


def _named(where: str, answer: Answer, shape: Shape) -> Trouble:
    if OWN.fullmatch(answer.milestone):
        if not answer.goal.strip():
            yield f"{where}.goal", "say what is to be seen once this milestone is reached"
    elif answer.milestone not in shape.milestones:
        yield f"{where}.milestone", "the machine's chain has no such milestone (any more)"


def _step(name: str, step: int | None, shape: Shape) -> Trouble:
    if step is not None and not 0 <= step < shape.n_steps:
        yield name, f"the run has no such step; it has {shape.n_steps}"


def _quotes(where: str, quotes: tuple[Quote, ...], shape: Shape) -> Trouble:
    for at, quote in enumerate(quotes[:MAX_MARKS]):
        yield from _step(f"{where}.{at}.step", quote.step, shape)
        if not quote.text.strip():
            yield f"{where}.{at}.text", "there are no words in this quote"


def _regions(where: str, regions: tuple[Region, ...], shape: Shape) -> Trouble:
    for at, region in enumerate(regions[:MAX_MARKS]):
        size = shape.screens.get(region.screen)
        if size is None:
            yield f"{where}.{at}", "the run has no such screen"
        elif not _inside(region, size):
            yield f"{where}.{at}", f"the region is not inside its screen of {size[0]} x {size[1]}"


def _inside(region: Region, size: tuple[int, int]) -> bool:
    box = region.box
    return (
        box.width > 0
        and box.height > 0
        and box.x >= -SLACK
        and box.y >= -SLACK
        and box.x + box.width <= size[0] + SLACK
        and box.y + box.height <= size[1] + SLACK
    )
