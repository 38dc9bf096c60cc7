"""What is counted, and with whom: reviewers, pairs, critics, gold; what is left out."""

from __future__ import annotations

import pytest

from themis.agreement import counting, item
from themis.agreement.item import Item
from themis.domain.jsontypes import Json

ADA, BORIS, CHEN = 1, 2, 3


def one(task: int, *said: tuple[int | None, str], **more: object) -> Item:
    """An item of a blind queue."""
    columns: dict[str, object] = {
        "platform": "web", "week": "2026-W10", "queue": 5, "is_blind": True,
    }  # fmt: skip
    return Item(task=task, said=said, **(columns | more))  # type: ignore[arg-type]


def report(*items: Item) -> dict[str, list[dict[str, Json]]]:
    """What the process tells in the end."""
    told: list[dict[str, Json]] = []
    counting.work(map(item.line, items), told.append)
    assert [each["done"] for each in told[:-1]] == [*range(len(told) - 1)]
    found = told[-1]["report"]
    assert isinstance(found, dict)
    return found  # type: ignore[return-value]


def value(line: dict[str, Json], figure: str) -> object:
    """Of one of its figures."""
    told = line[figure]
    assert isinstance(told, dict)
    return told["value"]


def lines(told: dict[str, list[dict[str, Json]]], kind: str) -> list[dict[str, Json]]:
    """Of people, of one kind."""
    return [each for each in told["people"] if each["kind"] == kind]


def test_items_with_one_reviewer_say_nothing_of_people() -> None:
    told = report(one(1, (ADA, "passed")), one(2, (ADA, "passed"), (BORIS, "failed")))
    (all_,) = lines(told, "all")
    assert (all_["items"], all_["apart"], value(all_, "percent")) == (1, 1, 0.0)
    assert told["counts"]["single"] == 1  # type: ignore[call-overload]


def test_rulings_that_stand_for_one_outcome_are_alike_as_outcomes_and_apart_as_rulings() -> None:
    told = report(one(1, (ADA, "undecided"), (BORIS, "unusable")))
    assert value(lines(told, "all")[0], "percent") == 1.0
    assert value(lines(told, "rulings")[0], "percent") == 0.0


def test_pairs_are_told_each_by_themselves() -> None:
    told = report(
        one(1, (ADA, "passed"), (BORIS, "passed"), (CHEN, "failed")),
        one(2, (ADA, "failed"), (BORIS, "failed")),
    )
    found = {(each["first"], each["second"]): each for each in told["pairs"]}
    assert {pair: each["items"] for pair, each in found.items()} == {
        (ADA, BORIS): 2, (ADA, CHEN): 1, (BORIS, CHEN): 1,
    }  # fmt: skip
    assert value(found[ADA, BORIS], "percent") == 1.0
    assert value(found[BORIS, CHEN], "percent") == 0.0


def test_somebody_whose_account_is_gone_counts_but_is_in_no_pair() -> None:
    told = report(one(1, (None, "passed"), (None, "passed"), (ADA, "passed")))
    assert lines(told, "all")[0]["decisions"] == 3
    assert told["pairs"] == []


def test_open_queues_stand_apart_from_blind_ones() -> None:
    told = report(
        one(1, (ADA, "passed"), (BORIS, "failed")),
        one(2, (ADA, "passed"), (BORIS, "passed"), is_blind=False, queue=6),
    )
    assert [(each["side"], value(each, "percent")) for each in lines(told, "all")] == [
        ("blind", 0.0), ("open", 1.0),
    ]  # fmt: skip
    assert [each["items"] for each in told["pairs"]] == [1]
    assert [each["key"] for each in lines(told, "queue")] == [5, 6]


def test_with_open_queues_alone_they_are_told_as_such() -> None:
    told = report(one(1, (ADA, "passed"), (BORIS, "passed"), is_blind=False))
    assert str(told["side"]) == "open"
    assert len(told["pairs"]) == 1


def test_gold_items_are_counted_by_themselves() -> None:
    told = report(
        one(1, (ADA, "passed"), (BORIS, "failed"), gold="passed", critics=((0, "failed"),)),
        one(2, (ADA, "failed"), gold="not_executable"),
    )
    assert told["people"] == told["pairs"] == told["critics"] == []
    right = {(each["who"], each["key"]): value(each, "percent") for each in told["gold"]}
    assert right == {("reviewer", ADA): 0.5, ("reviewer", BORIS): 0.0, ("judge", 0): 0.0}


def test_critics_are_compared_with_final_rulings_and_with_each_reviewer() -> None:
    told = report(
        one(1, (ADA, "passed"), (BORIS, "failed"), final="failed", critics=((0, "failed"),)),
        one(2, (ADA, "passed"), critics=((0, "failed"), (1, "passed"))),
    )
    found = {(each["judge"], each["against"], each["key"]): each for each in told["critics"]}
    assert value(found[0, "ruling", ""], "percent") == 1.0
    assert value(found[0, "reviewer", ADA], "percent") == 0.0
    assert value(found[0, "reviewer", BORIS], "percent") == 1.0
    assert (1, "ruling", "") not in found
    assert found[1, "reviewer", ADA]["items"] == 1


def test_fleiss_takes_the_items_with_the_usual_number_of_reviewers() -> None:
    two = [one(n, (ADA, "passed"), (BORIS, "passed" if n else "failed")) for n in range(3)]
    told = report(*two, one(9, (ADA, "failed"), (BORIS, "failed"), (CHEN, "failed")))
    (all_,) = lines(told, "all")
    fleiss = all_["fleiss"]
    assert isinstance(fleiss, dict)
    assert (fleiss["raters"], fleiss["items"], all_["items"]) == (2, 3, 4)


def test_weeks_and_platforms_have_lines_of_their_own() -> None:
    told = report(
        one(1, (ADA, "passed"), (BORIS, "passed"), week="2026-W09", platform="android"),
        one(2, (ADA, "passed"), (BORIS, "failed"), week="2026-W10"),
    )
    weeks = [(each["key"], value(each, "percent")) for each in lines(told, "week")]
    assert weeks == [("2026-W09", 1.0), ("2026-W10", 0.0)]
    assert [each["key"] for each in lines(told, "platform")] == ["android", "web"]


def test_nothing_decided_is_a_report_without_lines() -> None:
    told = report()
    assert told["people"] == told["critics"] == []


@pytest.mark.parametrize("ruling", item.RULINGS)
def test_every_ruling_has_a_column_and_an_outcome(ruling: str) -> None:
    assert item.RULINGS[item.column(ruling)] == ruling
    assert item.OUTCOMES[item.outcome(ruling)] == {"passed": "passed", "failed": "failed"}.get(
        ruling, "undecided"
    )
