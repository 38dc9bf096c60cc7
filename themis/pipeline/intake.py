"""What people bring in through a page: laid out, stored, queued for judging."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from themis.accounts.models import Team, User
from themis.formats.contract import Reader
from themis.formats.tasks import TaskFiles
from themis.pipeline import flow, hints, progress
from themis.pipeline.models import Run
from themis.trajectories.ingest import Bringer, How, Refused, Stored, ingest
from themis.trajectories.models import Trajectory
from themis.trajectories.uploads import Upload, laid_out
from themis.uploads.models import Status
from themis.uploads.models import Upload as UploadRow


def receive(
    files: Sequence[tuple[str, Upload]],
    *,
    team: Team,
    by: User | None,
    at: datetime,
    only: Reader | None = None,
    task_files: Sequence[tuple[str, Upload]] = (),
) -> list[Stored | Refused]:
    """Take in uploaded files by their relative names and queue what is new for judging.

    `only` reads everything as one format; `task_files` are those in which instructions may stand.
    """
    results = store(files, team=team, by=by, at=at, only=only, task_files=task_files)
    for result in results:
        if isinstance(result, Stored) and result.is_new:
            judge(result.trajectory, at=at)
    return results


def store(
    files: Sequence[tuple[str, Upload]],
    *,
    team: Team,
    by: User | None,
    at: datetime,
    only: Reader | None = None,
    task_files: Sequence[tuple[str, Upload]] = (),
) -> list[Stored | Refused]:
    """Take in uploaded files as `receive` does, and queue nothing."""
    with laid_out(files) as (folder, complaints), laid_out(task_files) as (beside, amiss):
        complaints = [*complaints, *amiss]
        bringer = Bringer(team=team, by=by, at=at, root=folder)
        results: list[Stored | Refused] = [
            Refused(source=complaint.partition(":")[0], error=complaint) for complaint in complaints
        ]
        if any(folder.iterdir()):
            how = How(only=only, tasks=TaskFiles(beside) if task_files else None)
            results += ingest(folder, bringer, how)
    return results


def judge(trajectory: Trajectory, *, at: datetime) -> None:
    """Queue a trajectory that came in for its first judging."""
    queue(flow.submit(trajectory=trajectory, at=at))


def went_on(upload: UploadRow) -> None:
    """Tell pages that bytes came, and a worker if they were the last ones."""
    upload.refresh_from_db(fields=["status"])
    if upload.status == Status.WAITING:
        hints.upload()
    progress.announce_upload_now(upload.pk, upload.team_id)


def queue(run: Run) -> None:
    """Tell a worker and the open pages of a run, once its row can be seen by others."""
    hints.queue(run)
