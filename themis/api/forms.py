"""Files brought in by a form: a result an item, and none blocks another."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from themis.api import bodies, cases, once
from themis.api.replies import Refused, Reply
from themis.domain.jsontypes import Json
from themis.formats import registry
from themis.formats.contract import Reader
from themis.pipeline import flow, intake, queries
from themis.trajectories import ingest as ingested
from themis.trajectories.models import Trajectory


def add_files(request: HttpRequest) -> HttpResponse:
    """Take everything in that a form brings; raises Refused for a form that says nothing usable."""
    form = bodies.read_files(request)
    if unknown := sorted(set(form.fields) - {"format"}):
        raise Refused(422, "invalid", f"{unknown[0][:60]}: no such field; there are paths, format")
    only = _reader(form.fields.get("format", ""))

    def take(asked: once.Asked) -> once.Write:
        results = intake.receive(
            form.files,
            team=cases.team_of(request),
            by=None,
            at=asked.at,
            only=only,
            task_files=form.tasks,
        )
        for each in results:
            if isinstance(each, ingested.Stored) and not each.is_new:
                _judge_what_was_left(each.trajectory, asked)
        reply = _reply_of_items([_item(each, asked) for each in results])
        return lambda: reply

    def fingerprint() -> str:
        return bodies.print_of_form(request, form)

    return once.answer(request, fingerprint, take)


def _reader(name: str) -> Reader | None:
    if not name:
        return None
    for reader in registry.READERS:
        if reader.name == name:
            return reader
    known = ", ".join(reader.name for reader in registry.READERS)
    raise Refused(422, "invalid", f"format: no reader {name[:40]!r}: {known}")


def _item(each: ingested.Stored | ingested.Refused, asked: once.Asked) -> dict[str, Json]:
    if isinstance(each, ingested.Refused):
        found: dict[str, Json] = {"trajectory": None, "is_new": False, "error": each.error}
        passed_over = isinstance(each, ingested.PassedOver)
        return {"source": each.source, **found, "passed_over": passed_over, "warnings": []}
    row = each.trajectory
    return {
        "source": each.source,
        "trajectory": row.pk,
        "is_new": each.is_new or asked.has_stored(row.created_at),
        "error": None,
        "passed_over": False,
        "warnings": row.warnings,
    }


def _reply_of_items(items: list[dict[str, Json]]) -> Reply:
    listed: list[Json] = [*items]
    if any(item["is_new"] for item in items):
        return Reply(status=201, body={"items": listed})
    if any(item["trajectory"] for item in items):
        return Reply(status=200, body={"items": listed})
    error = "nothing in it could be used; items says why"
    return Reply(status=422, body={"code": "unusable", "error": error, "items": listed})


def _judge_what_was_left(row: Trajectory, asked: once.Asked) -> None:
    if asked.has_stored(row.created_at) and queries.newest_run(row) is None:
        intake.queue(flow.submit(trajectory=row, at=asked.at))
