"""Which recorded words of a run try to instruct whoever judges it, and where they stand."""

from __future__ import annotations

from collections.abc import Iterable

from themis.critic.injection.places import Recorded, recorded, words_of_ui
from themis.critic.injection.search import MAX_CHARS, addressed
from themis.domain.evidence import Injection, InjectionSource
from themis.domain.trajectory import Trajectory

DETECTOR = "detector"
MAX_RUN_CHARS = 4_000_000  # of a run's different texts, from its end back
MAX_REPORTED = 20
MAX_PLACES = 12  # steps, and screens, that one report names


def found_in(trajectory: Trajectory) -> tuple[Injection, ...]:
    """What the detector reports of a run. Blocking: takes its time for very large recordings."""
    read: dict[tuple[InjectionSource, str], tuple[str, ...]] = {}
    left = MAX_RUN_CHARS
    found: list[Injection] = []
    for each in recorded(trajectory):
        key = (each.source, each.text)
        if key not in read:
            if left <= 0:
                continue
            left -= min(len(each.text), MAX_CHARS)
            read[key] = _quotes(each)
        found += [_injection(each, quote) for quote in read[key]]
    return merged(found)


def merged(found: Iterable[Injection]) -> tuple[Injection, ...]:
    """Each once, with all places where it stands; who found it first is named."""
    kept: list[Injection] = []
    for each in found:
        at = next((n for n, other in enumerate(kept) if _is_same(each, other)), None)
        if at is not None:
            kept[at] = _joined(kept[at], each)
        elif len(kept) < MAX_REPORTED:
            kept.append(each)
    return tuple(kept)


def _quotes(each: Recorded) -> tuple[str, ...]:
    if each.source is InjectionSource.UI and (words := words_of_ui(each.text)):
        # The tree itself is searched, too: words may stand where no reader would see them.
        return addressed(words) or addressed(each.text)
    return addressed(each.text, own_words=each.is_agents)


def _injection(each: Recorded, quote: str) -> Injection:
    return Injection(
        source=each.source,
        quote=quote,
        found_by=DETECTOR,
        steps=() if each.step is None else (each.step,),
        screens=() if each.screen is None else (each.screen,),
    )


def _is_same(one: Injection, other: Injection) -> bool:
    if one.source is not other.source:
        return False
    short, long = sorted((_bare(one.quote), _bare(other.quote)), key=len)
    return bool(short) and short in long


def _bare(quote: str) -> str:
    return "".join(sign for sign in quote.casefold() if sign.isalnum())


def _joined(one: Injection, other: Injection) -> Injection:
    return Injection(
        source=one.source,
        quote=one.quote,
        found_by=one.found_by,
        steps=_places(one.steps, other.steps),
        screens=_places(one.screens, other.screens),
    )


def _places(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted({*one, *other})[:MAX_PLACES])
