"""Runs from waiting to done. State moves by conditional update, with the row count checked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from themis.accounts.models import Team
from themis.critic import loader
from themis.critic.contract import Critic
from themis.pipeline import broadcast, endpoints, owner, standings
from themis.pipeline.models import Run, Status
from themis.rewards.models import Job
from themis.trajectories import services as trajectories
from themis.trajectories.models import Trajectory
from themis.verdicts import services as verdicts
from themis.verdicts.models import Status as VerdictStatus
from themis.verdicts.models import Verdict


def submit(
    *, trajectory: Trajectory, critic: str = "", job: Job | None = None, at: datetime
) -> Run:
    """Put a trajectory in the queue; the run that is active already, if there is one.

    A run for the default critic and one that names the same critic are one. `job` takes the turn
    and the bill of a run that is new.
    """
    default = default_critic(trajectory.team)
    names = {"", default} if critic in {"", default} else {critic}
    active = Run.objects.filter(
        trajectory=trajectory, critic__in=names, status__in=[Status.WAITING, Status.RUNNING]
    )
    if run := active.order_by("pk").first():
        return run
    try:
        with transaction.atomic():
            trajectories.hold([trajectory.pk])
            run = Run.objects.create(trajectory=trajectory, critic=critic, job=job, created_at=at)
            standings.refresh([trajectory.pk])
            return run
    except IntegrityError:  # a twin came first
        return active.earliest("pk")


@transaction.atomic
def submit_new(*, fresh: Sequence[Trajectory], at: datetime) -> None:
    """Put trajectories that just came in into the queue, many at once; twins are left out."""
    ids = [each.pk for each in fresh]
    trajectories.hold(ids)
    Run.objects.bulk_create(
        [Run(trajectory=each, created_at=at) for each in fresh], ignore_conflicts=True
    )
    standings.refresh(ids)


def default_critic(team: Team) -> str:
    """Who judges a team's trajectories where nobody was chosen."""
    return loader.default_name(endpoints.has_model(team))


@transaction.atomic
def claim(*, run: Run, at: datetime) -> bool:
    """Take a waiting run for this process; False if another came first."""
    trajectories.hold([run.trajectory_id])
    taken = Run.objects.filter(pk=run.pk, status=Status.WAITING).update(
        status=Status.RUNNING,
        owner=owner.this_process(),
        beat_at=at,
        started_at=at,
    )
    return _moved(run, taken)


def beat(*, run: Run, at: datetime) -> bool:
    """Say that this process still works on a run; False if it was taken away."""
    beaten = Run.objects.filter(
        pk=run.pk, status=Status.RUNNING, owner=owner.this_process()
    ).update(beat_at=at)
    return beaten == 1


def recover(*, at: datetime) -> int:
    """Put runs whose process died back in the queue, their turns kept; how many there were."""
    recovered = 0
    for run in Run.objects.filter(status=Status.RUNNING):
        if owner.is_gone(run.owner, beat_at=run.beat_at, at=at):
            recovered += _let_go(run)
    return recovered


def put_back(*, but: Collection[int]) -> int:
    """Put runs of this process back in the queue but those it is at; how many there were."""
    mine = Run.objects.filter(status=Status.RUNNING, owner=owner.this_process())
    return sum(_let_go(run) for run in mine.exclude(pk__in=but))


@transaction.atomic
def _let_go(run: Run) -> bool:
    trajectories.hold([run.trajectory_id])
    freed = Run.objects.filter(pk=run.pk, status=Status.RUNNING, owner=run.owner).update(
        status=Status.WAITING, owner="", beat_at=None
    )
    return _moved(run, freed)


def bench_of(critic: Critic, served: str) -> verdicts.Bench:
    """Who sits, as it is written on the verdict; `served` are the models that are asked."""
    return verdicts.Bench(
        critic=critic.name,
        critic_version=critic.version,
        settings_hash=loader.settings_hash(critic),
        model=served if critic.uses_model else "",
    )


