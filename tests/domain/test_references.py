"""Which trajectory something speaks of."""

from __future__ import annotations

import pytest

from themis.domain import references
from themis.domain.errors import AmbiguousReference
from themis.domain.jsontypes import Json
from themis.domain.references import reference_to, trajectory_in

ONE, OTHER = "4f0k2mwq8r1c", "000000000000"
A, B = reference_to(ONE), reference_to(OTHER)


@pytest.mark.parametrize(
    "value",
    [
        A,
        f"Done. See {A}.",
        f"<a href='{A}'>",
        f'{{"trajectory": "{A}"}}',
        [1, None, [{"label": {"deep": [True, A]}}]],
        {A: 1},
        f"{A} and again {A}",
    ],
)
def test_a_reference_is_found_wherever_it_stands(value: Json) -> None:
    assert trajectory_in(value) == ONE


@pytest.mark.parametrize(
    "value",
    [
        None,
        7,
        "",
        ONE,
        f"trajectory/{ONE}",
        reference_to(ONE[:-1]),
        reference_to(ONE + "x"),
        reference_to(ONE) + "-2",
        reference_to(ONE.upper()),
        "themis://trajectory/",
        {"themis://trajectory/": ONE},
    ],
)
def test_what_only_looks_like_one_is_none(value: Json) -> None:
    assert trajectory_in(value) is None


def test_the_first_value_that_names_one_decides() -> None:
    assert trajectory_in(None, "no", {"label": A}, B) == ONE
    assert trajectory_in(B, A) == OTHER


@pytest.mark.parametrize("value", [f"{A} {B}", [A, B], {A: B}])
def test_two_in_one_value_are_not_chosen_from(value: Json) -> None:
    with pytest.raises(AmbiguousReference, match="name one") as refused:
        trajectory_in(value)
    assert ONE in str(refused.value)
    assert OTHER in str(refused.value)


def test_a_value_before_keeps_two_in_one_from_being_looked_at() -> None:
    assert trajectory_in(A, [A, B]) == ONE


def test_a_thousand_names_are_refused_with_a_few() -> None:
    many: list[Json] = [reference_to(f"{number:012d}") for number in range(1000)]
    with pytest.raises(AmbiguousReference) as refused:
        trajectory_in(many)
    assert len(str(refused.value)) < 200


def test_looking_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(references, "MOST_VALUES", 10)
    assert trajectory_in([A, *["x"] * 20]) is None  # the last of a list are looked at first
    monkeypatch.setattr(references, "MOST_TEXT", 10)
    assert trajectory_in("x" * 10 + A) is None


def test_what_is_nested_deep_is_no_trouble() -> None:
    value: Json = A
    for _ in range(5000):
        value = [value]
    assert trajectory_in(value) == ONE
