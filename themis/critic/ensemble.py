"""Several critics on one case: an outcome where enough of them agree, else none.

Written from the description of unanimous prompting ensembles (UPE, arXiv 2510.18596): judges that
differ answer only where they agree and abstain otherwise; here any number that is a majority may
be enough. Critics are heard one after the other, cheapest first, and nobody is asked once nothing
can change any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import Field, StringConstraints

from themis.critic.contract import Case, Critic, Docket, Turn, VisionModel
from themis.critic.examination.findings import UNSURE, at_the_end
from themis.critic.identity import settings_hash
from themis.critic.injection.detector import merged
from themis.critic.injection.reporting import reporting
from themis.critic.options import Options
from themis.domain.errors import Misconfigured
from themis.domain.evidence import Evidence, Round, Verification
from themis.domain.jsontypes import Json
from themis.domain.verdict import Finding, Outcome

ACHIEVED = {Outcome.PASSED: True, Outcome.FAILED: False, Outcome.UNDECIDED: None}
CITED = 24  # pieces of evidence that one critic brings into the chain
NOT_ASKED = "Not asked: the outcome was certain without it."


class EnsembleOptions(Options):
    """What can be set of `ensemble`. Its members judge with their own options."""

    members: tuple[Annotated[str, StringConstraints(max_length=40)], ...] = Field(
        ("osreward", "rubric", "zerogui"),
        min_length=1,
        max_length=8,
        description="Who sits, in the order they are heard: the cheapest first",
    )
    quorum: int | None = Field(
        default=None,
        ge=1,
        le=8,
        description="How many have to agree, more than half; none: all of them",
    )


@reporting
class Ensemble:
    """Critics in the order they are heard, and how many have to agree; all where none is said."""

    name = "ensemble"
    version = "1"

    def __init__(self, members: Sequence[Critic], *, quorum: int | None = None) -> None:
        if not members:
            raise Misconfigured("an ensemble has no members; name at least one critic")
        self._quorum = len(members) if quorum is None else quorum
        if not len(members) < 2 * self._quorum <= 2 * len(members):
            raise Misconfigured(
                f"quorum is {quorum}; of {len(members)} members it has to be more than half"
            )
        self._members = dict(zip(_names(members), members, strict=True))
        self.uses_model = any(member.uses_model for member in members)

    @property
    def settings(self) -> dict[str, Json]:
        """The members with their own settings, in order, and the quorum."""
        return {
            "quorum": self._quorum,
            "members": [
                {"name": each.name, "version": each.version, "settings_hash": settings_hash(each)}
                for each in self._members.values()
            ],
        }

    async def judge(self, case: Case, model: VisionModel, docket: Docket) -> Finding:
        """Hear one after the other until it is certain; one that breaks breaks the ensemble."""
        demands = tuple(
            at_the_end(
                case.trajectory,
                goal=f"{name} finds that the task was done",
                why=f"{self._quorum} of {len(self._members)} critics have to agree",
                number=number,
            )
            for number, name in enumerate(self._members, start=1)
        )
        chain = Round(number=1, milestones=demands)
        await docket.show((chain,))
        heard: dict[str, Finding] = {}
        for demand, (name, member) in zip(demands, self._members.items(), strict=True):
            if self._certain(heard) is None:
                heard[name] = await member.judge(case, model, Corner(docket, name))
                told = _verification(demand.id, heard[name])
            else:
                told = Verification(milestone=demand.id, achieved=None, feedback=NOT_ASKED)
            chain = replace(chain, verifications=(*chain.verifications, told))
            await docket.show((chain,))
        chain = replace(chain, reviewed=True)
        await docket.show((chain,))
        return self._finding(heard, chain)

    def _certain(self, heard: dict[str, Finding]) -> Outcome | None:
        outcomes = [finding.outcome for finding in heard.values()]
        return certain(outcomes, n_members=len(self._members), quorum=self._quorum)

    def _finding(self, heard: dict[str, Finding], chain: Round) -> Finding:
        outcome = self._certain(heard) or Outcome.UNDECIDED
        agreeing = [each.confidence for each in heard.values() if each.outcome is outcome]
        found = "; ".join(f"{name}: {each.outcome.value}" for name, each in heard.items())
        reasons = [f"{name}: {each.reason}" for name, each in heard.items()]
        is_decided = outcome is not Outcome.UNDECIDED
        agreed = f"{len(agreeing)} agree" if is_decided else "too few agree"
        summary = f"{found}. {agreed}, {self._quorum} of {len(self._members)} have to."
        return Finding(
            outcome=outcome,
            confidence=sum(agreeing) / len(agreeing) if is_decided else UNSURE,
            reason="\n".join((summary, *reasons)),
            rounds=(chain,),
            injections=merged(found for each in heard.values() for found in each.injections),
        )


@dataclass(frozen=True, slots=True)
class Corner:
    """A member's part of the docket: its turns under its name, its chain for nobody."""

    docket: Docket
    name: str

    async def recall(self, key: str, prompt_hash: str) -> Turn | None:
        """The member's recorded turn, if its prompt was the same."""
        return await self.docket.recall(f"{self.name}/{key}", prompt_hash)

    async def record(self, turn: Turn) -> None:
        """Keep a turn of the member."""
        await self.docket.record(replace(turn, key=f"{self.name}/{turn.key}"))

    async def show(self, rounds: tuple[Round, ...]) -> None:
        """The ensemble shows its own chain."""


def certain(outcomes: Sequence[Outcome], *, n_members: int, quorum: int) -> Outcome | None:
    """The outcome that no member still to be heard can change; None while one can."""
    left = n_members - len(outcomes)
    counts = {each: outcomes.count(each) for each in (Outcome.PASSED, Outcome.FAILED)}
    for outcome, count in counts.items():
        if count >= quorum:
            return outcome
    return Outcome.UNDECIDED if max(counts.values()) + left < quorum else None


def _names(members: Sequence[Critic]) -> list[str]:
    """A name for each member, told apart where a critic sits twice."""
    names: list[str] = []
    for member in members:
        taken = sum(name.split("#")[0] == member.name for name in names)
        names.append(f"{member.name}#{taken + 1}" if taken else member.name)
    return names


def _verification(milestone: str, finding: Finding) -> Verification:
    last = finding.rounds[-1].verifications if finding.rounds else ()
    cited: list[Evidence] = [each for found in last for each in found.evidence]
    return Verification(
        milestone=milestone,
        achieved=ACHIEVED[finding.outcome],
        feedback=finding.reason,
        evidence=(*cited, *finding.evidence)[:CITED],
    )
