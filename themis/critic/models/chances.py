"""How likely each value of one field was to the model, from the odds of the tokens it wrote.

Tokens end anywhere, so the reply is put together from them, the field's value is found in it, and
the tokens that write the value are followed until one value is left. What else the model might
have written there is not counted: the chances of the allowed values add up to one.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from themis.domain.jsontypes import Json

TOP = 10  # alternatives to each token that are asked for
MAX_TOKENS = 20_000
MAX_STARTS = 64  # braces at which the reply's object is looked for
THOUGHT = "</think>"
WORDLIKE = b".+-_"  # what may go on with a number or a bare word

_DECODER = json.JSONDecoder(strict=False)
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+', re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Token:
    written: bytes
    entry: dict[str, Json]


class _Odd(ValueError):
    """The server's odds cannot be trusted."""


def chances(
    text: str, tokens: Json, *, schema: Mapping[str, Json], weighed: str
) -> dict[str, float] | None:
    """The probability of each value that the schema allows in the weighed field.

    None where the reply, its tokens or their odds are missing, odd, or do not fit each other.
    """
    allowed = _allowed(schema, weighed)
    span = _span(text, weighed) if allowed else None
    if span is None:
        return None
    try:
        return _weighed(text, span, allowed, _read(tokens))
    except ValueError:  # odd, no JSON value, or no text
        return None


def _allowed(schema: Mapping[str, Json], weighed: str) -> dict[str, Json]:
    """The values by name."""
    fields = schema.get("properties")
    field = fields.get(weighed) if isinstance(fields, dict) else None
    if not isinstance(field, dict):
        return {}
    values = field.get("enum")
    if field.get("type") == "boolean" and values is None:
        values = [True, False]
    known = values if isinstance(values, list) else []
    return {each if isinstance(each, str) else json.dumps(each): each for each in known}


def _span(text: str, weighed: str) -> tuple[int, int] | None:
    """Where the field's value stands in the reply, quotes included."""
    thought = text.rfind(THOUGHT)
    after = _span_from(text, weighed, thought) if thought >= 0 else None
    return after or _span_from(text, weighed, 0)


def _span_from(text: str, weighed: str, begin: int) -> tuple[int, int] | None:
    start = text.find("{", begin)
    for _ in range(MAX_STARTS):
        if start < 0:
            return None
        try:
            found, end = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            end = start + 1
        else:
            if isinstance(found, dict) and weighed in found:
                return _value_of(text, start, end, weighed)
        start = text.find("{", end)
    return None


def _value_of(text: str, start: int, end: int, weighed: str) -> tuple[int, int] | None:
    depth, before, is_next = 0, "", False
    for piece in _PIECE.finditer(text, start, end):
        said = piece[0]
        if is_next:
            return piece.span()
        depth += (said in "{[") - (said in "}]")
        is_next = said == ":" and depth == 1 and before == weighed
        before = str(json.loads(said, strict=False)) if said.startswith('"') else ""
    return None


def _read(tokens: Json) -> list[_Token]:
    if not isinstance(tokens, list) or len(tokens) > MAX_TOKENS:
        raise _Odd
    return [_Token(_written(entry), entry) for entry in map(_object, tokens)]


def _weighed(
    text: str, span: tuple[int, int], allowed: dict[str, Json], tokens: Sequence[_Token]
) -> dict[str, float] | None:
    joined = b"".join(token.written for token in tokens)
    whole, before = text.encode(), text[: span[0]].encode()
    forms = _forms(text[slice(*span)], allowed)
    if whole not in joined:
        # A letter that several tokens share comes as marks of replacement in each: what is left
        # without such letters still tells where the value stands.
        joined, whole, before = _plain(joined), _plain(whole), _plain(before)
        tokens = [_Token(_plain(token.written), token.entry) for token in tokens]
        if not all(form.isascii() for form in forms.values()) or whole not in joined:
            return None
    return _followed(tokens, joined.rindex(whole) + len(before), forms)


def _forms(said: str, allowed: dict[str, Json]) -> dict[str, bytes]:
    """How each value is written, the one that was said as it was said; by name."""
    forms = {
        name: json.dumps(value, ensure_ascii=False).encode() for name, value in allowed.items()
    }
    value = json.loads(said, strict=False)
    name = value if isinstance(value, str) else json.dumps(value)
    if name not in forms:
        raise _Odd
    return {**forms, name: said.encode()}


def _followed(
    tokens: Sequence[_Token], at: int, forms: dict[str, bytes]
) -> dict[str, float] | None:
    """The odds of the values, token for token from where the value begins."""
    found = dict.fromkeys(forms, 0.0)
    begun, share, end = b"", 1.0, 0
    for token in tokens:
        start, end = end, end + len(token.written)
        if end <= at:
            continue
        lead = max(at - start, 0)
        odds = _odds(token)
        if len(odds) < 2:
            return None  # nothing to set the one against
        for written, chance in odds.items():
            left = _left(forms, begun, token.written[:lead], written)
            if len(left) == 1:
                found[left[0]] += share * chance
        meant = _left(forms, begun, token.written[:lead], token.written)
        if not meant:
            return None
        if len(meant) == 1:
            total = sum(found.values())
            return {name: chance / total for name, chance in found.items()} if total else None
        begun += token.written[lead:]
        share *= odds[token.written]
    return None


def _left(forms: dict[str, bytes], begun: bytes, lead: bytes, written: bytes) -> list[str]:
    """The values that may still be meant after this token."""
    if not written.startswith(lead) or len(written) == len(lead):
        return []
    said = begun + written[len(lead) :]
    return [name for name, form in forms.items() if _fits(said, form)]


def _fits(said: bytes, form: bytes) -> bool:
    """Whether a value of that form may be meant by what was written so far."""
    if form.startswith(said):
        return True
    if not said.startswith(form):
        return False
    follows = said[len(form) : len(form) + 1]
    return form.endswith(b'"') or not (follows.isalnum() or follows in WORDLIKE)


def _odds(token: _Token) -> dict[bytes, float]:
    """The chance of the token and of each alternative to it."""
    entries = token.entry.get("top_logprobs")
    if not isinstance(entries, list):
        raise _Odd
    odds = {token.written: _chance(token.entry)}
    for entry in map(_object, entries[: 2 * TOP]):
        odds.setdefault(_written(entry), _chance(entry))
    if not odds[token.written]:
        raise _Odd
    return odds


def _chance(entry: dict[str, Json]) -> float:
    odds = entry.get("logprob")
    if isinstance(odds, bool) or not isinstance(odds, int | float):
        raise _Odd
    if not math.isfinite(odds) or odds > 0.01:
        raise _Odd
    return math.exp(min(odds, 0.0))


def _written(entry: dict[str, Json]) -> bytes:
    raw = entry.get("bytes")
    if isinstance(raw, list) and raw:
        if not all(type(each) is int and 0 <= each < 256 for each in raw):
            raise _Odd
        return bytes(each for each in raw if isinstance(each, int))
    token = entry.get("token")
    if not isinstance(token, str):
        raise _Odd
    return token.encode()


def _object(value: Json) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise _Odd
    return value


def _plain(written: bytes) -> bytes:
    return bytes(each for each in written if each < 128)
