"""Milestones that share a call, and a case that is decided before its last round."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.critic.cases import (
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
from themis.critic.contract import Prompt
from themis.critic.memory import MemoryDocket
from themis.critic.models.scripted import Line, Scripted
from themis.critic.schema import one_of, one_of_or_null
from themis.critic.themis.checks import grouped
from themis.critic.themis.decided import is_decided
from themis.critic.themis.matters import Check
from themis.critic.themis.options import PanelOptions
from themis.critic.themis.panel import ThemisPanel
from themis.critic.themis.replies import SHARED
from themis.domain.errors import UnreadableReply
from themis.domain.evidence import (
    Evidence,
    Milestone,
    Objection,
    ObjectionKind,
    Round,
    Stance,
    Verification,
)
from themis.domain.jsontypes import Json
from themis.domain.verdict import Finding, Outcome

TOGETHER = PanelOptions(share_calls=True)


async def judged(
    model: Scripted, docket: MemoryDocket | None = None, options: PanelOptions = TOGETHER
) -> Finding:
    return await ThemisPanel(options).judge(case(), model, docket or MemoryDocket())


def checks(*found: tuple[str, bool | None]) -> dict[str, Json]:
    return {
        "checks": [
            {"milestone": name, "found": verification(achieved=achieved)}
            for name, achieved in found
        ]
    }


def course(*verifier: Line, objections: list[Line] | None = None) -> Scripted:
    return Scripted.by_role(
        selector=selection(milestone(1, 1), milestone(2, 2), milestone(3, 4)),
        verifier=list(verifier),
        reviewer=objections or review(),
        judge=verdict(),
    )


async def test_milestones_whose_screens_overlap_share_a_call() -> None:
    docket = MemoryDocket()
    model = course(checks(("m1", True), ("m2", False)), verification(achieved=None))
    finding = await judged(model, docket)

    assert [key for key in docket.turns if "verifier" in key] == [
        "verifier/1/m1+m2",
        "verifier/1/m3",
    ]
    assert [v.achieved for v in finding.rounds[0].verifications] == [True, False, None]
    assert finding.rounds[0].verifications[1].evidence[0].steps == (1,)


async def test_a_screen_that_two_checks_need_is_shown_once() -> None:
    model = course(checks(("m1", True), ("m2", True)), verification())
    await judged(model)
    prompt = next(p for p in model.calls if "Check the milestones m1, m2" in words(p))
    assert words(prompt).count("is screen 2, shown above") == 2
    assert "About m1, at step 1:" in words(prompt)
    assert "About m2, at step 2:" in words(prompt)


@pytest.mark.parametrize(
    "reply",
    [
        checks(("m1", True)),
        checks(("m2", True), ("m1", True)),
        checks(("m1", True), ("m1", True)),
        checks(("m1", True), ("m2", True), ("m3", True)),
        verification(),
    ],
    ids=["too few", "another order", "one twice", "too many", "no list"],
)
async def test_a_shared_reply_has_one_entry_for_each_milestone_in_order(reply: Line) -> None:
    good = checks(("m1", True), ("m2", True))
    by_prompt: list[Line] = [reply, good]

    def script(prompt: Prompt) -> Line:
        if "m1, m2" in words(prompt):
            return by_prompt.pop(0)
        return verification()

    docket = MemoryDocket()
    await judged(course_by(script), docket)
    assert docket.turns["verifier/1/m1+m2"].error
    assert docket.turns["verifier/1/m1+m2/try2"].error is None


def course_by(verifier: object) -> Scripted:
    return Scripted.by_role(
        selector=selection(milestone(1, 1), milestone(2, 2), milestone(3, 4)),
        verifier=verifier,  # type: ignore[arg-type]
        reviewer=review(),
        judge=verdict(),
    )


async def test_the_form_of_a_shared_call_is_narrowed_to_its_milestones_and_screens() -> None:
    model = course(checks(("m1", True), ("m2", True)), verification())
    await judged(model)
    prompt = next(p for p in model.calls if "Check the milestones m1, m2" in words(p))
    held = str(prompt.schema)
    assert str(one_of(["m1", "m2"])) in held
    assert str(one_of_or_null(["before", "after"])) in held
    assert "'minItems': 2, 'maxItems': 2" in held


async def test_in_the_next_round_only_what_changed_is_asked_in_whatever_call() -> None:
    docket = MemoryDocket()
    model = course(
        checks(("m1", True), ("m2", True)),
        verification(),
        verification(achieved=None),
        objections=[review(objection("m2")), review()],
    )
    finding = await judged(model, docket)
    assert [key for key in docket.turns if key.startswith("verifier/2")] == ["verifier/2/m2"]
    assert [v.achieved for v in finding.rounds[1].verifications] == [True, None, True]


async def test_without_sharing_each_milestone_has_a_call_of_its_own() -> None:
    docket = MemoryDocket()
    await judged(course(verification()), docket, PanelOptions())
    assert sum("verifier" in key for key in docket.turns) == 3


async def test_a_shared_call_that_never_comes_in_form_is_named() -> None:
    with pytest.raises(UnreadableReply, match=r"verifier/1/m1\+m2"):
        await judged(course("no"))


def test_no_more_than_so_many_share_a_call() -> None:
    run = trajectory(9)
    milestones = [Milestone(id=f"m{n + 1}", step=n, goal="g", why="w") for n in range(8)]
    calls = grouped(run, [Check(milestone=each) for each in milestones])
    assert [len(call) for call in calls] == [SHARED, SHARED]


def test_checks_are_grouped_by_step_whatever_their_order() -> None:
    run = trajectory(9)
    steps = (8, 1, 5, 0)
    milestones = [Milestone(id=f"m{n}", step=n, goal="g", why="w") for n in steps]
    calls = grouped(run, [Check(milestone=each) for each in milestones])
    assert [[check.milestone.id for check in call] for call in calls] == [
        ["m0", "m1"],
        ["m5"],
        ["m8"],
    ]


AGAINST = Evidence(claim="it is not there", stance=Stance.CONTRADICTS, found_by="verifier")


def a_round(achieved: bool | None, *objections: Objection, evidence: bool = True) -> Round:
    second = Verification(
        milestone="m2",
        achieved=achieved,
        feedback="looked",
        evidence=(AGAINST,) if evidence else (),
    )
    return Round(
        number=1,
        milestones=tuple(Milestone(id=f"m{n}", step=n, goal="g", why="w") for n in (1, 2)),
        verifications=(Verification(milestone="m1", achieved=True, feedback="seen"), second),
        objections=objections,
        reviewed=True,
    )


def against(
    milestone: str | None = None, *steps: int, kind: ObjectionKind = ObjectionKind.LENIENT_GOAL
) -> Objection:
    return Objection(kind=kind, text="t", milestone=milestone, steps=steps)


ELSEWHERE = against("m1")


@pytest.mark.parametrize(
    ("heard", "decided"),
    [
        (a_round(False, ELSEWHERE), True),
        (a_round(False, against(None, 1)), True),
        (a_round(False, against(kind=ObjectionKind.MISSING_MILESTONE)), True),
        (a_round(False, against("m2")), False),
        (a_round(False, against(None, 2)), False),
        (a_round(False, against()), False),
        (a_round(False, against(kind=ObjectionKind.CONTRADICTION)), False),
        (a_round(False, ELSEWHERE, evidence=False), False),
        (a_round(None, ELSEWHERE), False),
        (a_round(True, ELSEWHERE), False),
        (replace(a_round(False, ELSEWHERE), reviewed=False), False),
    ],
)
def test_decided_is_what_failed_and_is_disputed_by_nobody(heard: Round, decided: bool) -> None:
    assert is_decided(heard) is decided


def failing(judge: list[Line], *, early_stop: bool = True) -> tuple[Scripted, PanelOptions]:
    """One milestone fails, and the Reviewer objects to another."""
    model = Scripted.by_role(
        selector=selection(milestone(1, 1), milestone(2, 3)),
        verifier=lambda p: verification(achieved="m1 at step" in words(p)),
        reviewer=review(objection("m1")),
        judge=judge,
    )
    return model, PanelOptions(early_stop=early_stop)


async def test_a_case_that_one_undisputed_failure_decides_is_not_heard_to_the_end() -> None:
    model, options = failing([verdict("failed")])
    docket = MemoryDocket()
    finding = await judged(model, docket, options)

    assert finding.outcome is Outcome.FAILED
    assert list(docket.turns) == [
        "selector/1",
        "verifier/1/m1",
        "verifier/1/m2",
        "reviewer/1",
        "judge/early",
    ]
    assert len(finding.rounds) == 1


@pytest.mark.parametrize("early", ["passed", "undecided"])
async def test_an_early_judge_who_finds_no_failure_is_heard_again_after_all_rounds(
    early: str,
) -> None:
    model, options = failing([verdict(early), verdict("passed", 0.7)])
    docket = MemoryDocket()
    finding = await judged(model, docket, options)

    assert (finding.outcome, finding.confidence) == (Outcome.PASSED, 0.7)
    assert len(finding.rounds) == options.audits + 1
    assert [key for key in docket.turns if "judge" in key] == ["judge/early", "judge"]


async def test_without_early_stop_every_round_is_heard() -> None:
    model, options = failing([verdict("failed")], early_stop=False)
    finding = await judged(model, options=options)
    assert len(finding.rounds) == options.audits + 1
    assert model.asked("judge") == 1


async def test_a_run_where_all_is_achieved_is_never_stopped_early() -> None:
    def script(prompt: Prompt) -> Line:
        line = by_key(prompt)
        return verification() if prompt.schema_name == "verifier" else line

    docket = MemoryDocket()
    await judged(Scripted(script), docket, PanelOptions())
    assert "judge/early" not in docket.turns
