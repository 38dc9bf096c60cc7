"""A stream-json transcript taken apart: who said what, which tool was called, what came back."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from pathlib import Path

from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.formats.bounds import MAX_EMBEDDED, MAX_STEPS
from themis.formats.fields import items, record, text
from themis.formats.jsonfile import read_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """A picture that a tool gave back."""

    name: str  # "transcript.jsonl line 12"
    content: bytes


@dataclass(slots=True, kw_only=True)
class ToolCall:
    """One tool call of the agent with its result."""

    name: str  # mcp__maestro__run, or a tool of the agent's own harness
    given: dict[str, Json]
    thought: str = ""
    texts: list[str] = field(default_factory=list)
    shots: list[Shot] = field(default_factory=list)
    failed: bool = False

    @property
    def server(self) -> str:
        """The MCP server; empty for a tool of the harness."""
        return self.name.split("__")[1] if self.is_mcp else ""

    @property
    def is_mcp(self) -> bool:
        """Whether an MCP server offered the tool."""
        return self.name.startswith("mcp__") and self.name.count("__") > 1

    @property
    def tool(self) -> str:
        """The tool's own name."""
        return self.name.split("__", 2)[2] if self.is_mcp else self.name

    @property
    def device(self) -> str:
        """The device it names; empty where it names none."""
        named = (text(self.given.get(key)) for key in ("device_id", "device", "serial", "udid"))
        return next((device for device in named if device), "")


@dataclass(slots=True, kw_only=True)
class Transcript:
    """One run as the stream tells it."""

    path: Path
    calls: list[ToolCall] = field(default_factory=list)
    prompt: str = ""  # what the user asked, where the stream holds it
    model: str = ""
    result: dict[str, Json] | None = None
    last_words: str = ""  # said after the last call
    warnings: list[str] = field(default_factory=list)
    embedded: int = 0  # bytes of pictures so far
    _by_id: dict[str, ToolCall] = field(default_factory=dict)
    _pending: list[str] = field(default_factory=list)

    def hear(self, number: int, line: dict[str, Json]) -> None:
        """Take in one line; kinds that tell nothing about the run are passed over."""
        kind = text(line.get("type"))
        content = record(line.get("message")).get("content")
        blocks: list[Json] = items(content)
        if kind == "system":
            self.model = self.model or text(line.get("model"))
        elif kind == "assistant":
            self._say(blocks or _as_block(content))
        elif kind == "user":
            self._answer(number, blocks or _as_block(content))
        elif kind == "result":
            self.result = line

    def _say(self, blocks: list[Json]) -> None:
        for block in map(record, blocks):
            words = text(block.get("text")) or text(block.get("thinking"))
            if words.strip():
                self._pending.append(words.strip())
            if block.get("type") == "tool_use":
                self._call(block)
        self.last_words = "\n\n".join(self._pending)

    def _call(self, block: dict[str, Json]) -> None:
        identity = text(block.get("id"))
        if identity and identity in self._by_id:
            return  # partial messages repeat a call
        if len(self.calls) >= MAX_STEPS:
            raise UnreadableTrajectory(
                f"{self.path}: more than {MAX_STEPS} calls; split the recording"
            )
        call = ToolCall(
            name=text(block.get("name")),
            given=record(block.get("input")),
            thought="\n\n".join(self._pending),
        )
        self._pending.clear()
        self.calls.append(call)
        self._by_id[identity] = call

    def _answer(self, number: int, blocks: list[Json]) -> None:
        for block in map(record, blocks):
            if block.get("type") == "tool_result":
                call = self._by_id.get(text(block.get("tool_use_id")))
                if call is not None:
                    self._result(call, number, block)
            elif not self.calls and not self.prompt:
                self.prompt = text(block.get("text")).strip()

    def _result(self, call: ToolCall, number: int, block: dict[str, Json]) -> None:
        call.failed = call.failed or block.get("is_error") is True
        content = block.get("content")
        for part in map(record, items(content) or _as_block(content)):
            if part.get("type") == "image":
                self._picture(call, number, record(part.get("source")))
            elif words := text(part.get("text")):
                call.texts.append(words)

    def _picture(self, call: ToolCall, number: int, source: dict[str, Json]) -> None:
        name = f"{self.path.name} line {number}"
        try:
            content = base64.b64decode(text(source.get("data")), validate=True)
        except (binascii.Error, ValueError):
            content = b""
        if not content:
            self.warnings.append(f"{name}: the picture is no base64 data; it was left out")
            return
        self.embedded += len(content)
        if self.embedded > MAX_EMBEDDED:
            raise UnreadableTrajectory(
                f"{self.path}: more than {MAX_EMBEDDED} bytes of pictures; split the recording"
            )
        call.shots.append(Shot(name=name, content=content))


def read_transcript(path: Path) -> Transcript:
    """The whole stream; raises UnreadableTrajectory for a line that is no JSON object."""
    transcript = Transcript(path=path)
    for number, line in read_lines(path):
        if not isinstance(line, dict):
            raise UnreadableTrajectory(
                f"{path}: line {number}: expected an object; record with stream-json output"
            )
        transcript.hear(number, line)
    return transcript


def _as_block(content: Json) -> list[Json]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else []
