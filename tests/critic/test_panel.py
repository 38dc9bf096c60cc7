"""The panel's course: who is asked, how often, with what, and what becomes of it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest
from pydantic import BaseModel

from tests.critic.cases import (
    bench,
    by_key,
    case,
    milestone,
    objection,
    review,
    selection,
    trajectory,
    verdict,
    verification,
    words,
)
from tests.critic.test_schema import nodes
from themis.critic.consult import TRIES, unchecked
from themis.critic.contract import Image, Prompt, Reply, Text
from themis.critic.extract import read
from themis.critic.memory import MemoryDocket
from themis.critic.models.absent import Absent
from themis.critic.models.scripted import Line, Scripted
from themis.critic.schema import number_upto, numbers_upto, one_of_or_null
from themis.critic.themis.hearing import PROMPTS
from themis.critic.themis.options import Layout, PanelOptions
from themis.critic.themis.panel import ThemisPanel
from themis.critic.themis.replies import (
    CITED,
    PLACES,
    JudgeReply,
    ReviewerReply,
    SelectorReply,
    VerifierReply,
)
from themis.domain.errors import CriticFailed, ModelUnavailable, UnreadableReply
from themis.domain.evidence import Round, Stance
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Label, Trajectory
from themis.domain.verdict import Finding, Outcome

DEFAULTS = PanelOptions()
AUDITS, SELECTIONS = DEFAULTS.audits, DEFAULTS.selections


async def judged(
    model: Scripted, run: Trajectory | None = None, options: PanelOptions = DEFAULTS
) -> Finding:
    return await ThemisPanel(options).judge(case(run), model, MemoryDocket())


def check_of(model: Scripted, milestone: str) -> Prompt:
    return next(p for p in model.calls if p.schema_name == "verifier" and milestone in words(p))


def pictures(prompt: Prompt) -> list[tuple[int, str]]:
    """Which screens are shown, and what was made of each."""
    shown = [part for part in prompt.parts if isinstance(part, Image)]
    return [(each.position, each.view.recipe.split()[0] if each.view else "") for each in shown]


def own_words_of(prompt: Prompt) -> str:
    """The question, without what all prompts of the case begin with."""
    last = prompt.parts[-1]
    assert isinstance(last, Text)
    return last.text


async def test_the_judge_and_no_count_of_milestones_decides() -> None:
    finding = await judged(bench())

    assert finding.outcome is Outcome.FAILED
    assert finding.confidence == 0.8
    assert finding.evidence[0].steps == (1,)
    assert finding.evidence[0].screens == (2,)


async def test_only_what_changed_or_was_objected_to_is_verified_again() -> None:
    docket = MemoryDocket()
    model = bench()

    finding = await ThemisPanel().judge(case(), model, docket)

    assert list(docket.turns) == [
        "selector/1",
        "verifier/1/m1",
        "verifier/1/m2",
        "verifier/1/m3",
        "reviewer/1",
        "selector/2",
        "verifier/2/m2",
        "reviewer/2",
        "judge",
    ]
    first, second = finding.rounds
    assert [v.achieved for v in first.verifications] == [True, True, True]
    assert [v.achieved for v in second.verifications] == [True, False, True]
    assert [each.reviewed for each in finding.rounds] == [True, True]


async def test_a_milestone_objected_to_is_verified_again_with_the_objection() -> None:
    chosen = selection(milestone(1, 2), milestone(2, 4))
    model = Scripted.by_role(
        selector=chosen,
        verifier=verification(),
        reviewer=[review(objection("m1", text="look at the title")), review()],
        judge=verdict(),
    )
    await judged(model)

    checks = [prompt for prompt in model.calls if prompt.schema_name == "verifier"]
    assert len(checks) == 3
    assert "look at the title" in words(checks[2])


async def test_a_verification_follows_its_milestone_to_a_new_number() -> None:
    model = Scripted.by_role(
        selector=[
            selection(milestone(1, 1, "a"), milestone(2, 2, "b")),
            selection(milestone(1, 2, "B "), milestone(2, 3, "c")),
        ],
        verifier=verification(),
        reviewer=[review(objection()), review()],
        judge=verdict(),
    )
    finding = await judged(model)

    assert model.asked("verifier") == 3
    assert [v.milestone for v in finding.rounds[1].verifications] == ["m1", "m2"]


async def test_a_reviewer_who_is_never_satisfied_meets_the_caps() -> None:
    model = Scripted.by_role(
        selector=selection(milestone(1, 1)),
        verifier=verification(),
        reviewer=review(objection("m1")),
        judge=verdict("undecided", 0.5),
    )
    finding = await judged(model)

    assert model.asked("reviewer") == AUDITS
    assert model.asked("selector") == AUDITS + 1
    assert model.asked("verifier") == AUDITS + 1
    assert finding.outcome is Outcome.UNDECIDED
    assert [each.reviewed for each in finding.rounds] == [True, True, False]


async def test_unreadable_selections_count_towards_the_cap() -> None:
    bad, good = "no", selection(milestone(1, 1))
    model = Scripted.by_role(
        selector=[bad, bad, good, bad, bad, good, good],
        verifier=verification(),
        reviewer=review(objection("m1")),
        judge=verdict(),
    )
    finding = await judged(model)

    assert model.asked("selector") == SELECTIONS
    assert len(finding.rounds) == 2


async def test_every_growth_of_the_chain_is_shown_in_order() -> None:
    docket = MemoryDocket()
    await ThemisPanel().judge(case(), bench(), docket)

    first_round = [shown[0] for shown in docket.shown if len(shown) == 1]
    assert [len(each.verifications) for each in first_round] == [0, 1, 2, 3, 3]
    assert [each.reviewed for each in first_round] == [False] * 4 + [True]
    assert [len(shown[-1].verifications) for shown in docket.shown if len(shown) == 2] == [2, 3, 3]


class Together(Scripted):
    """Answers no check before three are under way."""

    def __init__(self) -> None:
        super().__init__(by_key)
        self.gate = asyncio.Event()

    async def ask(self, prompt: Prompt) -> Reply:
        reply = await super().ask(prompt)
        if self.asked("verifier") == 3:
            self.gate.set()
        if prompt.schema_name == "verifier":
            await self.gate.wait()
        return reply


async def test_verifiers_are_asked_side_by_side() -> None:
    finding = await asyncio.wait_for(judged(Together()), timeout=10)
    assert len(finding.rounds[0].verifications) == 3


class OneGone(Scripted):
    """Fails at the second check at once, and answers the others later."""

    def __init__(self) -> None:
        super().__init__(by_key)

    async def ask(self, prompt: Prompt) -> Reply:
        if prompt.schema_name == "verifier":
            if "m2 at step" in words(prompt):
                raise ModelUnavailable("gone")
            for _ in range(10):
                await asyncio.sleep(0)
        return await super().ask(prompt)


async def test_a_failed_check_is_named_and_its_siblings_are_kept() -> None:
    docket = MemoryDocket()
    with pytest.raises(ModelUnavailable, match="gone"):
        await ThemisPanel().judge(case(), OneGone(), docket)
    assert list(docket.turns) == ["selector/1", "verifier/1/m1", "verifier/1/m3"]


async def test_a_fault_of_our_own_comes_out_bare_too() -> None:
    def script(prompt: Prompt) -> Line:
        return KeyError("bug") if prompt.schema_name == "verifier" else by_key(prompt)

    with pytest.raises(KeyError, match="bug"):
        await judged(Scripted(script))


async def test_a_verifier_sees_the_screens_around_the_step_and_no_thought() -> None:
    run = trajectory(thought="I have surely done it")
    model = bench()
    await judged(model, run)

    check = check_of(model, "m2 at step 3")
    assert pictures(check)[:5] == [(position, "") for position in range(5)]
    assert "The screen before the step is screen 3, shown above." in words(check)
    assert "The screen after the step is screen 4, shown above." in words(check)
    assert "I have surely done it" not in words(check)
    assert "at (10, 22)" in own_words_of(check)
    assert "at (10, 23)" not in own_words_of(check)


async def test_without_an_album_a_check_has_its_own_two_screens_and_others_none() -> None:
    model = bench()
    await judged(model, options=PanelOptions(layout=Layout.OWN))

    check = check_of(model, "m2 at step 3")
    assert pictures(check) == [(2, "marked"), (3, "")]
    others = [prompt for prompt in model.calls if prompt.schema_name != "verifier"]
    assert not any(pictures(prompt) for prompt in others)


async def test_equal_screens_are_sent_once() -> None:
    run = trajectory()
    same = (run.screens[0],) * 5
    model = bench()
    await judged(model, replace(run, screens=same))

    check = next(prompt for prompt in model.calls if prompt.schema_name == "verifier")
    assert [kind for _, kind in pictures(check)] == ["", "marked"]
    assert "before and, identical to the pixel, after the step" in words(check)


async def test_the_label_never_reaches_the_model() -> None:
    models = {label: bench() for label in (None, Label.PASSED, Label.FAILED)}
    for label, model in models.items():
        await judged(model, replace(trajectory(), label=label, meta={"score": "passed"}))

    assert models[None].calls == models[Label.PASSED].calls == models[Label.FAILED].calls


async def test_all_who_read_the_run_begin_with_the_same_words() -> None:
    model = bench()
    await judged(model)

    readers = [prompt for prompt in model.calls if prompt.schema_name != "verifier"]
    assert len({(prompt.system, prompt.parts[0]) for prompt in readers}) == 1


async def test_a_run_without_a_step_goes_straight_to_the_judge() -> None:
    nothing = {**verdict("failed"), "evidence": []}
    model = Scripted.by_role(judge=nothing)
    finding = await judged(model, replace(trajectory(0), screens=()))

    assert finding.outcome is Outcome.FAILED
    assert finding.rounds == ()
    assert len(model.calls) == 1


async def test_a_run_without_a_screen_is_judged_by_words() -> None:
    seen: dict[str, Json] = {"feedback": "no screen", "evidence": [], "achieved": None}
    model = Scripted.by_role(
        selector=selection(milestone(1, 1)),
        verifier=seen,
        reviewer=review(),
        judge={**verdict("undecided"), "evidence": []},
    )
    finding = await judged(model, replace(trajectory(1), screens=()))

    assert finding.rounds[0].verifications[0].achieved is None
    check = next(prompt for prompt in model.calls if prompt.schema_name == "verifier")
    assert "No screen was recorded before the step." in words(check)


async def test_long_runs_stay_within_bounds() -> None:
    model = bench()
    await judged(model, trajectory(200, thought="so I think " * 1000))

    assert max(len(words(prompt)) for prompt in model.calls) < 90_000
    assert "abbreviated" in words(model.calls[0])


async def test_nobody_answers_for_a_model_that_is_not_there() -> None:
    with pytest.raises(ModelUnavailable, match="THEMIS_MODEL_URL"):
        await ThemisPanel().judge(case(), Absent(), MemoryDocket())


@pytest.mark.parametrize(
    "model", [Scripted.silent(), Scripted.malformed(), Scripted.endless()], ids=["", "cut", "long"]
)
async def test_a_model_out_of_its_mind_breaks_the_run_and_the_bill_is_kept(model: Scripted) -> None:
    docket = MemoryDocket()
    with pytest.raises(UnreadableReply, match="selector"):
        await ThemisPanel().judge(case(), model, docket)

    assert list(docket.turns) == ["selector/1", "selector/1/try2", "selector/1/try3"]
    assert all(turn.error and turn.prompt_tokens for turn in docket.turns.values())
    assert all(len(turn.reply) <= 100_000 for turn in docket.turns.values())


async def test_a_judge_who_says_two_things_is_not_believed() -> None:
    two = Scripted.contradictory(verdict("passed"), verdict("failed"))
    model = Scripted(lambda p: two._line(p) if p.schema_name == "judge" else by_key(p))
    with pytest.raises(CriticFailed, match="differ"):
        await judged(model)


OUT_OF_RANGE: dict[str, dict[str, Json]] = {
    "selector": selection(milestone(1, 5)),
    "selector none": selection(),
    "reviewer": review(objection("m9")),
    "reviewer step": review(objection(None, 9)),
    "judge": verdict(at=5),
    "judge screen": verdict(seen=6),
    "verifier": {
        **verification(),
        "evidence": [
            {"claim": "not there", "stance": "contradicts", "screen": None, "quote": None}
        ],
    },
}


@pytest.mark.parametrize(
    ("achieved", "stances"),
    [(True, [Stance.SUPPORTS]), (False, [Stance.CONTRADICTS]), (None, [])],
)
async def test_feedback_is_the_evidence_where_none_is_listed(
    achieved: bool | None, stances: list[Stance]
) -> None:
    bare = {**verification(achieved=achieved), "evidence": []}
    model = Scripted(lambda p: bare if p.schema_name == "verifier" else by_key(p))
    finding = await judged(model)

    (first, *_) = finding.rounds[0].verifications
    assert first.achieved is achieved
    assert [each.stance for each in first.evidence] == stances
    assert all(each.claim == first.feedback and each.screens for each in first.evidence)


async def test_milestones_are_numbered_here_whatever_the_model_calls_them() -> None:
    named: list[dict[str, Json]] = [{**milestone(n, n), "id": "m1"} for n in (1, 2)]
    model = Scripted(
        lambda p: selection(*named) if p.schema_name == "selector" else who_is_satisfied(p)
    )
    finding = await judged(model)

    assert [m.id for m in finding.rounds[0].milestones] == ["m1", "m2"]
    assert [v.milestone for v in finding.rounds[0].verifications] == ["m1", "m2"]


def who_is_satisfied(prompt: Prompt) -> Line:
    return review() if prompt.schema_name == "reviewer" else by_key(prompt)


async def test_every_number_of_every_form_has_an_end() -> None:
    model = bench()
    await judged(model)

    for prompt in model.calls:
        for node in nodes(prompt.schema):
            if node.get("type") == "integer":
                assert "maximum" in node
            if node.get("type") == "number":
                assert "enum" in node  # an interval has endless decimals
    assert {prompt.schema_name for prompt in model.calls} == set(FORMS)


async def test_a_form_allows_only_what_its_case_has() -> None:
    model = bench()
    await judged(model, trajectory(4))

    last = {prompt.schema_name: list(nodes(prompt.schema)) for prompt in model.calls}
    assert number_upto(4) in last["selector"]
    assert one_of_or_null(["m1", "m2", "m3"]) in last["reviewer"]
    assert numbers_upto(4, most=PLACES) in last["reviewer"]
    assert numbers_upto(5, most=PLACES) in last["judge"]  # screens
    assert one_of_or_null(["before", "after"]) in last["verifier"]


async def test_a_case_without_screens_leaves_none_to_cite() -> None:
    model = Scripted.by_role(judge={**verdict("failed"), "evidence": []})
    await judged(model, replace(trajectory(0), screens=()))

    (prompt,) = model.calls
    lists = [each for each in nodes(prompt.schema) if each.get("type") == "array"]
    assert [each["maxItems"] for each in lists] == [CITED, 0, 0]


@pytest.mark.parametrize("name", OUT_OF_RANGE)
async def test_what_points_nowhere_is_asked_again_with_the_reason(name: str) -> None:
    role = name.split()[0]
    said: list[Prompt] = []

    def script(prompt: Prompt) -> Line:
        if prompt.schema_name == role and not said:
            said.append(prompt)
            return OUT_OF_RANGE[name]
        return by_key(prompt)

    docket = MemoryDocket()
    await ThemisPanel().judge(case(), Scripted(script), docket)

    (tried,) = (turn for turn in docket.turns.values() if turn.error)
    again = docket.turns[f"{tried.key}/try2"]
    assert tried.role == role
    assert tried.error
    assert tried.error in str(again.prompt)


class Dawdling(MemoryDocket):
    """Publishes each state later than the one after it would be."""

    async def show(self, rounds: tuple[Round, ...]) -> None:
        for _ in range(20 - 5 * len(rounds[-1].verifications)):
            await asyncio.sleep(0)
        await super().show(rounds)


async def test_an_older_state_is_never_shown_after_a_newer_one() -> None:
    docket = Dawdling()
    model = Scripted(lambda p: review() if p.schema_name == "reviewer" else by_key(p))
    await ThemisPanel().judge(case(), model, docket)

    found = [len(shown[-1].verifications) for shown in docket.shown]
    assert found == sorted(found)


async def test_a_screen_that_was_not_shown_proves_nothing() -> None:
    model = Scripted.by_role(selector=selection(milestone(1, 1)), verifier=verification())
    with pytest.raises(UnreadableReply, match="cites a screen that is not shown"):
        await judged(model, replace(trajectory(1), screens=()))
    assert model.asked("verifier") == TRIES


FORMS: dict[str, type[BaseModel]] = {
    "selector": SelectorReply,
    "verifier": VerifierReply,
    "reviewer": ReviewerReply,
    "judge": JudgeReply,
}


@pytest.mark.parametrize("role", FORMS)
def test_the_form_that_a_prompt_asks_for_is_the_form_that_is_read(role: str) -> None:
    (example,) = (line for line in PROMPTS.text(role).splitlines() if line.startswith("{"))
    assert read(example, FORMS[role], unchecked).model_dump(mode="json") == json.loads(example)
