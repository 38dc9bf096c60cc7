"""What recorded judges are worth: `python -m themis.critic.trust TABLE`. No database is needed."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from themis.critic.trust import reading, webjudge
from themis.critic.trust.evidence import Dependence
from themis.critic.trust.floor import FLOORS
from themis.critic.trust.report import report
from themis.critic.trust.table import Table
from themis.critic.trust.telling import as_json, lines
from themis.domain.errors import UnreadableTable


def main(arguments: Sequence[str]) -> int:
    """Read a table, tell what it says; 2 where it cannot be read."""
    chosen = _parser().parse_args(arguments)
    try:
        table = _read(chosen.table, chosen.tasks)
        judges = _judges(table, chosen.judge)
        told = report(
            table, judges, chosen.floor or FLOORS, chosen.alpha, Dependence(chosen.dependence)
        )
    except (UnreadableTable, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    text = json.dumps(as_json(told), indent=2) if chosen.json else "\n".join(lines(told))
    sys.stdout.write(f"{text}\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m themis.critic.trust", description=__doc__)
    parser.add_argument("table", type=Path, help="a CSV or JSON table, or WebJudge's folder")
    parser.add_argument("--floor", type=float, action="append", help="precision asked for")
    parser.add_argument("--alpha", type=float, default=0.05, help="chance of a false promise")
    parser.add_argument("--judge", action="append", help="only this judge; may be repeated")
    parser.add_argument("--tasks", type=Path, help="CSV naming the task of each WebJudge run")
    parser.add_argument(
        "--dependence",
        choices=[each.value for each in Dependence],
        default=Dependence.WORST.value,
        help="how strongly runs of one task are taken to hang together",
    )
    parser.add_argument("--json", action="store_true", help="for programs")
    return parser


def _read(path: Path, tasks: Path | None) -> Table:
    if webjudge.is_webjudge(path):
        return webjudge.read(path, tasks)
    return reading.read(path)


def _judges(table: Table, wanted: list[str] | None) -> tuple[str, ...]:
    unknown = [name for name in wanted or () if name not in table.judges]
    if unknown:
        raise UnreadableTable(
            f"no judge {', '.join(unknown)} in the table; it has {', '.join(table.judges)}"
        )
    return tuple(dict.fromkeys(wanted)) if wanted else table.judges


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
