"""A table of verdicts of judges that were asked elsewhere, out of the files that people bring."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from themis.accounts.models import Team, User
from themis.critic.trust import reading, webjudge
from themis.critic.trust.table import Table
from themis.domain.errors import UnreadableTable, UnreadableTrajectory
from themis.pipeline import hints
from themis.rewards import queries, services
from themis.rewards.models import Brought
from themis.trajectories.uploads import Upload, laid_out

MAX_BYTES = 8 * 2**20  # of everything in one form
MOST_TABLES = 200  # a team
_DEPTH = 3  # folders in which a folder of judges is looked for


def bring(
    files: Sequence[tuple[str, Upload]], *, team: Team, by: User | None, at: datetime
) -> Brought:
    """Keep the table and have its judges measured; UnreadableTable says which line is wrong."""
    if sum(file.size or 0 for _, file in files) > MAX_BYTES:
        raise UnreadableTable(f"over {MAX_BYTES // 2**20} MB; bring it in parts, or packed")
    if queries.brought_tables(team).count() >= MOST_TABLES:
        raise UnreadableTable(f"{MOST_TABLES} tables are kept already; delete one first")
    try:
        with laid_out(files) as (folder, complaints):
            if complaints:
                raise UnreadableTable(complaints[0])
            name, table = _read(folder)
    except UnreadableTrajectory as error:
        raise UnreadableTable(str(error)) from error
    if not table.rows:
        raise UnreadableTable(f"{name}: no run has a usable label; write passed or failed")
    row = services.bring(team=team, by=by, name=name, table=table, at=at)
    hints.queue_measuring(services.ask(team=team, by=by, brought=row, at=at))
    return row


def _read(folder: Path) -> tuple[str, Table]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    if not found:
        raise UnreadableTable("nothing arrived; choose a file again")
    recorded = _recorded(folder)
    if recorded is None and len(found) > 1:
        raise UnreadableTable(
            f"{len(found)} files; bring one table at a time, or a folder of WebJudge's"
        )
    try:
        if recorded is not None:
            return _name(folder, recorded), webjudge.read(recorded)
        return _name(folder, found[0]), reading.read(found[0])
    except UnreadableTable as error:
        raise UnreadableTable(str(error).replace(f"{folder}/", "")) from error


def _recorded(folder: Path) -> Path | None:
    """The folder whose folders hold results as WebJudge leaves them."""
    looked = [folder]
    for _ in range(_DEPTH):
        for each in looked:
            if webjudge.is_webjudge(each):
                return each
        looked = [below for each in looked for below in sorted(each.iterdir()) if below.is_dir()]
    return None


def _name(folder: Path, path: Path) -> str:
    return str(path.relative_to(folder)) if path != folder else "recorded judges"
