"""Turns of a model made into steps: what it saw before, what it did, what came back.

The newest picture before a turn is what it was decided on. A picture in the results of its calls
is its `after`; where they have none, the first one that is seen before anything else acts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from themis.domain.action import Action, ActionType
from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Claim, Ending, Step
from themis.formats.bounds import MAX_ACTIONS, MAX_RUN_ACTIONS, MAX_STEPS
from themis.formats.chat.embedded import Embedded
from themis.formats.frame import Frame
from themis.formats.pictures import Size

_PASSIVE = (ActionType.OBSERVE, ActionType.MESSAGE, ActionType.TERMINATE)
Read = Callable[[dict[str, Json], Frame], tuple[Action, ...]]


@dataclass(slots=True, kw_only=True)
class Result:
    """What came back from one call."""

    texts: list[str] = field(default_factory=list)
    pictures: list[int] = field(default_factory=list)
    error: str | None = None
    raw: Json = None


@dataclass(slots=True, kw_only=True)
class Call:
    """One call of a tool, and its result once it is known."""

    payload: dict[str, Json]
    result: Result | None = None


@dataclass(slots=True, kw_only=True)
class Turn:
    """What the model said and called at once."""

    thoughts: list[str] = field(default_factory=list)  # thinking, reasoning
    said: list[str] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    shown: list[int] = field(default_factory=list)  # pictures the user gave just before
    heard: list[str] = field(default_factory=list)  # words of the user just before
    error: str | None = None
    raw: dict[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The run as a list of steps."""

    steps: tuple[Step, ...]
    ending: Ending
    rest: Json = None  # what the source says beside the last words, where they are no step


def told(
    turns: list[Turn],
    read: Read,
    pictures: Embedded,
    *,
    path: Path,
    display: Size | None = None,
    last: Sequence[int] = (),
) -> Told:
    """The steps of all turns; the words after the last call are the answer.

    `display` is the size the model was told, where it was told one; `last` are the pictures that
    the user showed after the last turn.
    """
    if len(turns) > MAX_STEPS:
        raise UnreadableTrajectory(f"{path}: more than {MAX_STEPS} turns; split the recording")
    story = _Story(read=read, pictures=pictures, display=display, path=path)
    story.tell(turns)
    for picture in last:
        story.see(picture)
    ending = _ending(story.steps, story.answer)
    return Told(steps=tuple(story.steps), ending=ending, rest=story.rest)


@dataclass(slots=True, kw_only=True)
class _Story:
    read: Read
    pictures: Embedded
    display: Size | None
    path: Path
    seen: int | None = None  # the newest picture of the whole screen
    waiting: list[int] = field(default_factory=list)  # since what acted last: no `after` yet
    steps: list[Step] = field(default_factory=list)
    n_actions: int = 0
    answer: str | None = None
    rest: Json = None

    def tell(self, turns: list[Turn]) -> None:
        """Make all turns into steps, the words after the last call into the answer."""
        for position, turn in enumerate(turns):
            for picture in turn.shown:
                self.see(picture)
            if position < len(turns) - 1 or turn.calls:
                self._add(turn)
                continue
            self.answer = "\n\n".join(turn.said) or None
            if turn.thoughts or turn.error:
                self._add(replace(turn, said=[]))
            else:
                self.rest = _raw(turn)

    def see(self, picture: int) -> None:
        """A picture of the screen came in."""
        for position in self.waiting:
            self.steps[position] = replace(self.steps[position], after=picture)
        self.waiting.clear()
        self.seen = picture

    def _add(self, turn: Turn) -> None:
        frame = Frame(device=self.display, picture=self.pictures.size(self.seen))
        before = self.seen
        actions: list[Action] = []
        screens: list[int] = []
        for call in turn.calls:
            done = self._read(call.payload, frame)
            actions += done
            if call.result is not None and not _is_detail(done):
                screens += call.result.pictures
        if not turn.calls and turn.said:
            words = "\n\n".join(turn.said)
            actions.append(Action(type=ActionType.MESSAGE, name="text", text=words))
        self._count(len(actions))
        thought = turn.thoughts if not turn.calls else [*turn.thoughts, *turn.said]
        kinds = {action.type for action in actions}.difference(_PASSIVE)
        if kinds - {ActionType.WAIT}:
            self.waiting.clear()
        if kinds:
            self.waiting.append(len(self.steps))
        self.steps.append(
            Step(
                thought="\n\n".join(thought),
                actions=tuple(actions[:MAX_ACTIONS]),
                before=before,
                after=screens[-1] if screens else None,
                after_ui=_tree(turn, actions),
                error=_error(turn),
                raw=_raw(turn),
            )
        )
        for picture in screens[-1:]:
            self.see(picture)

    def _read(self, payload: dict[str, Json], frame: Frame) -> tuple[Action, ...]:
        done = self.read(payload, frame)
        if done and done[0].raw is None:
            return (replace(done[0], raw=payload), *done[1:])
        return done

    def _count(self, more: int) -> None:
        self.n_actions += more
        if self.n_actions > MAX_RUN_ACTIONS or more > MAX_ACTIONS:
            raise UnreadableTrajectory(
                f"{self.path}: more than {MAX_ACTIONS} actions in a turn or {MAX_RUN_ACTIONS} in"
                " the run; split the recording"
            )


def _is_detail(actions: tuple[Action, ...]) -> bool:
    """A zoom shows a part of the screen: places do not refer to it."""
    return bool(actions) and all(action.mode == "zoom" for action in actions)


def _tree(turn: Turn, actions: list[Action]) -> str | None:
    if not any(action.mode == "tree" for action in actions) or len(turn.calls) != 1:
        return None
    result = turn.calls[0].result
    return "\n".join(result.texts) or None if result is not None else None


def _error(turn: Turn) -> str | None:
    failed = [call.result.error for call in turn.calls if call.result and call.result.error]
    return "\n".join([*failed, *([turn.error] if turn.error else [])]) or None


def _raw(turn: Turn) -> Json:
    results = [call.result.raw for call in turn.calls if call.result is not None]
    raw = dict(turn.raw)
    if results:
        raw["results"] = results
    if turn.heard:
        raw["heard"] = list(turn.heard)
    return raw or None


def _ending(steps: list[Step], answer: str | None) -> Ending:
    """The agent's own words, and its claim where it has a word for the end."""
    last = steps[-1].actions[-1] if steps and steps[-1].actions else None
    if last is None or last.type is not ActionType.TERMINATE:
        return Ending(answer=answer)
    claim = Claim.SUCCESS if last.status == "success" else Claim.FAILURE
    return Ending(claim=claim, answer=answer or last.text)
