"""Measurements through the API: asked for, watched, read."""

from __future__ import annotations

import pytest
from pytest_django.fixtures import Settings

from tests.api.caller import Caller
from tests.api.caller import told as answer_of
from tests.rewards import labels
from tests.rewards.labels import OTHER, told
from themis.accounts.models import User
from themis.pipeline import hints, tasks
from themis.rewards.models import Measuring

pytestmark = pytest.mark.django_db

RUNS = told(15, 2, 2, 15)


def test_judges_are_measured_on_demand(
    settings: Settings, caller: Caller, django_capture_on_commit_callbacks: object
) -> None:
    settings.EMBEDDED = True
    labels.judged(caller.team, RUNS)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        response = caller.post("/measurements", {})
    answer = answer_of(response)
    assert (response.status_code, answer["status"], answer["measurements"]) == (202, "waiting", [])
    assert hints.to_measure.is_set()
    hints.to_measure.clear()
    tasks.measure_waiting()
    done = answer_of(caller.get(f"/measurings/{answer['measuring']}"))
    assert (done["status"], done["error"]) == ("done", None)
    assert done["done"] == done["total"] == 4
    assert isinstance(done["measurements"], list)
    (pk,) = done["measurements"]
    found = answer_of(caller.get(f"/measurements/{pk}"))
    assert (found["critic"], found["n_labels"], found["source"]) == ("themis", 34, None)
    report = found["report"]
    assert isinstance(report, dict)
    assert (report["tp"], report["fp"]) == (15, 2)


def test_the_same_key_asks_once(caller: Caller) -> None:
    labels.judged(caller.team, RUNS)
    first = caller.post("/measurements", {}, once="m1")
    again = caller.post("/measurements", {}, once="m1")
    assert answer_of(first) == answer_of(again)
    assert again["Idempotency-Replayed"] == "true"
    assert Measuring.objects.count() == 1


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [("", 409, "no_labels"), ("?critic=nobody", 422, "unknown_critic")],
)
def test_what_cannot_be_measured_is_refused(
    caller: Caller, query: str, status: int, code: str
) -> None:
    response = caller.post(f"/measurements{query}", {})
    assert (response.status_code, answer_of(response)["code"]) == (status, code)


def test_measurements_are_listed_the_newest_first(caller: Caller) -> None:
    labels.judged(caller.team, RUNS)
    labels.judged(caller.team, RUNS, OTHER)
    (first,), (second,) = labels.measured(caller.team), labels.measured(caller.team, OTHER)
    listed = answer_of(caller.get("/measurements"))["measurements"]
    assert isinstance(listed, list)
    assert [each["measurement"] for each in listed if isinstance(each, dict)] == [
        second.pk,
        first.pk,
    ]
    only = answer_of(caller.get("/measurements?critic=themis"))["measurements"]
    assert isinstance(only, list)
    assert len(only) == 1


@pytest.mark.parametrize("path", ["measurements", "measurings"])
def test_another_teams_do_not_exist(caller: Caller, stranger: User, path: str) -> None:
    theirs = stranger.teams.get()
    labels.judged(theirs, RUNS)
    (row,) = labels.measured(theirs)
    pk = row.pk if path == "measurements" else row.measuring_id
    assert caller.get(f"/{path}/{pk}").status_code == 404
    assert caller.get(f"/{path}/99999999999999999999").status_code == 404
    assert answer_of(caller.get("/measurements")) == {"measurements": []}
