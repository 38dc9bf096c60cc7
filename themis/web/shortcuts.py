"""The keys, in one list: the sheet shows them, elements name theirs in `data-key`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcut:
    """Keys that do the same thing, and the thing."""

    keys: tuple[str, ...]
    does: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The shortcuts of one kind of page."""

    title: str
    shortcuts: tuple[Shortcut, ...]


SHORTCUTS = (
    Group(
        title="Everywhere",
        shortcuts=(
            Shortcut(keys=("?",), does="Show or hide this sheet"),
            Shortcut(keys=("g h",), does="Home"),
            Shortcut(keys=("g t",), does="Trajectories"),
            Shortcut(keys=("g r",), does="Trust: how far judges are right"),
            Shortcut(keys=("g c",), does="Charts: critics against people"),
            Shortcut(keys=("Esc",), does="Close what is open, leave a field"),
        ),
    ),
    Group(
        title="Trajectories",
        shortcuts=(
            Shortcut(keys=("j", "k"), does="Next, previous row"),
            Shortcut(keys=("Enter",), does="Open the row"),
            Shortcut(keys=("/",), does="Search"),
            Shortcut(keys=("u",), does="Bring in files"),
        ),
    ),
    Group(
        title="One trajectory",
        shortcuts=(
            Shortcut(keys=("←", "→"), does="Previous, next step"),
            Shortcut(keys=("Home", "End"), does="First, last step"),
            Shortcut(keys=("j", "k"), does="Next, previous milestone"),
            Shortcut(keys=("b",), does="Before or after the step"),
            Shortcut(keys=("s",), does="Side by side"),
            Shortcut(keys=("o",), does="Marks on the picture on or off"),
            Shortcut(keys=("1", "2", "3", "4"), does="Evidence, steps, inspect, turns"),
        ),
    ),
)
