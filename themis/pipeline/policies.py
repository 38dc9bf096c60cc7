"""Policies of RL jobs held against what a team has: its critics, its models, its labels."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import fmean

from themis.accounts.models import Team
from themis.critic import loader
from themis.critic.trust.demand import Demand
from themis.critic.trust.floor import Promise
from themis.critic.trust.keeping import Correction
from themis.domain.errors import Misconfigured, UnfitPolicy, UnreadableTable
from themis.pipeline import critics, endpoints, flow
from themis.rewards import queries
from themis.rewards.judges import Judge
from themis.rewards.models import Measurement
from themis.rewards.policy import Policy
from themis.verdicts.models import Status, Verdict

LOOKED_AT = 1_000  # verdicts


def check(team: Team, policy: Policy) -> None:
    """Raises UnfitPolicy for a critic that there is not, or that cannot judge in this team."""
    for name in policy.critics:
        if trouble := trouble_with(team, name):
            raise UnfitPolicy({"critics": trouble})


def trouble_with(team: Team, name: str) -> str:
    """Why a critic cannot judge in a team, with the remedy; empty where it can."""
    if name not in loader.CRITICS:
        return f"there is no critic {name[:40]!r}; choose among {', '.join(loader.CRITICS)}"
    try:
        critics.critic_of(team, name)
    except Misconfigured as refused:
        return f"{name} cannot judge as it is set: {refused}"
    missing = critics.missing_models(team, name)
    if endpoints.DEFAULT in missing:
        return f"{name} asks a model, and the team has none; add one under Settings, Model"
    if missing:
        return f"{name} asks for {missing[0]}, which is no model of the team; see Settings, Model"
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the labels say of whoever judges under a policy, as it judges now."""

    critic: str
    measurement: Measurement | None  # of all platforms; None: never measured
    promise: Promise | None  # of the floor that is asked for
    correction: Correction | None  # of a passed run


def standing(team: Team, policy: Policy) -> Standing | None:
    """How far a floor or a correction is backed; None where the policy asks for neither."""
    if policy.floor is None and not policy.corrected:
        return None
    name = policy.critics[0] if policy.critics else flow.default_critic(team)
    judge = judge_of(team, name)
    row = queries.measurement_of(team, judge, "") if judge else None
    try:
        report = queries.report_of(row) if row else None
    except UnreadableTable:  # of another time
        report = None
    demand = None if policy.floor is None else Demand(floor=policy.floor, alpha=policy.alpha)
    return Standing(
        critic=name,
        measurement=row if report else None,
        promise=report.promise(demand) if report and demand else None,
        correction=report.correct(1.0) if report and policy.corrected else None,
    )


def judge_of(team: Team, name: str) -> Judge | None:
    """A critic as it judges now: with its settings and its models; None where it cannot."""
    try:
        seated = critics.critic_of(team, name)
        models = endpoints.models_of(team)
    except Misconfigured:
        return None
    served = endpoints.served(models, critics.models_asked(team, name))
    bench = flow.bench_of(seated, served)
    return Judge(bench.critic, bench.critic_version, bench.settings_hash, bench.model)


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """What a verdict took, or verdicts on average."""

    calls: float
    tokens: float
    price: float | None
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A critic that a job may name."""

    name: str
    models: str  # that it asks, as their servers know them; empty: it asks none, or they are away
    trouble: str  # why it cannot judge here
    is_default: bool
    took: Took | None  # lately


def offers(team: Team) -> list[Offer]:
    """Every critic there is, in the order they are listed."""
    default = flow.default_critic(team)
    took = lately_took(team)
    return [
        Offer(
            name=name,
            models=_served(team, name),
            trouble=trouble_with(team, name),
            is_default=name == default,
            took=took.get(name),
        )
        for name in loader.CRITICS
    ]


def lately_took(team: Team) -> dict[str, Took]:
    """What a verdict took, by critic, among the newest of the installation that are the team's."""
    columns = ("critic", "calls", "prompt_tokens", "completion_tokens", "price", "seconds")
    given = Verdict.objects.filter(status=Status.GIVEN).order_by("-closed_at", "-pk")
    newest = given.values_list(*columns, "trajectory__team")[:LOOKED_AT]
    found: dict[str, list[Took]] = defaultdict(list)
    for critic, calls, read, written, price, seconds, team_id in newest:
        if team_id == team.pk:
            took = Took(calls=calls, tokens=read + written, price=price, seconds=seconds)
            found[critic].append(took)
    return {critic: _mean(each) for critic, each in found.items()}


def _mean(each: list[Took]) -> Took:
    prices = [took.price for took in each if took.price is not None]
    return Took(
        calls=fmean(took.calls for took in each),
        tokens=fmean(took.tokens for took in each),
        price=fmean(prices) if prices else None,
        seconds=fmean(took.seconds for took in each),
    )


def _served(team: Team, name: str) -> str:
    try:
        models = endpoints.models_of(team)
    except Misconfigured:
        return ""
    return endpoints.served(models, critics.models_asked(team, name))
