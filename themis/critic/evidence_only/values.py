"""The texts that a clause wants to see: quoted, named, or given to a field."""

from __future__ import annotations

import re
from dataclasses import dataclass

from themis.critic.evidence_only.clauses import Clause

_MARK = "[\ue000-\ue0ff]"
# a word that can stand for itself without quotes: capitalised, or a file, address or code
_WORD = r"(?:[A-Z0-9][\w@.'&/+-]*|[a-z][\w-]*[.@_/][\w.@/-]*\w)"
_NAME = rf"{_WORD}(?:\s+{_WORD})*"
_LOWER = r"(?!(?:is|as|with|to)\b)[a-z][\w-]*"
_FIELD = rf"(?:{_LOWER}\s+){{0,2}}{_LOWER}"
_PLACE = r"(?:[A-Za-z][\w-]*\s+){0,2}[A-Za-z][\w-]*"
_MAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_NUMBER = r"[+$\u20ac\u00a3]?\d[\d.,:/\u0020-]*\d%?|\d"
_PLAIN = rf"(?:{_MARK}|{_MAIL}|{_NUMBER}|{_NAME})"

_NAMED = re.compile(rf"\b(named|called|titled|entitled|labell?ed)\s+(?P<value>{_PLAIN})")
_AS = re.compile(
    rf"\b(?:with|and|to|as|,)\s+(?P<value>{_MARK})\s+as\s+(?:the\s+)?(?P<field>{_FIELD})"
)
_GIVEN = re.compile(
    rf"\b(?:the\s+|an?\s+|its\s+)?(?P<field>{_FIELD})\s*(?:field\s+)?(?:is|of|as|with|:|=)?\s*"
    rf"(?<![\w.@+-])(?P<value>{_PLAIN})"
)
_INTO = re.compile(
    rf"(?P<value>{_PLAIN})\s+(?:in|into|to|for|under|on)\s+(?:the\s+)?(?P<field>{_MARK}|{_PLACE})"
)
_SET = re.compile(
    rf"\b(?:the\s+|its\s+|your\s+|my\s+)?(?P<field>{_FIELD})\s+(?:to|with|as)\s+(?P<value>{_PLAIN})"
)
_CHANGED = re.compile(rf"\b(?:to|with|as)\s+(?P<value>{_PLAIN})\s*$")
_KEPT_AS = re.compile(rf"\bas\s+(?P<value>{_PLAIN})")
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
_BOXES = {"field", "box"}
_CHANGING = ("change", "update", "edit", "replace")
_ENTERING = ("enter", "type", "write", "put", "input", "insert", "add")
_LOCATORS = {
    "behind", "after", "before", "below", "above", "between", "beneath", "beside", "of", "from",
    "on", "near", "than",
}  # fmt: skip
# what bare words may add to the name of a thing without being part of it
_THINGS = {
    "the", "a", "an", "my", "its", "your", "this", "in", "on", "to", "of", "for", "at", "new",
    "setting", "settings", "option", "switch", "checkbox", "box", "button", "toggle", "app",
    "application", "screen", "page", "tab", "dropdown", "menu", "link", "icon", "file", "note",
    "item", "it", "website", "site", "window", "dialog", "section", "from", "into",
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
    if verb in _CHANGING and not _SET.search(rest):
        return _replaced(clause, rest)
    found: list[Value] = []
    left = rest
    for shape in _shapes(verb):
        for match in shape.finditer(left):
            given = _field_of(match, shape)
            if given is not None and not _locates(left, match):
                text = clause.unmark(match["value"]).rstrip(".,;:")
                found.append(Value(text=text, field=clause.unmark(given), used=match[0]))
                left = left.replace(match[0], " ; ", 1)
    return tuple(value for value in found if value.text)


def _shapes(verb: str) -> tuple[re.Pattern[str], ...]:
    if verb in _CHANGING:
        return (_SET,)
    first = {"set": _SET, "fill": _SET, "save": _KEPT_AS}.get(
        verb, _INTO if verb in _ENTERING else None
    )
    return tuple(shape for shape in (_AS, _NAMED, first, _GIVEN, _ALONE) if shape)


def _replaced(clause: Clause, rest: str) -> tuple[Value, ...]:
    """ "the title of the note A to B": what stands before "to" is left over on purpose."""
    changed = _CHANGED.search(rest)
    if changed is None:
        return ()
    field = re.match(rf"(?:the\s+)?(?P<field>{_FIELD})", rest[: changed.start()])
    words = [w for w in (field["field"].split() if field else []) if w not in _NOT_FIELDS]
    label = words[0] if words else ""
    used = f"{changed[0]} {label}"
    return (Value(text=clause.unmark(changed["value"]), field=label, used=used),)


def _locates(text: str, match: re.Match[str]) -> bool:
    """Whether the words before a text say that it is only where something else goes."""
    before = text[: match.start("value")].split()
    return bool(before) and before[-1].casefold() in _LOCATORS


def _field_of(match: re.Match[str], shape: re.Pattern[str]) -> str | None:
    """The field of a match: "" where it names none, None where the match means nothing."""
    if shape is _NAMED:
        return "name" if match[1] in ("named", "called") else "title"
    if shape in (_ALONE, _KEPT_AS):
        return ""
    if re.fullmatch(_MARK, match["field"]):
        return match["field"]
    raw = [word.casefold() for word in match["field"].split()]
    words = [word for word in match["field"].split() if word.casefold() not in _NOT_FIELDS | _BOXES]
    # "is open in X" names no field; "with the text X" is a text for no field in particular
    if not words or (shape is _GIVEN and raw[-1] in _NOT_FIELDS):
        stands_alone = shape is not _INTO and re.fullmatch(f"{_MARK}|{_MAIL}", match["value"])
        return "" if stands_alone else None
    return " ".join(words[-2:] if shape in (_GIVEN, _SET) else words)


def bare_target(clause: Clause, text: str) -> tuple[str, str]:
    """The one thing that words point at, and the words that do; empty where it is not clear."""
    marked = re.search(_MARK, text)
    if marked:
        return clause.unmark(marked[0]), text
    named = re.search(rf"\b{_NAME}", text)
    if named:
        return named[0].rstrip(".,;:"), named[0]
    words = [w for w in re.findall(r"[\w-]+", text) if w.casefold() not in _THINGS]
    clear = 0 < len(words) <= 3 and not _QUANTITIES & {w.casefold() for w in words}
    return (" ".join(words), text) if clear else ("", "")


def leftovers(clause: Clause, used: str) -> str:
    """The words of a clause that carry meaning and were not read."""
    rest = clause.text.partition(" ")[2]
    kept = set(re.findall(rf"{_MARK}|[\w'@.+-]+", used))
    words = [w for w in re.findall(rf"{_MARK}|[\w'@.+-]+", rest) if w not in kept]
    return " ".join(clause.unmark(w) for w in words if w.casefold().strip(".,'") not in _FILLERS)
