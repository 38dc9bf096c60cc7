"""Whose log a file is goes by the calls in it, and what is somebody else's stays theirs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.formats import computer_use as logs
from tests.formats.recordings import osworld, webvoyager, write_json, write_lines
from themis.domain.jsontypes import Json
from themis.formats.chat.recognise import named_in
from themis.formats.registry import find

WRITERS: dict[str, Callable[[Path], Path]] = {
    "anthropic": logs.claude_log,
    "openai": logs.openai_log,
    "gemini": logs.gemini_log,
    "uitars": logs.uitars_parsed_log,
    "cua": logs.cua,
}


def found(folder: Path) -> list[tuple[str, str]]:
    return [(str(each.source.relative_to(folder)), each.reader.name) for each in find(folder)]


@pytest.mark.parametrize("name", WRITERS)
def test_a_log_alone_in_a_folder_is_that_folder(tmp_path: Path, name: str) -> None:
    WRITERS[name](tmp_path)
    assert found(tmp_path) == [(".", name)]


def test_each_log_of_a_folder_is_found_once(tmp_path: Path) -> None:
    for name in ("anthropic", "openai", "gemini"):
        WRITERS[name](tmp_path).rename(tmp_path / f"{name}.json")
    assert sorted(found(tmp_path)) == [(f"{n}.json", n) for n in ("anthropic", "gemini", "openai")]
    assert all(each.reader.read(each.source) for each in find(tmp_path))


def test_a_log_is_found_behind_a_large_screenshot(tmp_path: Path) -> None:
    shown = logs.image(b"\x89PNG" + bytes(100_000))
    told = [logs.user(logs.words("Go"), shown), logs.assistant(logs.use("1", "wait"))]
    write_json(tmp_path / "log.json", told)
    assert found(tmp_path) == [(".", "anthropic")]


CHAT: list[Json] = [
    {"role": "user", "content": "How do I use a computer?"},
    {
        "role": "assistant",
        "content": 'Call {"type": "tool_use", "name": "computer"}: computer_call',
    },
]
TOOL: Json = {"type": "tool_use", "id": "1", "name": "get_weather", "input": {"city": "Ulm"}}
FUNCTION: Json = {"functionCall": {"name": "get_weather", "args": {}}}
CALLED: Json = {"type": "function_call", "call_id": "1", "name": "get_weather"}


@pytest.mark.parametrize(
    "told",
    [
        CHAT,
        {"messages": CHAT, "tools": [{"type": "computer_20250124", "name": "x"}]},
        [{"role": "assistant", "content": [TOOL]}],
        [{"role": "model", "parts": [FUNCTION]}],
        [CALLED],
        {"name": "click_at", "parts": []},
        [],
        {"a": 1},
    ],
)
def test_a_chat_without_calls_of_a_computer_is_nobodys(tmp_path: Path, told: Json) -> None:
    write_json(tmp_path / "log.json", told)
    write_lines(tmp_path / "log.jsonl", told)
    assert found(tmp_path) == []


def test_messages_beside_a_run_of_another_format_belong_to_it(tmp_path: Path) -> None:
    logs.claude_log(osworld(tmp_path / "os", "DONE")).rename(tmp_path / "os" / "messages.json")
    logs.openai_log(tmp_path / "os")
    logs.claude_log(webvoyager(tmp_path / "web", "", "Thought: x\nAction: Wait"))
    assert found(tmp_path) == [("os", "osworld"), ("web", "webvoyager")]


def test_a_stream_that_another_reader_knows_stays_with_it(tmp_path: Path) -> None:
    init = {"type": "system", "subtype": "init"}
    said = {"type": "assistant", "message": logs.assistant(logs.use("1", "screenshot"))}
    write_lines(tmp_path / "log.jsonl", init, said)
    assert found(tmp_path) == [(".", "mcp-stream")]


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "unit", ['"type"', '"type" ', " ", '"name":', "Action:", '"functionCall":']
)
def test_recognition_takes_no_longer_for_a_file_made_to_be_slow(unit: str) -> None:
    assert named_in(unit * (2_000_000 // len(unit))) is None


def test_spaces_in_the_notation_do_not_matter(tmp_path: Path) -> None:
    logs.claude_log(tmp_path)
    told = json.loads((tmp_path / "log.json").read_text("utf-8"))
    (tmp_path / "log.json").write_text(json.dumps(told, indent=4, separators=(" , ", " : ")))
    assert found(tmp_path) == [(".", "anthropic")]
