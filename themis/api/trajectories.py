"""Recordings brought in: files, one JSON trajectory, or the beginning of a run still going on."""

from __future__ import annotations

import dataclasses

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Router, Status

from themis.accounts.models import KeyScope
from themis.api import bodies, cases, forms, once, telling
from themis.api.keys import needs
from themis.api.replies import Refused, Reply
from themis.api.schemas import Problem, Stored, Told, Unusable
from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.formats import embedded
from themis.pipeline import flow, intake, queries, streams
from themis.trajectories import growing, services
from themis.trajectories.models import Trajectory

SOURCE = "api"
BODY = "body"

router = Router(tags=["trajectories"])


@router.post(
    "/trajectories",
    response={
        **dict.fromkeys((200, 201), Stored),
        **dict.fromkeys((400, 401, 409, 413, 415), Problem),
        422: Unusable,
    },
    summary="Bring trajectories in",
    operation_id="add_trajectory",
    auth=needs(KeyScope.SUBMIT),
    openapi_extra=telling.ADD,
)
def add_trajectory(request: HttpRequest) -> HttpResponse:
    """Files of any known format as a form, or one trajectory in Themis' own format as JSON.

    201: something new is stored. 200: all of it was there already. 422: nothing could be used.
    One bad item of a form never blocks the others: each has its own result in `items`.
    JSON with `"open": true` begins a run that still goes on; steps and the close follow.
    """
    try:
        if bodies.kind(request) == bodies.MULTIPART:
            return forms.add_files(request)
        return _add_json(request)
    except Refused as refused:
        return refused.reply.response()
    except UnreadableTrajectory as error:
        return Refused(422, "invalid", str(error)).reply.response()


@router.get(
    "/trajectories/{trajectory_id}",
    response={200: Told, 401: Problem, 404: Problem},
    summary="How a trajectory stands",
    operation_id="get_trajectory",
    auth=needs(KeyScope.READ),
)
def get_trajectory(request: HttpRequest, trajectory_id: str) -> Status[Told | Problem]:
    """What is known of one trajectory; of an open run, how many steps and screens are there.

    A recorder that was interrupted goes on with `at` = `n_steps`.
    """
    row = cases.find(request, trajectory_id)
    if row is None:
        return Status(404, Problem(code="not_found", error=cases.unknown(trajectory_id)))
    page = request.build_absolute_uri(reverse("trajectories:detail", args=[row.pk]))
    links = cases.links(request, row.pk)
    return Status(
        200,
        Told(
            trajectory=row.pk,
            state="open" if row.is_open else "closed",
            n_steps=row.n_steps,
            n_screens=row.n_screens,
            format=row.format,
            platform=row.platform,
            instruction=row.instruction,
            n_actions=row.n_actions,
            label=row.label or None,
            warnings=row.warnings,
            created_at=row.created_at.isoformat(),
            url=str(links["url"]),
            reward=str(links["reward"]),
            evidence=page,
        ),
    )


def _add_json(request: HttpRequest) -> HttpResponse:
    data, content = bodies.read_json(request)

    def take(asked: once.Asked) -> once.Write:
        is_open = _flag(data, "open", default=False)
        return (_beginning if is_open else _whole)(request, data, asked)

    return once.answer(request, lambda: bodies.print_of_json(request, content), take)


def _whole(request: HttpRequest, data: dict[str, Json], asked: once.Asked) -> once.Write:
    judge, critic = _flag(data, "judge", default=True), cases.critic_of(data.get("critic"))
    recording = embedded.read_whole(_without(data, "open", "judge", "critic"), at=BODY)
    growing.keep_screens(recording.pictures)  # none is left out here: whoever sends them is told
    row, is_new = services.ingest(
        recording=recording, source=SOURCE, team=cases.team_of(request), by=None, at=asked.at
    )
    is_new = is_new or asked.has_stored(row.created_at)

    def write() -> Reply:
        if judge and is_new and queries.newest_run(row, critic) is None:
            intake.queue(flow.submit(trajectory=row, critic=critic, at=asked.at))
        return _stored(request, row, is_new=is_new)

    return write


def _beginning(request: HttpRequest, data: dict[str, Json], asked: once.Asked) -> once.Write:
    recording = embedded.read_beginning(_without(data, "open"), at=BODY)
    screens = growing.keep_screens(recording.pictures)

    def write() -> Reply:
        row = growing.begin(
            trajectory=dataclasses.replace(recording.trajectory, screens=screens),
            source=SOURCE,
            team=cases.team_of(request),
            at=asked.at,
        )
        streams.tell(row)
        return _stored(request, row, is_new=True)

    return write


def _stored(request: HttpRequest, row: Trajectory, *, is_new: bool) -> Reply:
    body: dict[str, Json] = {
        "trajectory": row.pk,
        "state": row.state,
        "is_new": is_new,
        "n_steps": row.n_steps,
        "n_screens": row.n_screens,
        "warnings": row.warnings,
        **cases.links(request, row.pk),
    }
    return Reply(status=201 if is_new else 200, body=body)


def _flag(data: dict[str, Json], name: str, *, default: bool) -> bool:
    given = data.get(name, default)
    if not isinstance(given, bool):
        raise Refused(422, "invalid", f"{BODY}.{name}: expected true or false")
    return given


def _without(data: dict[str, Json], *names: str) -> dict[str, Json]:
    return {name: held for name, held in data.items() if name not in names}
