"""The search of one text for words that address whoever judges: linear, bounded, no model."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from themis.critic.injection import phrases as p
from themis.critic.injection.plain import plain, spread_words

MAX_CHARS = 400_000  # of a text: of a longer one, the beginning and the end
QUOTE_CHARS = 240
MAX_HITS = 5  # of one text
_BEFORE, _AFTER, _PIECE, _LAP = 240, 360, 900, 400  # characters of a passage
_LINE = re.compile(r"[.!?\n]\s|\n")
_WORTH = 40  # characters from a hit on that are quoted, whatever lines they stand on
_STEP = 40  # characters; triggers nearer than these stand in one passage anyway

Sign = Callable[[str, bool], "re.Match[str] | None"]


def addressed(text: str, *, own_words: bool = False) -> tuple[str, ...]:
    """The passages of a text that try to instruct a judge, as a reader sees them, shortened.

    `own_words`: the agent wrote it. What an agent tells itself to do is no order to a judge.
    """
    seen = plain(_bounded(text))
    low = seen.lower()
    if len(low) != len(seen):  # a few letters have no small form of the same length
        seen = low
    found: dict[str, None] = {}
    for start, end in _passages(low):
        hit = _hit(low[start:end], own_words)
        if hit is not None:
            found.setdefault(_quote(seen[start:end], hit))
        if len(found) >= MAX_HITS:
            break
    if told := p.SQUEEZED.search(spread_words(low).replace("\n", "")):
        found.setdefault(told[0])
    return tuple(found)


def _bounded(text: str) -> str:
    half = MAX_CHARS // 2
    return text if len(text) <= MAX_CHARS else f"{text[:half]}\n{text[-half:]}"


def _passages(text: str) -> Iterator[tuple[int, int]]:
    """What stands around each word that could belong to such an order, in overlapping pieces."""
    start = end = 0
    for at in _triggers(text):
        if at - _BEFORE > end:
            yield from _pieces(start, end)
            start = max(0, at - _BEFORE)
        end = min(len(text), at + _AFTER)
    yield from _pieces(start, end)


def _pieces(start: int, end: int) -> Iterator[tuple[int, int]]:
    for at in range(start, end, _PIECE - _LAP):
        if at == start or at + _LAP < end:
            yield at, min(end, at + _PIECE)


def _triggers(text: str) -> list[int]:
    found: list[int] = []
    for word in p.TRIGGERS:
        at = text.find(word)
        while at >= 0:
            found.append(at)
            at = text.find(word, at + _STEP)
    return sorted(found)


def _hit(passage: str, own_words: bool) -> re.Match[str] | None:
    for words, sign in _SIGNS:
        if any(word in passage for word in words) and (hit := sign(passage, own_words)):
            return hit
    return None


def _fence(text: str, _: bool) -> re.Match[str] | None:
    return p.FENCE.search(text)


def _override(text: str, own_words: bool) -> re.Match[str] | None:
    """Whoever reads it is meant, unless it goes on with what only an agent can do."""
    hit = _spoken(p.OVERRIDE, text, own_words)
    if hit is None or (p.ACTING.search(text, hit.end()) and not _is_about_judging(text)):
        return None
    return hit


def _judge(text: str, _: bool) -> re.Match[str] | None:
    """A judge is named, and told what to say or to think."""
    if (hit := p.YOU_ARE.search(text)) and p.RATING.search(text, hit.end()):
        return hit
    if not (p.PASSED.search(text) or p.OVERRIDE.search(text)):
        return None
    if (hit := p.ADDRESSED.search(text)) and p.RATING.search(text, hit.end()):
        return hit
    if (hit := p.ORDERED.search(text)) and p.DEMANDED.search(text, hit.start()):
        return hit
    hit = p.IF_YOU_ARE.search(text)
    return hit if hit and p.RATING.search(text, hit.end()) else None


def _verdict(text: str, own_words: bool) -> re.Match[str] | None:
    """A verdict is asked for, with or without a word to whom."""
    for pattern in (p.MARKED, p.SCORED, p.SET, p.NOT_FAILED):
        if hit := _spoken(pattern, text, own_words):
            return hit
    named = p.JUDGE.search(text) is not None
    if named and (hit := p.MARKED_DONE.search(text) or p.TO_BE_MARKED.search(text)):
        return hit
    if (hit := p.TO_BE_MARKED.search(text)) and not hit[0].endswith(_ORDINARY):
        return hit
    if named or p.OVERRIDE.search(text) or p.HEADER.search(text):
        return p.SAID.search(text) or p.GIVEN.search(text)
    return _spoken(p.GIVEN, text, own_words) if p.RUN.search(text) else None


def _reply(text: str, _: bool) -> re.Match[str] | None:
    """The very answer that a judge would give, or words put into a model's mouth."""
    reply = p.REPLY.search(text)
    if reply and (p.REPLY_TOO.search(text) or p.JUDGE.search(text) or p.HEADER.search(text)):
        return reply
    if (hit := p.HEADER.search(text)) and p.RATING.search(text, hit.end()):
        told = p.RUN.search(text, hit.end()) or p.JUDGE.search(text, hit.end())
        return hit if told and p.PASSED.search(text, hit.end()) else None
    return p.SCORE_ONE.search(text)


def _template(text: str, own_words: bool) -> re.Match[str] | None:
    hit = p.TEMPLATE.search(text)
    return hit if hit and (not own_words or _is_about_judging(text)) else None


def _already(text: str, _: bool) -> re.Match[str] | None:
    """It is claimed that somebody has judged before."""
    hit = p.ALREADY.search(text)
    return hit if hit and p.JUDGE.search(text) and p.RUN.search(text) else None


_ORDINARY = ("complete", "completed", "done", "finished", "accomplished", "completely")
# Each with words without which it cannot be: looking for those is quicker by far.
_SIGNS: tuple[tuple[tuple[str, ...], Sign], ...] = (
    (("<<<", "[mark removed]"), _fence),
    (p.JUDGING, _judge),
    (p.RATED, _verdict),
    (p.OVERRIDING, _override),
    (('"', "'", ":", "score", "reward"), _reply),
    (("<|", "<<sys", "[inst", "<start_of", "<system", "</system", "<assis", "</assis"), _template),
    (p.JUDGING, _already),
)


def _is_about_judging(text: str) -> bool:
    rated = p.RATING.search(text) and p.RUN.search(text)
    return bool(p.JUDGE.search(text) or (rated and p.PASSED.search(text)))


def _spoken(pattern: re.Pattern[str], text: str, own_words: bool) -> re.Match[str] | None:
    """The first that is an order to others: not what the agent says that it will do itself."""
    for hit in pattern.finditer(text):
        before = _LINE.split(text[: hit.start()])[-1]
        if not (p.OWN_VOICE if own_words else p.SPEAKER).search(before):
            return hit
    return None


def _quote(passage: str, hit: re.Match[str]) -> str:
    """The words around a hit, from where their sentence begins to the end of its line."""
    at = hit.start()
    begin = max(passage.rfind(mark, 0, at) + 1 for mark in ("\n", ". ", "! ", "? "))
    begin = max(begin, at - QUOTE_CHARS // 3)
    end = passage.find("\n", max(hit.end(), at + _WORTH))
    words = " ".join(passage[begin : end if end >= 0 else len(passage)].split())
    return words if len(words) <= QUOTE_CHARS else words[: QUOTE_CHARS - 1] + "…"
