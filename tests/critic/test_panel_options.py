"""What can be chosen of the panel reaches the prompts, and the settings that a verdict carries."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from tests.critic.cases import bench, by_key, case, objection, review, trajectory, verdict, words
from themis.critic.contract import Prompt, Reply
from themis.critic.identity import settings_hash
from themis.critic.memory import MemoryDocket
from themis.critic.models.scripted import Line, Scripted
from themis.critic.themis.options import Layout, PanelOptions, RoleOptions
from themis.critic.themis.panel import ThemisPanel
from themis.domain.errors import UnreadableReply
from themis.domain.verdict import ErrorClass, Finding, Outcome

ROOT = Path(__file__).resolve().parents[2]
ROLES = ("selector", "verifier", "reviewer", "judge")


async def judged(
    model: Scripted, options: PanelOptions | None = None, docket: MemoryDocket | None = None
) -> Finding:
    panel = ThemisPanel(options or PanelOptions())
    return await panel.judge(case(), model, docket or MemoryDocket())


async def test_each_role_has_its_own_model_and_sampling() -> None:
    options = PanelOptions(
        selector=RoleOptions(model="small", temperature=0.2, max_tokens=1_000),
        verifier=RoleOptions(model="eyes", max_tokens=2_000),
        judge=RoleOptions(model="wise", temperature=0.5),
    )
    docket = MemoryDocket()
    model = bench()
    await judged(model, options, docket)

    used = {p.schema_name: (p.model, p.temperature, p.max_tokens) for p in model.calls}
    assert used == {
        "selector": ("small", 0.2, 1_000),
        "verifier": ("eyes", 0.0, 2_000),
        "reviewer": ("", 0.0, 8_192),
        "judge": ("wise", 0.5, 8_192),
    }
    assert docket.turns["judge"].sampling == {
        "temperature": 0.5,
        "max_tokens": 8_192,
        "model": "wise",
        "weighed": "outcome",
    }


async def test_pictures_are_counted_by_the_model_that_is_shown_them() -> None:
    class Priced(Scripted):
        def image_tokens(self, width: int, height: int, *, model: str = "") -> int:
            return width * height * 5 // 8 if model == "dear" else 10

    def priced() -> Priced:
        return Priced(lambda p: by_key(p))

    cheap, dear = priced(), priced()
    await judged(cheap)
    role = RoleOptions(model="dear")
    await judged(dear, PanelOptions(selector=role, verifier=role, layout=Layout.ALBUM))
    assert count(cheap.calls[0]) == 5
    assert count(dear.calls[0]) == 2


def count(prompt: Prompt) -> int:
    return sum(not hasattr(part, "text") for part in prompt.parts)


async def test_audits_selections_and_tries_are_bounds() -> None:
    never = bench_of(review(objection("m1")))
    await judged(never, PanelOptions(audits=1, early_stop=False))
    assert never.asked("reviewer") == 1
    assert never.asked("selector") == 2

    alone = bench_of(review(objection("m1")))
    await judged(alone, PanelOptions(audits=0))
    assert (alone.asked("selector"), alone.asked("reviewer"), alone.asked("judge")) == (1, 0, 1)

    once = bench_of(review(objection("m1")))
    await judged(once, PanelOptions(selections=1, early_stop=False))
    assert once.asked("selector") == 1


@pytest.mark.parametrize("role", ROLES)
async def test_every_role_is_asked_as_often_as_was_chosen(role: str) -> None:
    model = Scripted(lambda p: "no" if p.schema_name == role else by_key(p))
    with pytest.raises(UnreadableReply, match="2 of 2 times"):
        await judged(model, PanelOptions(tries=2))
    assert model.asked(role) == (6 if role == "verifier" else 2)


def bench_of(reviewer: Line) -> Scripted:
    return Scripted(lambda p: reviewer if p.schema_name == "reviewer" else by_key(p))


async def test_ui_texts_can_be_left_out_and_are_bounded() -> None:
    steps = tuple(
        replace(step, after_ui="button Save\n" + "x" * 50_000) for step in trajectory().steps
    )
    run = replace(trajectory(), steps=steps)

    async def checks(options: PanelOptions) -> list[str]:
        model = bench()
        await ThemisPanel(options).judge(case(run), model, MemoryDocket())
        return [words(p) for p in model.calls if p.schema_name == "verifier"]

    assert all("button Save" in told for told in await checks(PanelOptions()))
    assert not any("button Save" in told for told in await checks(PanelOptions(ui_text=False)))
    short, long = await checks(PanelOptions(ui_chars=500)), await checks(PanelOptions())
    assert len(long[0]) - len(short[0]) > 3_000


def test_every_option_has_words_and_bounds_for_a_form() -> None:
    def described(kind: type[BaseModel]) -> None:
        for name, field in kind.model_fields.items():
            assert field.description, name
            if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
                described(field.annotation)
            elif field.annotation in (int, float):
                assert {type(each).__name__ for each in field.metadata} >= {"Ge", "Le"}, name

    described(PanelOptions)


@pytest.mark.parametrize(
    "wrong",
    [
        {"audits": -1},
        {"selections": 0},
        {"layout": "mosaic"},
        {"verifier": {"temperature": 3}},
        {"judge": {"max_tokens": 1}},
        {"unknown": 1},
    ],
)
def test_what_cannot_work_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        PanelOptions.model_validate(wrong)


def test_defaults_are_those_of_the_published_method() -> None:
    options = PanelOptions()
    assert (options.audits, options.selections, options.share_calls) == (2, 6, False)
    for role in ROLES:
        assert (options.of(role).temperature, options.of(role).max_tokens) == (0, 8192)


def test_every_option_is_in_the_settings_and_in_their_hash() -> None:
    settings = ThemisPanel().settings
    assert set(PanelOptions.model_fields) < set(settings)
    assert json.loads(json.dumps(settings)) == settings
    changed = [
        PanelOptions(audits=1),
        PanelOptions(layout=Layout.OWN),
        PanelOptions(draw_action=False),
        PanelOptions(judge=RoleOptions(model="wise")),
        PanelOptions(verifier=RoleOptions(image_tokens=99)),
    ]
    hashes = {settings_hash(ThemisPanel(each)) for each in (PanelOptions(), *changed)}
    assert len(hashes) == len(changed) + 1


def test_every_option_is_told_in_the_documentation() -> None:
    told = (ROOT / "docs" / "critics.md").read_text(encoding="utf-8")
    for name in (*PanelOptions.model_fields, *RoleOptions.model_fields):
        assert f"`{name}`" in told, name


def weighing(chances: dict[str, float] | None, outcome: str = "passed") -> Scripted:
    """A model that says how likely it held each outcome."""

    def script(prompt: Prompt) -> Line:
        if prompt.schema_name != "judge":
            return by_key(prompt)
        assert prompt.weighed == "outcome"
        return Reply(text=json.dumps(verdict(outcome, 0.9)), model="weighing", chances=chances)

    return Scripted(script)


async def test_the_confidence_is_the_chance_of_the_outcome_where_the_model_offers_it() -> None:
    offered = {"passed": 0.62, "failed": 0.3, "undecided": 0.08}
    assert (await judged(weighing(offered))).confidence == 0.62
    assert (await judged(weighing(None))).confidence == 0.9
    assert (await judged(weighing({"failed": 0.3}))).confidence == 0.9


async def test_a_chance_outside_of_its_range_is_brought_into_it() -> None:
    assert (await judged(weighing({"passed": 1.0000001}))).confidence == 1.0
    assert (await judged(weighing({"passed": float("nan")}))).confidence == 0.9


@pytest.mark.parametrize(
    ("outcome", "said", "kept"),
    [
        ("failed", "wrong_action", ErrorClass.WRONG_ACTION),
        ("passed", "strict_on_path", ErrorClass.STRICT_ON_PATH),
        ("passed", None, None),
        ("passed", "wrong_action", None),
        ("undecided", None, None),
        ("undecided", "ambiguous", None),
    ],
)
async def test_the_class_of_error_is_one_that_fits_the_outcome(
    outcome: str, said: str | None, kept: ErrorClass | None
) -> None:
    line = {**verdict(outcome), "error_class": said}
    model = Scripted(lambda p: line if p.schema_name == "judge" else by_key(p))
    finding = await judged(model)
    assert finding.outcome is Outcome(outcome)
    assert finding.error_class is kept
    assert model.asked("judge") == 1


@pytest.mark.parametrize("said", [None, "ambiguous"])
async def test_a_judge_who_gives_a_failure_no_class_is_asked_for_it_alone(said: str | None) -> None:
    first: Line = {**verdict("failed"), "error_class": said}
    second: Line = {"reason": "nothing was saved", "error_class": "task_incomplete"}
    model = Scripted(
        lambda p: (
            by_key(p)
            if p.schema_name != "judge"
            else second
            if "which kind of failure" in words(p)
            else first
        )
    )
    docket = MemoryDocket()
    finding = await judged(model, docket=docket)
    assert finding.error_class is ErrorClass.TASK_INCOMPLETE
    assert list(docket.turns)[-2:] == ["judge", "judge/class"]
    assert "strict_on_path" not in json.dumps(model.calls[-1].schema)
