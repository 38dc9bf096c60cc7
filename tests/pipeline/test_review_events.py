"""What programs are told of the review room. Nothing is ever committed here, so whatever is told
was put down in the transaction of the deed."""

from __future__ import annotations

import json

import pytest

from tests import stories
from tests.pipeline.hooks import hook
from tests.reviews import rooms, scenes
from themis.accounts.models import Role, Team
from themis.domain.jsontypes import Json
from themis.domain.opinion import Opinion, Ruling
from themis.domain.verdict import Outcome
from themis.notices.models import Delivery, Event
from themis.reviews import deciding, settling
from themis.trajectories.models import Trajectory

pytestmark = pytest.mark.django_db
FAILED = Opinion(ruling=Ruling.FAILED, failing_step=1)


def events() -> list[str]:
    return list(Delivery.objects.order_by("event").values_list("event", flat=True))


def told(event: Event) -> list[dict[str, Json]]:
    """The data of an event's messages, in the order in which they were put down."""
    rows = Delivery.objects.filter(event=event).order_by("pk")
    return [json.loads(row.body)["data"] for row in rows]


def test_decisions_and_a_disagreement_are_told(team: Team) -> None:
    hook(team, "http://b.example/", Event.DECISION, Event.DISPUTE)
    queue = rooms.queue(team, 1, wanted=2, reviewers=2)
    rooms.submitted(rooms.taken(queue, rooms.person(team, "ann")))
    rooms.submitted(rooms.taken(queue, rooms.person(team, "bob")), FAILED)
    assert events() == ["decision.submitted", "decision.submitted", "item.disputed"]
    first, second = told(Event.DECISION)
    assert (first["by"], first["ruling"], first["state"]) == ("ann", "passed", "open")
    assert (second["by"], second["ruling"], second["state"]) == ("bob", "failed", "disputed")
    assert second["failing_step"] == 2
    (dispute,) = told(Event.DISPUTE)
    assert (dispute["state"], dispute["final_ruling"]) == ("disputed", "")


def test_the_end_of_a_queue_is_told(team: Team) -> None:
    hook(team, "http://b.example/", Event.QUEUE_DONE)
    ann, queue = rooms.person(team, "ann"), rooms.queue(team, 2)
    rooms.submitted(rooms.taken(queue, ann))
    assert told(Event.QUEUE_DONE) == []
    rooms.submitted(rooms.taken(queue, ann))
    (data,) = told(Event.QUEUE_DONE)
    assert (data["name"], data["items"], data["decisions"]) == ("Notes", 2, 2)


def test_an_agreement_is_told_and_amends_a_verdict_it_differs_from(team: Team) -> None:
    hook(team, "http://b.example/", Event.REVIEWED, Event.AMENDED)
    ann = rooms.person(team, "ann")
    queue = rooms.queue(team, 2)
    for item in queue.items.all():
        stories.given(item.trajectory, outcome=Outcome.PASSED)
    rooms.submitted(rooms.taken(queue, ann))
    (data,) = told(Event.REVIEWED)
    assert (data["ruling"], data["reward"], data["by"]) == ("passed", 1.0, "ann")
    decision = rooms.submitted(rooms.taken(queue, ann), rooms.FAILED)
    (amended,) = told(Event.AMENDED)
    assert (amended["before"], amended["after"], amended["reward"]) == ("passed", "failed", 0.0)
    deciding.amend(decision=decision, by=ann, opinion=rooms.PASSED, at=stories.NOW)
    back = told(Event.AMENDED)[1]
    assert (back["before"], back["after"]) == ("failed", "passed")
    assert len(told(Event.REVIEWED)) == 3


def test_settling_reopening_and_overruling_amend_what_stood(
    team: Team, trajectory: Trajectory
) -> None:
    hook(team, "http://b.example/", Event.REVIEWED, Event.AMENDED, Event.SETTLED)
    verdict = stories.given(trajectory, outcome=Outcome.PASSED)
    one, other = scenes.person(team, "ann"), scenes.person(team, "bea")
    ada = scenes.person(team, "ada", Role.ADJUDICATOR)
    item = scenes.disputed(scenes.queue(team), trajectory, one, other)
    for opinion in (FAILED, FAILED):
        item.refresh_from_db()
        ruled = {"opinion": opinion, "why": "No.", "seen_version": item.version}
        settling.settle(item=item, by=ada, at=stories.NOW, **ruled)  # type: ignore[arg-type]
    item.refresh_from_db()
    settling.reopen(item=item, by=ada, why="x", seen_version=item.version, at=stories.NOW)
    first, back = told(Event.AMENDED)
    assert (first["before"], first["after"], first["verdict"]) == ("passed", "failed", verdict.pk)
    assert (first["by"], first["trajectory"]) == ("ada", trajectory.pk)
    assert (back["before"], back["after"]) == ("failed", "passed")
    assert len(told(Event.REVIEWED)) == 2
    settled = [(data["before"], data["after"], data["why"]) for data in told(Event.SETTLED)]
    assert settled == [("", "failed", "No."), ("failed", "failed", "No."), ("failed", "", "x")]
