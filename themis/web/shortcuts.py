"""The keys, in one list: the sheet shows them, elements name theirs in `data-key`.

What a person may put on another key has a `command`; static/js/keymap.js runs it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

SHOWN = {"ArrowLeft": "←", "ArrowRight": "→", "ArrowUp": "↑", "ArrowDown": "↓", "Escape": "Esc"}
SAID = re.compile(r"(?:Ctrl\+)?(?:Alt\+)?(?:Shift\+)?(?:[^\s\x00-\x20\x7f]|[A-Z][A-Za-z0-9]{1,15})")
RESERVED = {"?", "Escape", "Tab", "Shift+Tab", "Enter", "Space", "g"}  # mean the same everywhere
OFF = ""  # a command without a key


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcut:
    """Keys that do the same thing, and the thing."""

    keys: tuple[str, ...]
    does: str
    command: str = ""  # its name, where it may be put on another key


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The shortcuts of one kind of page."""

    title: str
    shortcuts: tuple[Shortcut, ...]


def _command(command: str, key: str, does: str) -> Shortcut:
    return Shortcut(keys=(key,), does=does, command=command)


ROOM = (
    Group(
        title="Review: look",
        shortcuts=(
            _command("step-back", "ArrowLeft", "Previous step"),
            _command("step-on", "ArrowRight", "Next step"),
            _command("step-first", "Home", "First step"),
            _command("step-last", "End", "Last step"),
            _command("milestone-on", "j", "Next milestone"),
            _command("milestone-back", "k", "Previous milestone"),
            _command("evidence-back", "[", "Previous evidence"),
            _command("evidence-on", "]", "Next evidence"),
            _command("side", "b", "Before or after the step"),
            _command("both", "s", "Side by side"),
            _command("overlay", "o", "Marks on the picture on or off"),
            _command("difference", "d", "What the step changed"),
            _command("zoom", "z", "Zoom"),
            Shortcut(keys=("+", "-", "0"), does="Larger, smaller, the whole picture"),
            _command("elements", "i", "Elements of the UI tree under the pointer"),
            _command("play", "l", "Play the actions at each step"),
            _command("cut", "w", "Cut out a part, pixel for pixel"),
            _command("find", "/", "Find words on the screens"),
            _command("way", "v", "Film, compare, questions"),
        ),
    ),
    Group(
        title="Review: decide",
        shortcuts=(
            _command("passed", "1", "Passed"),
            _command("failed", "2", "Failed"),
            _command("undecided", "3", "Cannot tell"),
            _command("not-executable", "4", "Not executable"),
            _command("unusable", "5", "Recording unusable"),
            _command("failing-step", "f", "This step is the first that went wrong"),
            _command("achieved", "y", "The milestone is achieved"),
            _command("missed", "n", "The milestone is not achieved"),
            _command("unclear", "m", "The milestone cannot be told"),
            _command("region", "r", "Mark the region that proves it"),
            _command("quote", "q", "Quote the agent's words"),
            _command("milestone-add", "a", "Add a milestone at this step"),
            _command("milestone-remove", "x", "Remove the milestone, or put it back"),
            _command("text", "t", "Write down why"),
            _command("comment", "c", "Comment"),
        ),
    ),
    Group(
        title="Review: go on",
        shortcuts=(
            _command("submit", "Ctrl+Enter", "Submit, and on to the next"),
            _command("save", "Ctrl+s", "Save the draft"),
            _command("undo", "u", "Take the last one back"),
            _command("peek", "p", "What others say of the last one"),
            _command("skip", "Ctrl+.", "Skip: somebody else decides"),
            _command("aside", "Ctrl+,", "Put off to the end of my queue"),
            _command("flag", "Ctrl+;", "Ask for a second opinion"),
        ),
    ),
)

SHORTCUTS = (
    Group(
        title="Everywhere",
        shortcuts=(
            Shortcut(keys=("?",), does="Show or hide this sheet"),
            Shortcut(keys=("g h",), does="Home"),
            Shortcut(keys=("g v",), does="Review: your queues"),
            Shortcut(keys=("g t",), does="Trajectories"),
            Shortcut(keys=("g j",), does="Jobs: what RL trainings ask for"),
            Shortcut(keys=("g r",), does="Trust: how far judges are right"),
            Shortcut(keys=("g c",), does="Charts: critics against people"),
            Shortcut(keys=("Esc",), does="Close what is open, leave a field"),
        ),
    ),
    Group(
        title="Review",
        shortcuts=(Shortcut(keys=("s",), does="Start reviewing, or go on"),),
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
            Shortcut(keys=("d",), does="What the step changed: areas, wipe, blink"),
            Shortcut(keys=("z",), does="Zoom in where the step acted, or out"),
            Shortcut(keys=("+", "-", "0"), does="Larger, smaller, the whole picture"),
            Shortcut(keys=("Shift ←→↑↓",), does="Move what is zoomed"),
            Shortcut(keys=("i",), does="Elements of the UI tree under the pointer"),
            Shortcut(keys=("p",), does="Play the actions at each step"),
            Shortcut(keys=("e",), does="Cut out a part, pixel for pixel"),
            Shortcut(keys=("/",), does="Find words on the screens"),
            Shortcut(keys=("1", "…", "6"), does="Evidence, steps, inspect, turns, find, comments"),
            Shortcut(keys=("c",), does="Comment on the step"),
        ),
    ),
)

COMMANDS = {each.command: each for group in ROOM for each in group.shortcuts if each.command}


def keymap(own: Mapping[str, object]) -> dict[str, str]:
    """The key of every command: the default, or what a person has put it on."""
    return {
        name: str(own[name]) if isinstance(own.get(name), str) else shortcut.keys[0]
        for name, shortcut in COMMANDS.items()
    }


def groups(own: Mapping[str, object]) -> tuple[Group, ...]:
    """The room's keys as a person has them, for the sheet; commands without a key are left out."""
    keys = keymap(own)
    return tuple(
        Group(
            title=group.title,
            shortcuts=tuple(
                replace(each, keys=(shown(keys[each.command]),)) if each.command else each
                for each in group.shortcuts
                if not each.command or keys[each.command]
            ),
        )
        for group in ROOM
    )


def shown(key: str) -> str:
    """A key as people read it: "Ctrl + Enter", "←"."""
    *held, last = key.split("+") if len(key) > 1 and not key.endswith("+") else [key]
    return " + ".join([*held, SHOWN.get(last, last)])


def faults(asked: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with a keymap, by command; nothing where it can be used."""
    found: dict[str, str] = {}
    taken: dict[str, str] = {}
    for name, key in asked.items():
        if key == OFF:
            continue
        if not SAID.fullmatch(key):
            found[name] = "This is no key: press one, like j, Home or Ctrl+Enter."
        elif key in RESERVED:
            found[name] = f"{shown(key)} means the same everywhere and cannot be taken."
        elif key in taken:
            found[name] = f"{shown(key)} is already on “{COMMANDS[taken[key]].does}”."
        taken.setdefault(key, name)
    return found
