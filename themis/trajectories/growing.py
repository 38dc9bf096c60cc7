"""Runs that are recorded while they go on: begun, given steps, closed; every step once.

A run stands where its row says: `n_steps` and `state` move by conditional update alone, so that
of two steps for one place one is put there and the other is told.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from themis.accounts.models import Team
from themis.domain import wire
from themis.domain.errors import OutOfPlace, RunIsClosed, UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Screen, Step, Trajectory
from themis.formats import embedded, native, told
from themis.formats.bounds import MAX_PICTURES, MAX_RUN_ACTIONS, MAX_STEPS
from themis.formats.contract import Picture
from themis.trajectories import blobs, models, services
from themis.trajectories.darkroom import Darkroom, Developed
from themis.trajectories.kept import as_brought, as_kept
from themis.trajectories.models import OpenRun, OpenStep, State

BEGINNING = ("id", "state", "n_steps", "n_actions", "n_screens")


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """Steps for one place of a run, their new screens checked and kept."""

    at: int  # how many steps stand before them
    steps: tuple[Step, ...]
    screens: tuple[Screen, ...]

    @property
    def n_actions(self) -> int:
        """How many actions they hold together."""
        return sum(len(step.actions) for step in self.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far a run had come with what was added."""

    n_steps: int
    n_screens: int


def keep_screens(found: Sequence[Picture]) -> tuple[Screen, ...]:
    """Check every picture, then keep them all; raises UnreadableTrajectory with the one's name."""
    with Darkroom() as darkroom:
        shots = [shot for some in darkroom.develop(found) for shot in some.result()]
        for shot in shots:
            if not isinstance(shot, Developed):
                raise UnreadableTrajectory(shot.why)
        developed = [shot for shot in shots if isinstance(shot, Developed)]
        drafts = {shot.screen.digest: shot.draft for shot in developed if shot.draft is not None}
        blobs.publish(drafts, known={shot.screen.digest for shot in developed} - drafts.keys())
    return tuple(as_kept(shot.screen) for shot in developed)


@transaction.atomic
def begin(*, trajectory: Trajectory, source: str, team: Team, at: datetime) -> models.Trajectory:
    """An open run with the steps and screens that `trajectory` has already."""
    services.check_instruction(trajectory.instruction, source)
    beginning = dataclasses.replace(trajectory, steps=(), screens=())
    name = models.new_id()
    row = models.Trajectory.objects.create(
        id=name,
        team=team,
        state=State.OPEN,
        digest=_unknown(name),
        source=wire.clean(source)[-1000:],
        format=trajectory.format,
        platform=trajectory.platform,
        instruction=wire.clean(trajectory.instruction),
        app=told.app_of(trajectory.meta),
        agent=told.agent_of(trajectory.meta),
        n_steps=0,
        n_actions=0,
        n_screens=0,
        payload=_bounded(wire.dump(beginning), source),
        created_at=at,
    )
    OpenRun.objects.create(trajectory=row, touched_at=at)
    services.stored.send(sender=models.Trajectory, rows=[row])
    if trajectory.steps or trajectory.screens:
        _put(row, Addition(at=0, steps=trajectory.steps, screens=trajectory.screens), at)
        row.refresh_from_db()
    return row


@transaction.atomic
def append(*, trajectory_id: str, addition: Addition, at: datetime) -> Standing:
    """Put steps where they belong; those that stand there already are left as they are.

    Raises OutOfPlace when something else stands there or steps are missing before them,
    RunIsClosed when the run has ended, UnreadableTrajectory when they are too many.
    """
    row = _stands(trajectory_id)
    if row.is_open and row.n_steps == addition.at and _put(row, addition, at):
        return Standing(
            n_steps=row.n_steps + len(addition.steps),
            n_screens=row.n_screens + len(addition.screens),
        )
    return _already_there(_stands(trajectory_id), addition)


@transaction.atomic
def close(
    *, trajectory_id: str, said: embedded.Close, warning: str = ""
) -> tuple[models.Trajectory, bool]:
    """End a run: its steps become one payload; the row, and whether it was open until now.

    What was closed with the same words stays so. Raises OutOfPlace when `said.at` is another
    number of steps than there are, RunIsClosed when it was closed with other words.
    """
    closed = models.Trajectory.objects.filter(pk=trajectory_id, state=State.OPEN)
    if not closed.update(state=State.CLOSED):  # from here on nothing can be added
        row = models.Trajectory.objects.get(pk=trajectory_id)
        _check_place(row, said.at)
        if (row.recording.ending, row.label) != (said.ending, said.label or ""):
            raise RunIsClosed("the run was closed with another ending or label")
        return row, False
    row = models.Trajectory.objects.get(pk=trajectory_id)
    _check_place(row, said.at)
    row.state = State.OPEN
    whole = dataclasses.replace(
        row.recording,
        ending=said.ending,
        label=said.label,
        warnings=(*row.recording.warnings, *([warning] if warning else [])),
    )
    _settle(row, whole)
    OpenStep.objects.filter(trajectory=row).delete()
    OpenRun.objects.filter(trajectory=row).delete()
    return models.Trajectory.objects.get(pk=trajectory_id), True


