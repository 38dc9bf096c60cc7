"""What every role of the panel starts from: the case in words, and somebody to ask."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from themis.critic.consult import Answer, Question, consult
from themis.critic.contract import Case, Docket, Image, Text, VisionModel
from themis.critic.extract import ReplyT
from themis.critic.fence import Fence, fence_of
from themis.critic.promptfiles import PromptFiles
from themis.critic.transcript import Transcript, transcript
from themis.critic.wording import shorten
from themis.domain.trajectory import Trajectory

TASK_CHARS = 8_000
PROMPTS = PromptFiles(
    "themis.critic.themis.prompts",
    "selector",
    "selector_again",
    "verifier",
    "reviewer",
    "judge",
    system="court",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """One case as the panel hears it."""

    case: Case
    model: VisionModel
    docket: Docket
    fence: Fence
    run: Text  # task and transcript: the same for all roles that read the whole run

    @property
    def trajectory(self) -> Trajectory:
        """The run in question."""
        return self.case.trajectory

    def opening(self, told: Transcript, title: str) -> Text:
        """The mark, the task, and some of the run: what every prompt of the case begins with."""
        return _opening(self.trajectory, self.fence, told, title)

    def image(self, position: int) -> Image:
        """A recorded screen as a part of a prompt."""
        screen = self.trajectory.screens[position]
        return Image(position=position, screen=screen, read=partial(self.case.read_screen, screen))

    async def ask(self, question: Question[ReplyT]) -> Answer[ReplyT]:
        """Put a question to the model, or to the docket where it was answered before."""
        return await consult(question, model=self.model, docket=self.docket)


def open_hearing(case: Case, model: VisionModel, docket: Docket) -> Hearing:
    """Prepare a case for the panel."""
    fence = fence_of(case.trajectory)
    run = _opening(case.trajectory, fence, transcript(case.trajectory), "run")
    return Hearing(case=case, model=model, docket=docket, fence=fence, run=run)


def _opening(trajectory: Trajectory, fence: Fence, told: Transcript, title: str) -> Text:
    lines = [
        f"The mark of this case is {fence.mark}.",
        f"Platform: {trajectory.platform.value}. Recorded steps: {len(trajectory.steps)}.",
        fence.wrap("task", shorten(trajectory.instruction, TASK_CHARS)),
    ]
    if told.note:
        lines.append(f"Note: {told.note}")
    lines.append(fence.wrap(title, told.text))
    return Text(text="\n".join(lines))
