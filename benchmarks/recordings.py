"""Recordings to measure with: screens that cost what real ones cost to decode."""

from __future__ import annotations

import random
from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw

from themis.domain.action import Action, ActionType, Point
from themis.domain.trajectory import Platform, Step, Trajectory
from themis.formats import native
from themis.formats.contract import Picture, Recording

SIZE = (1280, 720)
LINE = 18  # pixels
NOISE = (300, 200)  # what a photo on the page costs


@cache
def _lines() -> list[Image.Image]:
    """Lines of text, as masks."""
    chance = random.Random(1)  # noqa: S311  a picture, not a secret
    lines = []
    for _ in range(200):
        line = Image.new("L", (SIZE[0] - 80, LINE))
        words = " ".join(f"{chance.getrandbits(28):x}" for _ in range(24))
        ImageDraw.Draw(line).text((0, 2), words, fill=255)
        lines.append(line)
    return lines


def screen(seed: int, kind: str = "PNG") -> bytes:
    """A page of text on gradients, with a picture on it; every seed another one."""
    chance = random.Random(seed)  # noqa: S311  a picture, not a secret
    ramp = Image.linear_gradient("L").resize(SIZE)
    page = Image.merge("RGB", (ramp, ramp.point(lambda v: 255 - v // 2), ramp.point(lambda _: 200)))
    lines = _lines()
    for y in range(10, SIZE[1] - 20, LINE):
        page.paste((20, 20, 30), (20 - chance.randrange(12), y), chance.choice(lines))
    noise = Image.frombytes("RGB", NOISE, chance.randbytes(NOISE[0] * NOISE[1] * 3))
    page.paste(Image.blend(noise, Image.new("RGB", NOISE, (90, 120, 160)), 0.8), (900, 100))
    out = BytesIO()
    page.save(out, kind)
    return out.getvalue()


def write_run(folder: Path, number: int, n_screens: int, kind: str = "PNG") -> None:
    """One run of so many screens in Themis' own format."""
    steps = tuple(
        Step(
            thought=f"Thought {step} of run {number}: look for the next control and press it.",
            actions=(Action(type=ActionType.CLICK, point=Point(x=10 + step, y=20), name="click"),),
            before=step,
            after=min(step + 1, n_screens - 1),
        )
        for step in range(n_screens)
    )
    trajectory = Trajectory(
        instruction=f"Find report {number} and save it", platform=Platform.WEB, steps=steps
    )
    pictures = tuple(
        Picture(name=f"{n}", content=screen(number * n_screens + n, kind)) for n in range(n_screens)
    )
    native.write(Recording(trajectory=trajectory, pictures=pictures), folder / f"run-{number:04}")
