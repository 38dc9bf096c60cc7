"""A run that is streamed while it goes on: steps appended, then closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from django.http import HttpRequest, HttpResponse
from ninja import Router

from themis.accounts.models import KeyScope
from themis.api import bodies, cases, once, telling
from themis.api.keys import needs
from themis.api.replies import Refused, Reply
from themis.api.schemas import Closed, Misplaced, Problem, Standing
from themis.domain.errors import OutOfPlace, RunIsClosed, UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.formats import embedded
from themis.pipeline import intake, streams
from themis.pipeline.streams import Judging
from themis.trajectories import growing
from themis.trajectories.growing import Addition
from themis.trajectories.models import Trajectory

ERRORS = dict.fromkeys((400, 401, 404, 413, 415, 422), Problem) | {409: Misplaced}

Deed: TypeAlias = Callable[[HttpRequest, Trajectory, dict[str, Json], once.Asked], once.Write]

router = Router(tags=["trajectories"])


@router.post(
    "/trajectories/{trajectory_id}/steps",
    response={200: Standing, **ERRORS},
    summary="Append steps to an open run",
    operation_id="add_steps",
    auth=needs(KeyScope.SUBMIT),
    openapi_extra=telling.APPEND,
)
def add_steps(request: HttpRequest, trajectory_id: str) -> HttpResponse:
    """Put steps after the `at` that are there, with the screens that are new in them.

    Steps that stand there already are answered as if they came now: a retry is safe. Other steps
    at that place, or a gap before it, are a 409 that says where the run stands.
    """
    return _once(request, trajectory_id, _append)


@router.post(
    "/trajectories/{trajectory_id}/close",
    response={200: Closed, **ERRORS},
    summary="Close an open run",
    operation_id="close_trajectory",
    auth=needs(KeyScope.SUBMIT),
    openapi_extra=telling.CLOSE,
)
def close_trajectory(request: HttpRequest, trajectory_id: str) -> HttpResponse:
    """End a run, with the agent's own ending and what is known of its success, where it is.

    The final judging is queued, unless `judge` is false. A provisional verdict that saw exactly
    what there is becomes the final one.
    """
    return _once(request, trajectory_id, _close)


def _once(request: HttpRequest, trajectory_id: str, deed: Deed) -> HttpResponse:
    try:
        trajectory = cases.get(request, trajectory_id)
        data, content = bodies.read_json(request)
    except Refused as refused:
        return refused.reply.response()
    except UnreadableTrajectory as error:
        return Refused(422, "invalid", str(error)).reply.response()
    return once.answer(
        request,
        lambda: bodies.print_of_json(request, content),
        lambda asked: deed(request, trajectory, data, asked),
    )


def _append(
    _request: HttpRequest, trajectory: Trajectory, data: dict[str, Json], asked: once.Asked
) -> once.Write:
    piece, pictures = embedded.read_piece(data, at="body")
    addition = Addition(at=piece.at, steps=piece.steps, screens=growing.keep_screens(pictures))

    def write() -> Reply:
        try:
            stands = streams.append(trajectory=trajectory, addition=addition, at=asked.at)
        except (OutOfPlace, RunIsClosed) as error:
            raise _misplaced(trajectory, error) from None
        return Reply(
            status=200,
            body={
                "trajectory": trajectory.pk,
                "state": "open",
                "n_steps": stands.n_steps,
                "n_screens": stands.n_screens,
            },
        )

    return write


def _close(
    request: HttpRequest, trajectory: Trajectory, data: dict[str, Json], asked: once.Asked
) -> once.Write:
    wanted = data.pop("judge", True)
    if not isinstance(wanted, bool):
        raise Refused(422, "invalid", "body.judge: expected true or false")
    judging = Judging(wanted=wanted, critic=cases.critic_of(data.pop("critic", None)))
    said = embedded.read_close(data, at="body")

    def write() -> Reply:
        try:
            row, run = streams.close(trajectory=trajectory, said=said, judging=judging, at=asked.at)
        except (OutOfPlace, RunIsClosed) as error:
            raise _misplaced(trajectory, error) from None
        if run is not None and run.is_active:
            intake.queue(run)
        return Reply(
            status=200,
            body={
                "trajectory": row.pk,
                "state": row.state,
                "n_steps": row.n_steps,
                "n_screens": row.n_screens,
                "run": run.pk if run else None,
                **cases.links(request, row.pk),
            },
        )

    return write


def _misplaced(trajectory: Trajectory, error: OutOfPlace | RunIsClosed) -> Refused:
    there = Trajectory.objects.only("state", "n_steps", "n_screens").get(pk=trajectory.pk)
    return Refused(
        409,
        "out_of_place" if isinstance(error, OutOfPlace) else "closed",
        str(error),
        state=there.state,
        n_steps=there.n_steps,
        n_screens=there.n_screens,
    )
