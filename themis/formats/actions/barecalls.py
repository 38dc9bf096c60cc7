"""Calls written in a row, `click('12') fill('3', "x")`, as agents of browsers write them.

More forgiving than Python: text between calls is passed over, calls may share a line, and quoted
text may run over several lines. Nothing is ever evaluated.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from themis.formats.actions.pycalls import Call, literal_call

_NAME = re.compile(r"[A-Za-z_][\w.]*\Z")
_LONGEST_NAME = 80
_SHORT = r'"(?:[^"\\]|\\.)*"' + "|" + r"'(?:[^'\\]|\\.)*'"
_LONG = r'"""(?:[^"\\]|\\.|"(?!""))*"""' + "|" + r"'''(?:[^'\\]|\\.|'(?!''))*'''"
_TOKEN = re.compile(rf"(?P<long>{_LONG})|(?P<short>{_SHORT})|(?P<mark>[()'\"])", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Written:
    """One call as it stands in the text; `call` is None where its arguments are no literals."""

    name: str
    text: str
    call: Call | None


def calls_in(source: str) -> Iterator[Written]:
    """Each call, in order; nothing behind one that is never closed."""
    at = 0
    while (opening := source.find("(", at)) >= 0:
        start = _start_of_name(source, at, opening)
        if start is None:
            at = opening + 1
            continue
        comment = source.find("#", max(at, source.rfind("\n", 0, start) + 1), start)
        if comment >= 0:
            newline = source.find("\n", comment)
            at = newline if newline >= 0 else len(source)
            continue
        closed = _closed(source, opening)
        if closed is None:
            return
        end, arguments = closed
        name = source[start:opening]
        yield Written(name, source[start:end], _parsed(name, arguments))
        at = end


def _start_of_name(source: str, at: int, opening: int) -> int | None:
    begin = max(at, opening - _LONGEST_NAME)
    name = _NAME.search(source[begin:opening])
    return begin + name.start() if name else None


def _closed(source: str, opening: int) -> tuple[int, str] | None:
    """Where the bracket ends, and what is in it with line breaks in quoted text escaped."""
    depth, at, parts = 0, opening, list[str]()
    while token := _TOKEN.search(source, at):
        parts.append(source[at : token.start()])
        text = token[0]
        at = token.end()
        if token.lastgroup == "mark":
            if text not in "()":
                return None  # a quote that never ends
            depth += 1 if text == "(" else -1
            if depth == 0:
                return at, "".join(parts)[1:]
        parts.append(text.replace("\n", "\\n") if token.lastgroup == "short" else text)
    return None


def _parsed(name: str, arguments: str) -> Call | None:
    try:
        with warnings.catch_warnings():  # "\d" in an agent's string is not our warning
            warnings.simplefilter("ignore")
            tree = ast.parse(f"_({arguments})", mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return literal_call(name, tree.body) if isinstance(tree.body, ast.Call) else None
