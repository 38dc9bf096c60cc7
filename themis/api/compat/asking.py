"""What every framework's address does: who is paid by which policy, for which trajectories, and
what there is of it. How that is put into a reply is the framework's own module's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest
from django.utils import timezone

from themis.accounts.models import Team
from themis.api import bodies, cases
from themis.api.compat.doors import grant_of
from themis.api.replies import Refused
from themis.api.waiting import RETRY_AFTER, StillRunning
from themis.domain.errors import AmbiguousReference, BudgetSpent, NoPromise, UnfitPolicy
from themis.domain.jsontypes import Json
from themis.domain.references import SCHEME, trajectory_in
from themis.pipeline import paying
from themis.rewards.models import Job, RequestStatus, RewardRequest
from themis.rewards.policy import Policy
from themis.rewards.requests import Wish
from themis.trajectories import queries as trajectories
from themis.trajectories.models import Trajectory

MOST = 512  # rewards in one request
BUDGET = "budget_spent"
# What a request breaks over that asking again does not mend; all else is trouble that passes.
STANDING = {BUDGET: 402, "not_promised": 409, "not_measured": 409}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """For whom, and by which policy."""

    team: Team
    job: Job | None
    policy: Policy
    origin: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A settled request, and the answer it holds."""

    row: RewardRequest
    said: Mapping[str, Json]

    @property
    def reward(self) -> float | None:
        """The number to train on; None where there is none."""
        return self.row.reward

    @property
    def passed(self) -> float:
        """1 for a run that passed, else 0: what a filter of tasks by their success counts."""
        return float(self.row.outcome == "passed")

    @property
    def confidence(self) -> float | None:
        """Of whoever judged; None where it is unknown, as with a person."""
        found = self.said.get("confidence")
        return float(found) if isinstance(found, int | float) else None

    @property
    def reason(self) -> str:
        """Who said what, in a sentence."""
        told = cast("list[dict[str, Json]]", self.said.get("verdicts") or [])
        judges = [f"{each.get('critic')} said {each.get('outcome')}" for each in told[:8]]
        parts = [f"{self.row.outcome} by {self.row.source}", *judges, self.evidence]
        return "; ".join(part for part in parts if part)

    @property
    def evidence(self) -> str:
        """Where the evidence is seen; empty where nothing was judged."""
        told = cast("list[dict[str, Json]]", self.said.get("verdicts") or [])
        own = self.said.get("evidence")
        return str(own or next((each.get("evidence") for each in told), "") or "")


def read(request: HttpRequest) -> dict[str, Json]:
    """The body as one JSON object; raises Refused, UnreadableTrajectory."""
    return bodies.read_json(request)[0]


def trajectory_of(*values: Json, where: str, field: str) -> str:
    """The id of the trajectory that values speak of, the first that speaks of one.

    Raises Refused (422) for none, and for several in one value; `where` says where it is looked
    for, `field` what a program should point at.
    """
    try:
        found = trajectory_in(*values)
    except AmbiguousReference as error:
        raise Refused(422, "ambiguous", f"{field}: {error}", field=field) from None
    if found is None:
        said = f"{field}: names no trajectory; put {SCHEME}<id> into {where}"
        raise Refused(422, "no_reference", said, field=field)
    return found


def terms_of(request: HttpRequest, named: str = "") -> Terms:
    """The key's job, else the one that is named, else `?job=` or `?critic=`; raises Refused."""
    team = cases.team_of(request)
    own: Job | None = getattr(request, "job", None)
    name = named or str(request.GET.get("job", ""))
    if own is not None and name and name != own.name:
        raise Refused(403, "other_job", f"job: this key belongs to {own.name}; leave job out")
    job = own or (_job(team, name) if name else None)
    critic = cases.critic_of(request.GET.get("critic", ""))
    if job is not None and critic:
        raise Refused(422, "invalid", "critic: the job says who judges; leave one out")
    return Terms(
        team=team, job=job, policy=_policy(job, critic), origin=_origin_of(request)
    )


