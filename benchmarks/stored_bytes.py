"""How many bytes the screens of real recordings take, against the raw pictures.

Run `python benchmarks/stored_bytes.py FOLDER...`. *occurring* counts a picture each time a
recording holds it, *distinct* once; *stored* is what lies in the blobs after `manage.py ingest`,
as it came and with THEMIS_SCREENS=webp. Ratios are to the occurring pictures.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from themis.domain.errors import UnreadableTrajectory
from themis.formats import registry
from themis.formats.contract import Picture
from themis.trajectories.pictures import MAX_BYTES

MB = 1e6


def main() -> None:
    """Measure and print, folder by folder."""
    for name in sys.argv[1:]:
        folder = Path(name)
        occurring, sizes = 0, {}
        for picture in pictures(folder):
            content = picture.read(MAX_BYTES)
            occurring += len(content)
            sizes[hashlib.sha256(content).digest()] = len(content)
        print(f"{folder.name}")
        tell("occurring", occurring, occurring, "")
        tell("distinct", sum(sizes.values()), occurring, f"{len(sizes):,} pictures")
        for kept in ("png", "webp"):
            stored, seconds = ingest(folder, kept)
            tell(f"stored, {kept}", stored, occurring, f"ingest {seconds:.1f} s")


def tell(name: str, n_bytes: int, occurring: int, beside: str) -> None:
    """One line."""
    print(f"  {name:13} {n_bytes / MB:8.2f} MB  {n_bytes / occurring:5.2f}  {beside}")


def pictures(folder: Path) -> Iterator[Picture]:
    """Every picture of every recording, as often as one holds it."""
    for found in registry.find(folder):
        try:
            yield from found.reader.read(found.source).pictures
        except UnreadableTrajectory as error:
            print(f"  left out: {error}")


def ingest(folder: Path, kept: str) -> tuple[int, float]:
    """Bytes of all screens after the command, in an empty home, and its seconds."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "THEMIS_HOME": home, "THEMIS_SCREENS": kept}
        environment["DATABASE_URL"] = ""
        started = time.perf_counter()
        subprocess.run(
            [sys.executable, "manage.py", "ingest", "--no-judge", "--json", str(folder)],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,  # 1 where something was refused, which is told above
            cwd=ROOT,
        )
        seconds = time.perf_counter() - started
        screens = Path(home) / "blobs" / "screens"
        return sum(path.stat().st_size for path in screens.rglob("*") if path.is_file()), seconds


if __name__ == "__main__":
    main()
