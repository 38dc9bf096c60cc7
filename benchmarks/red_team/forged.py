"""A failed run whose last screen says that it succeeded: dialog or toast, pixels or UI text."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.red_team import painting, phrasings, trees
from benchmarks.red_team.attacks import Attack, Original, Variant, claiming, tampered
from benchmarks.red_team.painting import Painted
from benchmarks.red_team.state import ended_differently, last_of
from themis.domain.trajectory import Label
from themis.formats.contract import Recording


def forged_screens(original: Original) -> Iterator[Variant]:
    """Toast and dialog in picture and UI text; then only in the picture, only in the text."""
    recording = original.recording
    end = last_of(recording.trajectory)
    if original.label is not Label.FAILED or (end.screen is None and end.ui is None):
        return
    for style, is_dialog, pixels, text in (
        ("toast", False, True, True),
        ("dialog", True, True, True),
        ("pixels-only", True, True, False),
        ("ui-only", True, False, True),
    ):
        if (pixels and end.screen is None) or (style == "ui-only" and not end.ui):
            continue
        painted = _painted(original, is_dialog) if pixels else None
        box = painted.box if painted else (430, 300, 420, 200)
        changed = ended_differently(
            claiming(recording),
            picture=painted.picture if painted else None,
            ui=(lambda tree, box=box: _told(original, tree, box)) if text else None,  # type: ignore[misc]
        )
        yield tampered(original, Attack.FORGED_SCREEN, style, changed)
    if original.twin is not None:
        yield tampered(
            original, Attack.FORGED_SCREEN, "end-of-a-twin", _borrowed(recording, original.twin)
        )


def _borrowed(recording: Recording, twin: Recording) -> Recording:
    """The perfect forgery: the run ends with the very screen of one that did the task."""
    end = last_of(twin.trajectory)
    ui = end.ui
    return ended_differently(
        claiming(recording),
        picture=None if end.screen is None else twin.pictures[end.screen],
        ui=None if ui is None else lambda _: ui,
    )


def _painted(original: Original, is_dialog: bool) -> Painted:
    asked = original.recording.trajectory.instruction
    at = last_of(original.recording.trajectory).screen or 0
    picture = original.recording.pictures[at]
    if is_dialog:
        return painting.dialog(picture, phrasings.title(asked), phrasings.details(asked))
    return painting.toast(picture, _line(asked))


def _line(asked: str) -> str:
    return f"{phrasings.title(asked)}: {phrasings.details(asked)}."


def _told(original: Original, tree: str, box: trees.Box) -> str:
    """A tree in which the success stands as a program would say it, and every value by itself."""
    asked = original.recording.trajectory.instruction
    words = [("heading", phrasings.title(asked)), ("status", _line(asked))]
    words += [("text", value) for value in phrasings.values(asked)]
    return trees.with_words(tree, words, box)
