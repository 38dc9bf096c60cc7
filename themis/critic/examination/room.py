"""Where a critic examines a case: the case in words and pictures, and somebody to ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from themis.critic.consult import Answer, Question, consult
from themis.critic.contract import Case, Docket, Image, Text, VisionModel
from themis.critic.examination.frames import Frame
from themis.critic.extract import ReplyT
from themis.critic.fence import Fence, fence_of
from themis.critic.options import Asking
from themis.critic.wording import shorten
from themis.domain.evidence import Round
from themis.domain.trajectory import Trajectory

TASK_CHARS = 8_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One case before one critic."""

    case: Case
    model: VisionModel
    docket: Docket
    fence: Fence
    options: Asking

    @property
    def run(self) -> Trajectory:
        """The run in question."""
        return self.case.trajectory

    @property
    def task(self) -> str:
        """The mark and the task: what every prompt of the case begins with."""
        return "\n".join(
            (
                f"The mark of this case is {self.fence.mark}.",
                f"Platform: {self.run.platform.value}.",
                self.fence.wrap("task", shorten(self.run.instruction, TASK_CHARS)),
            )
        )

    def pictures(self, frames: Sequence[Frame]) -> tuple[Text | Image, ...]:
        """The frames, each under its name; equal pictures are sent once."""
        parts: list[Text | Image] = []
        sent: dict[str, Frame] = {}
        for frame in frames:
            twin = sent.setdefault(frame.digest, frame)
            if twin is frame:
                parts += [Text(text=f"{frame.name}:"), self._image(frame.position)]
            else:
                same = f"the same picture, to the pixel, as screen {twin.position + 1} above."
                parts.append(Text(text=f"{frame.name}: {same}"))
        return tuple(parts)

    async def ask(self, question: Question[ReplyT]) -> ReplyT:
        """The reply to a question, from the docket where it was given before."""
        return (await self.answer(question)).reply

    async def answer(self, question: Question[ReplyT]) -> Answer[ReplyT]:
        """The same with what the model weighed."""
        asked = replace(
            question,
            model=self.options.model,
            temperature=self.options.temperature,
            max_tokens=self.options.max_tokens,
        )
        return await consult(asked, model=self.model, docket=self.docket)

    async def show(self, *rounds: Round) -> tuple[Round, ...]:
        """Publish how far the chain has come, and give it back."""
        await self.docket.show(rounds)
        return rounds

    def _image(self, position: int) -> Image:
        screen = self.run.screens[position]
        return Image(position=position, screen=screen, read=partial(self.case.read_screen, screen))


def room_for(case: Case, model: VisionModel, docket: Docket, options: Asking) -> Room:
    """Prepare a case for examination."""
    fence = fence_of(case.trajectory)
    return Room(case=case, model=model, docket=docket, fence=fence, options=options)
