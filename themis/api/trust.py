"""What a reward answers of its judge: calibrated, corrected, and the promise of a floor."""

from __future__ import annotations

from ninja import Field, Schema

from themis.accounts.models import Team
from themis.api.replies import Refused
from themis.api.schemas import Calibrated, Corrected, Promise
from themis.critic.trust.demand import Demand
from themis.domain.errors import NoPromise
from themis.rewards import promising, queries
from themis.rewards.judges import judge_of
from themis.rewards.models import Measurement
from themis.rewards.policy import ALPHA
from themis.rewards.promising import Known
from themis.rewards.queries import Reward


class Asked(Schema):
    """What is asked for beside the trajectory."""

    critic: str = Field("", description="only verdicts of this critic")
    floor: float | None = Field(
        None, gt=0, lt=1, description="precision that must be promised of what passes, say 0.85"
    )
    alpha: float | None = Field(
        None, gt=0, le=0.5, description="chance that a promise is false: 0.05 unless told"
    )
    measurement: int | None = Field(
        None, ge=1, lt=2**63, description="this measurement of the judge, not the newest"
    )
    corrected: bool | None = Field(
        None, description="may be left out: it is told wherever the judge was measured"
    )

    dense: bool = Field(False, description="with feedback on every milestone and step")

    @property
    def demand(self) -> Demand | None:
        """The floor; raises Refused (422) for an alpha without one."""
        if self.floor is None:
            if self.alpha is not None:
                raise Refused(422, "invalid", "alpha: goes with a floor; add floor, say 0.85")
            return None
        return Demand(floor=self.floor, alpha=ALPHA if self.alpha is None else self.alpha)


def known_of(team: Team, found: Reward, asked: Asked) -> Known | None:
    """What is known of the judge that gave a verdict; raises Refused as `_measurement`."""
    return promising.known_by(_measurement(team, found, asked))


def _measurement(team: Team, found: Reward, asked: Asked) -> Measurement | None:
    """The pinned one, else the newest of the judge that gave the verdict.

    Raises Refused (404, 409) where the pinned one is none of the team's, or not of that judge.
    """
    if asked.measurement is None:
        return queries.measurement_of(team, found.judge, found.platform)
    row = queries.measurement(team, asked.measurement)
    if row is None:
        raise Refused(
            404, "not_found", f"measurement: no measurement {asked.measurement} in your team"
        )
    if judge_of(row) != found.judge or row.brought_id is not None:
        raise Refused(
            409,
            "other_judge",
            f"measurement {row.pk} is of {row.name}, the verdict by {found.judge.name};"
            " pin one of that judge, or leave measurement out",
            measurement=row.pk,
        )
    if row.platform not in {"", found.platform}:
        raise Refused(
            409,
            "other_platform",
            f"measurement {row.pk} is of {row.platform}, the run on {found.platform};"
            " pin one of all platforms",
            measurement=row.pk,
        )
    return row


def promised(found: Reward, known: Known | None, demand: Demand) -> Promise:
    """The promise that a floor is given; raises Refused (409) where it is none."""
    try:
        return Promise.model_validate(promising.promised(found, known, demand))
    except NoPromise as refusal:
        raise Refused(409, refusal.code, str(refusal), **refusal.more) from None


def keeps(found: Reward, promise: Promise) -> bool:
    """Whether the verdict passes under the promise."""
    return promising.keeps(found, {"threshold": promise.threshold})


def calibrated(found: Reward, known: Known | None) -> Calibrated | None:
    """The probability of success; None where there is no curve."""
    told = promising.calibrated(found, known)
    return Calibrated.model_validate(told) if told else None


def corrected(found: Reward, known: Known | None) -> Corrected | None:
    """The reward without bias, or why there is none; None where nobody measured."""
    told = promising.corrected(found, known)
    return Corrected.model_validate(told) if told else None
