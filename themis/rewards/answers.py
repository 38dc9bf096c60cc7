"""What verdicts, or a person's ruling, come to under a policy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from themis.accounts.models import Team
from themis.critic.trust.demand import Demand
from themis.domain.errors import NoPromise
from themis.domain.evidence import Injection
from themis.domain.feedback import Feedback
from themis.domain.jsontypes import Json
from themis.domain.verdict import Outcome
from themis.rewards import promising, queries
from themis.rewards.models import Source
from themis.rewards.policy import Policy
from themis.rewards.promising import Known
from themis.rewards.queries import Reward
from themis.rewards.requests import Settlement

NOTHING: Mapping[str, Json] = {}


def by_verdicts(
    *, team: Team, policy: Policy, found: Sequence[Reward], origin: str = ""
) -> Settlement:
    """What the verdicts of a policy's critics come to; raises NoPromise where a floor cannot be.

    Undecided runs get what the policy makes of them, a reward of None where people are to decide.
    """
    told = evidence(policy, found, origin)
    if len(found) != 1:
        return _settled(policy, agreed(policy, found), None, told)
    (reward,) = found
    known = promising.known_by(queries.measurement_of(team, reward.judge, reward.platform))
    told |= {
        "calibrated": promising.calibrated(reward, known),
        "corrected": promising.corrected(reward, known),
    }
    if policy.floor is not None:
        promise = promising.promised(reward, known, Demand(floor=policy.floor, alpha=policy.alpha))
        passes = promising.keeps(reward, promise)
        outcome = Outcome.PASSED if passes else Outcome.UNDECIDED
        return _settled(policy, outcome, None, told | {"promise": promise})
    outcome = Outcome(reward.outcome)
    value = _unbiased(reward, known) if policy.corrected and outcome.reward is not None else None
    return _settled(policy, outcome, value, told)


def by_person(
    *, policy: Policy, outcome: Outcome, ruled_by: str, found: Sequence[Reward], origin: str = ""
) -> Settlement:
    """What a person's final ruling comes to. It needs no promise and no correction."""
    told = {**evidence(policy, found, origin), "ruled_by": ruled_by}
    settled = _settled(policy, outcome, None, told)
    source = Source.PERSON if outcome.reward is not None else settled.source
    return Settlement(outcome=outcome.value, reward=settled.reward, source=source, told=told)


def at_deadline(*, policy: Policy) -> Settlement:
    """What a policy makes of a run that was not judged in time."""
    return Settlement(
        outcome=Outcome.UNDECIDED.value,
        reward=policy.deadline_value,
        source=Source.DEADLINE,
        told={"confidence": None, "verdicts": []},
    )


def agreed(policy: Policy, found: Sequence[Reward]) -> Outcome:
    """The outcome that enough critics agree on; undecided where there is none."""
    counts = Counter(each.outcome for each in found)
    for outcome in (Outcome.PASSED, Outcome.FAILED):
        if counts[outcome.value] >= policy.needed:
            return outcome
    return Outcome.UNDECIDED


def evidence(policy: Policy, found: Sequence[Reward], origin: str) -> dict[str, Json]:
    """What an answer rests on."""
    told: dict[str, Json] = {
        "confidence": found[0].confidence if len(found) == 1 else None,
        "verdicts": [_verdict(each, origin) for each in found],
        "injections": [_injection(each) for one in found for each in one.injections],
    }
    if policy.dense:
        dense = queries.feedback_on(found[0]) if found else None
        told |= {"feedback": _feedback(dense) if dense else None}
        told |= {"step_rewards": [each.gain for each in dense.steps] if dense else None}
    return told


def _settled(
    policy: Policy, outcome: Outcome, value: float | None, told: Mapping[str, Json]
) -> Settlement:
    if outcome.reward is None:
        is_valued = policy.undecided == "value"
        return Settlement(
            outcome=outcome.value,
            reward=policy.undecided_value,
            source=Source.POLICY if is_valued else Source.VERDICT,
            told=told,
        )
    reward = outcome.reward if value is None else value
    return Settlement(outcome=outcome.value, reward=reward, source=Source.VERDICT, told=told)


def _unbiased(reward: Reward, known: Known | None) -> float:
    told = promising.corrected(reward, known)
    value = told["value"] if told else None
    if isinstance(value, float):
        return value
    reason = told["reason"] if told else None
    raise NoPromise(
        "not_measured",
        f"the bias of {reward.judge.name} is not known: {reason}"
        if reason
        else f"{reward.judge.name} was never measured, so that its bias is not known;"
        " POST /api/v1/measurements, or leave corrected out of the policy",
    )


def _verdict(found: Reward, origin: str) -> Json:
    return {
        "critic": found.judge.critic,
        "critic_version": found.judge.critic_version,
        "model": found.judge.model or None,
        "outcome": found.outcome,
        "confidence": found.confidence,
        "verdict": found.verdict,
        "evidence": f"{origin}/trajectories/{found.trajectory}/?verdict={found.verdict}",
    }


def _injection(found: Injection) -> Json:
    return {
        "source": found.source.value,
        "quote": found.quote,
        "found_by": found.found_by,
        "steps": list(found.steps),
        "screens": list(found.screens),
    }


def _feedback(dense: Feedback) -> Json:
    return {
        "error_class": dense.error_class.value if dense.error_class else None,
        "first_failing_step": dense.first_failing_step,
        "milestones": [
            {"id": each.id, "step": each.step, "goal": each.goal, "achieved": each.achieved}
            for each in dense.milestones
        ],
        "steps": [
            {
                "step": each.step,
                "progress": each.progress,
                "gain": each.gain,
                "achieved": list(each.achieved),
                "missed": list(each.missed),
            }
            for each in dense.steps
        ],
    }
