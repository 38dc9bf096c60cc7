"""The checks of one round: which are made anew, which share a call, and which goes first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from themis.critic.examination.together import together
from themis.critic.sight import sight_of
from themis.critic.themis.chain import Chain
from themis.critic.themis.hearing import Hearing
from themis.critic.themis.matters import Check, Matter, matters
from themis.critic.themis.replies import SHARED
from themis.critic.themis.standing import objections_to, standing
from themis.critic.themis.verifier import verify
from themis.domain.evidence import Milestone
from themis.domain.trajectory import Trajectory


async def verify_all(hearing: Hearing, chain: Chain, milestones: tuple[Milestone, ...]) -> None:
    """Open a round and verify side by side what does not stand from the round before."""
    previous = chain.rounds[-1] if chain.rounds else None
    kept = {m.id: held for m in milestones if (held := standing(m, previous))}
    number = (await chain.open(milestones, tuple(kept.values()))).number
    checks = [
        Check(milestone=each, objections=objections_to(each, previous))
        for each in milestones
        if each.id not in kept
    ]
    calls = grouped(hearing.trajectory, checks) if hearing.options.share_calls else _apart(checks)

    prepared = await together(partial(matters, hearing), calls)

    async def call(group: Sequence[Matter]) -> None:
        for verification in await verify(hearing, number, group):
            await chain.verified(verification)

    # What is shown is made first, so that the calls start in their order, and all at once.
    is_warm = number > 1 or hearing.is_read_with("selector", "verifier")
    ahead = 0 if is_warm else 1
    for group in prepared[:ahead]:
        await call(group)
    await together(call, prepared[ahead:])


def grouped(run: Trajectory, checks: Sequence[Check]) -> list[tuple[Check, ...]]:
    """Checks in calls: in the order of their steps, those together whose screens overlap."""
    groups: list[list[Check]] = []
    seen: set[str] = set()
    for check in sorted(checks, key=lambda each: each.milestone.step):
        around = _screens(run, check)
        if groups and seen & around and len(groups[-1]) < SHARED:
            groups[-1].append(check)
            seen |= around
        else:
            groups.append([check])
            seen = around
    return [tuple(group) for group in groups]


def _apart(checks: Iterable[Check]) -> list[tuple[Check, ...]]:
    return [(check,) for check in checks]


def _screens(run: Trajectory, check: Check) -> set[str]:
    sight = sight_of(run, check.milestone.step)
    positions = (sight.before, sight.after)
    return {run.screens[position].digest for position in positions if position is not None}
