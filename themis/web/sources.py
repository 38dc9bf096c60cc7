"""Where a queue's runs can come from, in words: to choose from, and to say what one was made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from themis.domain.jsontypes import Json
from themis.pipeline.plans import Plan
from themis.reviews.models import Queue
from themis.trajectories.models import Platform
from themis.web.filtering import LABELS, OUTCOMES


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One of the choices."""

    value: str
    title: str
    about: str


SOURCES = (
    Source(
        value="undecided",
        title="Undecided",
        about="Runs whose newest verdict could not tell.",
    ),
    Source(
        value="low_confidence",
        title="Low confidence",
        about="Verdicts their critic was least sure of.",
    ),
    Source(
        value="critics_disagree",
        title="Critics disagree",
        about="One critic says passed, another says failed.",
    ),
    Source(
        value="random",
        title="Random audit",
        about="A fair sample of all judged runs.",
    ),
    Source(
        value="failures_of_app",
        title="Failures of one app",
        about="Failed runs in which the app was used.",
    ),
    Source(
        value="upload",
        title="One upload",
        about="The runs that came in together.",
    ),
    Source(
        value="filter",
        title="Any filter",
        about="What the list of trajectories can be narrowed to.",
    ),
)
TITLES = {source.value: source.title for source in SOURCES}


def told(queue: Queue) -> str:
    """What a queue was made of: "Critics disagree; Android; at most 200"."""
    made = queue.made_from
    parts = [TITLES.get(str(made.get("source")), "Runs")]
    parts += [words(made[name]) for name, words in _TOLD.items() if made.get(name)]
    more = " and more, put in later" if made.get("before") else ""
    return "; ".join(parts) + more


_TOLD: dict[str, Callable[[Json], str]] = {
    "platform": lambda value: str(dict(Platform.choices).get(str(value), value)),
    "outcome": lambda value: f"outcome {dict(OUTCOMES).get(str(value), value)}".lower(),
    "critic": lambda value: f"by {value}",
    "label": lambda value: f"label {dict(LABELS).get(str(value), value)}".lower(),
    "text": lambda value: f"“{value}”",
    "app": lambda value: f"app {value}",
    "confidence_below": lambda value: f"less sure than {float(str(value)) * 100:.0f} %",
    "upload": lambda value: f"upload {value}",
    "limit": lambda value: f"at most {int(str(value)):,}",
}


def n_decisions(n: int, plan: Plan) -> int:
    """How many decisions so many runs of a plan need."""
    return n + (plan.reviewers - 1) * _n_overlapping(n, plan)


def handed_out(n: int, plan: Plan) -> str:
    """Who decides so many runs, and what it comes to: "2 people decide each: 240 decisions"."""
    several = _n_overlapping(n, plan) if plan.reviewers > 1 else 0
    come_to = f"{n_decisions(n, plan):,} {'decision' if n_decisions(n, plan) == 1 else 'decisions'}"
    if not several:
        return f"One person decides each: {come_to}."
    if several == n:
        return f"{plan.reviewers} people decide each: {come_to}."
    return (
        f"{plan.reviewers} people decide {several:,} of them ({plan.overlap} %), "
        f"one person each of the others: {come_to}."
    )


def _n_overlapping(n: int, plan: Plan) -> int:
    return n * plan.overlap // 100
