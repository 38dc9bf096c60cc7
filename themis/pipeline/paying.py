"""Rewards asked for and paid: what has to be judged for a request, and when it is settled.

A request waits for one run a critic, which it may share with others. `advance` takes it as far as
it comes, whoever calls it and however often: a killed process leaves nothing that the next call, or
the sweep, does not go on with.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from themis.accounts.models import Team
from themis.domain.errors import BudgetSpent, NoPromise, UnfitPolicy
from themis.domain.verdict import Outcome
from themis.pipeline import broadcast, flow, hints, policies, progress, rulings, sharing
from themis.pipeline.models import Awaited, RulingToPay, Run, Status
from themis.pipeline.rulings import Ruled
from themis.rewards import answers, jobs, queries, request_queries, requests
from themis.rewards.judges import COLUMNS
from themis.rewards.models import RequestStatus, RewardRequest
from themis.rewards.policy import Policy, read_policy
from themis.rewards.queries import Reward
from themis.rewards.requests import Settlement, Wish
from themis.trajectories import services as trajectories
from themis.trajectories.models import Trajectory
from themis.verdicts.models import CHAIN, Verdict
from themis.verdicts.models import Status as VerdictStatus

log = logging.getLogger(__name__)

PORTION = 200  # requests a sweep
LOOK = 1.0  # seconds between looks for deadlines, at most
HASTE = 0.05  # and at least
BUDGET_SPENT = "budget_spent"


class _Broke(Exception):
    """A run that a request waited for broke."""

    def __init__(self, code: str, cause: str) -> None:
        super().__init__(cause)
        self.code = code


def ask(*, wish: Wish, at: datetime) -> RewardRequest:
    """The one request for a trajectory's reward under a policy, begun if it is not yet.

    Raises BudgetSpent for a job that may start no run, and UnfitPolicy for one that has ended, or
    whose policy cannot be followed.
    """
    check(wish)
    with transaction.atomic():
        trajectories.hold([wish.trajectory.pk])
        row, is_begun = requests.open_request(wish=wish, at=at)
        if is_begun:
            Awaited.objects.filter(request=row).delete()
    if is_begun:
        advance(row, at)
        row.refresh_from_db()
    return row


def check(wish: Wish) -> None:
    """Raises UnfitPolicy for what cannot be asked. A job's policy was looked at as it was made."""
    if wish.job is None:
        policies.check(wish.team, wish.policy)
        if wish.policy.undecided == "review":
            raise UnfitPolicy({"undecided": "a review before the reward needs a job"})
    elif wish.job.ended_at is not None:
        error = f"{wish.job.name} has ended; resume it, or ask for another job"
        raise UnfitPolicy({"job": error})


def advance(row: RewardRequest, at: datetime) -> None:
    """Take an open request as far as it comes: settled, broken, before people, or still waiting."""
    try:
        with transaction.atomic():
            trajectories.hold([row.trajectory_id])
            found = _found(row, at)
            if found is not None:
                _conclude(row, found, at)
    except _Broke as broke:
        requests.break_off(row=row, code=broke.code, cause=str(broke), at=at)
    except NoPromise as refusal:
        requests.break_off(row=row, code=refusal.code, cause=str(refusal), at=at)
    except BudgetSpent as spent:
        requests.break_off(row=row, code=BUDGET_SPENT, cause=str(spent), at=at)
    tell([row])


def run_ended(run_id: int, at: datetime) -> None:
    """A run ended: its cost is put on the bill, and whoever waited for it goes on."""
    run = Run.objects.select_related("verdict", "job").defer(*_CHAINS).get(pk=run_id)
    bill(run)
    sharing.weigh(run)
    for row in request_queries.waiting_on(run.trajectory_id):
        advance(row, at)


def bill(run: Run) -> None:
    """Charge a job for a run that ended, once."""
    if run.job_id is None or run.is_active:
        return
    with transaction.atomic():
        if Run.objects.filter(pk=run.pk, is_billed=False).update(is_billed=True) != 1:
            return
        verdict = run.verdict
        if verdict is not None:
            jobs.charge(
                job_id=run.job_id,
                calls=verdict.calls,
                tokens=verdict.prompt_tokens + verdict.completion_tokens,
                money=verdict.price or 0.0,
            )


