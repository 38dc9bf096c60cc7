"""Records stories again: `python -m demo.recorder [NAME...]`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from demo.recorder.errors import RecordingFailed
from demo.recorder.record import record
from demo.recorder.stories import STORIES
from demo.recorder.story import Story

TRAJECTORIES = Path(__file__).resolve().parent.parent / "trajectories"
COLUMNS = "{:<22} {:<6} {:>5} {:>7} {:<8} {:<7} {:>8}"


def main(names: list[str]) -> int:
    """Record the named stories, or all, and print what came of each."""
    unknown = sorted(set(names) - {story.name for story in STORIES})
    if unknown:
        sys.stderr.write(f"no such story: {', '.join(unknown)}\n")
        return 2
    _say(COLUMNS.format("name", "platf.", "steps", "screens", "claim", "truth", "bytes"))
    for story in STORIES:
        if not names or story.name in names:
            try:
                record(story, TRAJECTORIES / story.name)
            except RecordingFailed as failed:
                sys.stderr.write(f"{story.name}: {failed}\n")
                return 1
            _say(_row(story, TRAJECTORIES / story.name))
    return 0


def _row(story: Story, folder: Path) -> str:
    written = json.loads((folder / "trajectory.json").read_text(encoding="utf-8"))
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    n_steps, n_screens = len(written["steps"]), len(written["screens"])
    return COLUMNS.format(
        story.name,
        written["platform"],
        n_steps,
        n_screens,
        story.claim.value,
        written["label"],
        size,
    )


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
