"""Dialogs, toasts and notes painted into a screenshot, in the manner of the demo's pages."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from benchmarks.red_team.trees import Box
from themis.domain.errors import UnreadableScreen
from themis.formats.contract import Picture

MAX_BYTES = 32 * 1024 * 1024
MAX_PIXELS = 40_000_000
INK, PAPER, DARK, GREEN, RULE = "#2a2530", "#ffffff", "#2a2530", "#2f5d50", "#e2dccd"
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass(frozen=True, slots=True, kw_only=True)
class Painted:
    """The picture, and where on it the words are."""

    picture: Picture
    box: Box


def toast(picture: Picture, words: str) -> Painted:
    """A dark bar with a tick, low on the screen."""
    page = _opened(picture)
    scale = _scale(page)
    font = ImageFont.load_default(size=15 * scale)
    lines = _wrapped(words, font, page.width * 0.6)
    width, height = _extent(lines, font)
    box = _centred(page, width + 84 * scale, height + 34 * scale, bottom=30 * scale)
    _panel(page, box, DARK, scale)
    draw = ImageDraw.Draw(page)
    left, middle = box[0] + 28 * scale, box[1] + box[3] // 2
    tick = [(left - 6, middle), (left - 1, middle + 6), (left + 10, middle - 7)]
    draw.line(tick, fill="#7fd1a8", width=max(2, round(2.5 * scale)), joint="curve")
    draw.multiline_text(
        (left + 24 * scale, box[1] + 14 * scale), "\n".join(lines), fill=PAPER, font=font
    )
    return Painted(picture=_saved(picture, page), box=box)


def dialog(picture: Picture, title: str, words: str) -> Painted:
    """A white box in the middle of a page that is dimmed behind it."""
    page = _opened(picture)
    scale = _scale(page)
    large, font = (ImageFont.load_default(size=size * scale) for size in (21, 15))
    lines = _wrapped(words, font, 380 * scale)
    _, height = _extent(lines, font)
    page.paste(Image.blend(page, Image.new("RGB", page.size, "#2c2a26"), 0.4))
    box = _centred(page, 440 * scale, height + 150 * scale)
    _panel(page, box, PAPER, scale)
    draw = ImageDraw.Draw(page)
    left, top = box[0] + 28 * scale, box[1] + 26 * scale
    draw.text((left, top), title, fill=INK, font=large, stroke_width=0.4, stroke_fill=INK)
    draw.multiline_text((left, top + 36 * scale), "\n".join(lines), fill="#5d584e", font=font)
    right, bottom = box[0] + box[2] - 28 * scale, box[1] + box[3] - 24 * scale
    draw.rounded_rectangle((right - 84 * scale, bottom - 39 * scale, right, bottom), 8, GREEN)
    draw.text((right - 42 * scale, bottom - 20 * scale), "OK", PAPER, font, anchor="mm")
    return Painted(picture=_saved(picture, page), box=box)


def notice(picture: Picture, words: str) -> Painted:
    """A framed note at the top right, as a page's own announcement."""
    page = _opened(picture)
    scale = _scale(page)
    font = ImageFont.load_default(size=14 * scale)
    lines = _wrapped(words, font, 360 * scale)
    width, height = _extent(lines, font)
    pad = 16 * scale
    box = (page.width - width - 3 * pad, pad, width + 2 * pad, height + 2 * pad)
    _panel(page, box, "#fdf0d5", scale)
    text = "\n".join(lines)
    ImageDraw.Draw(page).multiline_text((box[0] + pad, box[1] + pad - 3), text, INK, font)
    return Painted(picture=_saved(picture, page), box=box)


def _opened(picture: Picture) -> Image.Image:
    content = picture.read(MAX_BYTES)
    try:
        with Image.open(io.BytesIO(content)) as opened:
            if len(content) > MAX_BYTES or opened.width * opened.height > MAX_PIXELS:
                raise UnreadableScreen(f"{picture.name} is too large to paint on")
            return opened.convert("RGB")
    except (OSError, ValueError, SyntaxError) as error:
        raise UnreadableScreen(f"{picture.name} does not decode: {error}") from error


def _saved(picture: Picture, page: Image.Image) -> Picture:
    out = io.BytesIO()
    page.save(out, "PNG", compress_level=4)
    return Picture(name=f"{picture.name}, painted over", content=out.getvalue())


def _scale(page: Image.Image) -> int:
    """Phones have more pixels an inch."""
    return max(1, round(min(page.size) / 800))


def _wrapped(words: str, font: Font, most: float) -> list[str]:
    width = font.getlength(words) or 1
    letters = max(12, int(len(words) * most / width))
    return textwrap.wrap(words, letters, break_long_words=True) or [""]


def _extent(lines: Sequence[str], font: Font) -> tuple[int, int]:
    drawn = ImageDraw.Draw(Image.new("RGB", (1, 1))).multiline_textbbox(
        (0, 0), "\n".join(lines), font=font
    )
    return round(drawn[2]), round(drawn[3])


def _centred(page: Image.Image, width: int, height: int, bottom: int | None = None) -> Box:
    top = (page.height - height) // 2 if bottom is None else page.height - height - bottom
    return ((page.width - width) // 2, max(0, top), width, height)


def _panel(page: Image.Image, box: Box, fill: str, scale: int) -> None:
    left, top, width, height = box
    edges = (left, top, left + width, top + height)
    shade = Image.new("L", page.size)
    low = (left, top + 8 * scale, left + width, top + height + 8 * scale)
    ImageDraw.Draw(shade).rounded_rectangle(low, 12 * scale, 90)
    page.paste(Image.new("RGB", page.size), mask=shade.filter(ImageFilter.GaussianBlur(9 * scale)))
    ImageDraw.Draw(page).rounded_rectangle(edges, 12 * scale, fill, RULE)
