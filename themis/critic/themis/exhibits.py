"""What a check of one step is shown: the screens around it, and views of what happened there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from themis.critic.contract import Image, Text
from themis.critic.sight import Sight
from themis.critic.themis.hearing import Hearing
from themis.critic.themis.options import PanelOptions
from themis.critic.themis.screens import Cost, scaled_to
from themis.critic.views.comparing import Change, small_size
from themis.critic.views.desk import at_desk
from themis.critic.views.maker import Maker
from themis.critic.views.marks import Frame, Mark, marks_of
from themis.critic.views.targets import crop_around, target_of
from themis.domain.trajectory import Trajectory

ROLE = "verifier"
CROPS_SHARE = 2  # crops are left out where they would take more than half of the room


class Cut(NamedTuple):
    """A crop and what is said of it."""

    words: str
    image: Image


@dataclass(slots=True)
class Exhibit:
    """The parts of a prompt about one step, as they are put together."""

    maker: Maker
    cost: Cost
    room: int  # tokens that are left for pictures
    shown: dict[str, int]  # screens in this prompt, whole and as recorded: digest, position
    parts: list[Text | Image] = field(default_factory=list)
    names: list[str] = field(default_factory=list)  # "before", "after": what can be cited

    def tell(self, words: str) -> None:
        """Add a line."""
        self.parts.append(Text(text=words))

    def put(self, words: str, image: Image) -> bool:
        """Add a picture under a line, if there is room for it.

        A view is made at once, while its screen is at hand, and lies ready when it is sent.
        """
        price = self.cost(*image.size)
        if price > self.room:
            return False
        if image.view:
            image.read()
        self.room -= price
        self.parts += [Text(text=f"{words}:"), image]
        return True


async def exhibit(
    hearing: Hearing, step: int, sight: Sight, *, room: int, shown: Mapping[str, int]
) -> Exhibit:
    """What is shown of a step in `room` tokens. Screens are decoded in a thread.

    `shown` are the screens that stand further up in the prompt already. Raises CriticFailed.
    """
    about = Exhibit(maker=hearing.maker, cost=hearing.cost(ROLE), room=room, shown=dict(shown))
    if hearing.options.of(ROLE).image_tokens:
        await at_desk(_fill, about, hearing.trajectory, hearing.options, step, sight)
    else:
        about.tell("No pictures are shown.")
    return about


def _fill(about: Exhibit, run: Trajectory, options: PanelOptions, step: int, sight: Sight) -> None:
    at = sight.before
    marks = marks_of(run.steps[step].actions, run.screens[at]) if at is not None else ()
    change = _change(about.maker, options, sight)
    cuts = list(_cuts(about.maker, sight, marks, change)) if options.crop else []
    # Their room is kept: crops are never made smaller, the screens may be.
    kept = sum(about.cost(*cut.image.size) for cut in cuts)
    if kept > about.room // CROPS_SHARE:
        cuts, kept = [], 0
    about.room -= kept
    _screens(about, sight, marks if options.draw_action else ())
    about.room += kept
    for cut in cuts:
        about.put(cut.words, cut.image)
    if change is not None:
        _tell(about, sight, change)


def _change(maker: Maker, options: PanelOptions, sight: Sight) -> Change | None:
    """What changed with the step; None where that cannot be told, or is not wanted."""
    if not options.difference or sight.before is None or sight.after is None:
        return None
    if maker.digest(sight.before) == maker.digest(sight.after):
        return None
    return maker.change(sight.before, sight.after)


def _cuts(
    maker: Maker, sight: Sight, marks: tuple[Mark, ...], change: Change | None
) -> Iterator[Cut]:
    """The part around the target before and, if it changed there, after; else what changed."""
    target = target_of(marks)
    is_local = change is not None and change.box is not None and not change.is_whole
    if sight.before is not None and target is not None:
        frame = crop_around(target, maker.size(sight.before))
        if frame is None:
            return
        yield Cut(_at(frame, "target before the step"), maker.crop(sight.before, frame))
        if is_local and change is not None and _meet(frame, change.box):
            yield from _after(maker, sight, frame, "target after the step")
    elif is_local and change is not None and change.box is not None and sight.before is not None:
        frame = crop_around(change.box, maker.size(sight.before))
        if frame is not None:
            yield from _after(maker, sight, frame, "change, after the step")


def _after(maker: Maker, sight: Sight, frame: Frame, what: str) -> Iterator[Cut]:
    """A place on the screen before has the same pixels after only where the sizes are equal."""
    if sight.before is None or sight.after is None:
        return
    if maker.size(sight.before) == maker.size(sight.after):
        yield Cut(_at(frame, what), maker.crop(sight.after, frame))


def _screens(about: Exhibit, sight: Sight, marks: tuple[Mark, ...]) -> None:
    before, after = sight.before, sight.after
    digest = about.maker.digest
    if before is not None and after is not None and digest(before) == digest(after):
        if _show(about, after, "before and, identical to the pixel, after", marks, about.room):
            about.names += ["before", "after"]
        return
    is_after_new = after is not None and digest(after) not in about.shown
    for name, position, drawn in (("before", before, marks), ("after", after, ())):
        if position is None:
            about.tell(f"No screen was recorded {name} the step.")
            continue
        room = about.room // 2 if name == "before" and is_after_new else about.room
        if _show(about, position, name, drawn, room):
            about.names.append(name)


def _show(about: Exhibit, position: int, name: str, marks: tuple[Mark, ...], room: int) -> bool:
    """A screen whole, smaller only where there is no other way; False: there was no room."""
    maker, told = about.maker, f"The screen {name} the step"
    whole = maker.size(position)
    if (twin := about.shown.get(maker.digest(position))) is not None:
        about.tell(f"{told} is screen {twin + 1}, shown above.")
        if marks:
            reduced = maker.marked(position, marks, small_size(whole))
            about.put("The action drawn on a copy of it", reduced)
        return True
    size = scaled_to(whole, room, about.cost)
    if size is None:
        about.tell(f"{told} (screen {position + 1}) is left out: there is no room for it.")
        return False
    smaller = "" if size == whole else ", made smaller"
    drawn = ", with the action drawn on it" if marks else ""
    told = f"{told} (screen {position + 1}{smaller}{drawn})"
    if marks:
        return about.put(told, maker.marked(position, marks, size))
    if size == whole:
        about.shown[maker.digest(position)] = position
        return about.put(told, maker.screen(position))
    return about.put(told, maker.scaled(position, size))


def _tell(about: Exhibit, sight: Sight, change: Change) -> None:
    """What changed in words and, where it is a part of the screen, as a picture."""
    if change.box is None:
        about.tell("Between the two nothing changed but noise of compression.")
    elif change.is_whole:
        about.tell(f"Nearly the whole screen changed ({change.share:.0%} of it).")
    else:
        left, top, right, bottom = change.box
        box = f"({left}, {top}, {right - left} x {bottom - top})"
        about.tell(f"{change.share:.2%} of the screen changed, all of it within {box}.")
        if sight.before is not None and sight.after is not None:
            words = "What changed, bright, on a reduced copy of the screen after; the rest is dark"
            about.put(words, about.maker.changed(sight.before, sight.after))


def _at(frame: Frame, what: str) -> str:
    left, top, right, bottom = frame
    where = f"({left}, {top}, {right - left} x {bottom - top})"
    return f"Around the {what}, at full resolution, {where} of the screen"


def _meet(one: Frame, other: Frame | None) -> bool:
    if other is None:
        return False
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
