"""Writes of trajectories: a recording is stored whole, but for pictures nobody can read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

from django.db import IntegrityError, connection, transaction
from django.dispatch import Signal

from themis.accounts.models import Team, User
from themis.domain import wire
from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Screen, Trajectory
from themis.formats import told
from themis.formats.bounds import MAX_PICTURES, MAX_STEPS
from themis.formats.contract import Recording
from themis.trajectories import blobs, models
from themis.trajectories.darkroom import Darkroom, Developed, Shot
from themis.trajectories.kept import as_kept
from themis.trajectories.spoiled import without_spoiled

MAX_PAYLOAD = 64 * 2**20  # bytes of JSON in one row
MAX_INSTRUCTION = 100_000  # characters

HOLD = "SELECT id FROM trajectories_trajectory WHERE id IN ({marks}) ORDER BY id {lock}"
BESIDE = ("warnings", "meta")  # fields that do not tell two recordings apart

# Sent with `rows` as they are inserted, in the same transaction.
stored = Signal()


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """A recording whose pictures are being developed."""

    source: str
    trajectory: Trajectory
    n_screens: int
    shots: list[Future[list[Shot]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """For whom, by whom and when something is stored."""

    team: Team
    by: User | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A stored recording; `is_new` is False if it was stored before."""

    row: models.Trajectory
    is_new: bool


def hold(trajectory_ids: Sequence[str]) -> None:
    """Keep these rows for this transaction; the rows must be held before anything of them changes.

    Their runs, verdicts and standings change together with them. Whoever changed one of these first
    and then waited for the trajectory would wait in a ring with whoever closes it.
    """
    # As text, for every step of a case through the court begins with it.
    marks = ", ".join(["%s"] * len(trajectory_ids))
    lock = "FOR NO KEY UPDATE" if connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        cursor.execute(HOLD.format(marks=marks, lock=lock), list(trajectory_ids))


def ingest(
    *, recording: Recording, source: str, team: Team, by: User | None, at: datetime
) -> tuple[models.Trajectory, bool]:
    """Check a recording and keep it; the row, and whether it is new.

    Raises UnreadableTrajectory before anything is written. The same recording, wherever it
    lies, is kept once a team. Screens that cannot be read are left out, with a warning each.
    """
    with Darkroom() as darkroom:
        brought = bring(recording=recording, source=source, darkroom=darkroom)
        (kept,) = keep([brought], owner=Owner(team=team, by=by, at=at))
    if isinstance(kept, UnreadableTrajectory):
        raise kept
    return kept.row, kept.is_new


def bring(*, recording: Recording, source: str, darkroom: Darkroom) -> Brought:
    """Have the pictures of a recording developed; raises UnreadableTrajectory before that."""
    _check(recording, source)
    shots = darkroom.develop(recording.pictures)
    # Bytes of pictures that stood in the recording are not needed any more.
    return Brought(
        source=source,
        trajectory=recording.trajectory,
        n_screens=len(recording.pictures),
        shots=shots,
    )


def keep(brought: Sequence[Brought], *, owner: Owner) -> list[Kept | UnreadableTrajectory]:
    """Store recordings in one transaction, in their order: a result each, none blocks another."""
    developed = [_developed(each) for each in brought]
    known = _known(owner.team, [each.digest for each in developed if isinstance(each, _Whole)])
    fresh = {
        each.digest: each
        for each in reversed(developed)
        if isinstance(each, _Whole) and each.digest not in known
    }
    new = _stored(list(fresh.values()), owner) if fresh else {}
    rows = known | {digest: kept.row for digest, kept in new.items()}
    results: list[Kept | UnreadableTrajectory] = []
    for each in developed:
        if isinstance(each, UnreadableTrajectory):
            results.append(each)
        elif fresh.get(each.digest) is each:
            results.append(new[each.digest])
        else:
            results.append(Kept(row=rows[each.digest], is_new=False))
    return results


def digest_of(trajectory: Trajectory) -> str:
    """What makes two recordings the same: all that happened, not where it lay or who warned.

    Screens count as they were brought, however they are kept; those left out do not count, so
    that a recording whose pictures were repaired is another one.
    """
    return _digest_of(wire.dump(trajectory))


def _digest_of(payload: dict[str, Json]) -> str:
    identity = {name: value for name, value in payload.items() if name not in BESIDE}
    # Of the digest, not of the wire: a newer Themis must know what an older one has stored.
    identity["v"] = 1
    return hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class _Whole:
    """A recording with its screens, ready to be stored."""

    source: str
    trajectory: Trajectory
    payload: dict[str, Json]
    drafts: dict[str, Path]

    @cached_property
    def digest(self) -> str:
        """What tells it apart."""
        return _digest_of(self.payload)


