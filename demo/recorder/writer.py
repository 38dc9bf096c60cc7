"""Writes a take in Themis' own trajectory format."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from PIL import Image

from demo.recorder.story import Story, Truth
from demo.recorder.take import Take
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Ending, Label, Platform
from themis.domain.wire import encode

COLOURS = 256


def write(
    folder: Path, *, story: Story, platform: Platform, take: Take, truth: Truth, program: str
) -> None:
    """Replace `folder` by this recording."""
    if folder.exists():
        shutil.rmtree(folder)
    (folder / "screens").mkdir(parents=True)
    names = [f"screens/{number:02}.png" for number in range(1, len(take.images) + 1)]
    for name, image in zip(names, take.images, strict=True):
        _write_picture(folder / name, image)
    meta = {"agent": "scripted", "program": program, "task": story.name, "truth": truth.reading}
    record: dict[str, Json] = {
        "themis": "trajectory/2",
        "instruction": story.instruction,
        "platform": encode(platform),
        "screens": encode(names),
        "steps": encode(take.steps),
        "ending": encode(Ending(claim=story.claim, answer=story.answer)),
        "label": encode(Label.PASSED if truth.passed else Label.FAILED),
        "meta": encode(meta),
    }
    text = json.dumps(record, ensure_ascii=False, indent=1)
    (folder / "trajectory.json").write_text(text + "\n", encoding="utf-8")


def _write_picture(path: Path, image: Image.Image) -> None:
    few = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(path, optimize=True)
