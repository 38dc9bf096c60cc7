"""What a Verifier is asked about: a milestone, what is shown of its step, and the same in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from themis.critic.contract import Image, Text
from themis.critic.examination.silence import acts_only, silenced
from themis.critic.sight import Sight, sight_of
from themis.critic.themis.chain import milestone_text, objection_text
from themis.critic.themis.exhibits import ROLE, Exhibit, exhibit
from themis.critic.themis.hearing import Hearing
from themis.critic.themis.uitext import ui_text
from themis.critic.transcript import actions, recent
from themis.domain.evidence import Milestone, Objection

ACTION_CHARS = 1_000
HISTORY_CHARS = 2_000  # where the list of all actions had to be abbreviated


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One milestone to verify, and the objections that its verification has to answer."""

    milestone: Milestone
    objections: tuple[Objection, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """A check, and what is shown about it."""

    check: Check
    sight: Sight
    exhibit: Exhibit

    @property
    def parts(self) -> tuple[Text | Image, ...]:
        """Of the prompt."""
        return tuple(self.exhibit.parts)


async def matters(hearing: Hearing, checks: Sequence[Check]) -> list[Matter]:
    """What one call shows of each of its checks; a screen that stands further up is not repeated.

    Screens are decoded in a thread; raises CriticFailed.
    """
    made: list[Matter] = []
    shown = dict(hearing.albums[ROLE].shown)
    room = hearing.left_for_pictures(ROLE) // len(checks)
    for check in checks:
        sight = sight_of(hearing.trajectory, check.milestone.step)
        about = await exhibit(hearing, check.milestone.step, sight, room=room, shown=shown)
        shown = about.shown
        made.append(Matter(check=check, sight=sight, exhibit=about))
    return made


def facts_of(hearing: Hearing, matter: Matter) -> dict[str, str]:
    """What the question about it holds, in words."""
    wrap = hearing.fence.wrap
    milestone, objections = matter.check.milestone, matter.check.objections
    run = hearing.trajectory
    acted = silenced(run.steps[milestone.step])
    shown = [wrap("action", "\n".join(actions(acted, ACTION_CHARS)))]
    if hearing.is_abbreviated:
        told = recent(acts_only(run), milestone.step, limit=HISTORY_CHARS)
        shown.append(wrap("actions so far", told))
    ui = ui_text(matter.sight, hearing.options.ui_chars) if hearing.options.ui_text else ""
    if ui:
        shown.append(wrap("UI text", ui))
    against = "\n".join(objection_text(each) for each in objections)
    return {
        "step": str(milestone.step + 1),
        "evidence": "\n".join(shown),
        "milestone": wrap("milestone", milestone_text(milestone)),
        "objections": _to_answer(wrap("objections", against)) if objections else "",
    }


def _to_answer(objections: str) -> str:
    return f"The Reviewer objected to an earlier check; see whether it is right:\n{objections}\n"