@transaction.atomic
def seat(
    *, run: Run, bench: verdicts.Bench, sight: verdicts.Sight = verdicts.WHOLE, at: datetime
) -> Verdict:
    """The verdict a claimed run works on: the one it left open, or a new one.

    An open verdict of another critic, version, settings or model is closed as broken: its turns
    answer other questions. So is one that saw less of the run than there is now.
    """
    trajectories.hold([run.trajectory_id])
    left = run.verdict
    if left is not None and left.status == VerdictStatus.OPEN:
        cause = _outdated(left, bench, sight)
        if not cause and left.provisional == sight.provisional:
            left.refresh_from_db(fields=["n_turns", "seconds"])  # it was read before the claim
            return left
        cause = cause or "the run was closed while it was judging"
        verdicts.break_off(verdict=left, cause=cause, at=at)
    run.verdict = verdicts.open_verdict(trajectory=run.trajectory, bench=bench, sight=sight, at=at)
    run.save(update_fields=["verdict"])
    return run.verdict


def _outdated(left: Verdict, bench: verdicts.Bench, sight: verdicts.Sight) -> str:
    """Why an open verdict cannot be gone on with; empty when it can."""
    if bench != verdicts.Bench(
        critic=left.critic,
        critic_version=left.critic_version,
        settings_hash=left.settings_hash,
        model=left.model,
    ):
        return "the critic changed while it was judging"
    if left.seen and sight.digest and left.seen != sight.digest:
        return "the run went on while it was judging"
    return ""


@transaction.atomic
def judge_whole(*, trajectory: Trajectory, digest: str, critic: str = "", at: datetime) -> Run:
    """Judge a run that has ended; what a provisional verdict saw the whole of is not asked again.

    The run to watch: one whose verdict became final, or one that is still to judge the whole.
    """
    wanted = critic or default_critic(trajectory.team)
    for verdict in verdicts.make_final(trajectory=trajectory, digest=digest):
        broadcast.became_final(verdict)
        seated = Run.objects.filter(verdict=verdict).first()
        if seated is not None and verdict.critic == wanted:
            return seated
    while True:
        run = submit(trajectory=trajectory, critic=critic, at=at)
        mine = Run.objects.filter(pk=run.pk)
        # Both hold the row until this transaction ends: whoever claims the run then looks at a
        # trajectory that has ended, and whoever judges already is told to judge again.
        waits = mine.filter(status=Status.WAITING).update(again=False)
        if waits or mine.filter(status=Status.RUNNING).update(again=True):
            return run


def finish(*, run: Run, at: datetime) -> bool:
    """Mark a run as done; False if it was no longer this process's."""
    return _end(run, at, status=Status.DONE)


def fail(*, run: Run, cause: str, at: datetime) -> bool:
    """Mark a run as broken with its cause; False if it was no longer this process's."""
    return _end(run, at, status=Status.BROKEN, cause=cause)


@transaction.atomic
def _end(run: Run, at: datetime, **columns: str) -> bool:
    trajectories.hold([run.trajectory_id])
    mine = Run.objects.filter(pk=run.pk, status=Status.RUNNING, owner=owner.this_process())
    at_rest = {"ended_at": at, "owner": "", **columns}
    is_last = _moved(run, mine.filter(again=False).update(**at_rest))
    ended = is_last or _moved(run, mine.update(**at_rest))
    if ended:
        broadcast.run_ended(run, Status(columns["status"]), columns.get("cause", ""))
    if ended and not is_last:
        _follow_up(run.pk, at)
    return ended


def _moved(run: Run, n_rows: int) -> bool:
    if n_rows:
        standings.refresh([run.trajectory_id])
    return n_rows == 1


def _follow_up(run_id: int, at: datetime) -> None:
    ended = Run.objects.select_related("verdict").get(pk=run_id)
    if ended.again and (ended.verdict is None or ended.verdict.provisional):
        Run.objects.create(
            trajectory_id=ended.trajectory_id,
            critic=ended.critic,
            job_id=ended.job_id,
            created_at=at,
        )
        standings.refresh([ended.trajectory_id])
