"""Where one trajectory stands before the court, and which verdict its page shows."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404

from themis.domain.feedback import feedback
from themis.domain.trajectory import Claim
from themis.domain.verdict import Finding
from themis.pipeline import queries as pipeline
from themis.pipeline.models import Run, Status
from themis.rewards import queries as rewards
from themis.rewards.queries import Likely
from themis.trajectories.models import Trajectory
from themis.verdicts import queries as verdicts
from themis.verdicts.models import CHAIN, Verdict
from themis.verdicts.models import Status as VerdictStatus
from themis.web import chain
from themis.web.people import Sitting, sittings
from themis.web.places import Places
from themis.web.progress import Progress, progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Courtroom:
    """One verdict with its chain, beside the newest run and all other verdicts."""

    trajectory: Trajectory
    run: Run | None
    verdict: Verdict | None
    chosen: bool  # by address; otherwise the page follows the newest
    verdicts: tuple[Verdict, ...]
    stretches: tuple[chain.Stretch, ...]
    judgement: tuple[chain.Exhibit, ...]  # what the Judge itself cites
    orders: tuple[chain.Order, ...]  # words in the run that address the judge
    ahead: int  # runs that wait before this one
    claim: Claim | None  # what the agent says of its own success
    progress: Progress | None  # of the verdict, where it was given and chose milestones
    likely: Likely | None  # what the judge's score is worth, where it was measured
    people: tuple[Sitting, ...]  # what was decided in queues

    @property
    def is_active(self) -> bool:
        """Whether the page should look again by itself."""
        return self.run is not None and self.run.is_active

    @property
    def is_provisional(self) -> bool:
        """Whether the verdict that is shown saw only the beginning."""
        return self.verdict is not None and self.verdict.provisional

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has begun yet."""
        return self.run is not None and self.run.status == Status.WAITING

    @property
    def outcome(self) -> str:
        """One word for the whole: an outcome, or how far it has come."""
        if self.run is not None and self.run.is_active:
            return self.run.status
        if self.verdict is not None:
            return said_by(self.verdict)
        return self.run.status if self.run else "unjudged"

    @property
    def broke_later(self) -> bool:
        """Whether a run broke after the verdict that is shown."""
        if self.run is None or self.run.status != Status.BROKEN:
            return False
        return self.verdict is None or self.run.verdict_id != self.verdict.pk

    @property
    def agrees(self) -> bool | None:
        """Whether label and outcome say the same; None where either says nothing."""
        label, verdict = self.trajectory.label, self.verdict
        if not label or verdict is None or verdict.reward is None:
            return None
        return label == verdict.outcome

    @property
    def can_compare(self) -> bool:
        """Whether there are two who said something."""
        said = sum(len(each.spoken) for each in self.people)
        return said + sum(each.status == VerdictStatus.GIVEN for each in self.verdicts) > 1

    @property
    def marks(self) -> list[chain.Mark]:
        """Regions of the evidence, to be drawn on screens."""
        return chain.marks(list(self.stretches), self.judgement)

    @property
    def states(self) -> dict[int, str]:
        """What the chain says of steps, by number."""
        return chain.states_by_step(list(self.stretches))


def said_by(verdict: Verdict) -> str:
    """What a verdict says: its outcome, "running" or "broken"."""
    if verdict.status == VerdictStatus.OPEN:
        return Status.RUNNING.value
    return verdict.outcome or verdict.status


def courtroom(trajectory: Trajectory, asked: str | None) -> Courtroom:
    """The verdict asked for, or the newest there is; raises Http404 for another's."""
    every = tuple(verdicts.all_of(trajectory).defer(*CHAIN))
    run = pipeline.current_run(trajectory)
    verdict = _asked(every, asked) if asked else _newest(trajectory, run)
    found: Finding | None = verdict.found if verdict else None
    recording = trajectory.recording
    places = Places(trajectory, recording, verdict.pk if verdict and asked else None)
    return Courtroom(
        trajectory=trajectory,
        run=run,
        verdict=verdict,
        chosen=bool(asked),
        verdicts=every,
        stretches=tuple(chain.stretches(verdict.chain, places)) if verdict else (),
        judgement=chain.exhibits(found.evidence, places) if found else (),
        orders=chain.orders(found.injections, places) if found else (),
        ahead=pipeline.runs_ahead(run),
        claim=recording.ending.claim,
        progress=progress(feedback(found, len(recording.steps)), places) if found else None,
        likely=rewards.likely(verdict, trajectory.team, trajectory.platform) if verdict else None,
        people=tuple(sittings(trajectory)),
    )


def _asked(every: tuple[Verdict, ...], asked: str) -> Verdict:
    for verdict in every:
        if str(verdict.pk) == asked:
            return verdict
    raise Http404("no such verdict on this trajectory")


def _newest(trajectory: Trajectory, run: Run | None) -> Verdict | None:
    """The one being made; else the last given; else the one that broke."""
    if run is not None and run.is_active and run.verdict is not None:
        return run.verdict
    return verdicts.newest(trajectory) or (run.verdict if run else None)
