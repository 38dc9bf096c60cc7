"""Which trajectory something speaks of: the client and the server agree."""

from __future__ import annotations

import pytest

from themis.client import Invalid, trajectory_in
from themis.client.answers import Json
from themis.client.references import trajectory_of
from themis.domain import references
from themis.domain.errors import AmbiguousReference

pytestmark = pytest.mark.once
A, B = "themis://trajectory/4f0k2mwq8r1c", "themis://trajectory/aaaaaaaaaaaa"
SAID: list[list[Json]] = [
    [A],
    [f"the run is at {A}."],
    [None, {"deep": [{"er": A}]}],
    [{A: 1}],
    [{"one": A, "two": A}],
    [A, B],
    [{}, B, A],
    ["themis://trajectory/4f0k2mwq8r1c9"],
    ["themis://trajectory/short"],
    [1, True, None, []],
]


@pytest.mark.parametrize("values", SAID)
def test_client_and_server_find_the_same(values: list[Json]) -> None:
    assert trajectory_in(*values) == references.trajectory_in(*values)


def test_two_in_one_value_are_refused_by_both() -> None:
    with pytest.raises(AmbiguousReference):
        references.trajectory_in([A, B])
    with pytest.raises(Invalid, match="several"):
        trajectory_in([A, B])


def test_a_row_without_one_is_an_error_that_says_where_was_looked() -> None:
    with pytest.raises(Invalid, match="label and response"):
        trajectory_of("no", where="label and response")