def ask(
    terms: Terms, ids: Sequence[str], metas: Sequence[Mapping[str, Json]] = ()
) -> list[RewardRequest]:
    """Ask for each; nothing is begun where one of them is none of the team's.

    Raises Refused: 404, 413, and 402, 409 or 422 where the policy cannot be kept.
    """
    if len(ids) > MOST:
        raise Refused(413, "too_many", f"{len(ids)} rewards in one request; send {MOST} at most")
    found = _found(terms.team, ids)
    at = timezone.now()
    asked: dict[str, RewardRequest] = {}
    for number, pk in enumerate(ids):
        if pk not in asked:
            wish = Wish(
                team=terms.team,
                job=terms.job,
                policy=terms.policy,
                trajectory=found[pk],
                meta=metas[number] if metas else {},
                origin=terms.origin,
            )
            try:
                asked[pk] = paying.ask(wish=wish, at=at)
            except (BudgetSpent, NoPromise, UnfitPolicy) as error:
                raise refusal(error) from None
    return [asked[pk] for pk in ids]


def answers(rows: Sequence[RewardRequest], patience: int) -> list[Answer]:
    """The answers, if all are there; raises Refused (402, 503), which may be held back."""
    for row in rows:
        if row.status == RequestStatus.BROKEN:
            raise broken(row)
    if not all(row.is_settled for row in rows):
        raise StillRunning(rows, patience)
    return [answer_of(row) for row in rows]


def answer_of(row: RewardRequest) -> Answer:
    """The answer of a settled request."""
    return Answer(row, json.loads(row.answer))


def number(answer: Answer, framework: str) -> float:
    """The number; raises Refused (409) where a framework cannot be told that there is none."""
    if answer.reward is None:
        raise Refused(
            409,
            "undecided",
            f"trajectory {answer.row.trajectory_id} is undecided, which {framework} cannot be"
            ' told; set "undecided" of the job to "value", or to "review"',
            field="policy.undecided",
            trajectory=answer.row.trajectory_id,
        )
    return answer.reward


def broken(row: RewardRequest) -> Refused:
    """Why there is no answer: 503, and when to ask again; 402 or 409 where that does not help."""
    status = STANDING.get(row.code, 503)
    said = row.cause or "it could not be judged"
    refused = Refused(status, row.code or "broken", said, id=row.pk)
    if status == 503:
        refused.reply.headers["Retry-After"] = str(RETRY_AFTER)
    return refused


def refusal(error: BudgetSpent | NoPromise | UnfitPolicy) -> Refused:
    """What is answered where a policy cannot be kept."""
    if isinstance(error, BudgetSpent):
        return Refused(402, BUDGET, str(error))
    if isinstance(error, NoPromise):
        return Refused(409, error.code, str(error), **error.more)
    return Refused(422, "invalid", str(error), field=next(iter(error.fields), None))


def _job(team: Team, name: str) -> Job:
    found = Job.objects.filter(team=team, name=name).first() if "\0" not in name else None
    if found is None:
        raise Refused(404, "not_found", f"job: no job {name[:60]!r} in your team", field="job")
    return found


def _policy(job: Job | None, critic: str) -> Policy:
    if job is None:
        return Policy(critics=(critic,) if critic else ())
    try:
        return job.terms
    except UnfitPolicy as error:
        raise refusal(error) from None


def _origin_of(request: HttpRequest) -> str:
    """Scheme and host; none at a port of its own, where no page is to be seen."""
    return "" if grant_of(request) else f"{request.scheme}://{request.get_host()}"


def _found(team: Team, ids: Sequence[str]) -> dict[str, Trajectory]:
    rows = trajectories.of_team(team).select_related("team").filter(pk__in=set(ids))
    found = {row.pk: row for row in rows}
    for pk in ids:
        if pk not in found:
            raise Refused(404, "not_found", cases.unknown(pk), field="trajectory")
    return found
