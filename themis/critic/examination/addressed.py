"""What a model reports of words that address it: the field of its reply, read into the finding."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated

from pydantic import StringConstraints

from themis.critic.injection.detector import MAX_PLACES
from themis.critic.injection.places import recorded
from themis.critic.injection.plain import plain
from themis.domain.evidence import Injection, InjectionSource
from themis.domain.trajectory import Trajectory

INSTRUCTS_CHARS = 300
_NOTHING = frozenset({"", "null", "none", "no", "nothing", "n/a", "na", "false", "-"})

# A field `instructs` of a reply: words of the recording that address the judge, or null.
Instructs = Annotated[str, StringConstraints(max_length=INSTRUCTS_CHARS)] | None


def reports(
    words: str | None,
    run: Trajectory,
    *,
    found_by: str,
    steps: Sequence[int] = (),
    screens: Sequence[int] = (),
) -> tuple[Injection, ...]:
    """The report in a reply's `instructs`; none where it says nothing.

    Whose words they are is looked up in what was recorded: a model may be wrong about it. Words
    that stand in no recorded text were read off a picture: `steps` and `screens` are those that
    it was asked about and shown.
    """
    quote = " ".join((words or "").split())
    if quote.casefold().strip(".\"' ") in _NOTHING:
        return ()
    needle = _bare(quote)
    known = list(recorded(run)) if needle else []
    # A UI tree stands after one step and before the next: each text is looked through once.
    holding = {text for text in {each.text for each in known} if needle in _bare(text)}
    places = [each for each in known if each.text in holding]
    if not places:
        source, at, seen = InjectionSource.SCREEN, list(steps), list(screens)
    else:
        source = places[0].source
        same = [each for each in places if each.source is source]
        at = [each.step for each in same if each.step is not None]
        seen = [each.screen for each in same if each.screen is not None]
    return (
        Injection(
            source=source, quote=quote, found_by=found_by, steps=_few(at), screens=_few(seen)
        ),
    )


def _bare(text: str) -> str:
    return "".join(sign for sign in plain(text).casefold() if sign.isalnum())


def _few(positions: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(set(positions))[:MAX_PLACES])
