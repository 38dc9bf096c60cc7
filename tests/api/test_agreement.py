"""Agreement through the API: asked for, then read; nobody else's."""

from __future__ import annotations

import pytest

from tests.agreement import decided
from tests.agreement.decided import Decided
from tests.api.caller import Caller
from tests.api.caller import told as answer_of
from themis.accounts.models import Team
from themis.pipeline import tasks
from themis.reviews import agreements
from themis.reviews.models import Agreement

pytestmark = pytest.mark.django_db


def test_agreement_is_counted_on_demand_and_read(caller: Caller) -> None:
    queue, who = decided.queue(caller.team), decided.people(caller.team, "ada", "boris")
    decided.decide(queue, who, Decided(said={"ada": "passed", "boris": "failed"}))
    address = f"/queues/{queue.pk}/agreement"
    assert answer_of(caller.get(address))["error"] == "not counted yet; POST to have it done"
    asked = caller.post(address, {})
    assert (asked.status_code, answer_of(asked)["status"]) == (202, "waiting")
    tasks.measure_waiting()
    told = answer_of(caller.get(address))
    assert (told["n_decisions"], told["since"]) == (2, 0)
    assert told["reviewers"] == {str(user.pk): name for name, user in who.items()}
    (all_, *_) = agreements.lines(Agreement.objects.get(), "people")
    assert all_["apart"] == 1
    assert told["report"] == Agreement.objects.get().report


def test_another_teams_queue_is_not_there(caller: Caller, stranger: object) -> None:
    queue = decided.queue(Team.objects.get(slug="other"))
    for answer in (
        caller.get(f"/queues/{queue.pk}/agreement"),
        caller.post(f"/queues/{queue.pk}/agreement", {}),
        caller.get(f"/queues/{2**70}/agreement"),
    ):
        assert answer.status_code == 404
    assert not Agreement.objects.exists()
