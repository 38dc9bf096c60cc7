"""What every role of the panel starts from: the case in words and pictures, and whom to ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from themis.critic.consult import Answer, Question, consult
from themis.critic.contract import Case, Docket, Image, Text, VisionModel
from themis.critic.examination.addressed import reports
from themis.critic.examination.frames import Frame, frames_of
from themis.critic.examination.silence import acts
from themis.critic.extract import ReplyT
from themis.critic.fence import Fence, fence_of
from themis.critic.promptfiles import PromptFiles
from themis.critic.themis.album import NONE, Album, album_of
from themis.critic.themis.instructions import Notices
from themis.critic.themis.layouts import layout_for
from themis.critic.themis.options import Layout, PanelOptions, RoleOptions
from themis.critic.themis.screens import Choice, Chooser, Cost
from themis.critic.transcript import own_words
from themis.critic.views.desk import at_desk
from themis.critic.views.maker import Maker
from themis.critic.wording import shorten
from themis.domain.trajectory import Trajectory

TASK_CHARS = 8_000
ALBUM_SHARE = 0.75  # of a role's budget; the rest is for what a check adds of its own
ROLES = ("selector", "verifier", "reviewer", "judge")
PROMPTS = PromptFiles(
    "themis.critic.themis.prompts",
    "selector",
    "selector_again",
    "verifier",
    "verifier_shared",
    "reviewer",
    "judge",
    "judge_class",
    system="court",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """One case as the panel hears it."""

    case: Case
    model: VisionModel
    docket: Docket
    options: PanelOptions
    fence: Fence
    maker: Maker
    opening: Text  # task and acts: what every prompt of the case begins with
    is_abbreviated: bool  # not every act is told in full there
    said: Text  # the agent's own words, for the roles that read them
    albums: Mapping[str, Album]  # by role
    notices: Notices = field(default_factory=Notices)

    @property
    def trajectory(self) -> Trajectory:
        """The run in question."""
        return self.case.trajectory

    def front(self, role: str) -> tuple[Text | Image, ...]:
        """What the prompts of a role begin with: the longest part that they have in common."""
        return (self.opening, *self.albums[role].parts)

    def whole(self, role: str) -> tuple[Text | Image, ...]:
        """The same with the agent's words, for a role that reads the whole run."""
        return (*self.front(role), self.said)

    def cost(self, role: str) -> Cost:
        """What a picture costs that role's model in tokens, by width and height."""
        return _cost(self.model, self.options.of(role))

    def left_for_pictures(self, role: str) -> int:
        """Tokens of that role's budget that its album leaves."""
        return max(self.options.of(role).image_tokens - self.albums[role].tokens, 0)

    def is_read_with(self, role: str, other: str) -> bool:
        """Whether a call of one role leaves at the server what one of the other begins with."""
        same_model = self.options.of(role).model == self.options.of(other).model
        return same_model and self.albums[role] is self.albums[other]

    def notice(
        self,
        at: tuple[int, str],
        words: str | None,
        role: str,
        *,
        steps: tuple[int, ...] = (),
        screens: Sequence[int] | None = None,
    ) -> None:
        """Keep what a role says of words that address it; `screens` are those it was shown."""
        shown = tuple(self.albums[role].shown.values()) if screens is None else screens
        found = reports(words, self.trajectory, found_by=role, steps=steps, screens=shown)
        self.notices.add(at, found)

    async def ask(self, question: Question[ReplyT]) -> Answer[ReplyT]:
        """Put a question to the role's model, or to the docket where it was answered before."""
        role = self.options.of(question.role)
        asked = replace(
            question,
            model=role.model,
            temperature=role.temperature,
            max_tokens=role.max_tokens,
            tries=min(question.tries, self.options.tries),
        )
        return await consult(asked, model=self.model, docket=self.docket)


async def open_hearing(
    case: Case, model: VisionModel, docket: Docket, options: PanelOptions
) -> Hearing:
    """Prepare a case for the panel. Raises CriticFailed.

    In a thread: screens are decoded, and a run of thousands of steps is a lot of words.
    """
    return await at_desk(_opened, case, model, docket, options)


def _opened(case: Case, model: VisionModel, docket: Docket, options: PanelOptions) -> Hearing:
    run = case.trajectory
    fence = fence_of(run)
    did, words = acts(run), own_words(run)
    note = f"Note: {words.note}\n" if words.note else ""
    said = fence.wrap("words of the agent (claims)", words.text)
    maker = Maker(case)
    return Hearing(
        case=case,
        model=model,
        docket=docket,
        options=options,
        fence=fence,
        maker=maker,
        opening=_opening(run, fence, did.text, did.note),
        is_abbreviated=bool(did.note),
        said=Text(text=f"{note}{said}"),
        albums=_albums(maker, model, options),
    )


def _opening(run: Trajectory, fence: Fence, did: str, note: str) -> Text:
    lines = [
        f"The mark of this case is {fence.mark}.",
        f"Platform: {run.platform.value}. Recorded steps: {len(run.steps)}.",
        fence.wrap("task", shorten(run.instruction, TASK_CHARS)),
    ]
    if note:
        lines.append(f"Note: {note}")
    lines.append(fence.wrap("actions", did or "none"))
    return Text(text="\n".join(lines))


def _albums(maker: Maker, model: VisionModel, options: PanelOptions) -> dict[str, Album]:
    """The album of each role; roles with one model and one budget share one."""
    frames = frames_of(maker.case.trajectory)
    kinds = dict.fromkeys(_seen_alike(options.of(role)) for role in ROLES)
    choices = {kind: _choice(kind, frames, maker, model, options) for kind in kinds}
    verifier = _seen_alike(options.verifier)
    sizes = [maker.size(position) for position in _different(frames)]
    layout = layout_for(options.layout, choices[verifier], sizes, _cost(model, verifier))
    if layout is Layout.OWN:
        return dict.fromkeys(ROLES, NONE)
    made = {kind: album_of(choices[kind], frames, maker) for kind in kinds}
    return {role: made[_seen_alike(options.of(role))] for role in ROLES}


def _choice(
    kind: RoleOptions,
    frames: Sequence[Frame],
    maker: Maker,
    model: VisionModel,
    options: PanelOptions,
) -> Choice:
    return Chooser(
        looking=maker,
        cost=_cost(model, kind),
        budget=int(kind.image_tokens * ALBUM_SHARE),
        most=options.pictures,
        compares=options.near_duplicates,
    ).choose(frames)


def _different(frames: Sequence[Frame]) -> list[int]:
    return list({frame.digest: frame.position for frame in frames}.values())


def _seen_alike(role: RoleOptions) -> RoleOptions:
    """Roles with an equal answer see the same pictures: sampling does not come into it."""
    return RoleOptions(model=role.model, image_tokens=role.image_tokens)


def _cost(model: VisionModel, role: RoleOptions) -> Cost:
    @cache
    def tokens(width: int, height: int) -> int:
        return model.image_tokens(width, height, model=role.model)

    return tokens
