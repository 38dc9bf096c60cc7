"""A small good recording in every format, to be spoilt."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.formats import recordings as made
from tests.formats.recordings import DONE, INIT, answer, call, picture, say, tree, words
from themis.domain.jsontypes import Json

ACTIONS: tuple[Json, ...] = (
    "pyautogui.click(10, 20)\ntime.sleep(1)",
    {"action_type": "CLICK", "x": 5, "y": 6},
    "import pyautogui; pyautogui.write('x\\n'); pyautogui.hotkey('ctrl', 's')",
    "DONE",
)


def _themis(folder: Path) -> None:
    made.native(folder, label="failed", ending={"claim": "success", "answer": "Done."})


def _webvoyager(folder: Path) -> None:
    seen = 'Observation: please analyze [1]: "Search"; [2]: <button> "Go";'
    made.webvoyager(
        folder, seen, "Thought: t\nAction: Type [1]; x", seen, "Thought: t\nAction: ANSWER; [42]"
    )


def _osworld(folder: Path) -> None:
    made.osworld(folder, *ACTIONS, result="1.0")


def _mcp(folder: Path) -> None:
    flow = "- tapOn: {point: '50%,10%'}\n- inputText: hello\n"
    made.mcp(
        folder,
        INIT,
        call("1", "mcp__maestro__inspect_screen"),
        answer("1", tree("Save"), picture()),
        say("I tap it."),
        call("2", "mcp__maestro__run", yaml=flow),
        answer("2", words("ok"), picture()),
        DONE,
    )


SAMPLES: dict[str, Callable[[Path], None]] = {
    "themis": _themis,
    "webvoyager": _webvoyager,
    "osworld": _osworld,
    "mcp-stream": _mcp,
}
"""Each writes one recording into an empty folder."""
