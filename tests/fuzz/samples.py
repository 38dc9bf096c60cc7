"""A small good recording in every format, to be spoilt."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

from tests.formats import androidworld_files as checkpoints
from tests.formats import browsergym_run
from tests.formats import computer_use as logs
from tests.formats import recordings as made
from tests.formats.recordings import DONE, INIT, answer, call, picture, say, tree, words
from themis.domain.jsontypes import Json

ACTIONS: tuple[Json, ...] = (
    "pyautogui.click(10, 20)\ntime.sleep(1)",
    {"action_type": "CLICK", "x": 5, "y": 6},
    "import pyautogui; pyautogui.write('x\\n'); pyautogui.hotkey('ctrl', 's')",
    "DONE",
)

INSIDE = base64.b64encode(made.png() + b"\0" * 60).decode()  # a picture that stands in a file


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
        made.agentnet_step(4, "computer.terminate(status='success')", image=INSIDE),
        meta_info={"system": "Windows", "screen_resolution": {"width": 1920, "height": 1080}},
    )
    made.touch(folder / "images", "d_1.png", "d_3.png", "d_4.png")


def _online_mind2web(folder: Path) -> None:
    history: list[Json] = [
        *("Navigate to https://a.example/", "Click at (5, 6)", 'Type "x"', "<b> -> CLICK"),
        *("CLICK coords(5, 6) -> open it | FAILED", "scroll(direction='down')"),
    ]
    task: Json = {"task": "Find it", "action_history": history, "thoughts": ["a"] * len(history)}
    made.write_json(folder / "result.json", task)
    made.touch(folder, *(f"trajectory/{number}.png" for number in range(1, len(history) + 1)))


def _agent_reward_bench(folder: Path) -> None:
    step: Json = {
        "num": 0,
        "action": "click('4') mouse_click(5, 6)",
        "reasoning": "I click.",
        "screenshot_path": "screenshots/b/a/b.1/screenshot_step_0.png",
        "axtree_obj": {"nodes": [{"nodeId": "1", "role": {"value": "button"}, "childIds": ["1"]}]},
        "extra_element_properties": {"4": {"bbox": [1.0, 2.0, 30.0, 40.0]}},
    }
    run = {"benchmark": "b", "experiment": "e", "goal": "Find it", "summary_info": {}}
    made.write_json(folder / "cleaned" / "b" / "a" / "e" / "b.1.json", {**run, "steps": [step]})
    made.touch(folder, "screenshots/b/a/b.1/screenshot_step_0.png")


def _atif(folder: Path) -> None:
    made.touch(folder, "images/1.png", "images/2.png")
    seen: Json = {"results": [{"source_call_id": "c1", "content": [made.shot("images/2.png")]}]}
    acted: Json = {
        "source": "agent",
        "message": "I click.",
        "tool_calls": [made.tool("computer_action", action="click", coordinate=[5, 6])],
        "observation": seen,
    }
    made.atif(folder, {"source": "system", "message": [made.shot("images/1.png")]}, acted)


def _os_themis(folder: Path) -> None:
    made.touch(folder, "1.png", "2.png")
    steps: Json = [
        {"reasoning": "t", "action": "pyautogui.click(10, 20)", "screenshot": "1.png"},
        {"reasoning": "t", "action": "DONE", "screenshot": "2.png", "reward": 0, "seen": INSIDE},
    ]
    run: Json = {"instruction": "Open it", "platform": "ubuntu", "steps": steps, "label": 1}
    made.write_json(folder / "trajectory.json", run)


def _androidworld(folder: Path) -> None:
    replies = ['Reason: r\nAction: {"action_type": "click", "x": 5, "y": 6}', "Action: {}"]
    told = {"step_number": [0, 1], "action_output": replies, "summary": ["It is open.", None]}
    checkpoints.save(folder / "Task_0.pkl.gz", checkpoints.episode(episode_data=told))


def _androidworld_agents(folder: Path) -> None:
    said = 'Reason: r\nAction: {"action_type": "click", "index": 0}'
    corners: Json = {"x_min": 20, "x_max": 60, "y_min": 100, "y_max": 140}
    agent: Json = {"before_element_list": [{"text": "OK", "bbox_pixels": corners}], "summary": "s"}
    record: Json = {"step_num": 1, "action": said, "agent_data": agent, "timestamp": 1.5}
    run: dict[str, Json] = {"task_name": "Save", "goal": "Save the note", "prompts": ["p"]}
    run.update(responses=[said], success=True, step_records=[record], agent_claimed_done=True)
    made.write_json(folder / "run.json", run)
    made.touch(folder, "screenshots/run/post_step_001.png")


def _aitw(folder: Path) -> None:
    def step(number: int, code: int, place: str) -> Json:
        return {
            "episode_id": "523",
            "step_id": number,
            "instruction": "Open it",
            "ui_positions": "[[10, 20, 30, 40]]",
            "ui_text": '["OK"]',
            "ui_types": '["TEXT"]',
            "result_action_type": code,
            "result_touch_yx": place,
            "result_lift_yx": place,
            "image_path": f"a/X/X_{number}.png",
            "coat_action_think": "t",
        }

    made.write_json(folder / "X.json", [step(0, 4, "[0.125, 0.3]"), step(1, 10, "[-1.0, -1.0]")])
    made.touch(folder, "X_0.png", "X_1.png")


SAMPLES: dict[str, Callable[[Path], object]] = {
    "anthropic": logs.claude_log,
    "openai": logs.openai_log,
    "gemini": logs.gemini_log,
    "uitars": logs.uitars_parsed_log,
    "cua": logs.cua,
    "atif": _atif,
    "os-themis": _os_themis,
    "themis": _themis,
    "webvoyager": _webvoyager,
    "osworld": _osworld,
    "mcp-stream": _mcp,
    "androidworld": _androidworld,
    "androidworld-agents": _androidworld_agents,
    "aitw": _aitw,
    "agentnet": _agentnet,
    "online-mind2web": _online_mind2web,
    "agentlab": browsergym_run.unpack,
    "agent-reward-bench": _agent_reward_bench,
}
"""Each writes one recording into an empty folder."""
