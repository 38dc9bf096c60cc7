"""Where a queue's runs can come from, in words: to choose from, and to say what one was made of."""

from __future__ import annotations

from dataclasses import dataclass

from themis.reviews.models import Queue


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
        about="What failed, where the app is named.",
    ),
    Source(
        value="upload",
        title="One upload",
        about="The runs that came in together.",
    ),
    Source(
        value="filter",
        title="Any filter",
        about="Whatever the list of trajectories can be narrowed to.",
    ),
)
TITLES = {source.value: source.title for source in SOURCES}


def told(queue: Queue) -> str:
    """What a queue was made of: "Critics disagree; Android; at most 200"."""
    source = str(queue.made_from.get("source", ""))
    return TITLES.get(source, source or "–")
