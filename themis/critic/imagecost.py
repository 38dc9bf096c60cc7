"""What a picture costs in prompt tokens, by the rule that each model family has published.

Sources: the image processors of Qwen2-VL, Qwen2.5-VL and Qwen3-VL (`smart_resize`), the vision
guides of OpenAI, Anthropic and Google, and InternVL's dynamic tiling. A rule is an estimate: the
processor of the very model, where one is at hand, is asked first (`critic.models`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable

Rule = Callable[[int, int], int]


def by_rule(model: str, width: int, height: int) -> int:
    """Tokens of a picture of so many pixels; an unknown name counts as Qwen2.5-VL."""
    known = family(model)
    rule = dict(_FAMILIES)[known] if known else _QWEN2
    return rule(max(width, 1), max(height, 1))


def family(model: str) -> str | None:
    """What the models that count as this one does have in common; None for an unknown name."""
    name = model.lower()
    return next((pattern for pattern, _ in _FAMILIES if re.search(pattern, name)), None)


def patches(edge: int, least: int, most: int) -> Rule:
    """Qwen: both sides rounded to whole patches, the area kept between two bounds of pixels."""

    def tokens(width: int, height: int) -> int:
        across, down = round(width / edge), round(height / edge)
        area = max(across, 1) * max(down, 1) * edge * edge
        if area > most:
            shrink = math.sqrt(width * height / most)
            across, down = (math.floor(side / shrink / edge) for side in (width, height))
        elif area < least:
            grow = math.sqrt(least / (width * height))
            across, down = (math.ceil(side * grow / edge) for side in (width, height))
        return max(across, 1) * max(down, 1) + 2  # the marks of where vision starts and ends

    return tokens


def tiles(base: int, each: int) -> Rule:
    """OpenAI, high detail: within 2048, the shorter side at most 768, tiles of 512."""

    def tokens(width: int, height: int) -> int:
        fit = min(1.0, 2048 / max(width, height))
        fit *= min(1.0, 768 / (min(width, height) * fit))
        return base + each * math.ceil(width * fit / 512) * math.ceil(height * fit / 512)

    return tokens


def capped_patches(factor: float) -> Rule:
    """OpenAI's small models: patches of 32, at most 1,536 of them, times a factor."""

    def tokens(width: int, height: int) -> int:
        n = math.ceil(width / 32) * math.ceil(height / 32)
        return math.ceil(min(n, 1536) * factor)

    return tokens


def claude(width: int, height: int) -> int:
    """Anthropic: a token for 750 pixels, the longer side at most 1,568, 1,600 tokens at most."""
    fit = min(1.0, 1568 / max(width, height))
    return min(1600, math.ceil(width * fit * height * fit / 750))


def gemini(width: int, height: int) -> int:
    """Google: 258 for a small picture, and for each tile of 768 of a larger one."""
    if max(width, height) <= 384:
        return 258
    return 258 * math.ceil(width / 768) * math.ceil(height / 768)


def internvl(width: int, height: int) -> int:
    """InternVL: at most 12 tiles of 448, laid out as the picture is, and one of the whole."""
    grids = [(x, y) for x in range(1, 13) for y in range(1, 13) if x * y <= 12]
    ratio = width / height
    across, down = min(grids, key=lambda g: (abs(ratio - g[0] / g[1]), -g[0] * g[1]))
    n = across * down
    return 256 * (n + 1 if n > 1 else 1)


_QWEN2 = patches(28, 56 * 56, 12_845_056)
_FAMILIES: tuple[tuple[str, Rule], ...] = (
    (r"qwen-?3|os-shepherd", patches(32, 65_536, 16_777_216)),
    (r"qwen|ui-?tars|webjudge", _QWEN2),
    (r"gpt-4o-mini", tiles(2833, 5667)),
    (r"gpt-.*nano", capped_patches(2.46)),
    (r"gpt-.*mini", capped_patches(1.62)),
    (r"o4-mini", capped_patches(1.72)),
    (r"gpt-5", tiles(70, 140)),
    (r"gpt-", tiles(85, 170)),
    (r"\bo[13]\b", tiles(75, 150)),
    (r"claude", claude),
    (r"gemini", gemini),
    (r"internvl", internvl),
)
