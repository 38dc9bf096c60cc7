"""How prompts of one case begin: what is shared, what is each check's own, and what is chosen."""

from __future__ import annotations

import asyncio
import io
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Picture

from benchmarks.prefixes import Prefixes
from tests.critic.cases import (
    bench,
    by_key,
    case,
    milestone,
    review,
    selection,
    trajectory,
    verdict,
    verification,
    words,
)
from themis.critic.contract import Case, Image, Prompt, Reply, Text
from themis.critic.examination.frames import Frame
from themis.critic.imagecost import by_rule
from themis.critic.memory import MemoryDocket
from themis.critic.models.scripted import Line, Scripted
from themis.critic.themis.layouts import CHECKS, layout_for
from themis.critic.themis.options import Layout, PanelOptions, RoleOptions
from themis.critic.themis.panel import ThemisPanel
from themis.critic.themis.replies import SHARED
from themis.critic.themis.screens import Choice
from themis.domain.action import Action, ActionType, Point
from themis.domain.errors import CriticFailed
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Screen, Trajectory

ALBUM = PanelOptions(layout=Layout.ALBUM)
OWN = PanelOptions(layout=Layout.OWN)
EACH = 5  # pictures that a check adds at most: docs/models.md counts with it


@cache
def painted(screen: Screen) -> bytes:
    """A screen that is grey but for a patch whose place and colour follow from its digest."""
    picture = Picture.new("RGB", (screen.width, screen.height), (200, 200, 200))
    side = max(screen.width // 10, 1)
    at = int(screen.digest[6:8], 16) % 5 * side, int(screen.digest[8:10], 16) % 5 * side
    picture.paste(f"#{screen.digest[:6]}", (*at, at[0] + side, at[1] + side))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def large(n_steps: int = 6, size: tuple[int, int] = (1000, 800)) -> Case:
    """A run whose screens are large enough to be worth a crop and a copy made smaller."""
    run = trajectory(n_steps)
    screens = tuple(replace(each, width=size[0], height=size[1]) for each in run.screens)
    point = Point(x=size[0] // 4, y=size[1] // 4)
    action = Action(type=ActionType.CLICK, point=point)
    steps = tuple(replace(step, actions=(action,)) for step in run.steps)
    return Case(trajectory=replace(run, screens=screens, steps=steps), read_screen=painted)


async def heard(options: PanelOptions, model: Scripted, before: Case) -> list[Prompt]:
    await ThemisPanel(options).judge(before, model, MemoryDocket())
    return model.calls


def images(prompt: Prompt) -> list[Image]:
    return [part for part in prompt.parts if isinstance(part, Image)]


def cost(prompt: Prompt) -> int:
    return sum(by_rule("scripted", *image.size) for image in images(prompt))


async def test_all_roles_begin_with_the_task_the_acts_and_the_same_pictures() -> None:
    calls = await heard(ALBUM, bench(), large(4))
    album = [image.id for image in images(calls[0])]
    assert len(album) == 5

    front = 1 + 1 + 2 * len(album)  # opening, a word on the pictures, each under its name
    assert len({prompt.parts[:front] for prompt in calls}) == 1
    assert "I click save" not in "".join(
        part.text for part in calls[0].parts[:front] if isinstance(part, Text)
    )
    for prompt in calls:
        last = prompt.parts[-1]
        assert isinstance(last, Text)
        assert last.text.startswith(f"You are the {prompt.schema_name.upper()}")


async def test_only_verifiers_do_not_read_what_the_agent_says() -> None:
    run = trajectory(4, thought="I have surely saved it")
    claim = Action(type=ActionType.TERMINATE, text="The note is saved.", status="success")
    said = replace(run.steps[-1], actions=(claim,), claim="I am done for sure")
    run = replace(run, steps=(*run.steps[:-1], said))
    for options in (ALBUM, OWN):
        calls = await heard(options, bench(), case(run))
        for prompt in calls:
            reads = "I have surely saved it" in words(prompt)
            claims = "The note is saved." in words(prompt)
            done = "I am done for sure" in words(prompt)
            assert reads is claims is done is (prompt.schema_name != "verifier")


async def test_the_chain_is_read_on_from_where_the_one_before_ended() -> None:
    calls = await heard(ALBUM, bench(), case())
    prefixes = Prefixes(cost=lambda _: 0)
    first, second = (prompt for prompt in calls if prompt.schema_name == "reviewer")
    judge = calls[-1]
    assert prefixes.common(first, second) > prefixes.common(first, calls[0])
    chain = next(p.text for p in judge.parts if isinstance(p, Text) and "<<<panel" in p.text)
    assert prefixes.common(second, judge) > prefixes.common(second, calls[0]) + len(chain) // 8


class Served(Scripted):
    """Counts what a server would find read before."""

    def __init__(self) -> None:
        super().__init__(by_key)
        self.prefixes = Prefixes(cost=lambda image: self.image_tokens(*image.size))

    async def ask(self, prompt: Prompt) -> Reply:
        call = self.prefixes.begin(prompt)
        reply = await super().ask(prompt)
        self.prefixes.end(call)
        return reply


async def test_most_of_a_panels_prompt_tokens_were_read_before() -> None:
    model = Served()
    await heard(PanelOptions(), model, large(8))
    calls = model.prefixes.calls
    assert len(calls) > 8
    assert sum(call.kept for call in calls) / sum(call.tokens for call in calls) > 0.8


class Watched(Scripted):
    """Knows how many checks were under way when each began."""

    def __init__(self) -> None:
        super().__init__(by_key)
        self.under_way = 0
        self.beside: list[int] = []

    async def ask(self, prompt: Prompt) -> Reply:
        if prompt.schema_name != "verifier":
            return await super().ask(prompt)
        self.beside.append(self.under_way)
        self.under_way += 1
        for _ in range(5):
            await asyncio.sleep(0)
        self.under_way -= 1
        return await super().ask(prompt)


@pytest.mark.parametrize(
    ("verifier", "beside"),
    [
        (RoleOptions(), [0, 1, 2]),
        (RoleOptions(model="eyes"), [0, 0, 1]),
        (RoleOptions(image_tokens=9_000), [0, 0, 1]),
    ],
    ids=["as the Selector", "another model", "another budget"],
)
async def test_where_no_call_went_ahead_the_first_check_does(
    verifier: RoleOptions, beside: list[int]
) -> None:
    model = Watched()
    await heard(ALBUM.model_copy(update={"verifier": verifier}), model, large(4))
    assert model.beside[:3] == beside


async def test_a_check_shows_the_screens_the_action_the_target_and_the_change() -> None:
    calls = await heard(OWN, bench(), large(4))
    check = next(prompt for prompt in calls if "m2 at step 3" in words(prompt))
    made = [image.view.recipe.split()[0] if image.view else "" for image in images(check)]
    assert list(dict.fromkeys(made)) == ["marked", "", "crop", "changes"]
    assert images(check)[0].size == images(check)[1].size == (1000, 800)
    told = words(check)
    assert "(screen 3, with the action drawn on it)" in told
    assert "of the screen changed, all of it within" in told


@pytest.mark.parametrize(
    ("options", "missing"),
    [
        ({"draw_action": False}, "marked"),
        ({"crop": False}, "crop"),
        ({"difference": False}, "changes"),
    ],
)
async def test_each_view_can_be_left_out(options: dict[str, bool], missing: str) -> None:
    calls = await heard(OWN.model_copy(update=options), bench(), large(4))
    check = next(prompt for prompt in calls if "m2 at step 3" in words(prompt))
    made = {image.view.recipe.split()[0] for image in images(check) if image.view}
    assert made == {"marked", "crop", "changes"} - {missing}


async def test_without_views_no_screen_is_decoded() -> None:
    def unread(screen: Screen) -> bytes:
        raise AssertionError(f"{screen.digest} was read")

    plain = PanelOptions(draw_action=False, crop=False, difference=False, near_duplicates=False)
    before = large(4)
    calls = await heard(plain, bench(), replace(before, read_screen=unread))
    assert all(image.view is None for prompt in calls for image in images(prompt))


async def test_the_same_pixels_in_other_files_are_told_and_not_shown_as_a_change() -> None:
    def same(screen: Screen) -> bytes:
        out = io.BytesIO()
        Picture.new("RGB", (1000, 800), "white").save(out, "PNG")
        return out.getvalue()

    calls = await heard(OWN, bench(), replace(large(4), read_screen=same))
    check = next(prompt for prompt in calls if prompt.schema_name == "verifier")
    assert "nothing changed but noise of compression" in words(check)
    assert not any(i.view and "changes" in i.view.recipe for i in images(check))


async def test_another_page_altogether_is_told_in_words() -> None:
    calls = await heard(OWN, bench(), case())  # screens of one colour each
    check = next(prompt for prompt in calls if prompt.schema_name == "verifier")
    assert "Nearly the whole screen changed (100% of it)" in words(check)
    assert not any(i.view and "changes" in i.view.recipe for i in images(check))


async def test_a_screen_that_the_album_left_out_is_shown_with_the_check_that_needs_it() -> None:
    few = ALBUM.model_copy(update={"pictures": 2})
    calls = await heard(few, bench(), large(4))
    check = next(prompt for prompt in calls if "m1 at step 1" in words(prompt))
    assert "Left out to save room: screens" in words(check)
    assert {0, 1} <= {image.position for image in images(check)}


async def test_a_verifier_without_a_budget_judges_by_words() -> None:
    blind = PanelOptions(verifier=RoleOptions(image_tokens=0))
    seen = {**verification(achieved=None), "evidence": []}
    model = Scripted.by_role(
        selector=selection(milestone(1, 1)), verifier=seen, reviewer=review(), judge=verdict()
    )
    calls = await heard(blind, model, large(4))
    check = next(prompt for prompt in calls if prompt.schema_name == "verifier")
    assert images(check) == []
    assert "No pictures are shown." in words(check)


async def test_roles_of_other_budgets_have_albums_of_their_own() -> None:
    tight = ALBUM.model_copy(update={"judge": RoleOptions(image_tokens=4_000)})
    calls = await heard(tight, bench(), large(6))
    by_role = {prompt.schema_name: images(prompt) for prompt in calls}
    assert len(by_role["judge"]) < len(by_role["reviewer"])
    assert by_role["judge"][-1].position == 6


async def test_a_screen_that_does_not_decode_breaks_the_run_with_its_number() -> None:
    broken = replace(large(4), read_screen=lambda _: b"not a picture")
    with pytest.raises(CriticFailed, match=r"screen \d does not decode"):
        await heard(PanelOptions(), bench(), broken)


@settings(max_examples=15, deadline=None)
@given(
    st.integers(0, 9_000),
    st.sampled_from([(1000, 800), (90, 70)]),
    st.sampled_from(list(Layout)),
    st.booleans(),
)
def test_no_prompt_takes_more_pictures_than_its_budget(
    budget: int, size: tuple[int, int], layout: Layout, share: bool
) -> None:
    role = RoleOptions(image_tokens=budget)
    options = PanelOptions(
        selector=role, verifier=role, reviewer=role, judge=role, layout=layout, share_calls=share
    )
    model = Scripted(lenient)
    asyncio.run(heard(options, model, large(5, size)))
    assert all(cost(prompt) <= budget for prompt in model.calls)
    most = options.pictures + EACH * (SHARED if share else 1)
    assert all(len(images(prompt)) <= most for prompt in model.calls)


def lenient(prompt: Prompt) -> Line:
    """Two milestones that share a screen, and no screen cited: there may be none."""
    found: dict[str, Json] = {**verification(achieved=None), "evidence": []}
    match prompt.schema_name:
        case "selector":
            return selection(milestone(1, 1), milestone(2, 2))
        case "verifier" if "m1, m2" in words(prompt):
            return {"checks": [{"milestone": name, "found": found} for name in ("m1", "m2")]}
        case "verifier":
            return found
        case "reviewer":
            return review()
        case _:
            return {**verdict("undecided", 0.5), "evidence": []}


def choice_of(n: int) -> Choice:
    shown = tuple(Frame(position=at, digest=f"{at}", since=at, until=at) for at in range(n))
    return Choice(shown=shown, tokens=n * 1000)


def tokens(width: int, height: int) -> int:
    return width * height // 1000


def test_an_album_is_chosen_while_it_is_less_than_what_checks_would_show_alone() -> None:
    def chosen(shown: int, screens: int, wanted: Layout = Layout.AUTO) -> Layout:
        return layout_for(wanted, choice_of(shown), [(1000, 1000)] * screens, tokens)

    assert chosen(8, 8) is Layout.ALBUM
    assert chosen(2 * CHECKS, 2 * CHECKS) is Layout.OWN
    assert chosen(8, 80) is Layout.OWN
    assert chosen(80, 80, Layout.ALBUM) is Layout.ALBUM
    assert chosen(1, 1, Layout.OWN) is Layout.OWN
    assert chosen(0, 3, Layout.ALBUM) is Layout.OWN


async def test_a_huge_run_is_heard_in_bounded_prompts() -> None:
    run: Trajectory = trajectory(5_000, thought="so I think " * 20)
    reads: list[str] = []

    def counted(screen: Screen) -> bytes:
        reads.append(screen.digest)
        return painted(screen)

    model = bench()
    await heard(PanelOptions(), model, Case(trajectory=run, read_screen=counted))
    assert len(set(reads)) < 120
    assert max(len(words(prompt)) for prompt in model.calls) < 110_000
    assert max(len(images(prompt)) for prompt in model.calls) <= 30
