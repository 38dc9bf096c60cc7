"""Which model wrote a log, told by the calls that stand in it; the name of the file says nothing.

Matching is by the notation of JSON, so that what somebody merely says of a call is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from themis.domain.errors import UnreadableTrajectory
from themis.formats.actions import claude, gemini, uitars
from themis.formats.bounds import MAX_LOG, MAX_PEEK, MAX_PICTURES
from themis.formats.files import is_plain, names_in, peek

ANTHROPIC, OPENAI, GEMINI, UITARS = "anthropic", "openai", "gemini", "uitars"
ENDINGS = (".json", ".jsonl", ".ndjson")
# Files of formats that are a folder: what else lies there belongs to their run.
_OWNERS = frozenset(("traj.jsonl", "interact_messages.json", "trajectory.json", "transcript.jsonl"))
_TURN = re.compile(r"turn_\d{3,6}")  # below a cua trajectory


def _any(words: frozenset[str]) -> str:
    return "|".join(sorted(words))


_TALK = re.compile(
    r'"(?:role|from)"\s*:\s*"(?:user|human|system|developer|assistant|model|gpt)"'
    r'|"(?:contents|messages|conversations|input|output|steps|history)"\s*:\s*\['
    r'|"type"\s*:\s*"(?:message|computer_call|computer_call_output)"'
)
_TOOL_USE = re.compile(r'"type"\s*:\s*"tool_use"')
_CLAUDE = re.compile(
    r'"name"\s*:\s*"computer"|"toolset_name"\s*:\s*"(?:computer|browser)"'
    rf'|"action"\s*:\s*"(?:{_any(claude.COMPUTER_WORDS)})"'
)
_COMPUTER_CALL = re.compile(r'"type"\s*:\s*"computer_call"')
_FUNCTION = re.compile(r'"(?:tool_calls|call_id)"\s*:')
_COMPUTER = re.compile(r'"name"\s*:\s*"computer(?:_use)?"')
_GEMINI_CALL = re.compile(r'"function_?[cC]all"\s*:\s*\{')
_GEMINI = re.compile(rf'"name"\s*:\s*"(?:{_any(gemini.WORDS)})"')
_PARSED = re.compile(r'"predictionParsed"\s*:\s*\[')
_UITARS = re.compile(rf"Action[:：][\s\\n]{{0,4}}(?:{_any(uitars.WORDS)})\(")
_AIMED = re.compile(r"(?:start_box|start_point|[( ]point)=|<\|box_start\|>")


def logs_in(folder: Path, names: frozenset[str], kind: str) -> Iterator[Path]:
    """The folder, if its one log is of that kind; each log of that kind, if there are several."""
    if names & _OWNERS or _is_turn(folder):
        return
    kinds = {path: found for path in _files(folder, names) if (found := kind_of(path)) is not None}
    ours = [path for path, found in kinds.items() if found == kind]
    if ours and len(kinds) == 1:
        yield folder
    else:
        yield from ours


def the_log(source: Path, kind: str) -> Path:
    """The file to read; UnreadableTrajectory where a folder holds none or several."""
    if not source.is_dir():
        return source
    names = frozenset(names_in(source, most=MAX_PICTURES))
    files = _files(source, names)
    ours = [path for path in files if kind_of(path) == kind] or files
    if len(ours) != 1:
        raise UnreadableTrajectory(f"{source}: expected one log of {kind}; name the file")
    return ours[0]


def _is_turn(folder: Path) -> bool:
    return bool(_TURN.fullmatch(folder.name))


def _files(folder: Path, names: frozenset[str]) -> list[Path]:
    paths = [folder / name for name in sorted(names) if name.endswith(ENDINGS)]
    return [path for path in paths if is_plain(path)]


def kind_of(path: Path) -> str | None:
    """Whose calls stand in a file; None where there are none."""
    try:
        state = path.lstat()
    except (OSError, ValueError):
        return None
    return _kind_of(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=256)  # each reader asks about the same files
def _kind_of(path: Path, _changed: int, size: int) -> str | None:
    begin = peek(path)
    found = named_in(begin)
    if found is None and size > MAX_PEEK and _TALK.search(begin):
        return named_in(peek(path, limit=MAX_LOG))  # a screenshot may stand before the first call
    return found


def named_in(content: str) -> str | None:
    """Whose calls stand in a piece of JSON."""
    if _PARSED.search(content) or (_UITARS.search(content) and _AIMED.search(content)):
        return UITARS
    if _TOOL_USE.search(content) and _CLAUDE.search(content):
        return ANTHROPIC
    if _COMPUTER_CALL.search(content):
        return OPENAI
    if _FUNCTION.search(content) and _COMPUTER.search(content):
        return OPENAI
    if _GEMINI_CALL.search(content) and _GEMINI.search(content):
        return GEMINI
    return None
