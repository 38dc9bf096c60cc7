"""What people bring in through a page: laid out, stored, queued for judging."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from themis.accounts.models import Team, User
from themis.pipeline import flow, progress, tasks
from themis.pipeline.models import Run
from themis.trajectories.ingest import Bringer, Refused, Stored, ingest
from themis.trajectories.models import Trajectory
from themis.trajectories.uploads import Upload, laid_out
from themis.uploads.models import Status
from themis.uploads.models import Upload as UploadRow


def receive(
    files: Sequence[tuple[str, Upload]], *, team: Team, by: User | None, at: datetime
) -> list[Stored | Refused]:
    """Take in uploaded files by their relative names and queue what is new for judging."""
    with laid_out(files) as (folder, complaints):
        bringer = Bringer(team=team, by=by, at=at, root=folder)
        results: list[Stored | Refused] = [
            Refused(source=complaint.partition(":")[0], error=complaint) for complaint in complaints
        ]
        if any(folder.iterdir()):
            results += ingest(folder, bringer)
    for result in results:
        if isinstance(result, Stored) and result.is_new:
            judge(result.trajectory, at=at)
    return results


def judge(trajectory: Trajectory, *, at: datetime) -> None:
    """Queue a trajectory that came in for its first judging."""
    queue(flow.submit(trajectory=trajectory, at=at))


def went_on(upload: UploadRow) -> None:
    """Tell pages that bytes came, and a worker if they were the last ones."""
    upload.refresh_from_db(fields=["status"])
    if upload.status == Status.WAITING:
        tasks.hint_upload()
    progress.announce_upload_now(upload.pk, upload.team_id)


def queue(run: Run) -> None:
    """Tell a worker and the open pages of a run, once its row can be seen by others."""
    tasks.queue(run)
