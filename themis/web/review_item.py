"""A run as the review room shows it: as much of the machine's work as its reviewer may see."""

from __future__ import annotations

from dataclasses import dataclass

from themis.domain import wire
from themis.domain.action import Box
from themis.domain.evidence import Milestone
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Trajectory as Recording
from themis.domain.verdict import ErrorClass
from themis.reviews.models import Decision, Hold, QueueItem, Ruling
from themis.verdicts.models import Verdict
from themis.web import chain
from themis.web.frames import Frame, frames
from themis.web.places import AFTER, BEFORE, Place, Places
from themis.web.shortcuts import keymap, shown

EARLY = 8  # steps whose marks and words come with the run; the rest come after it
CUTS = 12  # screens of one question
MARGIN = 0.35  # of a region's size, shown around it
RULINGS = (
    (Ruling.PASSED, "passed"),
    (Ruling.FAILED, "failed"),
    (Ruling.UNDECIDED, "undecided"),
    (Ruling.NOT_EXECUTABLE, "unjudged"),
    (Ruling.UNUSABLE, "broken"),
)
SURENESS = (("0.5", "A guess"), ("0.7", "Rather"), ("0.9", "Sure"), ("1", "Certain"))
ERRORS = {
    ErrorClass.TASK_INCOMPLETE: ("Task incomplete", "It stopped before all was done"),
    ErrorClass.WRONG_ACTION: ("Wrong action", "It did something else than was asked"),
    ErrorClass.ERROR_SUPPRESSED: ("Error passed over", "Something failed and it went on"),
    ErrorClass.STRICT_ON_PATH: ("Other way, same end", "It got there in another way than expected"),
    ErrorClass.STRICT_ON_DEVIATION: ("Harmless detour", "It did more than was asked, undone since"),
    ErrorClass.AMBIGUOUS: ("Task unclear", "The task can be read in two ways"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A screen that belongs to a question, or the region of it that does."""

    screen: int  # position, from 0
    step: int  # number, from 1
    view: str
    label: str
    width: int
    height: int
    box: Box | None = None  # None: the whole screen, small


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One milestone of the machine's. `stone` is all that was found; None where it is hidden."""

    id: str
    goal: str
    step: int | None  # number, from 1
    place: Place | None
    cuts: tuple[Cut, ...]
    stone: chain.Stone | None = None


def context(hold: Hold, decision: Decision | None, keys: dict[str, object]) -> dict[str, object]:
    """What the fragment of an item is made of.

    Of a blind queue's verdict nothing but goals and steps gets into it.
    """
    item = hold.item
    recording = item.trajectory.recording
    found = frames(recording)
    verdict = None if item.queue.is_blind else item.verdict
    places = Places(item.trajectory, recording, None)
    finding = verdict.found if verdict else None
    judgement = chain.exhibits(finding.evidence, places) if finding else ()
    questions = _questions(item, recording, found, places)
    stretches = chain.stretches(verdict.chain, places)[-1:] if verdict else []
    opinion = decision.payload if decision else hold.draft
    return {
        "item": item,
        "hold": hold,
        "queue": item.queue,
        "decision": decision,
        "trajectory": item.trajectory,
        "recording": recording,
        "frames": found,
        "frame": found[0] if found else None,
        "early": EARLY,
        "view": _view(found),
        "questions": questions,
        "machine": verdict if finding else None,
        "judgement": judgement,
        "complaints": stretches[0].complaints if stretches else (),
        "court": {
            "marks": chain.marks(stretches, judgement),
            "states": chain.states_by_step(stretches),
        },
        "rulings": [
            (ruling.value, ruling.label, icon, _key(keys, ruling.value.replace("_", "-")))
            for ruling, icon in RULINGS
        ],
        "sureness": SURENESS,
        "error_classes": _error_classes(),
        "held": {"opinion": opinion},
        "keys": key_names(keys),
        "submit_key": _key(keys, "submit"),
    }


def rest(item: QueueItem) -> list[Frame]:
    """The steps whose marks and words do not come with the run."""
    return frames(item.trajectory.recording)[EARLY:]


def key_names(keys: dict[str, object]) -> dict[str, str]:
    """The keys of all commands as people read them, by names that templates can say."""
    return {name.replace("-", "_"): shown(key) if key else "" for name, key in keymap(keys).items()}


def _key(keys: dict[str, object], command: str) -> str:
    key = keymap(keys).get(command, "")
    return shown(key) if key else ""


def _view(found: list[Frame]) -> str:
    return BEFORE if not found or found[0].before or not found[0].after else AFTER


def _error_classes() -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    kinds = {"failed": "Of a failed run", "passed": "Of a passed run"}
    return [
        (
            of,
            title,
            [
                (each.value, *ERRORS[each])
                for each in ErrorClass
                if each.is_failure is (of == "failed")
            ],
        )
        for of, title in kinds.items()
    ]


def _questions(
    item: QueueItem, recording: Recording, found: list[Frame], places: Places
) -> list[Question]:
    verdict = item.verdict
    rounds = verdict.rounds[-1:] if verdict else []
    if not rounds or verdict is None:
        return []
    if item.queue.is_blind:
        milestones = [_milestone(each) for each in _list(rounds[0], "milestones")]
        return [_question(each, recording, found, places) for each in milestones]
    return [
        _question(stone.milestone, recording, found, places, stone)
        for stone in chain.stretches(verdict.chain, places)[-1].stones
    ]


def _list(record: Json, name: str) -> list[Json]:
    held = record.get(name) if isinstance(record, dict) else None
    return held if isinstance(held, list) else []


def _milestone(data: Json) -> Milestone:
    return wire.decode(Milestone, data, at="milestone")


def _question(
    milestone: Milestone,
    recording: Recording,
    found: list[Frame],
    places: Places,
    stone: chain.Stone | None = None,
) -> Question:
    place = places.of_step(milestone.step, AFTER)
    cuts = _around(milestone.step, found) + (_regions(stone, recording, places) if stone else [])
    return Question(
        id=milestone.id,
        goal=milestone.goal,
        step=place.step if place else None,
        place=place,
        cuts=tuple(cuts),
        stone=stone,
    )


def _around(step: int, found: list[Frame]) -> list[Cut]:
    """The screens before and after the step that should bring it about."""
    if not 0 <= step < len(found):
        return []
    frame = found[step]
    return [
        Cut(
            screen=shot.position,
            step=frame.number,
            view=view,
            label=f"{view.capitalize()} step {frame.number}",
            width=shot.width,
            height=shot.height,
        )
        for view, shot in ((BEFORE, frame.before), (AFTER, frame.after))
        if shot
    ]


def _regions(stone: chain.Stone, recording: Recording, places: Places) -> list[Cut]:
    """The regions that the machine found, cut out."""
    cuts = []
    for mark in [mark for exhibit in stone.exhibits for mark in exhibit.marks][:CUTS]:
        place = places.of_screen(mark.screen)
        if place.step is None or not 0 <= mark.screen < len(recording.screens):
            continue
        screen = recording.screens[mark.screen]
        cuts.append(
            Cut(
                screen=mark.screen,
                step=place.step,
                view=place.view,
                label=f"{place.label}: {mark.claim}"[:160],
                width=screen.width,
                height=screen.height,
                box=_wider(mark.box, screen.width, screen.height),
            )
        )
    return cuts


def _wider(box: Box, width: int, height: int) -> Box:
    """A region with what stands around it, within the screen."""
    by_x, by_y = max(box.width * MARGIN, 24), max(box.height * MARGIN, 24)
    left, top = max(box.x - by_x, 0), max(box.y - by_y, 0)
    right, bottom = min(box.x + box.width + by_x, width), min(box.y + box.height + by_y, height)
    return Box(x=left, y=top, width=max(right - left, 1), height=max(bottom - top, 1))


def with_verdict(hold: Hold) -> Hold:
    """The hold with its item's run and the machine's verdict, in one question to the tables."""
    rows = Hold.objects.select_related("item__queue", "item__trajectory", "item__verdict")
    return rows.get(pk=hold.pk)


def verdict_of(item: QueueItem) -> Verdict | None:
    """The verdict that is shown, without its chain."""
    if item.verdict_id is None:
        return None
    return Verdict.objects.filter(pk=item.verdict_id).defer("rounds", "finding").first()
