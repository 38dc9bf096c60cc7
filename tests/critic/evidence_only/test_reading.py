"""Words in pictures, where the tesseract program is installed."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from PIL import Image, ImageDraw, ImageFont

from tests.critic.evidence_only.stories import NO_OCR, click, judged, run
from themis.critic.evidence_only.reading import KEPT, Reading
from themis.domain.trajectory import Screen, Step, Trajectory
from themis.domain.verdict import Outcome

READING = Reading()
needs_program = pytest.mark.skipif(
    not READING.is_possible, reason="the tesseract program is not installed"
)


def written(words: str) -> bytes:
    image = Image.new("RGB", (900, 200), "white")
    font = ImageFont.load_default(size=48)
    ImageDraw.Draw(image).text((40, 60), words, fill="black", font=font)
    out = io.BytesIO()
    image.save(out, format="PNG")
    return out.getvalue()


def pictured(task: str, *digests: str) -> Trajectory:
    told = run(task, "", claim=None)
    screens = tuple(
        Screen(digest=d * 64, width=900, height=200, media_type="image/png") for d in digests
    )
    step = Step(actions=(click("Go"),), before=0, after=len(screens) - 1)
    return replace(told, steps=(step,), screens=screens)


@needs_program
def test_words_are_read_whatever_their_spacing() -> None:
    tree = READING.read("1" * 64, lambda: written("Order 4711 received"))
    assert tree is not None
    assert tree.recognised
    assert tree.shows("order 4711  Received")


def test_a_picture_is_read_once() -> None:
    asked: list[str] = []

    def content() -> bytes:
        asked.append("once")
        return written("Hello")

    reading = Reading()
    for _ in range(3):
        reading.read("2" * 64, content)
    assert len(asked) == int(reading.is_possible)


def test_what_cannot_be_decoded_is_not_read() -> None:
    assert READING.read("3" * 64, lambda: b"no picture") is None


def test_what_is_remembered_is_bounded() -> None:
    reading = Reading(program="a-program-that-is-not-installed")
    for number in range(KEPT + 10):
        reading.read(f"{number:064d}", lambda: b"")
    assert len(reading._kept) == KEPT


async def test_the_critic_says_that_it_cannot_read_pictures() -> None:
    finding = await judged(
        pictured('Type "Hello"', "a", "b"), read=lambda screen: written(screen.digest[:9])
    )
    assert finding.outcome is Outcome.UNDECIDED
    assert "tesseract is not installed" in finding.reason


async def test_pictures_that_never_change_prove_that_nothing_was_done() -> None:
    finding = await judged(
        pictured('Type "Hello" and press Submit', "a", "b"),
        read=lambda _: written("Empty"),
        reading=NO_OCR,
    )
    assert finding.outcome is Outcome.FAILED
    assert "nothing ever changed" in finding.reason


async def test_screens_that_are_gone_leave_it_undecided() -> None:
    finding = await judged(pictured('Type "Hello"', "a", "b"), reading=READING)
    assert finding.outcome is Outcome.UNDECIDED


async def test_pictures_that_hardly_change_prove_nothing() -> None:
    finding = await judged(
        pictured('Type "Hello" and press Submit', "a", "b"),
        read=lambda screen: written("Pings: 0" if screen.digest.startswith("a") else "Pings: 3"),
    )
    assert finding.outcome is Outcome.UNDECIDED
