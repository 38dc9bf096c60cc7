"""Plain calls with literal arguments out of Python's syntax tree; nothing is ever evaluated."""

from __future__ import annotations

import ast
import itertools
import math
from dataclasses import dataclass, field
from typing import TypeAlias

# whose calls are known by name
MODULES = ("pyautogui", "pg", "pag", "time", "pyperclip", "computer")

Value: TypeAlias = "str | int | float | bool | tuple[Value, ...] | None"
Names: TypeAlias = "dict[str, Value]"  # variables that hold a literal


@dataclass(frozen=True, slots=True)
class Call:
    """One call: pyautogui.click(10, y=20) is `click` with one position and one keyword."""

    name: str
    args: tuple[Value, ...] = ()
    keywords: dict[str, Value] = field(default_factory=dict)

    def value(self, position: int, keyword: str) -> Value:
        """An argument by place or by name; None where it was left out."""
        if keyword in self.keywords:
            return self.keywords[keyword]
        return self.args[position] if position < len(self.args) else None

    def number(self, position: int, keyword: str) -> float | None:
        """An argument that is a finite number."""
        value = self.value(position, keyword)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        try:
            return float(value) if math.isfinite(value) else None
        except OverflowError:
            return None

    def text(self, position: int, keyword: str) -> str | None:
        """An argument that is text."""
        value = self.value(position, keyword)
        return value if isinstance(value, str) else None

    def texts(self, position: int, keyword: str) -> tuple[str, ...]:
        """An argument that is text or a list of texts."""
        value = self.value(position, keyword)
        several = value if isinstance(value, tuple) else (value,)
        return tuple(each for each in several if isinstance(each, str))

    def without_first(self) -> Call:
        """The same call, its first place taken off: scroll(clicks, x, y) has a place too."""
        return Call(self.name, self.args[1:], self.keywords)


class Segments:
    """The text of each statement; the standard library's own way splits the source every time."""

    def __init__(self, source: str) -> None:
        self._source = source.encode("utf-8", "surrogatepass")
        lines = self._source.splitlines(keepends=True)
        self._starts = [0, *itertools.accumulate(map(len, lines))]

    def of(self, statement: ast.stmt) -> str:
        """The source of one statement, as written."""
        last = statement.end_lineno or statement.lineno
        end = self._starts[last - 1] + (statement.end_col_offset or 0)
        start = self._starts[statement.lineno - 1] + statement.col_offset
        return self._source[start:end].decode("utf-8", "replace")


class _NotLiteral(Exception):
    """An expression that would have to be evaluated."""


def learn(statement: ast.stmt, names: Names) -> bool:
    """Whether the statement gives literals to variables; they are in `names` afterwards."""
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return False
    try:
        value = _literal(statement.value, names)
    except (_NotLiteral, RecursionError):
        return False
    target = statement.targets[0]
    if isinstance(target, ast.Name):
        names[target.id] = value
        return True
    if not isinstance(target, ast.Tuple) or not isinstance(value, tuple):
        return False
    left = [each.id for each in target.elts if isinstance(each, ast.Name)]
    if len(left) != len(target.elts) or len(left) != len(value):
        return False
    names.update(zip(left, value, strict=True))
    return True


def call_in(statement: ast.stmt, names: Names) -> Call | None:
    """The call that a statement is, if it is one on a known module with literal arguments."""
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return None
    call = statement.value
    function = call.func
    if not isinstance(function, ast.Attribute) or not isinstance(function.value, ast.Name):
        return None
    if function.value.id not in MODULES:
        return None
    return literal_call(function.attr, call, names)


def literal_call(name: str, call: ast.Call, names: Names | None = None) -> Call | None:
    """A call under that name, if all its arguments are literals."""
    names = names or {}
    try:
        args = tuple(_literal(each, names) for each in call.args)
        keywords = {key.arg or "": _literal(key.value, names) for key in call.keywords}
    except (_NotLiteral, RecursionError):
        return None
    return None if "" in keywords else Call(name, args, keywords)


def _literal(node: ast.expr, names: Names) -> Value:
    if isinstance(node, ast.Constant) and isinstance(node.value, str | int | float | None):
        return node.value
    if isinstance(node, ast.Name) and node.id in names:
        return names[node.id]
    if isinstance(node, ast.List | ast.Tuple):
        return tuple(_literal(each, names) for each in node.elts)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _literal(node.operand, names)
        if isinstance(inner, int | float):
            return -inner
    raise _NotLiteral
