"""Several critics: enough have to agree, and nobody is asked in vain."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.critic.cases import case, trajectory
from tests.critic.exam import asked_again, heard
from themis.critic.contract import Case, Docket, VisionModel
from themis.critic.ensemble import NOT_ASKED, Ensemble, certain
from themis.critic.loader import critic, ensemble_of, settings_hash
from themis.critic.memory import MemoryDocket
from themis.critic.models.absent import Absent
from themis.critic.models.obliging import oblige
from themis.critic.models.scripted import Scripted
from themis.critic.single.digirl import DigiRl
from themis.critic.single.zerogui import ZeroGui, ZeroGuiOptions
from themis.domain.errors import Misconfigured, ModelUnavailable
from themis.domain.jsontypes import Json
from themis.domain.verdict import Finding, Outcome

PASSED, FAILED, UNDECIDED = Outcome.PASSED, Outcome.FAILED, Outcome.UNDECIDED


@dataclass
class Sure:
    """A critic with one opinion."""

    outcome: Outcome
    name: str = "sure"
    version: str = "1"
    uses_model: bool = False
    settings: dict[str, Json] = field(default_factory=dict)
    heard: int = 0

    async def judge(self, case: Case, model: VisionModel, docket: Docket) -> Finding:
        self.heard += 1
        return Finding(outcome=self.outcome, confidence=0.8, reason="so it is")


async def decided(*outcomes: Outcome, quorum: int | None = None) -> tuple[Finding, list[int]]:
    members = [Sure(each) for each in outcomes]
    finding = await Ensemble(members, quorum=quorum).judge(case(), Absent(), MemoryDocket())
    return finding, [member.heard for member in members]


@pytest.mark.parametrize(
    ("outcomes", "quorum", "outcome", "asked"),
    [
        ((PASSED, PASSED, PASSED), None, PASSED, 3),
        ((PASSED, FAILED, PASSED), None, UNDECIDED, 2),
        ((UNDECIDED, PASSED, PASSED), None, UNDECIDED, 1),
        ((FAILED, FAILED, PASSED), 2, FAILED, 2),
        ((FAILED, PASSED, PASSED), 2, PASSED, 3),
        ((UNDECIDED, FAILED, PASSED), 2, UNDECIDED, 3),
        ((UNDECIDED, UNDECIDED, PASSED), 2, UNDECIDED, 2),
    ],
)
async def test_it_stops_as_soon_as_it_is_certain(
    outcomes: tuple[Outcome, ...], quorum: int | None, outcome: Outcome, asked: int
) -> None:
    finding, heard = await decided(*outcomes, quorum=quorum)
    assert finding.outcome is outcome
    assert sum(heard) == asked


@given(st.data())
def test_an_early_stop_never_changes_the_outcome(data: st.DataObject) -> None:
    outcomes = data.draw(st.lists(st.sampled_from(Outcome), min_size=1, max_size=7))
    quorum = data.draw(st.integers(len(outcomes) // 2 + 1, len(outcomes)))

    def so_far(n: int) -> Outcome | None:
        return certain(outcomes[:n], n_members=len(outcomes), quorum=quorum)

    in_the_end = so_far(len(outcomes))
    enough = [each for each in (PASSED, FAILED) if outcomes.count(each) >= quorum]
    assert in_the_end == (enough[0] if enough else UNDECIDED)
    early = [found for n in range(len(outcomes)) if (found := so_far(n)) is not None]
    assert set(early) <= {in_the_end}


async def test_who_agreed_and_who_was_not_asked_stands_in_the_chain() -> None:
    finding, _ = await decided(PASSED, PASSED, FAILED, quorum=2)
    (last,) = finding.rounds
    assert [each.goal.split()[0] for each in last.milestones] == ["sure", "sure#2", "sure#3"]
    assert [each.achieved for each in last.verifications] == [True, True, None]
    assert last.verifications[2].feedback == NOT_ASKED
    assert finding.confidence == pytest.approx(0.8)
    assert finding.reason.startswith("sure: passed; sure#2: passed. 2 agree, 2 of 3 have to.")


async def test_turns_stand_under_the_name_of_who_asked() -> None:
    ensemble = ensemble_of("digirl", "zerogui")
    finding, _, docket = await heard(ensemble, oblige)
    assert finding.outcome is PASSED
    assert list(docket.turns) == ["digirl/status/4/5", *(f"zerogui/vote/{n}" for n in range(1, 5))]
    assert [turn.key for turn in docket.turns.values()] == list(docket.turns)
    assert await asked_again(ensemble, docket) == 0


async def test_one_critic_may_sit_twice_with_other_settings() -> None:
    twins = Ensemble(
        [ZeroGui(ZeroGuiOptions(votes=1)), ZeroGui(ZeroGuiOptions(votes=1, screens=2))]
    )
    _, model, docket = await heard(twins, oblige)
    assert list(docket.turns) == ["zerogui/vote/1", "zerogui#2/vote/1"]
    assert len(model.calls) == 2


async def test_the_chain_grows_by_one_critic_at_a_time() -> None:
    _, _, docket = await heard(ensemble_of("digirl", "zerogui"), oblige)
    assert [len(rounds[0].verifications) for rounds in docket.shown] == [0, 1, 2, 2]
    assert docket.shown[-1][0].verifications[0].evidence[0].screens == (4,)


async def test_one_that_breaks_breaks_the_ensemble() -> None:
    ensemble = Ensemble([Sure(PASSED), DigiRl()])
    with pytest.raises(ModelUnavailable):
        await heard(ensemble, Scripted.unavailable())


def test_members_and_their_settings_stand_in_the_settings() -> None:
    members = ensemble_of("digirl", "zerogui").settings["members"]
    digirl, zerogui = critic("digirl"), critic("zerogui")
    assert members == [
        {"name": "digirl", "version": digirl.version, "settings_hash": settings_hash(digirl)},
        {"name": "zerogui", "version": zerogui.version, "settings_hash": settings_hash(zerogui)},
    ]
    other = Ensemble([DigiRl(), ZeroGui(ZeroGuiOptions(votes=2))])
    assert settings_hash(other) != settings_hash(ensemble_of("digirl", "zerogui"))


@pytest.mark.parametrize("quorum", [0, 1, 3])
def test_a_quorum_that_two_outcomes_could_reach_or_none_is_refused(quorum: int) -> None:
    with pytest.raises(Misconfigured, match="more than half"):
        Ensemble([Sure(PASSED), Sure(FAILED)], quorum=quorum)


def test_an_ensemble_needs_members_that_exist() -> None:
    with pytest.raises(Misconfigured, match="no members"):
        Ensemble([])
    with pytest.raises(Misconfigured, match="there is no critic"):
        ensemble_of("zerogui", "webjugde")


def test_it_needs_a_model_only_where_a_member_does() -> None:
    assert not ensemble_of("evidence-only").uses_model
    assert ensemble_of("evidence-only", "digirl").uses_model


async def test_the_baseline_may_sit_beside_a_model() -> None:
    finding, _, docket = await heard(ensemble_of("evidence-only", "digirl"), oblige, trajectory(3))
    assert finding.outcome in Outcome
    assert all(key.startswith(("evidence-only/", "digirl/")) for key in docket.turns)
