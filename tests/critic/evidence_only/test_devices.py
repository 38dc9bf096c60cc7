"""Tasks that name a device or an app, and acts whose moment before is not recorded."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.critic.evidence_only.stories import click, judged, run
from themis.critic.evidence_only.acts import prove_place
from themis.critic.evidence_only.demands import Demand, Kind
from themis.critic.evidence_only.facts import Run
from themis.critic.evidence_only.grammar import demands
from themis.domain.action import Action, ActionType
from themis.domain.trajectory import Screen, Step
from themis.domain.verdict import Outcome

TASK = 'Tap the "Ping" button on the watch.'
WATCH, PHONE, MENU = (384, 384), (1080, 2400), (300, 400)


def screen(size: tuple[int, int], text: str, corner: int = 0) -> str:
    width, height = size
    return (
        f'<node bounds="[{corner},{corner}][{width},{height}]"><node text="Ping" '
        f'bounds="[{corner + 10},{corner + 10}][200,90]" class="android.widget.Button"/>'
        f'<node text="{text}" bounds="[{corner + 10},{corner + 100}][200,150]"/></node>'
    )


@pytest.mark.parametrize(
    ("size", "outcome"),
    [(WATCH, Outcome.PASSED), (PHONE, Outcome.FAILED), ((600, 1000), Outcome.FAILED),
     ((700, 700), Outcome.UNDECIDED)],
)  # fmt: skip
async def test_a_watch_is_told_by_the_size_of_what_it_shows(
    size: tuple[int, int], outcome: Outcome
) -> None:
    moves = ((click("Ping"), screen(size, "Pings: 1")),)
    assert (await judged(run(TASK, screen(size, "Pings: 0"), *moves))).outcome is outcome


async def test_a_menu_is_not_taken_for_a_small_display() -> None:
    task = TASK.replace("watch", "phone")
    moves = ((click("Ping"), screen(MENU, "Pings: 1", corner=60)),)
    finding = await judged(run(task, screen(MENU, "Pings: 0", corner=60), *moves))
    assert finding.outcome is Outcome.UNDECIDED


def observed(text: str) -> Step:
    return Step(actions=(Action(type=ActionType.OBSERVE),), after_ui=text)


async def test_a_look_at_another_device_is_no_act_on_it() -> None:
    told = run(TASK, screen(WATCH, "Pings: 0"), (click("Ping"), screen(WATCH, "Pings: 1")))
    looked = (observed(screen(PHONE, "Home")), *told.steps)
    assert (await judged(replace(told, steps=looked))).outcome is Outcome.PASSED
    refused = (replace(told.steps[0], after_ui=None, before_ui=None, error="asleep"),)
    only = replace(told, steps=(*refused, observed(screen(PHONE, "Home"))))
    assert (await judged(only)).outcome is Outcome.UNDECIDED


async def test_an_act_on_the_phone_beside_a_watch_that_was_used_proves_nothing() -> None:
    told = run(TASK, screen(WATCH, "Pings: 0"), (click("Ping"), screen(WATCH, "Pings: 1")))
    home = Step(actions=(click("Home"),), after_ui=screen(PHONE, "Home"))
    assert (await judged(replace(told, steps=(*told.steps, home)))).outcome is Outcome.UNDECIDED


async def test_a_picture_tells_the_device_where_there_is_no_tree() -> None:
    lines = 'button "Ping"\ntext "Pings: {}"'
    told = run(TASK, lines.format(0), (click("Ping"), lines.format(1)))
    steps = tuple(replace(step, after=0) for step in told.steps)
    shown = Screen(digest="0" * 64, width=450, height=450, media_type="image/png")
    pictured = replace(told, steps=steps, screens=(shown,))
    assert (await judged(told)).outcome is Outcome.UNDECIDED
    assert (await judged(pictured)).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("instruction", "kinds"),
    [
        ('Create a note named "A" in the Notes app and save it.',
         [Kind.PLACE, Kind.TEXT, Kind.COMMIT]),
        ("Delete the following recipes from Broccoli app: Thai Salad, Bread with Tomato and Oil.",
         [Kind.PLACE, Kind.REMOVAL, Kind.REMOVAL]),
        ("Open the Notes app.", [Kind.PLACE]),
    ],
)  # fmt: skip
def test_an_app_and_a_list_are_read(instruction: str, kinds: list[Kind]) -> None:
    assert [d.kind for d in demands(instruction)] == kinds


def test_a_list_with_an_exception_stays_open() -> None:
    found = demands("Delete the following notes, except the last: A, B")
    assert Kind.OPAQUE in {demand.kind for demand in found}


RECIPES = 'heading "Recipes"\nlistitem "Thai Salad"\nlistitem "Soup"\nlistitem "Onion Pie"'
OPENED = Action(type=ActionType.OPEN_APP, text="Broccoli")


@pytest.mark.parametrize(
    ("left", "outcome"),
    [('listitem "Onion Pie"', Outcome.PASSED), ('listitem "Soup"', Outcome.UNDECIDED)],
)
async def test_each_thing_of_a_list_has_to_be_gone(left: str, outcome: Outcome) -> None:
    task = "Delete the following recipes from Broccoli app: Thai Salad, Soup."
    open_item = RECIPES + '\nbutton "Delete"'
    end = f'heading "Recipes"\n{left}'
    moves = ((OPENED, RECIPES), (click("Thai Salad"), open_item), (click("Delete"), end))
    finding = await judged(run(task, 'button "Apps"', *moves))
    assert finding.outcome is outcome


async def test_a_task_in_an_app_that_was_never_opened_does_not_pass() -> None:
    task = "Delete the following recipes from Cabbage app: Thai Salad."
    moves = ((OPENED, RECIPES), (click("Delete"), RECIPES.replace('"Thai Salad"', '"Toast"')))
    finding = await judged(run(task, 'button "Apps"', *moves))
    assert finding.outcome is Outcome.UNDECIDED


LIST = 'heading "Catalog"\nlistitem "Item 1"\nlistitem "Item 2"'
DETAIL = 'heading "Item 2"\ntext "Entry for Item 2"'


def tapped(after: str) -> tuple[Step, ...]:
    """A tap after a step that the environment refused, so that the moment before is unknown."""
    return (
        Step(actions=(click("Catalog"),), after_ui=LIST),
        Step(actions=(click("Item 9"),), error="no such element"),
        Step(actions=(click("Item 2"),), after_ui=after),
    )


@pytest.mark.parametrize(
    ("after", "outcome"), [(DETAIL, Outcome.PASSED), (LIST, Outcome.UNDECIDED)]
)
async def test_a_screen_never_seen_before_shows_that_an_act_had_an_effect(
    after: str, outcome: Outcome
) -> None:
    told = replace(run('Tap "Item 2".', LIST), steps=tapped(after))
    assert (await judged(told)).outcome is outcome


async def test_a_place_is_reached_where_its_screen_comes_up_for_the_first_time() -> None:
    told = replace(run('Open "Item 2".', LIST), steps=tapped(DETAIL))
    assert (await judged(told)).outcome is Outcome.PASSED
    other = Run(replace(told, steps=tapped('heading "Item 7"')))
    place = Demand(kind=Kind.PLACE, clause="Open it", text="Item 2", verb="open")
    press = Demand(kind=Kind.PRESS, clause="Press it", text="Buy")
    assert prove_place(place, Run(told), (place, press)).achieved is True
    assert prove_place(place, other, (place, press)).achieved is None


@pytest.mark.parametrize(("label", "outcome"), [("Use Wi-Fi", "passed"), ("Wi-Fi help", None)])
async def test_a_switch_may_be_called_as_people_write_it(label: str, outcome: str | None) -> None:
    page = 'heading "Network"\nswitch "{}" checked="{}"'
    moves = ((click(label), page.format(label, "true")),)
    finding = await judged(run("Turn wifi on.", page.format(label, "false"), *moves))
    assert finding.outcome.value == (outcome or "undecided")
