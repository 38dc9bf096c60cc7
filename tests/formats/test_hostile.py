"""Garbage in any file: a reader returns a recording or refuses it by name, nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.formats.recordings import touch
from themis.domain.errors import UnreadableTrajectory
from themis.domain.wire import dump
from themis.formats.atif.reader import Atif
from themis.formats.atif.writer import write_atif
from themis.formats.contract import Recording
from themis.formats.native import Native, write
from themis.formats.registry import READERS, reader

Draw = Callable[[st.SearchStrategy[Any]], Any]
WORDS = (
    "Now given a task: x Observation: [1]: y;",
    "Observation: z",
    "Thought: a\nAction: Click [1]",
    "Action: Type [1]; [x",
    "Action: ANSWER;",
    "pyautogui.click(1, 2)",
    "import pyautogui; pyautogui.dragTo((1,), 'x')",
    "BASH ls",
    "DONE",
    "step_1.png",
    "../x",
    "user",
    "assistant",
    "system",
    "init",
    "result",
    "success",
    "text",
    "image",
    "tool_use",
    "tool_result",
    "mcp__maestro__run",
    "mcp__linc-nerve__nerve_tap",
    "mcp__maestro__inspect_screen",
    "Read",
    "1",
    "- tapOn: {point: '50%,1%'}",
    "- swipe: {start: '1,1', end: ['2']}",
    '{"elements": [1], "screen_size": {"width": 1e9, "height": "nan"}}',
    "iVBORw0KGgo=",
    "trajectory/2",
    "web",
    "click",
)
KEYS = (
    *("role", "content", "type", "text", "step_num", "action", "screenshot_file", "action_type"),
    *("parameters", "x", "y", "keys", "instruction", "message", "id", "name", "input", "yaml"),
    *("tool_use_id", "is_error", "source", "data", "result", "subtype", "thinking", "device_id"),
    *("file_path", "themis", "platform", "steps", "screens", "actions", "before", "point", "path"),
    *("rel_bbox", "width", "system", "screen_resolution", "traj", "index", "image", "code"),
    *(
        "thought",
        "step",
        "command",
        "verdict",
        "task",
        "device",
        "Error",
        "duration_ms",
        "start_x",
        "start_y",
        "end_x",
        "end_y",
    ),
)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(WORDS),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)
    ),
    max_leaves=25,
)
words = st.sampled_from(WORDS)
said = words | st.lists(values, max_size=2) | values
message = st.fixed_dictionaries({"role": st.sampled_from(["user", "assistant"]), "content": said})
acted = words | st.fixed_dictionaries({"action_type": words, "x": values}) | values
step_line = st.fixed_dictionaries(
    {"step_num": st.integers(0, 3), "action": acted, "screenshot_file": words | values}
) | st.fixed_dictionaries({"step": st.integers(0, 3) | values, "action": acted, "thought": values})
block = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["tool_use", "tool_result", "text", "image"]),
        "id": st.sampled_from(["1", "2"]),
        "tool_use_id": st.sampled_from(["1", "2"]),
        "name": words,
        "input": st.dictionaries(st.sampled_from(KEYS), words | values, max_size=5),
        "content": st.lists(
            st.fixed_dictionaries({"type": words, "text": words, "source": values}) | values,
            max_size=3,
        ),
        "text": words | values,
    }
)
stream_line = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["assistant", "user", "result", "system"]),
        "message": st.fixed_dictionaries({"content": st.lists(block, max_size=3) | values}),
    }
)
own_step = st.dictionaries(st.sampled_from(["before", "claim", "thought"]), values, max_size=1)
own = st.fixed_dictionaries(
    {
        "themis": st.just("trajectory/2"),
        "instruction": words,
        "platform": st.just("web"),
        "steps": st.lists(own_step, max_size=3),
        "meta": values,
    }
)
aitw_step = st.fixed_dictionaries(
    {
        "episode_id": st.just("1"),
        "instruction": words,
        "result_action_type": st.integers(3, 11) | values,
        "result_touch_yx": st.just("[0.5, 0.5]") | values,
        "result_lift_yx": st.lists(st.floats(0, 1), max_size=3) | values,
        "ui_positions": st.just("[[1, 2, 3, 4]]") | values,
        "ui_text": values,
        "image_path": words | values,
    }
)
agents_step = st.fixed_dictionaries(
    {
        "step_num": st.integers(0, 3) | values,
        "action": words | values,
        "state": st.dictionaries(st.sampled_from(["ui_elements", "pixels"]), values, max_size=2),
        "agent_data": st.dictionaries(st.sampled_from(KEYS), values, max_size=4),
    }
)
agents_run = st.fixed_dictionaries(
    {
        "task_name": words,
        "goal": words,
        "prompts": values,
        "step_records": st.lists(agents_step | values, max_size=4),
        "final_state": values,
        "success": values,
    }
)
shown = st.fixed_dictionaries(
    {
        "step_num": st.integers(0, 3) | values,
        "image": words | values,
        "action": words | st.just("pyautogui.click(x=0.5, y=0.25)") | values,
        "ground_truth_actions": values
        | st.lists(
            st.fixed_dictionaries(
                {
                    "type": st.just("click"),
                    "metadata": st.fixed_dictionaries(
                        {"bboxes": st.lists(st.fixed_dictionaries({"rel_bbox": values}))}
                    ),
                }
            ),
            max_size=2,
        ),
        "value": values,
    }
)
demonstrated = st.fixed_dictionaries(
    {"instruction": words, "steps": st.lists(shown, max_size=3), "meta_info": values}
)
written = words | st.sampled_from(
    ("Click at (1, 2)", 'Type "x"', "<b> -> TYPE: x", "CLICK coords(1, 2) -> x | FAILED", "wait()")
)
recorded = st.fixed_dictionaries({"action": written, "screenshot": words | values, "url": values})
submission = st.fixed_dictionaries(
    {
        "task": words,
        "action_history": st.lists(written | recorded | values, max_size=4),
        "thoughts": st.lists(words | values, max_size=4) | values,
        "final_result_response": words | values,
    }
)
called = words | st.sampled_from(("click('1')", "mouse_click(1, 2) noop()", '{"name": "click"}'))
boxed = st.dictionaries(words, st.fixed_dictionaries({"bbox": st.lists(st.floats(), max_size=5)}))
benched_step = st.fixed_dictionaries(
    {
        "num": values,
        "action": called | values,
        "screenshot_path": words | values,
        "axtree_obj": values,
        "extra_element_properties": boxed | values,
    }
)
benched = st.fixed_dictionaries(
    {
        "benchmark": words,
        "experiment": words,
        "goal": words,
        "summary_info": st.fixed_dictionaries({"cum_reward": values, "terminated": values}),
        "steps": st.lists(benched_step | values, max_size=4) | values,
    }
)
ASKED = {"role": "user", "content": WORDS[0]}
PROMPT = {"type": "user", "message": {"content": "Do it"}}
CALL = {"type": "tool_use", "id": "1", "name": "mcp__a__tap", "input": {"x": 1, "y": 2}}
CALLED = {"type": "assistant", "message": {"content": [CALL]}}
# What makes a recording of it stands first; a file of garbage alone is drawn too.
atif_part = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["text", "image"]),
        "text": words,
        "source": st.fixed_dictionaries({"path": words | values}) | values,
    }
)
atif_call = st.fixed_dictionaries(
    {
        "function_name": st.sampled_from(["computer_action", "computer", "click", "CLICK", "x"]),
        "arguments": st.dictionaries(st.sampled_from(KEYS), words | values, max_size=4) | values,
    },
    optional={"extra": st.fixed_dictionaries({"themis": values})},
)
atif_step = st.fixed_dictionaries(
    {
        "source": st.sampled_from(["agent", "user", "system"]),
        "message": words | st.lists(atif_part, max_size=2) | values,
    },
    optional={
        "step_id": values,
        "timestamp": values,
        "reasoning_content": values,
        "tool_calls": st.lists(atif_call | values, max_size=2) | values,
        "observation": st.fixed_dictionaries(
            {"results": st.lists(st.fixed_dictionaries({"content": values}), max_size=2)}
        )
        | values,
        "extra": st.fixed_dictionaries({"themis": own_step | values}),
    },
)
atif = st.fixed_dictionaries(
    {
        "schema_version": st.just("ATIF-v1.7"),
        "steps": st.lists(atif_step | values, max_size=4),
    },
    optional={
        "agent": values,
        "subagent_trajectories": values,
        "extra": st.fixed_dictionaries({"themis": values}),
    },
)
run_step = st.dictionaries(
    st.sampled_from(["action", "actions", "thought", "screenshot", "screenshot_after", "error"]),
    acted | words | values,
    min_size=2,
)
run = st.fixed_dictionaries(
    {"task": words | values, "steps": st.lists(run_step | values, max_size=4)},
    optional={"images": values, "platform": values, "final_screenshot": words},
)
FILES: dict[str, tuple[str, list[object], st.SearchStrategy[object]]] = {
    "themis": ("trajectory.json", [], own),
    "atif": ("trajectory.json", [], atif),
    "os-themis": ("trajectory.json", [], run),
    "webvoyager": ("interact_messages.json", [ASKED], message),
    "osworld": ("traj.jsonl", [{"step_num": 0, "action": "WAIT"}], step_line),
    "mcp-stream": ("transcript.jsonl", [PROMPT, CALLED], stream_line),
    "androidworld": ("a_0.pkl.gz", [], values),
    "androidworld-agents": ("a.json", [], agents_run),
    "aitw": ("a.json", [], st.lists(aitw_step, min_size=1, max_size=4)),
    "agentnet": ("demo.json", [], demonstrated),
    "online-mind2web": ("result.json", [], submission),
    "agentlab": ("step_0.pkl.gz", [], values),
    "agent-reward-bench": ("a.1.json", [], benched),
    **dict.fromkeys(("anthropic", "openai", "gemini", "uitars"), ("log.json", [], message)),
    "cua": ("metadata.json", [], message),
}


def content_of(name: str, draw: Draw) -> bytes:
    file, first, item = FILES[name]
    if draw(st.integers(0, 9)) == 0:
        return as_file(draw(values), lines=file.endswith("l"))
    if not first:
        return as_file(draw(item), lines=False)
    return as_file([*first, *draw(st.lists(item, max_size=5))], lines=file.endswith("l"))


def beside(draw: Draw, other: str) -> object:
    if other == "task.json":
        return {"instruction": "Do it"}
    if other == "messages.json":
        return draw(st.lists(message, max_size=3) | values)
    return draw(st.dictionaries(st.sampled_from(KEYS), values, max_size=4) | values)


def as_file(content: object, *, lines: bool) -> bytes:
    parts = content if lines and isinstance(content, list) else [content]
    return "\n".join(json.dumps(part) for part in parts).encode("utf-8")


def read_or_refuse(name: str, folder: Path) -> None:
    try:
        recording = reader(name).read(folder)
    except UnreadableTrajectory:
        return
    assert isinstance(recording, Recording)
    json.dumps(dump(recording.trajectory), allow_nan=False)
    n_pictures = len(recording.pictures)
    for step in recording.trajectory.steps:
        assert all(at is None or 0 <= at < n_pictures for at in (step.before, step.after))
    if recording.trajectory.instruction.strip():
        own = Native().read(write(recording, folder / "written"))
        assert own.trajectory == recording.trajectory
        others = Atif().read(write_atif(recording, folder / "exchanged"))
        assert others.trajectory == recording.trajectory


@pytest.mark.parametrize("name", [each.name for each in READERS])
@given(data=st.data())
@settings(max_examples=30, suppress_health_check=list(HealthCheck), deadline=None)
def test_any_json_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("run")
    (folder / FILES[name][0]).write_bytes(content_of(name, data.draw))
    for other in ("meta.json", "messages.json", "result.txt", "task.json"):
        (folder / other).write_bytes(as_file(beside(data.draw, other), lines=False))
    touch(folder, "step_1.png")
    read_or_refuse(name, folder)


@pytest.mark.parametrize("name", [each.name for each in READERS])
@given(content=st.binary(max_size=60))
@settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
def test_any_bytes_are_found_and_refused(
    tmp_path_factory: pytest.TempPathFactory, name: str, content: bytes
) -> None:
    folder = tmp_path_factory.mktemp("run")
    file = FILES[name][0]
    (folder / file).write_bytes(content)
    assert list(reader(name).find(folder, frozenset({file}))) in ([], [folder])
    read_or_refuse(name, folder)
