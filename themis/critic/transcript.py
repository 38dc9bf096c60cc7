"""A trajectory as text for a prompt: bounded per step and in total, the middle shortened first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from themis.critic.sight import Sight, sight_of
from themis.critic.wording import describe, quoted
from themis.domain.action import ActionType
from themis.domain.trajectory import Ending, Step, Trajectory

TRANSCRIPT_CHARS = 60_000  # about 15,000 tokens
HISTORY_CHARS = 6_000
ANSWER_CHARS = 4_000
ACTIONS_PER_STEP = 12
LEAST_CHARS = 40  # that an act takes


class Detail(NamedTuple):
    """How much of a step is told, in characters. No thought at 0."""

    thought: int
    action: int


FULL = Detail(1_200, 600)
SHORT = Detail(200, 160)
BARE = Detail(0, 40)
ACTED = Detail(0, 200)
SILENT = Detail(0, 0)

# In these an agent speaks: to the user, or of its own success.
SPEAKING = frozenset({ActionType.MESSAGE, ActionType.TERMINATE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """The text, and what a reader must know of what is not in it."""

    text: str
    note: str  # empty where every step is told in full


def transcript(trajectory: Trajectory, *, limit: int = TRANSCRIPT_CHARS) -> Transcript:
    """Thoughts and actions of every step, and how the agent says it ended."""
    told = _fit(partial(_step, trajectory), len(trajectory.steps), (FULL, SHORT, BARE), limit)
    ending = _ending(trajectory.ending)
    return Transcript(text=f"{told.text}\n{ending}" if told.text else ending, note=told.note)


def history(trajectory: Trajectory, upto: int, *, limit: int = HISTORY_CHARS) -> Transcript:
    """What was done up to and including step `upto`, without the agent's own words."""
    return _fit(partial(_step, trajectory), upto + 1, (ACTED, BARE), limit)


def recent(trajectory: Trajectory, upto: int, *, limit: int) -> str:
    """The acts that led to step `upto` and that step's, as many as there is room for."""
    first = max(upto + 1 - limit // LEAST_CHARS, 0)

    def told(position: int, detail: Detail) -> str:
        return _step(trajectory, first + position, detail)

    return _fit(told, upto + 1 - first, (ACTED, BARE), limit).text


def own_words(trajectory: Trajectory, *, limit: int = TRANSCRIPT_CHARS) -> Transcript:
    """What the agent thought and said, and nothing that it did; how it says it ended."""
    told = _fit(partial(_said, trajectory), len(trajectory.steps), (FULL, SHORT, SILENT), limit)
    ending = _ending(trajectory.ending)
    return Transcript(text=f"{told.text}\n{ending}" if told.text else ending, note=told.note)


def _fit(
    told: Callable[[int, Detail], str], n_steps: int, details: tuple[Detail, ...], limit: int
) -> Transcript:
    def shorter(position: int, *, to: Detail) -> str:
        return told(position, to)

    texts = [told(position, details[0]) for position in range(n_steps)]
    spare = limit - sum(map(len, texts))
    shortened: set[int] = set()
    for detail in details[1:]:
        spare = _shrink(texts, spare, partial(shorter, to=detail), shortened)
    left_out: set[int] = set()
    _shrink(texts, spare, lambda _: "", left_out)
    kept = "\n".join(text for text in texts if text)
    return Transcript(text=kept, note=_note(shortened - left_out, left_out))


def _shrink(texts: list[str], spare: int, shorter: Callable[[int], str], touched: set[int]) -> int:
    """Replace texts from the middle outwards until they fit; the room then left."""
    for position in _from_the_middle(len(texts)):
        if spare >= 0:
            break
        text = shorter(position)
        if len(text) < len(texts[position]):
            spare += len(texts[position]) - len(text)
            texts[position] = text
            touched.add(position)
    return spare


def _from_the_middle(n: int) -> Iterator[int]:
    for offset in range((n + 1) // 2):
        yield (n - 1) // 2 - offset
        if n // 2 + offset != (n - 1) // 2 - offset:
            yield n // 2 + offset


def _note(shortened: set[int], left_out: set[int]) -> str:
    notes = []
    if shortened:
        notes.append(
            f"{len(shortened)} steps between {min(shortened) + 1} and {max(shortened) + 1} "
            "are abbreviated to save room."
        )
    if left_out:
        notes.append(f"Steps {min(left_out) + 1} to {max(left_out) + 1} are left out entirely.")
    return " ".join(notes)


def _step(trajectory: Trajectory, position: int, detail: Detail) -> str:
    step = trajectory.steps[position]
    if detail == BARE:
        kinds = ", ".join(action.type.value for action in step.actions[:3])
        return f"step {position + 1}: {kinds or 'no action'}"
    lines = [f"step {position + 1}{_screens(sight_of(trajectory, position))}"]
    if step.actor:
        lines.append(f"  actor: {quoted(step.actor, 60)}")
    if detail.thought and step.thought:
        lines.append(f"  thought (claim): {quoted(step.thought, detail.thought)}")
    lines += actions(step, detail.action)
    if step.error:
        lines.append(f"  environment answered: {quoted(step.error, detail.action)}")
    if detail.thought and step.claim:
        lines.append(f"  says of itself (claim): {quoted(step.claim, detail.action)}")
    return "\n".join(lines)


def _said(trajectory: Trajectory, position: int, detail: Detail) -> str:
    """The words of one step; empty where the agent said nothing."""
    step = trajectory.steps[position]
    if not detail.thought:
        return ""
    lines = [f"  thought: {quoted(step.thought, detail.thought)}"] if step.thought else []
    lines += [
        f"  {describe(action, detail.action)}"
        for action in step.actions[:ACTIONS_PER_STEP]
        if action.type in SPEAKING
    ]
    if step.claim:
        lines.append(f"  says of itself: {quoted(step.claim, detail.action)}")
    return "\n".join((f"step {position + 1}", *lines)) if lines else ""


def _screens(sight: Sight) -> str:
    shown = [
        f"{name} = screen {position + 1}"
        for name, position in (("before", sight.before), ("after", sight.after))
        if position is not None
    ]
    return f" ({', '.join(shown)})" if shown else ""


def actions(step: Step, limit: int) -> list[str]:
    """One line for each action of a step."""
    lines = [f"  action: {describe(each, limit)}" for each in step.actions[:ACTIONS_PER_STEP]]
    more = len(step.actions) - ACTIONS_PER_STEP
    if more > 0:
        lines.append(f"  and {more} more actions")
    return lines or ["  no action"]


def _ending(ending: Ending) -> str:
    if ending.claim is None and ending.answer is None:
        return "The run stopped without a word of the agent about its end."
    claim = f"claims {ending.claim.value}" if ending.claim else "claims nothing"
    answer = f", final answer: {quoted(ending.answer, ANSWER_CHARS)}" if ending.answer else ""
    return f"At the end the agent {claim}{answer}"
