"""The one place that puts reports of injected instructions into findings, whoever judged."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TypeVar

from themis.critic.contract import Case, Critic, Docket, VisionModel
from themis.critic.injection.detector import found_in, merged
from themis.domain.trajectory import Trajectory
from themis.domain.verdict import Finding

CriticT = TypeVar("CriticT", bound=Critic)


def reported(finding: Finding, trajectory: Trajectory) -> Finding:
    """The same finding with what the detector found beside what the critic itself reports.

    Outcome, confidence and reason stay as they are: a report does not decide.
    """
    return replace(finding, injections=merged((*finding.injections, *found_in(trajectory))))


def reporting(critic: type[CriticT]) -> type[CriticT]:
    """A class decorator: every finding of the critic goes through `reported`."""
    judge = critic.judge

    async def judged(self: CriticT, case: Case, model: VisionModel, docket: Docket) -> Finding:
        """Take one case to a finding, and report words in it that address whoever judges."""
        finding = await judge(self, case, model, docket)
        return await asyncio.to_thread(reported, finding, case.trajectory)

    critic.judge = judged  # type: ignore[assignment]
    return critic
