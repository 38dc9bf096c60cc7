"""Views of screens, by their pixels: marked, cut out, made small, compared."""

from __future__ import annotations

import asyncio
import hashlib
import io
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from PIL import Image as Picture
from PIL import ImageDraw, ImageFont

from tests.critic.cases import trajectory
from themis.critic.contract import Case, Image
from themis.critic.views import maker as making
from themis.critic.views.comparing import compare, mask, small, small_size
from themis.critic.views.desk import AT_ONCE, at_desk
from themis.critic.views.drawing import INK
from themis.critic.views.maker import Maker
from themis.critic.views.marks import marks_of
from themis.critic.views.shelf import Shelf
from themis.domain.action import Action, ActionType, Direction, Point
from themis.domain.errors import CriticFailed
from themis.domain.trajectory import Screen

SIZE = (1000, 800)


def page(*, digit: str = "3", toggled: bool = False, size: tuple[int, int] = SIZE) -> Picture.Image:
    """A page with text, a number and a switch."""
    picture = Picture.new("RGB", size, "white")
    pen = ImageDraw.Draw(picture)
    for row in range(12):
        pen.text((40, 40 + row * 50), f"Line {row} of the list", fill=(40, 40, 40))
    pen.text((600, 300), digit, fill=(150, 150, 150), font=ImageFont.load_default(size=12))
    pen.rounded_rectangle((700, 500, 740, 520), 10, fill=(30, 165, 90) if toggled else (120,) * 3)
    return picture


def saved(picture: Picture.Image, kind: str = "PNG", quality: int = 90) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, quality=quality)
    return out.getvalue()


def maker_of(*contents: bytes, size: tuple[int, int] = SIZE) -> Maker:
    files = {hashlib.sha256(content).hexdigest(): content for content in contents}
    screens = tuple(
        Screen(
            digest=hashlib.sha256(content).hexdigest(),
            width=size[0],
            height=size[1],
            media_type="image/png",
        )
        for content in contents
    )
    run = replace(trajectory(0), screens=screens)
    return Maker(Case(trajectory=run, read_screen=lambda screen: files[screen.digest]))


def seen(image: Image) -> Picture.Image:
    return Picture.open(io.BytesIO(image.read())).convert("RGB")


def click(**fields: object) -> Action:
    return Action(type=ActionType.CLICK, point=Point(x=400, y=300), **fields)  # type: ignore[arg-type]


def test_a_marked_screen_has_a_ring_where_the_action_went_and_is_the_same_elsewhere() -> None:
    maker = maker_of(saved(page()))
    marks = marks_of([click()], maker.case.trajectory.screens[0])
    image = maker.marked(0, marks, SIZE)
    shown, plain = seen(image), page()

    radius = round(1000 / 90 * 1.6)
    assert shown.size == image.size == SIZE
    assert shown.getpixel((400 + radius - 1, 300)) == INK
    assert shown.getpixel((400, 300)) == INK
    for corner in ((0, 0), (999, 799), (60, 44), (720, 510)):
        assert shown.getpixel(corner) == plain.getpixel(corner)


def test_marks_are_drawn_in_scale_on_a_copy_made_smaller() -> None:
    maker = maker_of(saved(page()))
    marks = marks_of([click()], maker.case.trajectory.screens[0])
    image = maker.marked(0, marks, small_size(SIZE))
    shown = seen(image)

    assert image.size == shown.size == (500, 400)
    red, green, blue = shown.getpixel((200, 150))  # type: ignore[misc]
    assert abs(red - INK[0]) < 40
    assert green < 60
    assert abs(blue - INK[2]) < 40


def test_an_arrow_leads_to_where_a_drag_ended() -> None:
    maker = maker_of(saved(page()))
    path = (Point(x=100, y=700), Point(x=500, y=700))
    marks = marks_of([Action(type=ActionType.DRAG, path=path)], maker.case.trajectory.screens[0])
    shown = seen(maker.marked(0, marks, SIZE))

    assert shown.getpixel((300, 700)) == INK
    wing = 1000 / 90 * 1.8
    near = (round(500 - wing * 0.8), round(700 - wing * 0.45))
    assert shown.getpixel(near) == INK
    assert shown.getpixel((200, 690)) != INK


def test_typed_text_stands_beside_the_mark() -> None:
    maker = maker_of(saved(page()))
    typed = Action(type=ActionType.TYPE, point=Point(x=400, y=300), text="Ann")
    quiet = replace(typed, text="")
    shown, other = (
        seen(maker.marked(0, marks_of([each], maker.case.trajectory.screens[0]), SIZE))
        for each in (typed, quiet)
    )
    assert shown.tobytes() != other.tobytes()
    assert shown.getpixel((430, 330)) == INK


@pytest.mark.parametrize("kind", [ActionType.LONG_PRESS, ActionType.MOVE, ActionType.PINCH])
def test_every_kind_of_mark_leaves_ink(kind: ActionType) -> None:
    maker = maker_of(saved(page()))
    action = Action(type=kind, point=Point(x=400, y=300), direction=Direction.UP)
    marks = marks_of([action], maker.case.trajectory.screens[0])
    colors = seen(maker.marked(0, marks, SIZE)).getcolors(1_000_000)
    assert colors is not None
    assert any(color == INK for _, color in colors)


def test_a_crop_has_the_pixels_of_the_screen() -> None:
    maker = maker_of(saved(page()))
    image = maker.crop(0, (580, 280, 680, 340))
    assert image.size == (100, 60)
    assert seen(image).tobytes() == page().crop((580, 280, 680, 340)).tobytes()


