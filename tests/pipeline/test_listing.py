"""Pages of a list are the same whichever way the database is asked for them."""

from __future__ import annotations

import pytest

from tests import stories
from themis.accounts.models import Team
from themis.pipeline import finding, listing
from themis.pipeline.listing import Filters

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("nearby", [1, 1_000])
@pytest.mark.parametrize(
    ("filters", "n"),
    [
        (Filters(), 3),
        (Filters(platform="web"), 3),
        (Filters(text="note"), 2),
        (Filters(text="NOTE", platform="web"), 2),
        (Filters(text="song"), 1),
        (Filters(text="song", label="failed"), 1),
        (Filters(text="song note"), 0),
        (Filters(text="100%"), 0),
    ],
)
def test_of_many_the_same_are_found(
    team: Team, filters: Filters, n: int, nearby: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for instruction in ("Write a note", "Play a song", "Read the note"):
        stories.stored(team, instruction=instruction)
    monkeypatch.setattr(listing, "COUNTED", 0)
    monkeypatch.setattr(finding, "NEARBY", nearby)
    monkeypatch.setattr(finding, "NEARBY_NARROWED", nearby)
    assert len(listing.page(team, filters).rows) == n


def test_more_than_is_counted_is_said_to_be_many(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    stories.stored(team)
    assert listing.page(team, Filters()).total == 1
    monkeypatch.setattr(listing, "COUNTED", 0)
    page = listing.page(team, Filters())
    assert (page.total, page.is_many) == (None, True)
