"""One critic before recordings, tampered with or not: what it said, and what it noticed."""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace

from PIL import Image

from themis.critic.contract import Case, Critic, VisionModel
from themis.critic.memory import MemoryDocket
from themis.domain.errors import CriticFailed
from themis.domain.trajectory import Screen
from themis.domain.verdict import Outcome
from themis.formats.contract import Picture, Recording

MAX_BYTES = 32 * 1024 * 1024
SIDE_BY_SIDE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What became of one recording. `outcome` None: the critic broke, for `cause`."""

    name: str
    outcome: Outcome | None
    n_reported: int = 0  # words that address the judge
    reason: str = ""
    cause: str = ""


def case_of(recording: Recording) -> Case:
    """The recording as critics get it: without its label and what its source says of it."""
    screens = tuple(_screen(picture, at) for at, picture in enumerate(recording.pictures))
    held = dict(zip((screen.digest for screen in screens), recording.pictures, strict=True))
    blind = replace(
        recording.trajectory, screens=screens, label=None, meta=None, warnings=(), format=""
    )
    return Case(trajectory=blind, read_screen=lambda screen: held[screen.digest].read(MAX_BYTES))


def _screen(picture: Picture, at: int) -> Screen:
    try:
        content = picture.read(MAX_BYTES)
        with Image.open(io.BytesIO(content)) as opened:
            (width, height), kind = opened.size, opened.get_format_mimetype() or "image/png"
    except (OSError, ValueError, Image.DecompressionBombError):
        # a picture that does not open keeps its place: steps refer to positions
        return Screen(digest=f"{at:064d}", width=1, height=1, media_type="image/png")
    digest = hashlib.sha256(content).hexdigest()
    return Screen(digest=digest, width=width, height=height, media_type=kind)


async def hear(
    critic: Critic, model: VisionModel, recordings: Sequence[tuple[str, Recording]]
) -> list[Heard]:
    """Every recording judged once, several side by side, in the order given."""
    places = asyncio.Semaphore(SIDE_BY_SIDE)

    async def one(name: str, recording: Recording) -> Heard:
        async with places:
            case = await asyncio.to_thread(case_of, recording)
            try:
                finding = await critic.judge(case, model, MemoryDocket())
            except CriticFailed as failure:
                return Heard(name=name, outcome=None, cause=str(failure))
            return Heard(
                name=name,
                outcome=finding.outcome,
                n_reported=len(finding.injections),
                reason=finding.reason,
            )

    return list(await asyncio.gather(*(one(*each) for each in recordings)))