def test_equal_recipes_make_equal_bytes_and_other_ones_another_name() -> None:
    content = saved(page())
    one, other = (
        maker_of(content).crop(0, (0, 0, 90, 90)),
        maker_of(content).crop(0, (0, 0, 90, 91)),
    )
    first = one.read()
    making.forget()
    assert maker_of(content).crop(0, (0, 0, 90, 90)).read() == first
    assert one.id == maker_of(content).crop(0, (0, 0, 90, 90)).id != other.id
    assert one.id != maker_of(content).screen(0).id


@pytest.mark.parametrize("quality", [75, 85, 95])
def test_noise_of_compression_is_no_change(quality: int) -> None:
    again = Picture.open(io.BytesIO(saved(page(), "JPEG", quality))).convert("RGB")
    assert compare(small(page()), small(again), SIZE).is_none


def test_one_faint_digit_is_a_change_and_its_place_is_known() -> None:
    found = compare(small(page()), small(page(digit="8")), SIZE)
    assert found.box is not None
    left, top, right, bottom = found.box
    assert 590 <= left < right <= 620
    assert 290 <= top < bottom <= 330
    assert not found.is_whole


def test_a_switch_that_only_turns_green_is_a_change() -> None:
    found = compare(small(page()), small(page(toggled=True)), SIZE)
    assert found.box is not None
    assert found.box[0] <= 700
    assert found.box[2] >= 740


def test_another_page_is_a_whole_change() -> None:
    assert compare(small(page()), small(Picture.new("RGB", SIZE, "navy")), SIZE).is_whole


def test_a_screen_of_another_size_is_compared_after_it_is_resized() -> None:
    larger = page().resize((1250, 1000))
    assert compare(small(page()), small(larger), SIZE).share < 0.02
    dark = Picture.new("RGB", (1250, 1000), "navy")
    assert compare(small(page()), small(dark), SIZE).is_whole


def test_what_changed_is_bright_and_the_rest_is_dark() -> None:
    shown = mask(small(page()), small(page(toggled=True)))
    assert shown.size == (500, 400)
    assert shown.getpixel((360, 255)) == (30, 165, 90)
    assert shown.getpixel((10, 10)) == (76, 76, 76)


def test_a_transparent_screen_is_seen_on_white() -> None:
    clear = Picture.new("RGBA", (600, 600), (0, 0, 0, 0))
    maker = maker_of(saved(clear), size=(600, 600))
    assert seen(maker.crop(0, (0, 0, 50, 50))).getpixel((5, 5)) == (255, 255, 255)


def gone() -> bytes:
    raise FileNotFoundError("no such blob")


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (lambda: b"no picture", "screen 1 does not decode"),
        (lambda: saved(page())[:900], "screen 1 does not decode"),
        (lambda: b"", "screen 1 does not decode"),
        (gone, "screen 1 cannot be read from the store"),
    ],
    ids=["garbage", "cut", "empty", "gone"],
)
def test_a_picture_that_cannot_be_had_is_named_with_its_cause(
    content: Callable[[], bytes], cause: str
) -> None:
    making.forget()
    screen = Screen(digest="d" * 64, width=1000, height=800, media_type="image/png")
    run = replace(trajectory(0), screens=(screen, replace(screen, digest="e" * 64)))
    maker = Maker(Case(trajectory=run, read_screen=lambda _: content()))
    with pytest.raises(CriticFailed, match=cause):
        maker.crop(0, (0, 0, 9, 9)).read()
    with pytest.raises(CriticFailed, match=cause):
        maker.change(0, 1)


def test_a_picture_of_too_many_pixels_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("themis.critic.views.decoding.MAX_PIXELS", 999)
    making.forget()
    with pytest.raises(CriticFailed, match="more than 999 pixels"):
        maker_of(saved(page())).crop(0, (0, 0, 9, 9)).read()


def test_a_shelf_keeps_what_was_used_last_and_no_more_than_it_has_room_for() -> None:
    shelf, made = Shelf[bytes](10, len), []

    def make(name: str) -> bytes:
        made.append(name)
        return name.encode() * 4

    for name in ("a", "b", "a", "c", "a", "b"):
        assert shelf.get(name, lambda name=name: make(name)) == name.encode() * 4  # type: ignore[misc]
        assert shelf.weight <= 10
    assert made == ["a", "b", "c", "b"]


def test_what_is_larger_than_the_shelf_is_made_and_not_kept() -> None:
    shelf = Shelf[bytes](3, len)
    assert shelf.get("a", lambda: b"large") == b"large"
    assert shelf.weight == 0


def test_a_shelf_counts_right_when_threads_make_the_same_thing() -> None:
    shelf, gate = Shelf[bytes](100, len), threading.Barrier(2)

    def make() -> bytes:
        gate.wait(10)
        return b"1234"

    threads = [threading.Thread(target=lambda: shelf.get("a", make)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shelf.weight == 4


async def test_no_more_pictures_are_worked_on_at_once_than_there_are_desks() -> None:
    busy, most, lock = [0], [0], threading.Lock()
    full = threading.Barrier(AT_ONCE)

    def work(number: int) -> int:
        with lock:
            busy[0] += 1
            most[0] = max(most[0], busy[0])
        full.wait(10)  # all desks are taken before any is left
        with lock:
            busy[0] -= 1
        return number

    items = range(3 * AT_ONCE)
    assert await asyncio.gather(*(at_desk(work, n) for n in items)) == list(items)
    assert most == [AT_ONCE]


async def test_what_goes_wrong_at_a_desk_comes_back_by_name() -> None:
    with pytest.raises(CriticFailed, match="does not decode"):
        await at_desk(maker_of(b"no picture").crop(0, (0, 0, 9, 9)).read)
