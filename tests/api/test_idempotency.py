"""The same key and request: the same answer, carried out once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from tests.api.caller import Caller, beginning, piece, told, whole
from tests.api.test_ingest_files import folder, form
from themis.accounts.models import User
from themis.api.models import Exchange
from themis.pipeline import flow, intake
from themis.pipeline.models import Run
from themis.trajectories.models import Trajectory

pytestmark = pytest.mark.django_db
DEAD = "another-host/1/1"


def test_a_run_is_opened_once(caller: Caller) -> None:
    first = caller.post("/trajectories", beginning(), once="open-1")
    again = caller.post("/trajectories", beginning(), once="open-1")
    assert (again.status_code, told(again)) == (201, told(first))
    assert again["Location"] == first["Location"]
    assert again["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    assert Trajectory.objects.count() == 1


def test_without_a_key_every_request_counts(caller: Caller) -> None:
    caller.opened()
    caller.opened()
    assert Trajectory.objects.count() == 2
    assert not Exchange.objects.exists()


def test_a_key_may_be_quoted(caller: Caller) -> None:
    first = told(caller.post("/trajectories", beginning(), once='"open-1"'))
    assert told(caller.post("/trajectories", beginning(), once="open-1")) == first


@pytest.mark.parametrize("key", ["", " ", '""', "x" * 256, "a\tb", "schlüssel"])
def test_a_bad_key_is_refused(caller: Caller, key: str) -> None:
    headers = {**caller.headers(), "Idempotency-Key": key}
    reply = caller.client.post(
        "/api/v1/trajectories", b"{}", content_type="application/json", headers=headers
    )
    assert (reply.status_code, reply.json()["code"]) == (400, "bad_key")


def test_a_key_for_another_request_is_refused(caller: Caller) -> None:
    caller.post("/trajectories", beginning(), once="open-1")
    reply = caller.post("/trajectories", beginning(instruction="Another"), once="open-1")
    assert (reply.status_code, told(reply)["code"]) == (422, "key_reused")


def test_a_key_belongs_to_team_and_path(caller: Caller, stranger: User) -> None:
    name = str(told(caller.post("/trajectories", beginning(), once="1"))["trajectory"])
    assert caller.post(f"/trajectories/{name}/steps", piece(0), once="1").status_code == 200
    other = Caller(stranger.teams.get())
    assert other.post("/trajectories", beginning(), once="1").status_code == 201
    assert Trajectory.objects.count() == 2


def test_a_refusal_is_an_answer_too(caller: Caller) -> None:
    first = caller.post("/trajectories", whole(platform="amiga"), once="1")
    again = caller.post("/trajectories", whole(platform="amiga"), once="1")
    assert (first.status_code, again.status_code) == (422, 422)
    assert again["Idempotency-Replayed"] == "true"


def test_a_judging_is_queued_once(caller: Caller) -> None:
    name = caller.opened()
    caller.post(f"/trajectories/{name}/steps", piece(0))
    first = caller.post(f"/trajectories/{name}/runs", {}, once="judge-1")
    Run.objects.update(status="done")
    again = caller.post(f"/trajectories/{name}/runs", {}, once="judge-1")
    assert (again.status_code, told(again)) == (202, told(first))
    assert again["Idempotency-Replayed"] == "true"
    assert Run.objects.count() == 1


def test_a_key_of_a_judging_is_for_its_critic(caller: Caller) -> None:
    runs = f"/trajectories/{caller.opened()}/runs"
    assert caller.post(f"{runs}?critic=nobody", {}, once="1").status_code == 422
    assert told(caller.post(runs, {}, once="1"))["code"] == "key_reused"


def test_a_step_that_came_too_early_can_be_sent_again(caller: Caller) -> None:
    steps = f"/trajectories/{caller.opened()}/steps"
    assert caller.post(steps, piece(1), once="second").status_code == 409
    assert caller.post(steps, piece(0), once="first").status_code == 200
    assert caller.post(steps, piece(1), once="second").status_code == 200


def test_while_the_first_is_at_work_the_second_waits(caller: Caller) -> None:
    caller.post("/trajectories", beginning(), once="1")
    Exchange.objects.update(status=None)
    reply = caller.post("/trajectories", beginning(), once="1")
    assert (reply.status_code, told(reply)["code"]) == (409, "in_progress")
    assert int(reply["Retry-After"]) > 0


def died_over(caller: Caller) -> None:
    """The process that answered is gone, and its answer was not kept."""
    long_ago = timezone.now() - timedelta(minutes=5)
    Exchange.objects.update(status=None, owner=DEAD, claimed_at=long_ago, created_at=long_ago)


def test_what_a_dead_process_left_is_carried_out(caller: Caller) -> None:
    caller.post("/trajectories", beginning(), once="1")
    Trajectory.objects.all().delete()  # one transaction: neither run nor answer
    died_over(caller)
    reply = caller.post("/trajectories", beginning(), once="1")
    assert reply.status_code == 201
    assert Trajectory.objects.count() == 1
    assert caller.post("/trajectories", beginning(), once="1")["Idempotency-Replayed"]


def test_an_append_whose_answer_was_lost_is_answered_the_same(caller: Caller) -> None:
    name = caller.opened()
    first = told(caller.post(f"/trajectories/{name}/steps", piece(0), once="1"))
    died_over(caller)
    again = caller.post(f"/trajectories/{name}/steps", piece(0), once="1")
    assert (again.status_code, told(again)) == (200, first)


def test_files_packed_anew_are_the_same_request(caller: Caller, tmp_path: Path) -> None:
    files = folder(tmp_path)
    first = caller.send(form(files), once="1")
    boundary = caller.client.post(
        "/api/v1/trajectories", {**form(files)}, headers=caller.headers("1")
    )
    assert (boundary.status_code, boundary.json()) == (201, told(first))
    assert Run.objects.count() == 1


def test_an_upload_that_died_before_its_judging_is_queued_by_the_retry(
    caller: Caller, tmp_path: Path
) -> None:
    files = folder(tmp_path)
    first = told(caller.send(form(files), once="1"))
    Run.objects.all().delete()
    died_over(caller)
    again = caller.send(form(files), once="1")
    assert (again.status_code, told(again)) == (201, first)
    assert Run.objects.count() == 1


def test_an_answer_is_kept_for_a_day(caller: Caller) -> None:
    caller.post("/trajectories", beginning(), once="1")
    Exchange.objects.update(created_at=timezone.now() - timedelta(hours=25))
    reply = caller.post("/trajectories", beginning(), once="1")
    assert "Idempotency-Replayed" not in reply
    assert Exchange.objects.count() == 1


def test_what_breaks_inside_leaves_the_key_free(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> None:
        raise RuntimeError("the disk is on fire")

    with monkeypatch.context() as patch:
        patch.setattr(flow, "submit", broken)
        patch.setattr(intake, "queue", lambda _run: None)
        assert caller.post("/trajectories", whole(), once="1").status_code == 500
    assert caller.post("/trajectories", whole(), once="1").status_code == 200
