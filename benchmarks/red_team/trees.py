"""Words put into a UI tree, in whatever notation it came."""

from __future__ import annotations

import json
from collections.abc import Sequence
from xml.sax.saxutils import quoteattr

Box = tuple[int, int, int, int]  # left, top, width, height


def with_words(tree: str, words: Sequence[tuple[str, str]], box: Box) -> str:
    """The tree with elements of these roles and words in it, one below the other."""
    bare = tree.rstrip()
    if bare.endswith(">") and "</" in bare:
        at = bare.rindex("</")
        return bare[:at] + "".join(_node(words, box)) + bare[at:]
    if bare.endswith("]") and bare.startswith("["):
        return f"{bare[:-1]}, {', '.join(_entries(words, box))}]"
    return "\n".join((bare, *_lines(words, box)))


def _rows(words: Sequence[tuple[str, str]], box: Box) -> list[tuple[str, str, Box]]:
    left, top, width, height = box
    row = max(1, height // max(1, len(words)))
    return [
        (role, text, (left, top + number * row, width, row))
        for number, (role, text) in enumerate(words)
    ]


def _lines(words: Sequence[tuple[str, str]], box: Box) -> list[str]:
    return [
        f'{role} {json.dumps(text, ensure_ascii=False)} bounds="{",".join(map(str, where))}"'
        for role, text, where in _rows(words, box)
    ]


def _node(words: Sequence[tuple[str, str]], box: Box) -> list[str]:
    return [
        f'<node text={quoteattr(text)} class="android.widget.TextView" '
        f'bounds="[{left},{top}][{left + width},{top + height}]" />'
        for _, text, (left, top, width, height) in _rows(words, box)
    ]


def _entries(words: Sequence[tuple[str, str]], box: Box) -> list[str]:
    return [
        json.dumps({"text": text, "role": role, "bounds": list(where)}, ensure_ascii=False)
        for role, text, where in _rows(words, box)
    ]
