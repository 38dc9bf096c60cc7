"""`make fuzz`: spoil recordings for minutes, under a memory limit; what breaks is kept.

`python -m tests.fuzz [SECONDS] [--format NAME] [--seed N] [--keep DIR]`
"""

from __future__ import annotations

import argparse
import logging
import resource
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from tests.fuzz import reading
from tests.fuzz.samples import SAMPLES

MEMORY = 3 * 2**30  # bytes of address space: a reader that wants more fails here
log = logging.getLogger("fuzz")


def main() -> int:
    """Fuzz until the time is over; 1 if anything broke."""
    options = _options()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    names = [options.format] if options.format else list(SAMPLES)
    counts: Counter[str] = Counter()
    broken = 0
    ends = time.monotonic() + options.seconds
    seed = options.seed
    with tempfile.TemporaryDirectory() as scratch:
        samples = {name: Path(scratch) / "good" / name for name in names}
        for name, folder in samples.items():
            folder.mkdir(parents=True)
            SAMPLES[name](folder)
        while time.monotonic() < ends:
            for name in names:
                broken += _one(name, samples[name], Path(scratch) / "spoilt", seed, options.keep)
                counts[name] += 1
            seed += 1
            if options.only:
                break
    log.info("%s recordings spoilt, %s broke: %s", counts.total(), broken, dict(counts))
    return 1 if broken else 0


def _one(name: str, sample: Path, scratch: Path, seed: int, keep: Path) -> bool:
    folder = reading.fresh(sample, scratch / name)
    reading.spoil(folder, seed)
    try:
        reading.read_all(folder)
    except Exception:  # noqa: BLE001  anything at all is what is looked for
        kept = reading.fresh(folder, keep / f"{name}-{seed}")
        lines = (line[:200] for line in traceback.format_exc().splitlines()[-12:])
        log.info("BROKE %s with seed %s, kept in %s\n%s", name, seed, kept, "\n".join(lines))
        return True
    return False


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("seconds", nargs="?", type=float, default=180)
    parser.add_argument("--format", choices=sorted(SAMPLES))
    parser.add_argument("--seed", type=int, default=0, help="where to begin")
    parser.add_argument("--only", action="store_true", help="that seed and no other")
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "themis-fuzz")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