def _check(recording: Recording, source: str) -> None:
    n_steps, n_screens = len(recording.trajectory.steps), len(recording.pictures)
    if n_steps > MAX_STEPS or n_screens > MAX_PICTURES:
        raise UnreadableTrajectory(
            f"{source}: {n_steps} steps and {n_screens} screens; "
            f"at most {MAX_STEPS} and {MAX_PICTURES} are taken, split the run"
        )
    check_instruction(recording.trajectory.instruction, source)


def check_instruction(instruction: str, source: str) -> None:
    """Raise UnreadableTrajectory where there is none or it is too long."""
    if not instruction.strip():
        raise UnreadableTrajectory(f"{source}: no instruction; a run without a task has no outcome")
    if len(instruction) > MAX_INSTRUCTION:
        raise UnreadableTrajectory(
            f"{source}: the instruction is over {MAX_INSTRUCTION:,} characters; shorten it"
        )


def _developed(brought: Brought) -> _Whole | UnreadableTrajectory:
    try:
        shots = [shot for some in brought.shots for shot in some.result()]
    except BrokenProcessPool:
        return UnreadableTrajectory(
            f"{brought.source}: a process that checked its pictures died, perhaps for lack of "
            "memory; try again with fewer processes"
        )
    whole = without_spoiled(brought.trajectory, shots)
    payload = wire.dump(whole)
    if len(json.dumps(payload)) > MAX_PAYLOAD:
        return UnreadableTrajectory(
            f"{brought.source}: over {MAX_PAYLOAD // 2**20} MB of text; "
            "export it without page dumps"
        )
    drafts = {
        shot.screen.digest: shot.draft
        for shot in shots
        if isinstance(shot, Developed) and shot.draft is not None
    }
    return _Whole(source=brought.source, trajectory=whole, payload=payload, drafts=drafts)


def _known(team: Team, digests: list[str]) -> dict[str, models.Trajectory]:
    rows = models.Trajectory.objects.filter(team=team, digest__in=digests).defer("payload")
    return {row.digest: row for row in rows}


def _publish(fresh: list[_Whole]) -> None:
    drafts = {digest: draft for each in fresh for digest, draft in each.drafts.items()}
    named = {screen.digest for each in fresh for screen in each.trajectory.screens}
    blobs.publish(drafts, known=named - drafts.keys())


def _stored(fresh: list[_Whole], owner: Owner) -> dict[str, Kept]:
    _publish(fresh)
    rows = [_row(each, owner) for each in fresh]
    try:
        _insert(rows)
    except IntegrityError:  # a twin of one of them came first
        return {row.digest: _alone(row) for row in rows}
    return {row.digest: Kept(row=row, is_new=True) for row in rows}


def _alone(row: models.Trajectory) -> Kept:
    try:
        _insert([row])
    except IntegrityError:
        twin = models.Trajectory.objects.get(team=row.team, digest=row.digest)
        return Kept(row=twin, is_new=False)
    return Kept(row=row, is_new=True)


def rows_of(
    row: models.Trajectory, screens: Sequence[Screen], *, at: int = 0
) -> list[models.Screen]:
    """Rows for screens of a trajectory, from a position on; none is stored yet."""
    return [
        models.Screen(
            trajectory=row,
            position=position,
            digest=screen.digest,
            media_type=screen.media_type,
            width=screen.width,
            height=screen.height,
        )
        for position, screen in enumerate(screens, at)
    ]


@transaction.atomic
def _insert(rows: list[models.Trajectory]) -> None:
    models.Trajectory.objects.bulk_create(rows)
    screens = [each for row in rows for each in rows_of(row, row.recording.screens)]
    models.Screen.objects.bulk_create(screens, batch_size=2_000)
    stored.send(sender=models.Trajectory, rows=rows)


def _row(fresh: _Whole, owner: Owner) -> models.Trajectory:
    whole = fresh.trajectory
    screens = tuple(as_kept(screen) for screen in whole.screens)
    payload = fresh.payload
    if screens != whole.screens:
        whole = replace(whole, screens=screens)
        payload = wire.dump(whole)
    row = models.Trajectory(
        team=owner.team,
        digest=fresh.digest,
        source=wire.clean(fresh.source)[-1000:],
        format=whole.format,
        platform=whole.platform,
        instruction=wire.clean(whole.instruction),
        label=whole.label or "",
        app=told.app_of(whole.meta, told.first_opened(whole)),
        agent=told.agent_of(whole.meta),
        n_steps=len(whole.steps),
        n_actions=whole.n_actions,
        n_screens=len(whole.screens),
        warnings=wire.encode(whole.warnings),
        payload=payload,
        created_at=owner.at,
        created_by=owner.by,
    )
    row.__dict__["recording"] = whole  # spares reading it back
    return row
