"""A rubric for the family of the task, sharpened by cues, and ten key frames.

Written from the published description of ADAPTRUBRIC (arXiv 2608.24174): route the task to one of
eight rubrics, add at most two cues of its own, choose ten key frames, judge; three calls. The
families and their criteria are ours. The published cost of a run leaves no room for pictures in
the first two calls, so here the frames are chosen from the actions; where no more frames exist
than are looked at, nobody is asked to choose.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from themis.critic.consult import Answer, Question
from themis.critic.contract import Case, Docket, Text, VisionModel
from themis.critic.examination import points
from themis.critic.examination.findings import at_the_end
from themis.critic.examination.frames import Frame, frames_of, spread
from themis.critic.examination.points import PointsReply
from themis.critic.examination.room import Room, room_for
from themis.critic.examination.silence import acts
from themis.critic.injection.reporting import reporting
from themis.critic.options import Asking
from themis.critic.promptfiles import PromptFiles
from themis.critic.rubric import rubrics
from themis.critic.schema import array_of, numbers_among, one_of
from themis.domain.evidence import Milestone, Round
from themis.domain.jsontypes import Json
from themis.domain.verdict import Finding

CUES = 2
FRAMES = 40  # more than anybody should look at
LISTED = 400  # screens that are told by number
PROMPTS = PromptFiles(
    "themis.critic.rubric.prompts",
    "route",
    "opening",
    "frames",
    "verdict",
    besides=rubrics.texts(),
)

Cue = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Number = Annotated[int, Field(ge=1)]


class RouteReply(BaseModel):
    reasoning: Annotated[str, StringConstraints(max_length=400)]
    family: Annotated[str, StringConstraints(max_length=20)]
    cues: Annotated[list[Cue], Field(max_length=CUES)]


class FramesReply(BaseModel):
    reasoning: Annotated[str, StringConstraints(max_length=600)]
    screens: Annotated[list[Number], Field(max_length=FRAMES)]


class RubricOptions(Asking):
    """What can be set of `rubric`."""

    frames: int = Field(
        default=10, ge=1, le=FRAMES, description="Screens that are looked at, at most"
    )
    cues: int = Field(default=CUES, ge=0, le=CUES, description="Cues of the task's own, at most")


DEFAULTS = RubricOptions()


@reporting
class AdaptiveRubric:
    """Looks at `frames` screens and takes at most `cues` cues."""

    name = "rubric"
    version = PROMPTS.version
    uses_model = True

    def __init__(self, options: RubricOptions = DEFAULTS) -> None:
        self._options = options

    @property
    def settings(self) -> dict[str, Json]:
        """Everything besides the model that can change an outcome."""
        return self._options.settings

    async def judge(self, case: Case, model: VisionModel, docket: Docket) -> Finding:
        """Route, choose, judge."""
        room = room_for(case, model, docket, self._options)
        demands = await self._criteria(room)
        await room.show(Round(number=1, milestones=demands))
        opening = _opening(room, demands)
        frames = await self._key_frames(room, opening)
        answer = await self._verdict(room, opening, len(demands), frames)
        rounds = await room.show(points.chain(demands, answer.reply, found_by="verdict"))
        return points.finding(answer, rounds, frames, room.run)

    async def _criteria(self, room: Room) -> tuple[Milestone, ...]:
        asked = PROMPTS.question("route", families=rubrics.overview())
        cue: dict[str, Json] = {"type": "string", "minLength": 1, "maxLength": 200}
        reply = await room.ask(
            Question(
                key="route",
                role="route",
                round=1,
                system=PROMPTS.system,
                parts=(Text(text=room.task), Text(text=asked)),
                reply=RouteReply,
                schema=PROMPTS.schema("route"),
                check=_unknown_family,
                limits={
                    "family": one_of(rubrics.NAMES),
                    "cues": array_of(cue, least=0, most=self._options.cues),
                },
            )
        )
        family = rubrics.FAMILIES[reply.family]
        of_family = [
            (each, f"the rubric for {family.name}: {family.tasks}") for each in family.criteria
        ]
        of_task = [(each, "a cue of this task") for each in reply.cues[: self._options.cues]]
        return tuple(
            at_the_end(room.run, goal=goal, why=why, number=number)
            for number, (goal, why) in enumerate((*of_family, *of_task), start=1)
        )

    async def _key_frames(self, room: Room, opening: Text) -> tuple[Frame, ...]:
        frames = frames_of(room.run)
        if len(frames) <= self._options.frames:
            return frames
        listed = spread(frames, LISTED)
        known = points.numbers(listed)
        asked = PROMPTS.question(
            "frames",
            most=str(self._options.frames),
            n=str(len(frames)),
            screens=", ".join(map(str, known)),
        )
        reply = await room.ask(
            Question(
                key="frames",
                role="frames",
                round=1,
                system=PROMPTS.system,
                parts=(opening, Text(text=asked)),
                reply=FramesReply,
                schema=PROMPTS.schema("frames"),
                check=lambda reply: _unknown_screen(reply, known),
                limits={"screens": numbers_among(known, most=self._options.frames)},
            )
        )
        return _with_the_end(frames, reply.screens, self._options.frames)

    async def _verdict(
        self, room: Room, opening: Text, n_points: int, frames: Sequence[Frame]
    ) -> Answer[PointsReply]:
        asked = Text(text=PROMPTS.question("verdict"))
        return await room.answer(
            Question(
                key="verdict",
                role="verdict",
                round=1,
                system=PROMPTS.system,
                parts=(opening, *room.pictures(frames), asked),
                reply=PointsReply,
                schema=PROMPTS.schema("verdict"),
                weighed="outcome",
                check=lambda reply: points.problem(reply, n_points, frames),
                limits=points.limits(n_points, frames),
            )
        )


def _opening(room: Room, demands: Sequence[Milestone]) -> Text:
    """What both later questions begin with: a server that keeps its work does it once."""
    criteria = room.fence.wrap("criteria", points.numbered([each.goal for each in demands]))
    done = acts(room.run)
    told = f"{room.fence.wrap('actions', done.text or 'none')}\n{done.note}".strip()
    return Text(text=PROMPTS.question("opening", task=room.task, criteria=criteria, acts=told))


def _unknown_family(reply: RouteReply) -> str | None:
    return None if reply.family in rubrics.FAMILIES else "the family is none of those that exist"


def _unknown_screen(reply: FramesReply, known: Sequence[int]) -> str | None:
    return None if set(reply.screens) <= set(known) else "a screen was chosen that does not exist"


def _with_the_end(frames: Sequence[Frame], chosen: Sequence[int], most: int) -> tuple[Frame, ...]:
    """The chosen frames in order, each once, and the last one in any case.

    A picture may be on the screen several times; the number then means the last of them.
    """
    last = frames[-1]
    by_number = {frame.position + 1: frame for frame in frames}
    picked = [by_number[number] for number in dict.fromkeys(chosen) if by_number[number] != last]
    kept = {*picked[: most - 1], last}
    return tuple(frame for frame in frames if frame in kept)
