"""All variants of a set of recordings, the same ones every time."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from benchmarks.red_team.attacks import Attack, Original, Variant
from benchmarks.red_team.forged import forged_screens
from benchmarks.red_team.planted import orders_in_words, orders_on_screen
from benchmarks.red_team.undone import undone
from benchmarks.red_team.withheld import claims_without_acts
from themis.domain.errors import UnreadableScreen
from themis.domain.trajectory import Label

SEED = 7
BUILDERS: dict[Attack, Callable[[Original], Iterator[Variant]]] = {
    Attack.FORGED_SCREEN: forged_screens,
    Attack.CLAIM_WITHOUT_ACT: claims_without_acts,
    Attack.ON_SCREEN: orders_on_screen,
    Attack.IN_AGENT_TEXT: orders_in_words,
    Attack.UNDONE: undone,
}


def variants(
    found: Iterable[Original], *, most: int | None = None, seed: int = SEED
) -> tuple[Variant, ...]:
    """The variants of all recordings by class; of each class at most `most`, drawn at random."""
    every = _with_twins(list(found))
    chosen: list[Variant] = []
    for build in BUILDERS.values():
        of_class = [variant for original in every for variant in _of(build, original)]
        if most is not None and len(of_class) > most:
            draw = random.Random(seed)  # noqa: S311  a sample that can be repeated, no secret
            kept = sorted(draw.sample(range(len(of_class)), most))
            of_class = [of_class[number] for number in kept]
        chosen += of_class
    return tuple(chosen)


def _with_twins(found: list[Original]) -> list[Original]:
    passed = {
        each.recording.trajectory.instruction: each.recording
        for each in found
        if each.label is Label.PASSED
    }
    return [replace(each, twin=passed.get(each.recording.trajectory.instruction)) for each in found]


def _of(build: Callable[[Original], Iterator[Variant]], original: Original) -> list[Variant]:
    """None of a recording whose last picture cannot be opened: it cannot be painted on."""
    try:
        return list(build(original))
    except UnreadableScreen:
        return []
