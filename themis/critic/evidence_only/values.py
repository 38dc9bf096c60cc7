"""The texts that a clause wants to see: quoted, named, or given to a field."""

from __future__ import annotations

import re
from dataclasses import dataclass

from themis.critic.evidence_only.clauses import Clause

_MARK = "[\ue000-\ue0ff]"
# a word that can stand for itself without quotes: capitalised, or a file, address or code
_WORD = r"(?:[A-Z0-9][\w@.'&/+-]*|[a-z][\w-]*[.@_/][\w.@/-]*\w)"
_NAME = rf"{_WORD}(?:\s+{_WORD})*"
_FIELD = r"(?:[a-z][\w-]*\s+){0,2}[a-z][\w-]*"
_PLACE = r"(?:[A-Za-z][\w-]*\s+){0,2}[A-Za-z][\w-]*"
_MAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_NUMBER = r"[+$\u20ac\u00a3]?\d[\d.,:/\u0020-]*\d%?|\d"
_PLAIN = rf"(?:{_MARK}|{_MAIL}|{_NUMBER}|{_NAME})"

_NAMED = re.compile(rf"\b(named|called|titled|entitled|labell?ed)\s+(?P<value>{_PLAIN})")
_AS = re.compile(
    rf"\b(?:with|and|to|as|,)\s+(?P<value>{_MARK})\s+as\s+(?:the\s+)?(?P<field>{_FIELD})"
)
_GIVEN = re.compile(
    rf"\b(?:the\s+|an?\s+|its\s+)?(?P<field>{_FIELD})\s*(?:field\s+)?(?:is|to|of|as|with|:|=)?\s*"
    rf"(?<![\w.@+-])(?P<value>{_PLAIN})"
)
_INTO = re.compile(
    rf"(?P<value>{_PLAIN})\s+(?:in|into|to|for|under|on)\s+(?:the\s+)?(?P<field>{_MARK}|{_PLACE})"
)
_SET = re.compile(
    rf"\b(?:the\s+|its\s+|your\s+|my\s+)?(?P<field>{_FIELD})\s+(?:to|with|as)\s+(?P<value>{_PLAIN})"
)
_CHANGED = re.compile(rf"\b(?:to|with|as)\s+(?P<value>{_PLAIN})\s*$")
_ALONE = re.compile(rf"(?P<value>{_MARK}|{_MAIL})")

_NOT_FIELDS = {
    "the", "a", "an", "to", "in", "with", "and", "as", "of", "on", "at", "by", "for", "is",
    "new", "named", "called", "titled", "entitled", "into", "from", "item", "it", "text", "that",
    "says", "saying", "words", "word", "value", "under", "its", "one", "contents", "reads",
}  # fmt: skip
_FILLERS = _NOT_FIELDS | {
    "note", "file", "document", "event", "contact", "task", "list", "folder", "page", "entry",
    "field", "box", "screen", "app", "application", "button", "switch", "dropdown", "menu", "my",
    "changes", "change", "section", "tab", "message", "email", "e-mail", "form", "setting",
    "settings", "option", "out", "up", "down", "window", "input", "area", "then", "also", "there",
    "card", "reminder", "record", "column", "board", "here",
    "this", "your", "website", "site", "link", "icon", "checkbox", "key", "project", "product",
    "data", "editor", "content", "draft", "them", "so", "main", "toggle", "existing", "current",
    "search", "dialog", "result",
}  # fmt: skip
_QUANTITIES = frozenset(
    {
        "all",
        "any",
        "each",
        "every",
        "several",
        "some",
        "times",
        "first",
        "last",
        "only",
        "without",
        "except",
        "least",
        "most",
        "both",
        "other",
        "cheapest",
        "lowest",
        "highest",
        "best",
        "latest",
        "newest",
        "oldest",
        "next",
        "previous",
        "correct",
        "right",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A wanted text, the field it is for, and the words of the clause that said so."""

    text: str
    used: str
    field: str = ""


def values(clause: Clause, rest: str, *, verb: str) -> tuple[Value, ...]:
    """The wanted texts of a clause, in order."""
    changing = verb in ("change", "update", "edit", "replace")
    changed = _CHANGED.search(rest) if changing else None
    if changed and not _SET.search(rest):
        # what stands before names the thing to change, and is left over on purpose
        field = re.match(rf"(?:the\s+)?(?P<field>{_FIELD})", rest[: changed.start()])
        label = (_named(field, _GIVEN) if field else None) or ""
        used = f"{changed[0]} {field[0] if field else ''}"
        return (Value(text=clause.unmark(changed["value"]), field=label, used=used),)
    found: list[Value] = []
    left = rest
    for shape in (_SET,) if changing else (_AS, _NAMED, _INTO, _GIVEN, _ALONE):
        if shape is _INTO and verb not in (
            "enter",
            "type",
            "write",
            "put",
            "input",
            "insert",
            "add",
        ):
            continue
        for match in shape.finditer(left):
            given = _named(match, shape)
            if given is not None:
                text = clause.unmark(match["value"]).rstrip(".,;:")
                found.append(Value(text=text, field=clause.unmark(given), used=match[0]))
                left = left.replace(match[0], " ", 1)
    return tuple(value for value in found if value.text)


def _named(match: re.Match[str], shape: re.Pattern[str]) -> str | None:
    """The field of a match: "" where it names none, None where the match means nothing."""
    if shape is _NAMED:
        return "name" if match[1] in ("named", "called") else "title"
    if shape is _ALONE:
        return ""
    if re.fullmatch(_MARK, match["field"]):
        return match["field"]
    words = [
        w for w in match["field"].split() if w.casefold() not in _NOT_FIELDS | {"field", "box"}
    ]
    if not words:
        # "with the text X": a text for no field in particular; a bare name needs a field
        stands_alone = shape is not _INTO and re.fullmatch(f"{_MARK}|{_MAIL}", match["value"])
        return "" if stands_alone else None
    return " ".join(words[-2:] if shape is _GIVEN else words)


def bare_target(clause: Clause, text: str) -> tuple[str, str]:
    """The one thing that words point at, and the words that do; empty where it is not clear."""
    marked = re.search(_MARK, text)
    if marked:
        return clause.unmark(marked[0]), text
    named = re.search(rf"\b{_NAME}", text)
    if named:
        return named[0].rstrip(".,;:"), named[0]
    words = [w for w in re.findall(r"[\w-]+", text) if w.casefold() not in _FILLERS]
    clear = 0 < len(words) <= 3 and not _QUANTITIES & {w.casefold() for w in words}
    return (" ".join(words), text) if clear else ("", "")


def leftovers(clause: Clause, used: str) -> str:
    """The words of a clause that carry meaning and were not read."""
    rest = clause.text.partition(" ")[2]
    kept = set(re.findall(rf"{_MARK}|[\w'@.+-]+", used))
    words = [w for w in re.findall(rf"{_MARK}|[\w'@.+-]+", rest) if w not in kept]
    return " ".join(clause.unmark(w) for w in words if w.casefold().strip(".,'") not in _FILLERS)
