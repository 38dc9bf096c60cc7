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


def _agentnet(folder: Path) -> None:
    box: Json = {"bboxes": [{"rel_bbox": [0.25, 0.2, 0.5, 0.1]}]}
    truth: Json = [{"type": "click", "params": {}, "metadata": box}]
    made.agentnet(
        folder,
        made.agentnet_step(1, "pyautogui.click(x=0.5, y=0.25)", ground_truth_actions=truth),
        made.agentnet_step(3, "pyautogui.write(message='x')\npyautogui.press(keys=['enter'])"),
        made.agentnet_step(4, "computer.terminate(status='success')"),
        meta_info={"system": "Windows", "screen_resolution": {"width": 1920, "height": 1080}},
    )
    made.touch(folder / "images", "d_1.png", "d_3.png", "d_4.png")


SAMPLES: dict[str, Callable[[Path], None]] = {
    "themis": _themis,
    "webvoyager": _webvoyager,
    "osworld": _osworld,
    "mcp-stream": _mcp,
    "agentnet": _agentnet,
}
"""Each writes one recording into an empty folder."""
