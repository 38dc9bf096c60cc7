"""Runs whose ruling is known beforehand, to be mixed in: they measure reviewers."""

from __future__ import annotations

from themis.accounts.models import Team
from themis.pipeline.models import Shelf, Standing
from themis.reviews.models import ItemState, QueueItem, Ruling
from themis.trajectories.models import State

FEWEST, MOST = 10, 500  # gold items of a queue, where there are as many
LOOKED_AT = 5_000  # of the newest


def wished(n_items: int, percent: int) -> int:
    """How many gold items a queue should have, to give each reviewer that share."""
    return min(max(n_items * percent // 100, FEWEST), MOST) if percent else 0


def known(team: Team) -> dict[str, Ruling]:
    """What is known of runs: by their label, or settled by an adjudicator, which counts more."""
    labelled = Standing.objects.filter(
        shelf__in=Shelf.objects.filter(team=team, critic="").exclude(label="").values("pk"),
        trajectory__state=State.CLOSED,
    ).order_by("-created_at", "-trajectory_id")
    settled = QueueItem.objects.filter(queue__team=team, state=ItemState.RESOLVED).order_by("-pk")
    found = dict(labelled.values_list("trajectory_id", "shelf__label")[:LOOKED_AT])
    found |= dict(settled.values_list("trajectory_id", "ruling")[:LOOKED_AT])
    return {pk: Ruling(said) for pk, said in found.items() if said}
