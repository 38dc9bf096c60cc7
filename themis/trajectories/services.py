"""Writes of trajectories: a recording is stored whole or not at all."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from datetime import datetime

from django.db import IntegrityError, transaction

from themis.accounts.models import Team, User
from themis.domain import wire
from themis.domain.errors import UnreadableTrajectory
from themis.domain.trajectory import Screen, Trajectory
from themis.formats.bounds import MAX_PICTURES, MAX_STEPS
from themis.formats.contract import Recording
from themis.trajectories import blobs, models, pictures

MAX_PAYLOAD = 64 * 2**20  # bytes of JSON in one row
MAX_INSTRUCTION = 100_000  # characters


def ingest(
    *, recording: Recording, source: str, team: Team, by: User | None, at: datetime
) -> tuple[models.Trajectory, bool]:
    """Check a recording and keep it; the row, and whether it is new.

    Raises UnreadableTrajectory before anything is written. The same recording, wherever it
    lies, is kept once a team.
    """
    _check_counts(recording, source)
    checked = [pictures.check(picture) for picture in recording.pictures]
    whole = dataclasses.replace(
        recording.trajectory, screens=tuple(each.screen for each in checked)
    )
    digest = digest_of(whole)
    if known := models.Trajectory.objects.filter(team=team, digest=digest).first():
        return known, False
    payload = wire.dump(whole)
    if len(json.dumps(payload)) > MAX_PAYLOAD:
        raise UnreadableTrajectory(
            f"{source}: over {MAX_PAYLOAD // 2**20} MB of text; export it without page dumps"
        )
    for each in checked:
        keep(each)
    row = models.Trajectory(
        team=team,
        digest=digest,
        source=wire.clean(source)[-1000:],
        format=whole.format,
        platform=whole.platform,
        instruction=wire.clean(whole.instruction),
        label=whole.label or "",
        n_steps=len(whole.steps),
        n_actions=whole.n_actions,
        n_screens=len(whole.screens),
        warnings=wire.encode(whole.warnings),
        payload=payload,
        created_at=at,
        created_by=by,
    )
    return _insert(row, whole)


def digest_of(trajectory: Trajectory) -> str:
    """What makes two recordings the same: all that happened, not where it lay or who warned."""
    identity = dataclasses.replace(trajectory, warnings=(), meta=None)
    # Of the digest, not of the wire: a newer Themis must know what an older one has stored.
    named = {**wire.dump(identity), "v": 1}
    return hashlib.sha256(json.dumps(named, sort_keys=True).encode()).hexdigest()


def _check_counts(recording: Recording, source: str) -> None:
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


def keep(checked: pictures.Checked) -> None:
    """Put a checked picture and its thumbnail among the blobs."""
    digest = checked.screen.digest
    content = pictures.content_of(checked.picture)
    if blobs.digest_of(content) != digest:
        raise UnreadableTrajectory(f"{checked.picture.name}: changed while it was read; try again")
    blobs.put(content, digest=digest)
    blobs.put(checked.thumbnail, digest=digest, kind="thumbnails")


def _insert(row: models.Trajectory, whole: Trajectory) -> tuple[models.Trajectory, bool]:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            keep_positions(row, whole.screens)
    except IntegrityError:  # a twin came first
        return models.Trajectory.objects.get(team=row.team, digest=row.digest), False
    return row, True


def keep_positions(row: models.Trajectory, screens: tuple[Screen, ...], *, first: int = 0) -> None:
    """Say which pictures are a run's screens, from one position on."""
    models.Screen.objects.bulk_create(
        models.Screen(
            trajectory=row,
            position=position,
            digest=screen.digest,
            media_type=screen.media_type,
            width=screen.width,
            height=screen.height,
        )
        for position, screen in enumerate(screens, first)
    )