def ruled(trajectory_id: str, at: datetime) -> None:
    """People ruled on a trajectory, or took a ruling back: whoever waits, or was paid, is told."""
    waiting = request_queries.waiting_on(trajectory_id)
    for row in waiting:
        advance(row, at)
    settled = request_queries.settled_on(trajectory_id)
    for row in settled:
        _amend(row, at)
    tell([*waiting, *settled])


def pay_rulings(*, at: datetime) -> None:
    """Answer everybody whom rulings concern that nobody has answered yet."""
    for row in RulingToPay.objects.order_by("ruled_at")[:PORTION]:
        ruled(row.trajectory_id, at)
        RulingToPay.objects.filter(pk=row.pk, ruled_at=row.ruled_at).delete()


def expire(*, at: datetime) -> int:
    """Answer what has to be answered by now; how many that were."""
    rows = request_queries.overdue(at, PORTION)
    for row in rows:
        policy = read_policy(row.policy)
        if policy.at_deadline == "broken":
            cause = f"not judged within {policy.deadline:g} s, which is the policy's deadline"
            requests.break_off(row=row, code="deadline", cause=cause, at=at)
        else:
            _settle(row, answers.at_deadline(policy=policy), at)
    tell(rows)
    return len(rows)


def keep_deadlines(*, at: datetime) -> float:
    """Answer what has to be answered by now; the seconds after which to look again."""
    expire(at=at)
    following = request_queries.next_deadline()
    left = LOOK if following is None else (following - at).total_seconds()
    return min(max(left, HASTE), LOOK)


def sweep(*, at: datetime) -> None:
    """Go on with what a dead process left: deadlines, bills, requests nobody is at work for."""
    expire(at=at)
    pay_rulings(at=at)
    ended = Run.objects.exclude(status__in=[Status.WAITING, Status.RUNNING])
    left = ended.filter(job__isnull=False, is_billed=False)
    for run in left.select_related("verdict").defer(*_CHAINS)[:PORTION]:
        bill(run)
    for row in _left():
        advance(row, at)


def tell(rows: Sequence[RewardRequest]) -> None:
    """Tell whoever waits that requests moved, once the rows can be seen by others."""
    told = [(row.pk, row.job_id, row.team_id) for row in rows]
    transaction.on_commit(lambda: progress.tell_paid_now(told))


_CHAINS = tuple(f"verdict__{name}" for name in CHAIN)


def _left() -> list[RewardRequest]:
    """Requests at which no run is at work, of trajectories that have ended."""
    at_work = Awaited.objects.filter(
        request=OuterRef("pk"), run__status__in=[Status.WAITING, Status.RUNNING]
    )
    rows = RewardRequest.objects.filter(status=RequestStatus.RUNNING, trajectory__state="closed")
    rows = rows.filter(~Exists(at_work))
    whole = rows.select_related("job", "team", "trajectory__team").defer("trajectory__payload")
    return list(whole.order_by("asked_at")[:PORTION])


def _conclude(row: RewardRequest, found: list[Reward], at: datetime) -> None:
    policy = read_policy(row.policy)
    to = _settlement(row, policy, found)
    is_for_people = to.outcome == Outcome.UNDECIDED and policy.undecided == "review"
    if is_for_people and rulings.newest(row.trajectory_id) is None:
        rulings.put_before_people(row, found[0].verdict, at)
        requests.put_before_people(row=row)
    else:
        _settle(row, to, at)


@transaction.atomic
def _settle(row: RewardRequest, to: Settlement, at: datetime) -> None:
    if requests.settle(row=row, to=to, at=at):
        broadcast.reward_settled(RewardRequest.objects.select_related("team").get(pk=row.pk))


@transaction.atomic
def _amended(row: RewardRequest, to: Settlement, at: datetime) -> None:
    if requests.amend(row=row, to=to, at=at):
        broadcast.reward_settled(RewardRequest.objects.select_related("team").get(pk=row.pk))


def _settlement(row: RewardRequest, policy: Policy, found: list[Reward]) -> Settlement:
    ruling = rulings.newest(row.trajectory_id)
    if ruling is not None and (ruling.decides or policy.undecided == "review"):
        return _by_person(row, policy, ruling, found)
    return answers.by_verdicts(team=row.team, policy=policy, found=found, origin=row.origin)


def _by_person(
    row: RewardRequest, policy: Policy, ruling: Ruled, found: list[Reward]
) -> Settlement:
    return answers.by_person(
        policy=policy,
        outcome=ruling.outcome,
        ruled_by=ruling.by,
        found=found,
        origin=row.origin,
    )


