"""The recorded facts of a run, in order: what was done, and what stood on the screen when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from themis.critic.evidence_only import ui
from themis.critic.evidence_only.elements import Tree
from themis.critic.evidence_only.wording import contains, normal
from themis.domain.action import Action, ActionType
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Platform, Step, Trajectory

PASSIVE = frozenset(
    {ActionType.WAIT, ActionType.OBSERVE, ActionType.MESSAGE, ActionType.TERMINATE, ActionType.MOVE}
)
_OPEN_ENDED = frozenset({ActionType.CODE, ActionType.TOOL_CALL, ActionType.CLIPBOARD})
_POINTED = frozenset({ActionType.CLICK, ActionType.LONG_PRESS, ActionType.MOUSE_DOWN})
_CHORDS = {
    ("ctrl", "s"): "save", ("ctrl", "shift", "s"): "save", ("ctrl", "z"): "undo",
    ("enter",): "enter", ("return",): "enter", ("ctrl", "enter"): "enter", ("escape",): "escape",
    ("esc",): "escape", ("delete",): "delete", ("backspace",): "backspace", ("kp_enter",): "enter",
}  # fmt: skip
_KEYS = {"control": "ctrl", "ctl": "ctrl", "cmd": "ctrl", "command": "ctrl"}
_COMMAND = {**_KEYS, "meta": "ctrl"}  # the Command key; elsewhere it opens the system's menu
CLOSING = ("save", "submit", "send", "apply", "confirm", "post", "publish", "ok", "done", "enter")
MAX_RAW = 2_000
MAX_CLOSING = 1_200  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One action that can change something, and what it was aimed at."""

    step: int
    action: Action
    names: tuple[str, ...]  # what the recording calls its target
    known: bool  # False: what it did cannot be told from the recording
    refused: bool = False  # the environment answered with an error

    def is_on(self, *words: str) -> bool:
        """Whether the target is called by one of these words."""
        return any(contains(name, word) for name in self.names for word in words)


