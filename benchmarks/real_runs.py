"""The runs that judging is measured on: real ones where they are at hand, else generated ones."""

from __future__ import annotations

import random
import struct
import zlib
from dataclasses import replace
from io import BytesIO
from pathlib import Path

from PIL import Image

from benchmarks.evidence_only import case_of
from themis.critic.contract import Case
from themis.critic.evidence_only.screens import MAX_BYTES
from themis.domain.action import Action, ActionType, Point
from themis.domain.trajectory import Platform, Step, Trajectory
from themis.formats import native, registry
from themis.formats.contract import Picture, Recording

REAL = Path(__file__).resolve().parents[2] / "shared" / "data" / "webvoyager"
PNG_END = 12  # bytes of the last chunk of a PNG


def recordings(n: int) -> tuple[str, list[Recording]]:
    """So many runs, and in words what they are.

    Real ones come several times over: each time under another instruction and with screens of
    other bytes, so that nothing is encoded once for several of them.
    """
    if REAL.is_dir():
        real = [found.read() for found in registry.find(REAL)]
        told = f"{len(real)} real web runs of {REAL.name}, {n / len(real):g} times over"
        return told, [_again(real[at % len(real)], at) for at in range(n)]
    return f"{n} generated runs, for {REAL.name} is not here", [_generated(at) for at in range(n)]


def distinct(n: int) -> list[Recording]:
    """So many runs with instructions of their own, which share the screens of a few."""
    made = [found.read() for found in registry.find(REAL)] if REAL.is_dir() else []
    made = made or [_generated(at) for at in range(15)]
    few = [made[at % len(made)] for at in range(n)]
    return [
        replace(
            each,
            trajectory=replace(
                each.trajectory, instruction=f"{each.trajectory.instruction} (request {number})"
            ),
        )
        for number, each in enumerate(few)
    ]


def _again(recording: Recording, number: int) -> Recording:
    trajectory = recording.trajectory
    said = f"{trajectory.instruction} (request {number})"
    pictures = tuple(
        Picture(name=each.name, content=_marked(each.read(MAX_BYTES), number))
        for each in recording.pictures
    )
    return Recording(trajectory=replace(trajectory, instruction=said), pictures=pictures)


def _marked(png: bytes, number: int) -> bytes:
    """The same picture in other bytes: with a chunk of text before the end."""
    chunk = b"tEXt" + b"Comment\0" + f"copy {number}".encode()
    head, crc = struct.pack(">I", len(chunk) - 4), struct.pack(">I", zlib.crc32(chunk))
    return png[:-PNG_END] + head + chunk + crc + png[-PNG_END:]


def _generated(number: int) -> Recording:
    """A run of some steps with screens of about 240 kB that no other run has."""
    steps = tuple(
        Step(
            thought=f"Step {n} of run {number}",
            actions=(Action(type=ActionType.CLICK, point=Point(x=10, y=20)),),
            before=n,
            after=n + 1,
        )
        for n in range(3 + number % 6)
    )
    trajectory = Trajectory(
        instruction=f"Task {number}", platform=Platform.WEB, steps=steps, format="themis"
    )
    pictures = tuple(_noise(number * 100 + n) for n in range(len(steps) + 1))
    return Recording(trajectory=trajectory, pictures=pictures)


def _noise(seed: int) -> Picture:
    content = random.Random(seed).randbytes(200 * 133 * 3)  # noqa: S311  a picture, not a secret
    out = BytesIO()
    Image.frombytes("RGB", (200, 133), content).resize((400, 266)).save(out, "PNG")
    return Picture(name=f"{seed}.png", content=out.getvalue())


def written(n: int, folder: Path) -> tuple[str, list[Case]]:
    """So many runs written to a folder in Themis' format, and as cases that read them there."""
    told, made = recordings(n)
    cases = []
    for number, recording in enumerate(made):
        run = folder / f"run-{number:04}"
        native.write(recording, run)
        cases.append(case_of(native.Native().read(run)))
    return told, cases
