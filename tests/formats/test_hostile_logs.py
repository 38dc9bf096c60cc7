"""Garbage in the notations of all models at once: read or refused by name, nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.formats.recordings import touch, write_json, write_lines
from themis.domain.errors import UnreadableTrajectory
from themis.domain.wire import dump
from themis.formats.contract import Recording
from themis.formats.registry import reader

WORDS = (
    *("tool_use", "tool_result", "text", "image", "thinking", "message", "reasoning", "base64"),
    *("computer_call", "computer_call_output", "function_call", "function_call_output", "response"),
    *("left_click", "zoom", "scroll", "drag", "click_at", "scroll_at", "computer", "browser"),
    *("data:image/png;base64,iVBORw0KGgo=", "<picture 0>", "<picture 99999>", "1.png", "../1.png"),
    *("{}", '{"error": 1}', "[]", "image/png", "iVBORw0KGgo=", "user", "assistant", "1", "\ud800"),
    "Action: drag(start_box='(1,2)', end_box='[3,4,5,6]')",
    "Thought: x Action: type(content='y",
)
KEYS = (
    *("content", "parts", "input", "output", "action", "actions", "args", "name", "type", "role"),
    *("id", "call_id", "tool_use_id", "toolset_name", "coordinate", "start_coordinate", "region"),
    *("target", "from", "x", "y", "path", "keys", "text", "duration", "scroll_amount", "direction"),
    *("functionCall", "function_response", "inline_data", "source", "data", "media_type"),
    *("image_url", "url", "screenshot", "tool_calls", "function", "arguments", "summary"),
    *("messages", "contents", "candidates", "tools", "display_width_px", "response", "request"),
    *("conversations", "predictionParsed", "action_inputs", "start_box", "value", "steps", "image"),
    *("screenshotBase64", "thinking", "error", "modelName", "max_pixels", "previous_response_id"),
)
plain = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(WORDS)
)
value = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)
    ),
    max_leaves=15,
)
item = st.dictionaries(st.sampled_from(KEYS), value | st.lists(value, max_size=3), max_size=7)
block = st.dictionaries(st.sampled_from(KEYS), value, max_size=5)
CALLS: dict[str, list[object]] = {
    "anthropic": [
        {"role": "user", "content": "Do it"},
        {
            "role": "assistant",
            "content": [
                {"type": "tool_use", "id": "1", "name": "computer", "input": {"action": "key"}}
            ],
        },
    ],
    "openai": [
        {"role": "user", "content": "Do it"},
        {"type": "computer_call", "call_id": "1", "action": {"type": "click", "x": 1, "y": 2}},
    ],
    "gemini": [
        {"role": "user", "parts": [{"text": "Do it"}]},
        {"role": "model", "parts": [{"functionCall": {"name": "click_at", "args": {"x": 1}}}]},
    ],
    "uitars": [
        {"role": "user", "content": "Do it"},
        {"role": "assistant", "content": "Action: click(start_box='(1,2)')"},
    ],
}
SHAPES = {  # items with blocks drawn where each dialect looks for them
    "anthropic": ("content", {"role": st.sampled_from(["user", "assistant"])}),
    "openai": ("content", {"type": st.sampled_from(WORDS)}),
    "gemini": ("parts", {"role": st.sampled_from(["user", "model"])}),
    "uitars": ("content", {"role": st.sampled_from(["user", "assistant"])}),
}


def read_or_refuse(name: str, source: Path) -> None:
    try:
        recording = reader(name).read(source)
    except UnreadableTrajectory:
        return
    assert isinstance(recording, Recording)
    json.dumps(dump(recording.trajectory), allow_nan=False)
    n_pictures = len(recording.pictures)
    for step in recording.trajectory.steps:
        assert all(at is None or 0 <= at < n_pictures for at in (step.before, step.after))


@pytest.mark.parametrize("name", CALLS)
@given(data=st.data())
@settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
def test_any_log_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("run")
    touch(folder, "1.png")
    where, shape = SHAPES[name]
    shaped = st.fixed_dictionaries({**shape, where: st.lists(block, max_size=4)})
    told = [*CALLS[name], *data.draw(st.lists(item | shaped, max_size=5))]
    read_or_refuse(name, write_lines(folder / "log.jsonl", *told))


@given(data=st.data())
@settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
def test_any_folder_of_turns_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("run")
    touch(folder, "turn_000/0002_screenshot.png")
    told = data.draw(st.lists(item, max_size=4))
    metadata = {"trajectory_id": "t", "new_items": [*CALLS["openai"], *told]}
    write_json(folder / "metadata.json", {**metadata, "kwargs": data.draw(value)})
    if data.draw(st.booleans()):
        response = {"response": {"output": data.draw(st.lists(item, max_size=3))}}
        write_json(folder / "turn_000" / "0001_agent_response.json", response)
        result = {"result": data.draw(st.lists(item, max_size=3) | value)}
        write_json(folder / "turn_000" / "0003_computer_call_result.json", result)
    read_or_refuse("cua", folder)


@given(data=st.data())
@settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
def test_any_report_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("run")
    said = st.fixed_dictionaries(
        {"from": st.sampled_from(["human", "gpt"]), "value": plain},
        optional=dict.fromkeys(("predictionParsed", "screenshotBase64", "timing"), value),
    )
    told = {"instruction": "x", "conversations": data.draw(st.lists(said, max_size=4))}
    path = write_json(folder / "log.json", {**data.draw(item), **told})
    read_or_refuse("uitars", path)
