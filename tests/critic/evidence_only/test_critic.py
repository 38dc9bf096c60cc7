"""The critic behind the contract: turns, the growing chain, resumption, time."""

from __future__ import annotations

import json
import time

from tests.critic.evidence_only.stories import NO_OCR, Notebook, click, judged, run, typed
from tests.critic.evidence_only.test_stories import FILLED, LIST, LISTED, TASK
from themis.critic.contract import Critic
from themis.critic.evidence_only.critic import EvidenceOnly
from themis.domain import wire
from themis.domain.verdict import Finding, Outcome

WHOLE = run(TASK, LIST, *FILLED, (click("Save"), LISTED))
KEYS = ["selector/1", "verifier/1/m1", "verifier/1/m2", "verifier/1/m3", "reviewer/1", "judge"]


def test_it_is_a_critic_that_needs_no_model() -> None:
    critic: Critic = EvidenceOnly()
    assert (critic.name, critic.uses_model) == ("evidence-only", False)
    assert set(critic.settings) == {"ocr"}


async def test_each_act_of_a_role_is_recorded_once() -> None:
    docket = Notebook()
    await judged(WHOLE, docket=docket)
    assert docket.recorded == KEYS
    assert all(turn.model == "" and turn.parsed is not None for turn in docket.turns.values())


async def test_a_second_try_records_nothing_twice() -> None:
    docket = Notebook()
    first = await judged(WHOLE, docket=docket)
    del docket.turns["judge"]
    second = await judged(WHOLE, docket=docket)
    assert docket.recorded == [*KEYS, "judge"]
    assert first == second


async def test_other_facts_are_other_turns() -> None:
    docket = Notebook()
    await judged(WHOLE, docket=docket)
    await judged(run(TASK, LIST, *FILLED), docket=docket)
    assert len(docket.recorded) == 2 * len(KEYS)


async def test_the_chain_grows_until_it_is_reviewed() -> None:
    docket = Notebook()
    finding = await judged(WHOLE, docket=docket)
    grown = [len(shown[0].verifications) for shown in docket.shown]
    assert grown == sorted(grown)
    assert grown[0] == 0
    assert docket.shown[-1] == finding.rounds
    assert finding.rounds[0].reviewed


async def test_a_finding_survives_its_journey_through_json() -> None:
    finding = await judged(WHOLE)
    assert wire.load(Finding, json.loads(json.dumps(wire.dump(finding)))) == finding


async def test_evidence_stays_within_the_recording() -> None:
    finding = await judged(WHOLE)
    cited = [e for v in finding.rounds[0].verifications for e in v.evidence]
    assert cited
    assert all(0 <= step < len(WHOLE.steps) for e in cited for step in e.steps)


async def test_twenty_steps_with_large_trees_take_well_under_a_second() -> None:
    page = "\n".join(f'listitem "Entry number {n}" bounds="0,{n},100,1"' for n in range(300))
    moves = [(typed(f"Entry {n}"), f'{page}\nstatus "step {n}"') for n in range(20)]
    start = time.process_time()
    finding = await judged(run(TASK, page, *moves), reading=NO_OCR)
    assert time.process_time() - start < 1
    assert finding.outcome is not Outcome.PASSED
