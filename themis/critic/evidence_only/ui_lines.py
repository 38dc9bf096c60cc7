"""UI trees as text, one element a line, and plain text where nothing better is known."""

from __future__ import annotations

import csv
import re

from themis.critic.evidence_only.attributes import element_of
from themis.critic.evidence_only.elements import Element

MAX_LINE = 5_000

_QUOTED = r'"((?:[^"\\]|\\.)*)"'
_LINE = re.compile(
    r"^[\s\-*>|]*(?:\[?(?P<ref>[\w-]{1,40})\]?:?\s+)??"
    r"(?P<role><?[A-Za-z][\w\-]*(?: [a-z][\w\-]*){0,2}>?)\s+"
    r'"(?P<name>(?:[^"\\]|\\.)*)"(?P<rest>.*)$'
)
_NUMBERED = re.compile(r"\[(\d{1,5})\]:\s*(?:<([\w-]{1,20})>\s*)?((?:\"[^\"]*\",?\s*)+);?")
_PAIR = re.compile(rf"([A-Za-z][\w\-]*)\s*=\s*(?:{_QUOTED}|'([^']*)'|([^\s,;\"']+))")
_FLAG = re.compile(r"(?<![\w=\"-])(checked|unchecked|selected|focused|disabled)(?![\w=\"-])")


def read(text: str, limit: int) -> tuple[Element, ...]:
    """The elements of a text; a line of unknown form is an element that says just that."""
    numbered = _NUMBERED.findall(text)
    if numbered:
        return tuple(_numbered(*each) for each in numbered[:limit])
    lines = [line[:MAX_LINE] for line in text.splitlines() if line.strip()][:limit]
    if lines and lines[0].count(",") >= 2 and "attributes" in lines[0]:
        return _table(lines)
    return tuple(_element(line) for line in lines)


def _numbered(ref: str, role: str, words: str) -> Element:
    names = re.findall(r'"([^"]*)"', words)
    line = f"[{ref}]: {f'<{role}> ' if role else ''}{words.strip()}"
    return element_of({"role": role, "name": " ".join(names), "ref": ref}, line=line)


def _table(lines: list[str]) -> tuple[Element, ...]:
    """A table with a column "attributes" of the form `text=OK; resource-id=...`."""
    try:
        rows = list(csv.DictReader(lines))
    except csv.Error:
        return tuple(_element(line) for line in lines)
    found = []
    for row in rows:
        held = str(row.get("attributes") or "")
        pairs = (part.partition("=") for part in held.split(";"))
        plain = {key.strip(): value.strip() for key, _, value in pairs if key.strip()}
        plain.setdefault("bounds", str(row.get("bounds") or ""))
        element = element_of(plain)
        if element.texts or element.hint or element.checked is not None:
            found.append(element)
    return tuple(found)


def _element(line: str) -> Element:
    shape = _LINE.match(line)
    if shape is None:
        return Element(name=line.strip(), line=line.strip())
    rest = shape["rest"]
    plain = {key: _unescaped(a or b or c) for key, a, b, c in _PAIR.findall(rest)}
    for flag in _FLAG.findall(_PAIR.sub("", rest)):
        plain.setdefault("checked" if flag == "unchecked" else flag, str(flag != "unchecked"))
    plain["role"] = shape["role"].strip("<>")
    plain["name"] = _unescaped(shape["name"])
    plain.setdefault("ref", shape["ref"] or "")
    return element_of(plain, line=line.strip())


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], text)
