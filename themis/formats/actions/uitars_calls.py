"""The replies of UI-TARS taken apart: a thought, and function calls with quoted arguments.

The model writes quotes inside quotes, so that no parser of Python reads every reply.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from themis.domain.jsontypes import Json
from themis.formats.bounds import MAX_ACTIONS, MAX_CODE

_CALL = re.compile(r"[ \t]*([A-Za-z_]\w{0,40})\(")
_NAME = re.compile(r"[ \t,]*([A-Za-z_]\w{0,40})[ \t]*=[ \t]*")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_TAGS = re.compile(r"<\|box_(?:start|end)\|>|\[EOS\]")
_LONG = ("content", "text", "app_name", "url")  # free text: the last argument, to the last quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call: its name, its arguments as text, and the source it stood in."""

    name: str
    given: dict[str, str] = field(default_factory=dict)
    raw: Json = None

    def first(self, names: tuple[str, ...]) -> str:
        """The first argument there is under any of the names."""
        return next((self.given[name] for name in names if self.given.get(name)), "")


def split_reply(said: str) -> tuple[str, str]:
    """The thought and what follows the last `Action:`; all is thought where there is none."""
    mark = max(said.rfind("Action:"), said.rfind("Action："))
    if mark < 0:
        return _unnamed(said), ""
    return _unnamed(said[:mark]), said[mark + len("Action:") :].strip()


def _unnamed(thought: str) -> str:
    return thought.strip().removeprefix("Thought:").strip()


def calls_in(source: str) -> list[Call]:
    """The calls of one reply or of what follows its `Action:`, in order.

    What is no call is kept as one without a name.
    """
    _, marked = split_reply(source)
    rest = (marked or source).strip()
    if len(rest) > MAX_CODE:
        return [Call(name="", raw=rest)]
    return [_call(each) for each in _apart(rest)[:MAX_ACTIONS]]


def _apart(source: str) -> list[str]:
    """A call begins at a line, after one that was closed: typed text may hold line breaks."""
    parts: list[list[str]] = []
    for line in source.splitlines():
        closed = not parts or parts[-1][-1].rstrip().endswith(")")
        if line.strip() and closed and _CALL.match(line):
            parts.append([line])
        elif parts and line.strip():
            parts[-1].append(line)
        elif line.strip():
            parts.append([line])
    return ["\n".join(part).strip() for part in parts]


def _call(source: str) -> Call:
    head = _CALL.match(source)
    if head is None:
        return Call(name="", raw=source)
    end = source.rfind(")")
    inner = source[head.end() : end if end >= head.end() else len(source)]
    return Call(name=head[1], given=_arguments(_TAGS.sub("", inner)), raw=source)


def _arguments(inner: str) -> dict[str, str]:
    given: dict[str, str] = {}
    at = 0
    while (name := _NAME.match(inner, at)) is not None and name[1] not in given:
        at, given[name[1]] = _value(inner, name.end(), to_the_end=name[1] in _LONG)
    return given


def _value(inner: str, at: int, *, to_the_end: bool) -> tuple[int, str]:
    quote = inner[at : at + 1]
    if quote in ("'", '"'):
        end = inner.rfind(quote, at + 1) if to_the_end else inner.find(quote, at + 1)
        end = len(inner) if end < 0 else end
        return end + 1, _ESCAPE.sub(_unescaped, inner[at + 1 : end])
    closing = {"(": ")", "[": "]"}.get(quote, ",")
    end = inner.find(closing, at)
    end = len(inner) if end < 0 else end
    return end + 1, inner[at:end].strip()


def _unescaped(match: re.Match[str]) -> str:
    return _ESCAPES.get(match[1], match[1])