def _stands(trajectory_id: str) -> models.Trajectory:
    return models.Trajectory.objects.only(*BEGINNING).get(pk=trajectory_id)


def _put(row: models.Trajectory, addition: Addition, at: datetime) -> bool:
    """Put steps at the end, unless another came first."""
    n_screens = row.n_screens + len(addition.screens)
    _check_room(row, addition, n_screens)
    native.check_steps(addition.steps, n_screens, "body")
    moved = models.Trajectory.objects.filter(
        pk=row.pk, state=State.OPEN, n_steps=addition.at, n_screens=row.n_screens
    ).update(
        n_steps=F("n_steps") + len(addition.steps),
        n_actions=F("n_actions") + addition.n_actions,
        n_screens=n_screens,
    )
    if moved != 1:
        return False
    payloads = [wire.dump(step) for step in addition.steps]
    _take_room(row, sum(len(json.dumps(payload)) for payload in payloads), at)
    OpenStep.objects.bulk_create(
        OpenStep(
            trajectory=row,
            position=position,
            came_at=addition.at,
            screens_at=row.n_screens,
            payload=payload,
        )
        for position, payload in enumerate(payloads, addition.at)
    )
    models.Screen.objects.bulk_create(services.rows_of(row, addition.screens, at=row.n_screens))
    return True


def _check_room(row: models.Trajectory, addition: Addition, n_screens: int) -> None:
    n_steps, n_actions = row.n_steps + len(addition.steps), row.n_actions + addition.n_actions
    if n_steps > MAX_STEPS or n_screens > MAX_PICTURES or n_actions > MAX_RUN_ACTIONS:
        raise UnreadableTrajectory(
            f"body.steps: a run has at most {MAX_STEPS} steps, {MAX_PICTURES} screens and "
            f"{MAX_RUN_ACTIONS} actions; close this one and open another"
        )


def _take_room(row: models.Trajectory, n_bytes: int, at: datetime) -> None:
    room = OpenRun.objects.filter(pk=row.pk, n_bytes__lte=services.MAX_PAYLOAD - n_bytes)
    if not room.update(n_bytes=F("n_bytes") + n_bytes, touched_at=at):
        raise UnreadableTrajectory(
            f"body.steps: the run would be over {services.MAX_PAYLOAD // 2**20} MB of text; "
            "send it without page dumps"
        )


def _already_there(row: models.Trajectory, addition: Addition) -> Standing:
    """Where the run stood with these steps, if it is they that stand at their place."""
    if not row.is_open:
        raise RunIsClosed(f"the run was closed with {row.n_steps} steps; open another")
    if addition.at > row.n_steps:
        raise OutOfPlace(f"steps are missing before step {addition.at}; go on at {row.n_steps}")
    there = list(row.open_steps.filter(came_at=addition.at))
    if [step.payload for step in there] != [wire.dump(step) for step in addition.steps]:
        raise OutOfPlace(f"other steps stand at {addition.at}; go on at {row.n_steps}")
    after = addition.at + len(there)
    following = row.open_steps.filter(position=after).values_list("screens_at", flat=True).first()
    n_screens = row.n_screens if following is None else following
    screens = row.screens.filter(position__gte=there[0].screens_at, position__lt=n_screens)
    if [each.value for each in screens] != list(addition.screens):
        raise OutOfPlace(f"other screens came with step {addition.at}; go on at {row.n_steps}")
    return Standing(n_steps=after, n_screens=n_screens)


def _check_place(row: models.Trajectory, n_steps: int | None) -> None:
    if n_steps is not None and n_steps != row.n_steps:
        raise OutOfPlace(f"the run has {row.n_steps} steps, not {n_steps}; send what is missing")


def _settle(row: models.Trajectory, whole: Trajectory) -> None:
    brought = {screen: as_brought(screen) for screen in set(whole.screens)}
    screens = tuple(brought[screen] for screen in whole.screens)
    digest = services.digest_of(dataclasses.replace(whole, screens=screens))
    twins = models.Trajectory.objects.filter(team_id=row.team_id, digest=digest)
    if twin := twins.values_list("pk", flat=True).first():
        note = f"the same recording is stored as {twin}, too"
        whole = dataclasses.replace(whole, warnings=(*whole.warnings, note))
    models.Trajectory.objects.filter(pk=row.pk).update(
        payload=wire.dump(whole),
        label=whole.label or "",
        app=told.app_of(whole.meta, told.first_opened(whole)),
        warnings=wire.encode(whole.warnings),
    )
    if twin is None:
        try:
            with transaction.atomic():
                models.Trajectory.objects.filter(pk=row.pk).update(digest=digest)
        except IntegrityError:  # a twin came first: who streamed this run holds its id
            return


def _unknown(name: str) -> str:
    return f"open:{name}"


def _bounded(payload: dict[str, Json], source: str) -> dict[str, Json]:
    if len(json.dumps(payload)) > services.MAX_PAYLOAD:
        raise UnreadableTrajectory(f"{source}: over {services.MAX_PAYLOAD // 2**20} MB of text")
    return payload