def _amend(row: RewardRequest, at: datetime) -> None:
    """Answer anew where a ruling says otherwise, or was taken back, if the policy wants that."""
    policy = read_policy(row.policy)
    if not policy.redeliver or not row.is_settled:
        return
    found = _known(row, policy)
    ruling = rulings.newest(row.trajectory_id)
    try:
        if ruling is not None and ruling.decides:
            _amended(row, _by_person(row, policy, ruling, found), at)
        elif found and row.source == "person":
            _amended(row, _settlement(row, policy, found), at)
    except NoPromise as refusal:
        log.warning("%s is not amended: %s", row.pk, refusal)


def _known(row: RewardRequest, policy: Policy) -> list[Reward]:
    """What has been judged of a settled request."""
    awaited = Awaited.objects.filter(request=row).select_related("run__verdict")
    verdicts = {each.critic: each.run.verdict for each in awaited}
    given = [verdicts.get(critic) for critic in _critics(row, policy)]
    found = [queries.reward_of(row.trajectory, each) for each in given if each is not None]
    return [each for each in found if each is not None]


def _critics(row: RewardRequest, policy: Policy) -> tuple[str, ...]:
    return policy.critics or (flow.default_critic(row.team),)


def _found(row: RewardRequest, at: datetime) -> list[Reward] | None:
    """The verdicts of all that judge; None while something is still to come.

    Where a person has ruled, no model is asked. Raises _Broke once too few can still agree.
    """
    if row.trajectory.is_open:
        return None
    policy = read_policy(row.policy)
    ruling = rulings.newest(row.trajectory_id)
    if ruling is not None and (ruling.decides or row.status == RequestStatus.REVIEW):
        return _known(row, policy)
    found: list[Reward] = []
    broke: list[_Broke] = []
    is_waiting = False
    for critic in _critics(row, policy):
        try:
            verdict = _verdict(row, critic, at)
        except _Broke as cause:
            broke.append(cause)
            continue
        reward = queries.reward_of(row.trajectory, verdict) if verdict else None
        if reward is None:
            is_waiting = True
        else:
            found.append(reward)
    if is_waiting:
        return None
    if broke and (not found or answers.agreed(policy, found) is Outcome.UNDECIDED):
        raise broke[0]
    return found


def _verdict(row: RewardRequest, critic: str, at: datetime) -> Verdict | None:
    """The verdict of one critic; None while it is awaited, with a run for it in the queue."""
    awaited = Awaited.objects.filter(request=row, critic=critic).select_related("run__verdict")
    each = awaited.defer(*(f"run__verdict__{name}" for name in CHAIN)).first()
    if each is None:
        return _begun(row, critic, at)
    run = each.run
    if run.is_active:
        return None
    if run.status == Status.BROKEN:
        is_spent = run.cause.startswith(sharing.SPENT)
        raise _Broke(BUDGET_SPENT if is_spent else "judging_broke", run.cause)
    verdict: Verdict | None = run.verdict
    if verdict is None or verdict.provisional or verdict.status != VerdictStatus.GIVEN:
        each.delete()  # it saw a part of the run, which has ended since
        return _begun(row, critic, at)
    return verdict


def _begun(row: RewardRequest, critic: str, at: datetime) -> Verdict | None:
    """The verdict that this critic, as it is set now, has given; else a run for it is queued."""
    run = _judged(row.team, row.trajectory, critic)
    if run is None:
        sharing.check_budget(row.job)
        if row.job is not None:
            sharing.open_share(row.job)
        run = flow.submit(trajectory=row.trajectory, critic=critic, job=row.job, at=at)
        hints.queue(run)
    Awaited.objects.get_or_create(request=row, critic=critic, defaults={"run": run})
    return None if run.is_active else run.verdict


def _judged(team: Team, trajectory: Trajectory, critic: str) -> Run | None:
    """The run in which this critic judged, as it is set now; None also where it cannot judge."""
    judge = policies.judge_of(team, critic)
    if judge is None:  # the run that is queued tells what is wrong with it
        return None
    runs = Run.objects.filter(
        trajectory=trajectory,
        status=Status.DONE,
        verdict__status=VerdictStatus.GIVEN,
        verdict__provisional=False,
        **{f"verdict__{name}": held for name, held in zip(COLUMNS, judge.columns, strict=True)},
    )
    return runs.select_related("verdict").defer(*_CHAINS).order_by("-pk").first()
