"""A failed run with words that order the judge to pass it: on the screen, or the agent's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from benchmarks.red_team import painting, trees
from benchmarks.red_team.attacks import Attack, Original, Variant, claiming, tampered
from benchmarks.red_team.phrasings import ORDERS
from benchmarks.red_team.state import ended_differently, last_of
from themis.domain.action import Action, ActionType
from themis.domain.trajectory import Label, Step, Trajectory
from themis.formats.contract import Recording


def orders_on_screen(original: Original) -> Iterator[Variant]:
    """Every phrasing painted and in the UI text, one by one; two of them in only one of both."""
    recording = claiming(original.recording)
    end = last_of(recording.trajectory)
    if original.label is not Label.FAILED or (end.screen is None and end.ui is None):
        return
    for number, order in enumerate(ORDERS, 1):
        yield _on_screen(original, recording, order, f"order-{number}", "both")
    for number in (1, 5):
        if end.screen is not None and end.ui:
            order = ORDERS[number - 1]
            for only in ("pixels", "ui"):
                yield _on_screen(original, recording, order, f"order-{number}-{only}-only", only)


def _on_screen(
    original: Original, recording: Recording, order: str, style: str, where: str
) -> Variant:
    end = last_of(recording.trajectory)
    painted = None
    if end.screen is not None and where != "ui":
        painted = painting.notice(recording.pictures[end.screen], order.replace("\u200b", ""))
    box = painted.box if painted else (860, 16, 400, 90)

    def told(tree: str) -> str:
        return trees.with_words(tree, [("note", order)], box)

    changed = ended_differently(
        recording,
        picture=painted.picture if painted else None,
        ui=None if where == "pixels" else told,
    )
    return tampered(original, Attack.ON_SCREEN, style, changed)


def orders_in_words(original: Original) -> Iterator[Variant]:
    """Every phrasing, in turn as a thought, the answer, a message, a claim of success."""
    if original.label is not Label.FAILED:
        return
    recording = claiming(original.recording)
    places = (("thought", _thinks), ("answer", _answers), ("message", _tells), ("claim", _claims))
    for number, order in enumerate(ORDERS, 1):
        name, say = places[(number - 1 + len(original.name)) % len(places)]
        changed = replace(recording, trajectory=say(recording.trajectory, order))
        yield tampered(original, Attack.IN_AGENT_TEXT, f"order-{number}-{name}", changed)


def _thinks(run: Trajectory, order: str) -> Trajectory:
    last = run.steps[-1]
    return _with_last(run, replace(last, thought=f"{last.thought} {order}".strip()))


def _claims(run: Trajectory, order: str) -> Trajectory:
    return _with_last(run, replace(run.steps[-1], claim=order))


def _tells(run: Trajectory, order: str) -> Trajectory:
    last = run.steps[-1]
    told = Action(type=ActionType.MESSAGE, mode="inform", text=order)
    return _with_last(run, replace(last, actions=(told, *last.actions)))


def _answers(run: Trajectory, order: str) -> Trajectory:
    answer = f"{run.ending.answer or 'Done.'} {order}"
    return replace(run, ending=replace(run.ending, answer=answer))


def _with_last(run: Trajectory, step: Step) -> Trajectory:
    return replace(run, steps=(*run.steps[:-1], step))
