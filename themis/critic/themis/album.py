"""The pictures that every role is shown first, in the same order and words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from themis.critic.contract import Image, Text
from themis.critic.examination.frames import Frame
from themis.critic.themis.screens import Choice
from themis.critic.views.maker import Maker

RANGES = 40  # of screens that are not shown, named


@dataclass(frozen=True, slots=True, kw_only=True)
class Album:
    """Parts of a prompt, and which screens they show whole and as recorded."""

    parts: tuple[Text | Image, ...] = ()
    shown: Mapping[str, int] = field(default_factory=dict)  # by digest, positions
    tokens: int = 0


NONE = Album()


def album_of(choice: Choice, frames: Sequence[Frame], maker: Maker) -> Album:
    """The chosen screens under their names, and a word on those that are not there."""
    if not choice.shown:
        return NONE
    parts: list[Text | Image] = [Text(text=_opening(choice, frames))]
    for frame in choice.shown:
        position = frame.position
        size = choice.size or maker.size(position)
        is_whole = size == maker.size(position)
        parts.append(Text(text=f"{frame.name}{'' if is_whole else ', made smaller'}:"))
        parts.append(maker.screen(position) if is_whole else maker.scaled(position, size))
    shown = {frame.digest: frame.position for frame in choice.shown} if not choice.size else {}
    return Album(parts=tuple(parts), shown=shown, tokens=choice.tokens)


def _opening(choice: Choice, frames: Sequence[Frame]) -> str:
    lines = ["Pictures of the run, in the order in which they were on the screen."]
    shown = {frame.digest: frame for frame in choice.shown}
    again = [
        f"Screen {frame.position + 1} is to the pixel screen {shown[frame.digest].position + 1}."
        for frame in frames
        if frame.digest in shown and frame.position != shown[frame.digest].position
    ]
    lines += again[:RANGES]
    if choice.alike:
        named = _told(choice.alike, frames)
        lines.append(f"Not shown, because the next one that is shown looks the same: {named}.")
    if choice.left_out:
        lines.append(f"Left out to save room: {_told(choice.left_out, frames)}.")
    return "\n".join(lines)


def _told(some: Iterable[Frame], frames: Sequence[Frame]) -> str:
    """The numbers of all frames that hold these pictures, no more than anybody reads."""
    digests = {frame.digest for frame in some}
    runs = list(_runs(sorted({f.position + 1 for f in frames if f.digest in digests})))
    named = [f"{first}" if first == last else f"{first} to {last}" for first, last in runs[:RANGES]]
    more = [f"and more up to {runs[-1][1]}"] if len(runs) > RANGES else []
    return f"screens {', '.join((*named, *more))}"


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    first = last = numbers[0]
    for number in numbers[1:]:
        if number != last + 1:
            yield first, last
            first = number
        last = number
    yield first, last
