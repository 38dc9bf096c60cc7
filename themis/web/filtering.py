"""The filters of the list of trajectories, as addresses carry them and people read them."""

from __future__ import annotations

from django.http import QueryDict

from themis.pipeline import listing
from themis.pipeline.listing import Filters
from themis.trajectories.models import Label, Platform
from themis.verdicts.models import Outcome

OUTCOMES = [
    *Outcome.choices,
    (listing.JUDGING, "Judging or waiting"),
    (listing.BROKEN, "Broken"),
    (listing.UNJUDGED, "Not judged"),
]
LABELS = [(value, title) for value, title in Label.choices if value] + [("none", "No label")]


def filters_in(asked: QueryDict) -> Filters:
    """What an address asks for; nonsense in it is let be."""
    return Filters(
        platform=_one_of(asked.get("platform", ""), Platform.choices),
        outcome=_one_of(asked.get("outcome", ""), OUTCOMES),
        label=_one_of(asked.get("label", ""), LABELS),
        critic=asked.get("critic", "")[:40],
        text=asked.get("text", "").replace("\0", "")[:200],
    )


def _one_of(value: str, choices: list[tuple[str, str]]) -> str:
    return value if value in dict(choices) else ""
