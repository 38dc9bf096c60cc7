"""What one can do with a recorded screen, in a real browser: on a run drawn for the purpose."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Page, expect

from tests.e2e import browser
from tests.e2e.shell import Installation
from tests.e2e.test_shapes import sign_in
from themis.critic.evidence_only import words
from themis.domain.action import Action, ActionType, Point
from themis.domain.trajectory import Platform, Step, Trajectory
from themis.formats import native
from themis.formats.contract import Picture, Recording

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SIZE = (1000, 600)
TREE = 'document "Page" bounds="0,0,1000,600"\nbutton "Save" bid="7" bounds="700,480,200,60"'
PATIENCE = 60_000  # milliseconds that reading pictures may take on a busy machine
WITNESS = """new MutationObserver(() => {
    if (document.querySelector(".mark .runner")) window.hasRun = true;
}).observe(document, { childList: true, subtree: true });"""


def picture(*boxes: tuple[int, int, int, int], text: str = "", shade: int = 255) -> bytes:
    image = Image.new("RGB", SIZE, (shade, 250, 250))
    pen = ImageDraw.Draw(image)
    for x, y, width, height in boxes:
        pen.rectangle((x, y, x + width - 1, y + height - 1), fill="navy")
    pen.text((100, 200), text, fill="black", font=ImageFont.load_default(size=44))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def drawn() -> Recording:
    """Step 1 draws two boxes, step 2 shows words, step 3 changes nothing."""
    shots = [
        picture(),
        picture((100, 60, 50, 20), (700, 480, 200, 60)),
        picture((100, 60, 50, 20), (700, 480, 200, 60), text="Saved today"),
        picture(shade=252),
    ]
    path = (Point(x=100, y=500), Point(x=500, y=500))
    steps = (
        Step(
            actions=(Action(type=ActionType.CLICK, point=Point(x=800, y=510)),),
            before=0,
            after=1,
            before_ui=TREE,
        ),
        Step(actions=(Action(type=ActionType.DRAG, path=path),), before=1, after=2),
        Step(actions=(Action(type=ActionType.KEY, keys=("ctrl", "s")),), before=2, after=2),
        Step(actions=(Action(type=ActionType.WAIT),), before=0, after=3),
    )
    run = Trajectory(
        instruction="Draw two boxes", platform=Platform.WEB, steps=steps, format="themis"
    )
    pictures = tuple(
        Picture(name=f"{number}.png", content=shot) for number, shot in enumerate(shots)
    )
    return Recording(trajectory=run, pictures=pictures)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Page, str]]:
    """A browser that has signed in, and the address of the run: one server for all tests here."""
    folder = tmp_path_factory.mktemp("screens")
    themis = Installation.peopled(folder / "var")
    person = themis.person("admin")
    native.write(drawn(), folder / "run")
    (stored,) = themis.run("ingest", str(folder / "run"), "--json").lines
    expect.set_options(timeout=PATIENCE)
    with themis.served() as address, browser.page() as page:
        page.set_default_timeout(PATIENCE)
        sign_in(page, address, person)
        yield page, f"{address}/trajectories/{stored['id']}/"
    expect.set_options(timeout=5_000)


@pytest.fixture
def page(opened: tuple[Page, str]) -> Page:
    """The first step, with nothing remembered of an earlier visit."""
    page, address = opened
    page.evaluate("localStorage.clear()")
    page.emulate_media(reduced_motion="no-preference")
    page.goto(address)
    page.wait_for_load_state("load")
    return page


def lens(page: Page) -> list[str]:
    """How each picture is zoomed."""
    figures = page.locator(".shot")
    style = "figure => figure.style.getPropertyValue('--zoom')"
    return [figures.nth(n).evaluate(style) for n in range(figures.count())]


def seen_at(page: Page, x: float, y: float, nth: int = 0) -> tuple[float, float]:
    """Where a pixel of the picture is in the window, whatever the zoom."""
    at = (
        page.locator(".shot .regions")
        .nth(nth)
        .evaluate(
            """(svg, [x, y]) => {
            const point = new DOMPoint(x, y).matrixTransform(svg.getScreenCTM());
            return [point.x, point.y];
        }""",
            [x, y],
        )
    )
    return at[0], at[1]


def edges(page: Page, name: str) -> list[tuple[float, float, float, float]]:
    """The boxes drawn in one layer, by their outline."""
    return [
        (box["x"], box["y"], box["width"], box["height"])
        for box in page.locator(f".shot .lay-{name} rect.edge").evaluate_all(
            """boxes => boxes.map((box) => Object.fromEntries(
                ["x", "y", "width", "height"].map((name) => [name, Number(box.getAttribute(name))])
            ))"""
        )
    ]


def test_the_difference_is_exact_and_says_its_share(page: Page) -> None:
    page.keyboard.press("d")
    figure = page.locator(".change-figure")
    # two boxes of 50 x 20 and 200 x 60 pixels: 13,000 of 600,000
    expect(figure).to_have_text("2.2 % of the picture changed, in 2 areas.")
    expect(page).to_have_url(re.compile("difference=areas"))
    pad = SIZE[0] / 300
    assert sorted(edges(page, "changes")) == [
        pytest.approx((100 - pad, 60 - pad, 50 + 2 * pad, 20 + 2 * pad)),
        pytest.approx((700 - pad, 480 - pad, 200 + 2 * pad, 60 + 2 * pad)),
    ]
    page.keyboard.press("ArrowRight")
    expect(figure).to_contain_text("in 1 area")
    page.keyboard.press("ArrowRight")
    expect(figure).to_have_text("Nothing changed.")
    page.keyboard.press("ArrowRight")
    expect(figure).to_contain_text("Nothing visible changed. 100 % differ by shades too faint")
    page.keyboard.press("d")
    expect(figure).to_be_hidden()
    expect(page.locator(".lay-changes")).to_have_count(0)


def test_wipe_shows_before_on_the_left_by_mouse_and_keyboard(page: Page) -> None:
    page.keyboard.press("d")
    page.get_by_role("button", name="Wipe").click()
    other = page.locator(".shot .other")
    expect(other).to_have_count(1)
    slider = page.get_by_label("Where the after picture begins")
    slider.focus()
    slider.press("Home")
    slider.press("ArrowRight")
    expect(slider).to_have_value("1")
    x, y = seen_at(page, 10, 300)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(*seen_at(page, 800, 300), steps=4)
    page.mouse.up()
    expect(slider).to_have_value("80")
    page.reload()
    expect(other).to_have_count(1)
    page.get_by_role("button", name="Blink").click()
    expect(page.locator(".shot[data-flipped] figcaption")).to_have_text("After")
    expect(page.locator(".shot:not([data-flipped]) figcaption")).to_have_text("Before")


def test_zoom_is_the_same_over_both_pictures_and_stays_while_one_steps(page: Page) -> None:
    page.keyboard.press("s")
    expect(page.locator(".shot")).to_have_count(2)
    page.keyboard.press("z")
    first, second = lens(page)
    assert first == second
    assert float(first) >= 2
    page.keyboard.press("+")
    assert float(lens(page)[1]) == pytest.approx(float(first) * 1.3, rel=0.01)
    page.keyboard.press("Shift+ArrowLeft")
    expect(page.locator("#step-number")).to_have_text("1")
    one, other = (seen_at(page, 500, 300, nth)[1] for nth in (0, 1))
    assert one == pytest.approx(other, abs=1)
    kept = lens(page)
    expect(page).to_have_url(re.compile(f"zoom={float(kept[0]):.2f}"))
    page.keyboard.press("ArrowRight")
    expect(page.locator("#step-number")).to_have_text("2")
    assert lens(page) == kept
    page.reload()
    expect(page.locator("[data-strip=zoom]")).to_be_visible()
    assert [float(each) for each in lens(page)] == pytest.approx([float(kept[0])] * 2, rel=0.01)
    page.keyboard.press("0")
    assert lens(page) == ["", ""]
    expect(page.locator("[data-strip=zoom]")).to_be_hidden()


def test_mouse_zooms_where_it_points_and_drags(page: Page) -> None:
    at = seen_at(page, 800, 510)
    page.mouse.move(*at)
    page.mouse.wheel(0, -300)
    page.wait_for_function("document.querySelector('.stage').hasAttribute('data-zoomed')")
    assert seen_at(page, 800, 510) == pytest.approx(at, abs=30)  # the bar below took some room
    start = seen_at(page, 800, 510)
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + 60, start[1] + 25, steps=4)
    page.mouse.up()
    moved = seen_at(page, 800, 510)
    assert (moved[0] - start[0], moved[1] - start[1]) == pytest.approx((60, 25), abs=2)
    page.mouse.dblclick(*moved)
    assert lens(page) == [""]
    page.mouse.dblclick(*seen_at(page, 800, 510))
    assert float(lens(page)[0]) >= 2


def test_two_fingers_zoom(page: Page) -> None:
    x, y = seen_at(page, 500, 300)
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *apart: float) -> None:
        points = [{"x": x + side * d, "y": y} for d in apart for side in (-1, 1)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 40)
    for apart in (60, 90, 120):
        touch("touchMove", apart)
    touch("touchEnd")
    page.wait_for_function("document.querySelector('.stage').hasAttribute('data-zoomed')")
    assert float(lens(page)[0]) == pytest.approx(3, rel=0.15)


def test_a_drawn_part_is_cut_out_pixel_for_pixel(page: Page, tmp_path: Path) -> None:
    page.keyboard.press("s")
    expect(page.locator(".shot")).to_have_count(2)
    page.keyboard.press("e")
    page.mouse.move(*seen_at(page, 690, 470))
    page.mouse.down()
    page.mouse.move(*seen_at(page, 910, 550), steps=4)
    page.mouse.up()
    pieces = page.locator(".crop-piece")
    expect(pieces).to_have_count(2)
    with page.expect_download() as download:
        pieces.nth(1).get_by_role("link", name="Keep as PNG").click()
    image = Image.open(download.value.path()).convert("RGB")
    assert image.width == pytest.approx(220, abs=4)
    assert image.height == pytest.approx(80, abs=4)
    navy = sum(n for n, colour in image.getcolors() or [] if colour == (0, 0, 128))
    assert navy == 200 * 60  # every pixel of the box, and none twice
    page.keyboard.press("Escape")
    expect(pieces).to_have_count(0)


def test_what_the_zoom_shows_is_cut_out_by_keyboard(page: Page) -> None:
    page.keyboard.press("z")
    page.keyboard.press("e")
    expect(page.locator(".crop-piece img")).to_be_visible()
    expect(page.locator(".crop-piece figcaption")).to_contain_text("Step 1, before")


def test_the_element_under_the_pointer_is_named_and_pinned(page: Page) -> None:
    page.keyboard.press("i")
    card = page.locator(".element-card")
    expect(card).to_contain_text("Point at the picture")
    page.mouse.move(*seen_at(page, 720, 500))
    expect(card).to_contain_text("button“Save”id 7")
    assert edges(page, "elements") == [(700, 480, 200, 60)]
    page.mouse.move(*seen_at(page, 50, 50))
    expect(card).to_contain_text("document“Page”")
    page.mouse.click(*seen_at(page, 720, 500))
    page.mouse.move(*seen_at(page, 50, 50))
    expect(card).to_contain_text("button“Save”")
    page.keyboard.press("ArrowRight")
    expect(card).to_contain_text("No UI tree was recorded before this step.")


def test_elements_are_reached_by_keyboard(page: Page) -> None:
    page.keyboard.press("i")
    summary = page.locator(".element-list summary")
    expect(summary).to_have_text("2 elements before")
    summary.press("Enter")
    expect(page.locator(".element-item")).to_have_count(2)
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".element-card")).to_contain_text("button“Save”id 7")
    assert edges(page, "elements") == [(700, 480, 200, 60)]


def test_actions_play_on_a_key_and_that_is_remembered(page: Page) -> None:
    page.keyboard.press("ArrowRight")
    expect(page.locator(".mark .way")).to_have_count(1)
    page.evaluate(WITNESS)
    page.keyboard.press("p")
    page.wait_for_function("window.hasRun")
    expect(page).to_have_url(re.compile("step=2"))  # it follows once somebody looks
    page.add_init_script(WITNESS)  # it may have run before anybody asks
    page.reload()
    expect(page.locator("#play")).to_have_attribute("aria-pressed", "true")
    page.wait_for_function("window.hasRun")
    expect(page.locator(".mark .runner")).to_have_count(0)
    page.keyboard.press("p")
    page.evaluate("window.hasRun = false")
    page.mouse.move(*seen_at(page, 300, 500))
    page.wait_for_function("window.hasRun")  # on hover too
    page.emulate_media(reduced_motion="reduce")
    page.keyboard.press("p")
    expect(page.get_by_text("Actions stand still")).to_be_visible()
    expect(page.locator(".mark .runner")).to_have_count(0)


@pytest.mark.skipif(not words.is_possible(), reason="the tesseract program is not installed")
def test_words_of_a_picture_are_found_shown_and_kept_in_the_address(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("saved")
    hit = page.locator("#found a.hit")
    expect(hit).to_have_count(1, timeout=PATIENCE)
    expect(page.locator("#find-progress")).to_have_count(0, timeout=PATIENCE)
    expect(hit).to_contain_text("Step 2, after")
    expect(page).to_have_url(re.compile("find=saved"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("step=2.*view=after|view=after.*step=2"))
    expect(hit).to_have_attribute("aria-current", "step")
    ((x, y, width, height),) = edges(page, "found")
    assert 90 < x < 105
    assert 195 < y < 225
    assert width < 200
    assert height < 60
    page.keyboard.press("Escape")
    expect(page.locator("#find-field")).to_have_value("saved")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".lay-found rect")).to_have_count(0)
    page.reload()
    expect(hit).to_have_count(1)


def test_words_of_a_ui_tree_are_found_at_once(page: Page) -> None:
    page.keyboard.press("5")
    page.get_by_label("Words on the screens").fill("page")
    expect(page.locator("#found a.hit")).to_contain_text("Step 1, before")
    assert json.loads(page.locator("#found a.hit").get_attribute("data-boxes") or "[]") == [
        [0.0, 0.0, 1000.0, 600.0]
    ]
