"""How long it takes to store runs, beside reading, hashing and decoding the same pictures.

Run `python benchmarks/ingest.py`. A generated folder of 200 runs with 2,000 distinct screens
(1280x720), once PNG and once JPEG, goes through `manage.py ingest --json` into an empty home with
SQLite, and into PostgreSQL where STACK_DATABASE_URL names a server; then through `read`, SHA-256
and Pillow's `load` in as many processes. Both times hold the start of the processes.
Processor time, which another program does not lengthen, stands beside the clock's. The files
were written just before and are in the page cache; the stored ones are synced to the disk.

Memory is the peak of the command's largest process, for 50, 100 and 200 runs. The ratio is what
to look at.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from PIL import Image

from benchmarks.recordings import write_run

RUNS = 200
SCREENS = 10  # a run
COMPILED = {"PYTHONDONTWRITEBYTECODE": ""}  # a start compiles nothing anew
SIZES = (50, 100, 200)  # runs, for the memory
DRAWN_WITH = os.cpu_count() or 1


@dataclass(frozen=True)
class Timed:
    """Seconds on the clock and on processors, and the peak of the largest process in MB."""

    seconds: float
    cpu: float
    peak: float = 0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--processes", type=int, default=DRAWN_WITH)
    parser.add_argument("--times", type=int, default=2)
    options = parser.parse_args()
    for kind in ("PNG", "JPEG"):
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch) / "runs"
            generate(folder, kind)
            compare(folder, kind, options.processes, options.times)


def compare(folder: Path, kind: str, processes: int, times: int) -> None:
    """Bare loop and command in turn, each several times; the best of each counts."""
    bare: list[Timed] = []
    stored: list[Timed] = []
    grown: list[Timed] = []
    url = os.environ.get("STACK_DATABASE_URL", "")
    for _ in range(times):
        bare.append(read_bare(folder, processes))
        stored.append(ingest(folder, processes))
        if url:
            grown.append(ingest(folder, processes, database=url))
    megabytes = sum(path.stat().st_size for path in pictures(folder)) / 2**20
    print(
        f"{kind}: {RUNS} runs, {RUNS * SCREENS} screens, {megabytes:.0f} MB, {processes} processes"
    )
    tell("read + SHA-256 + decode", bare, bare)
    tell("ingest, SQLite", stored, bare)
    if grown:
        tell("ingest, PostgreSQL", grown, bare)
    if kind == "PNG":
        again_and_memory(folder, processes, bare)


def tell(name: str, timed: list[Timed], bare: list[Timed]) -> None:
    """One line with the ratios, of the best of each."""
    clock, cpu = (
        (min(each.seconds for each in some) for some in (timed, bare)),
        (min(each.cpu for each in some) for some in (timed, bare)),
    )
    (seconds, floor), (worked, least) = clock, cpu
    ratios = f"{seconds / floor:5.2f}   processors {worked:6.2f} s {worked / least:5.2f}"
    print(f"  {name:23} {seconds:6.2f} s {ratios}", flush=True)


def again_and_memory(folder: Path, processes: int, bare: list[Timed]) -> None:
    """What a second time costs, and the peak by number of runs."""
    with tempfile.TemporaryDirectory() as home:
        ingest(folder, processes, home=Path(home))
        tell("the same again", [ingest(folder, processes, home=Path(home))], bare)
    peaks = [f"{count} runs {ingest(folder, processes, runs=count).peak:.0f} MB" for count in SIZES]
    print(f"  peak of the command     {', '.join(peaks)}")


def ingest(
    folder: Path,
    processes: int,
    *,
    runs: int = RUNS,
    home: Path | None = None,
    database: str = "",
) -> Timed:
    """The command on the first runs, into a new home or a given one."""
    with tempfile.TemporaryDirectory() as fresh:
        environment = {
            **os.environ,
            **COMPILED,
            "THEMIS_HOME": str(home or fresh),
            "DATABASE_URL": database,
        }
        prepare(environment)
        paths = [str(path) for path in sorted(folder.iterdir())[:runs]]
        command = ["ingest", "--json", "--processes", str(processes), str(folder)]
        if runs < RUNS:
            command[-1:] = paths
        with (Path(fresh) / "out").open("w+") as out:
            started = time.perf_counter()
            command = [sys.executable, "manage.py", *command]
            process = subprocess.Popen(command, env=environment, stdout=out, cwd=ROOT)
            _, status, used = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - started
            process.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            rows = [json.loads(line) for line in out]
    assert process.returncode == 0, rows[:3]  # noqa: S101
    assert [row["screens"] for row in rows] == [SCREENS] * runs, rows[:3]  # noqa: S101
    return Timed(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def prepare(environment: dict[str, str]) -> None:
    """The schema, and nothing in it: neither is part of what is measured."""
    for command in (["migrate", "-v0"], ["flush", "-v0", "--no-input"]):
        subprocess.run(
            [sys.executable, "manage.py", *command], env=environment, check=True, cwd=ROOT
        )


def read_bare(folder: Path, processes: int) -> Timed:
    """What it takes to read, hash and decode every picture, and no more."""
    files = pictures(folder)
    started, worked = time.perf_counter(), of_children()
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert len(list(pool.map(decode, files, chunksize=8))) == RUNS * SCREENS  # noqa: S101
    return Timed(time.perf_counter() - started, of_children() - worked)


def of_children() -> float:
    """Seconds that ended child processes have been on processors."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def decode(path: Path) -> str:
    """The floor: what cannot be left out."""
    content = path.read_bytes()
    with Image.open(io.BytesIO(content)) as image:
        image.load()
    return hashlib.sha256(content).hexdigest()


def pictures(folder: Path) -> list[Path]:
    """Every picture of every run."""
    return sorted(path for path in folder.rglob("*") if path.suffix != ".json" and path.is_file())


def generate(folder: Path, kind: str) -> None:
    """The runs, drawn by as many processes as there are cores."""
    draw = partial(write_run, folder, n_screens=SCREENS, kind=kind)
    with ProcessPoolExecutor(DRAWN_WITH) as pool:
        consume(pool.map(draw, range(RUNS)))


def consume(results: Iterable[None]) -> None:
    """Wait for all; raise what one of them raised."""
    for _ in results:
        pass


if __name__ == "__main__":
    main()