@dataclass(frozen=True)
class Run:
    """One trajectory, its UI trees read. `recognised` adds screens read by OCR, by position."""

    trajectory: Trajectory
    recognised: Mapping[int, Tree] = field(default_factory=dict)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps as recorded."""
        return self.trajectory.steps

    @cached_property
    def before(self) -> tuple[Tree | None, ...]:
        """What stood on the screen before each step, where it was recorded."""
        known: list[Tree | None] = []
        last: Tree | None = None
        for index, step in enumerate(self.steps):
            here = self._read(step.before_ui, step.before) or last
            known.append(here)
            last = self._own_after(index) or (here if self.is_passive(index) else None)
        return tuple(known)

    @cached_property
    def after(self) -> tuple[Tree | None, ...]:
        """What stood on the screen after each step, before anything else was done."""
        known: list[Tree | None] = []
        following: Tree | None = None
        for index in range(len(self.steps) - 1, -1, -1):
            step = self.steps[index]
            here = self._own_after(index) or following
            known.append(here)
            before = self._read(step.before_ui, step.before)
            following = before or (here if self.is_passive(index) else None)
        return tuple(reversed(known))

    @property
    def final(self) -> Tree | None:
        """What the run left on the screen; None where that was not recorded in words."""
        if not self.steps:
            return None
        return self.after[-1] or (self.before[-1] if self.is_passive(len(self.steps) - 1) else None)

    @cached_property
    def settled(self) -> Tree | None:
        """The last tree in words after which nothing but saving or sending was done."""
        closing = [act.step for act in self.acts if not act.is_on(*CLOSING)]
        last_change = closing[-1] if closing else -1
        for index in range(len(self.steps) - 1, -1, -1):
            if index < last_change:
                break
            tree = self.after[index]
            if tree is not None and not tree.recognised:
                return tree
        final = self.final
        return None if final is None or final.recognised else final

    @cached_property
    def first(self) -> Tree | None:
        """The earliest tree of the run."""
        return next((tree for tree in self.trees if tree is not None), None)

    @cached_property
    def trees(self) -> tuple[Tree | None, ...]:
        """Every moment's tree: before the first step, then after each."""
        return (*self.before[:1], *self.after)

    @cached_property
    def acts(self) -> tuple[Act, ...]:
        """Every action that can change something, in order."""
        return tuple(
            self._act(index, action)
            for index, step in enumerate(self.steps)
            for action in step.actions
            if action.type not in PASSIVE
        )

    @property
    def typed(self) -> tuple[Act, ...]:
        """The acts that put text somewhere."""
        kinds = (ActionType.TYPE, ActionType.SELECT_OPTION)
        return tuple(a for a in self.acts if a.action.type in kinds and a.action.text)

    @property
    def tail(self) -> int:
        """The last step that changed anything, or the last one at all."""
        return self.acts[-1].step if self.acts else max(0, len(self.steps) - 1)

    @property
    def first_screen(self) -> int | None:
        """The position of the earliest screen that a step refers to."""
        return next(
            (s for step in self.steps for s in (step.before, step.after) if s is not None), None
        )

    @property
    def final_screen(self) -> int | None:
        """The position of the screen that the run left."""
        return self.screen_after(len(self.steps) - 1) if self.steps else None

    def screen_after(self, index: int) -> int | None:
        """The screen that shows a step's outcome."""
        for later in range(index, len(self.steps)):
            step = self.steps[later]
            if later > index and step.before is not None:
                return step.before
            if step.after is not None:
                return step.after
            if later > index and not self.is_passive(later):
                return None
        return self.steps[index].before if self.is_passive(index) else None

    def screen_before(self, index: int) -> int | None:
        """The screen on which a step was decided."""
        if self.steps[index].before is not None or index == 0:
            return self.steps[index].before
        return self.steps[index - 1].after

    def is_passive(self, index: int) -> bool:
        """Whether a step can have changed nothing: it only looked, waited or spoke."""
        return all(action.type in PASSIVE for action in self.steps[index].actions)

    @property
    def answer(self) -> str:
        """The agent's last words to the user: context, never proof of success."""
        if self.trajectory.ending.answer:
            return self.trajectory.ending.answer
        spoken = (ActionType.MESSAGE, ActionType.TERMINATE)
        words = (a.text for s in self.steps for a in s.actions if a.type in spoken and a.text)
        return next(reversed(tuple(words)), "")

    @cached_property
    def closing(self) -> str:
        """What the agent says at the end: its answer, or the end of what is all that was recorded.

        Some recordings hold no act and no screen, only the agent's own account.
        """
        if self.answer or self.trajectory.n_actions or not self.steps:
            return self.answer
        return self.steps[-1].thought[-MAX_CLOSING:]

    def is_first_seen(self, index: int) -> bool:
        """Whether the screen after a step, in words, is one that the run did not show before."""
        here = self.after[index]
        if here is None or here.recognised:
            return False
        shown = (self.before[0], *self.after[:index], *self.before[: index + 1])
        known = [tree for tree in shown if tree is not None and not tree.recognised]
        return bool(known) and all(tree.keys != here.keys for tree in known)

    def _own_after(self, index: int) -> Tree | None:
        return self._read(self.steps[index].after_ui, self.steps[index].after)

    def _read(self, text: str | None, screen: int | None) -> Tree | None:
        if text is not None:
            if text not in self._parsed:
                self._parsed[text] = ui.read(text)
            return self._parsed[text]
        return self.recognised.get(screen) if screen is not None else None

    @cached_property
    def _parsed(self) -> dict[str, Tree | None]:
        return {}

    def _act(self, index: int, action: Action) -> Act:
        has_command = self.trajectory.platform not in (Platform.WINDOWS, Platform.LINUX)
        names = [*_told(action, _COMMAND if has_command else _KEYS), *self._pointed(index, action)]
        free = action.type in _OPEN_ENDED
        blind = action.type in _POINTED and not names
        return Act(
            step=index,
            action=action,
            names=tuple(names),
            known=not (free or blind),
            refused=self.steps[index].error is not None,
        )

    def _pointed(self, index: int, action: Action) -> tuple[str, ...]:
        tree = self.before[index]
        if tree is None or action.type not in _POINTED:
            return ()
        if action.element:
            wanted = re.sub(r"^\w+=", "", action.element).strip("[] ")
            found = (e for e in tree.elements if e.ref and e.ref == wanted)
            return tuple(text for element in found for text in element.texts)
        return tree.at(action.point) if action.point else ()


def _told(action: Action, spelling: Mapping[str, str]) -> list[str]:
    """The names an action itself gives its target."""
    names = [action.element] if action.element else []
    if action.type in (ActionType.OPEN_APP, ActionType.NAVIGATE, ActionType.SELECT_OPTION,
                       ActionType.TAB, ActionType.SET_CHECKED) and action.text:  # fmt: skip
        names.append(action.text)
    if action.type in _OPEN_ENDED:
        names += [action.text or "", *_strings(action.raw)]
    if action.keys:
        chord = tuple(spelling.get(normal(key), normal(key)) for key in action.keys)
        names.append(_CHORDS.get(chord, "+".join(chord)))
    if action.submit or (action.type is ActionType.TYPE and (action.text or "").endswith("\n")):
        names.append("enter")
    return [name[:MAX_RAW] for name in names if name]


def _strings(raw: Json) -> list[str]:
    found: list[str] = []
    pending = [raw]
    while pending and len(found) < 40:
        node = pending.pop()
        if isinstance(node, str):
            found.append(node[:MAX_RAW])
        elif isinstance(node, list):
            pending.extend(node[:40])
        elif isinstance(node, dict):
            pending.extend(list(node.values())[:40])
    return found
