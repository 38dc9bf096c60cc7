"""The odds of tokens as chances of values: split anywhere, odd, missing or hostile."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themis.critic.models.chances import chances
from themis.domain.jsontypes import Json

SCHEMA: dict[str, Json] = {
    "properties": {
        "outcome": {"type": "string", "enum": ["passed", "failed", "undecided"]},
        "sure": {"type": "boolean"},
        "points": {"type": "integer", "enum": [1, 10, 100]},
        "grade": {"type": "string", "enum": ["pass", "passed", "partly", "не ясно"]},
        "note": {"type": "string"},
    }
}
FLAT = '{"outcome": "passed", "note": "n"}'


def token(text: str, p: float = 1.0, **others: float) -> Json:
    """One written token and its alternatives, underscores for quotes."""
    every = {text: p, **{name.replace("_", '"'): chance for name, chance in others.items()}}
    top: list[Json] = [{"token": t, "logprob": math.log(c)} for t, c in every.items() if c]
    return {"token": text, "logprob": math.log(p), "top_logprobs": top}


def plain(*texts: str) -> list[Json]:
    """Tokens that stood alone, but for one alternative that means nothing here."""
    return [token(text, 0.9, other=0.1) for text in texts]


def read(text: str, tokens: Json, weighed: str = "outcome") -> dict[str, float] | None:
    found = chances(text, tokens, schema=SCHEMA, weighed=weighed)
    return None if found is None else {name: round(p, 3) for name, p in found.items()}


def test_the_first_letter_decides() -> None:
    tokens = [
        *plain('{"', "outcome", '": "'),
        token("passed", 0.6, failed=0.2, und=0.1, maybe=0.1),
        *plain('", "note": "n"}'),
    ]
    assert read(FLAT, tokens) == {"passed": 0.667, "failed": 0.222, "undecided": 0.111}


@pytest.mark.parametrize(
    "tokens",
    [
        [*plain('{"outcome": '), token('"passed', 0.6, _failed=0.3), *plain('", "note": "n"}')],
        [*plain('{"outcome":'), token(' "pa', 0.6, **{' _f': 0.3}), *plain('ssed", "note": "n"}')],
        [*plain('{"outcome": "'), token("p", 0.6, f=0.3), *plain("assed", '", "note": "n"}')],
        [*plain('{"outcome": "'), token("pass", 0.6, fail=0.3), *plain('ed", "note": "n"}')],
        [*plain('{"outcome": "'), token('passed",', 0.6, f=0.3), *plain(' "note": "n"}')],
        [*plain("{"), token('"outcome": "passed', 0.6, **{"_outcome_: _failed": 0.3}),
         *plain('", "note": "n"}')],
    ],
)  # fmt: skip
def test_tokens_may_end_anywhere(tokens: list[Json]) -> None:
    assert read(FLAT, tokens) == {"passed": 0.667, "failed": 0.333, "undecided": 0.0}


def test_values_with_the_same_beginning_are_told_apart_where_they_part() -> None:
    tokens = [
        *plain('{"grade": "'),
        token("pa", 0.8, не=0.2),
        token("ss", 0.5, rtly=0.5),
        token("ed", 0.25, _=0.75),
        *plain('"}'),
    ]
    assert read('{"grade": "passed"}', tokens, "grade") == {
        "pass": 0.3,
        "passed": 0.1,
        "partly": 0.4,
        "не ясно": 0.2,
    }


def test_numbers_are_told_apart_by_what_follows() -> None:
    tokens = [*plain('{"points": '), token("1", 0.9, x=0.1), token("0", 0.5, **{"}": 0.5}),
              token("}", 0.8, **{"0": 0.2})]  # fmt: skip
    assert read('{"points": 10}', tokens, "points") == {"1": 0.5, "10": 0.4, "100": 0.1}


def test_yes_and_no_have_chances() -> None:
    tokens = [*plain('{"sure": '), token("true", 0.75, false=0.25), *plain("}")]
    assert read('{"sure": true}', tokens, "sure") == {"true": 0.75, "false": 0.25}


def test_a_field_of_that_name_further_in_is_another() -> None:
    text = '{"note": "outcome", "in": {"outcome": "failed"}, "outcome": "passed"}'
    tokens = [
        *plain('{"note": "outcome", "in": {"outcome": "'),
        token("failed", 0.9, passed=0.1),
        *plain('"}, "outcome": "'),
        token("passed", 0.7, failed=0.3),
        *plain('"}'),
    ]
    assert read(text, tokens) == {"passed": 0.7, "failed": 0.3, "undecided": 0.0}


def test_what_is_thought_before_and_marks_after_do_not_matter() -> None:
    body = [*plain('{"outcome": "'), token("passed", 0.6, failed=0.4), *plain('", "note": "n"}')]
    tokens = [*plain("<think>", 'is {"outcome": "failed"}?', "</think>"), *body, *plain("<|end|>")]
    assert read(FLAT, tokens) == {"passed": 0.6, "failed": 0.4, "undecided": 0.0}
    thought = f'<think>is {{"outcome": "failed"}}?</think>{FLAT}'
    assert read(thought, tokens) == {"passed": 0.6, "failed": 0.4, "undecided": 0.0}


def test_a_letter_in_several_tokens_is_put_together_from_its_bytes() -> None:
    first, second = "ü".encode()
    cut: list[Json] = [
        {"token": "\ufffd", "bytes": [each], "logprob": -0.1, "top_logprobs": []}
        for each in (first, second)
    ]
    tokens = [
        *plain('{"note": "'),
        *cut,
        *plain('", "outcome": "'),
        token("failed", 0.6, pass_=0.4),
    ]
    text = '{"note": "ü", "outcome": "failed"}'
    ending = plain('"}')
    assert read(text, [*tokens, *ending]) == {"passed": 0.0, "failed": 1.0, "undecided": 0.0}
    replaced: list[Json] = [{"token": "\ufffd", "logprob": -0.1, "top_logprobs": []}] * 2
    again = [tokens[0], *replaced, *tokens[3:], *ending]
    assert read(text, again) == {"passed": 0.0, "failed": 1.0, "undecided": 0.0}


def decided(**changes: Json) -> list[Json]:
    """A reply whose deciding token is changed."""
    entry = token("passed", 0.6, failed=0.4)
    assert isinstance(entry, dict)
    return [*plain('{"outcome": "'), {**entry, **changes}, *plain('", "note": "n"}')]


def alternative(**changes: Json) -> Json:
    return [{"token": "passed", "logprob": -0.5}, {"token": "failed", "logprob": -1.0, **changes}]


@pytest.mark.parametrize(
    "tokens",
    [
        None, {}, "many", 3, [], [None], [[]], [{}], [{"token": 3}],
        plain("more"),
        decided(logprob=None), decided(logprob="-1"), decided(logprob=True),
        decided(logprob=-math.inf), decided(logprob=math.nan), decided(logprob=5),
        decided(logprob=-9999.0, top_logprobs=[]),
        decided(top_logprobs=None), decided(top_logprobs=[]), decided(top_logprobs=[3]),
        decided(top_logprobs=alternative(logprob=None)),
        decided(top_logprobs=alternative(logprob=-math.inf)),
        decided(top_logprobs=alternative(token=None)),
        decided(bytes=[300]), decided(bytes=["p"]), decided(bytes=[True]),
        decided(token="faked"), decided(token="\ud800"),
        [*decided()[:1], *decided()[2:]],
        decided() * 7_000,
    ],
)  # fmt: skip
def test_odd_odds_are_none(tokens: Json) -> None:
    assert read(FLAT, tokens) is None


@pytest.mark.parametrize(
    "text",
    ["", "no", "{", "{" * 500, '{"outcome": "perhaps"}', '{"outcome": {"passed": 1}}', '{"a": 1}',
     '["outcome"]', '{"outcome": "\ud800"}'],
)  # fmt: skip
def test_a_reply_without_such_a_value_has_no_chances(text: str) -> None:
    assert read(text, plain(text)) is None


@pytest.mark.parametrize("weighed", ["note", "nowhere", ""])
def test_a_field_without_choices_has_no_chances(weighed: str) -> None:
    assert read(FLAT, decided(), weighed) is None


def test_a_value_that_the_model_held_impossible_is_no_chance_of_an_alternative() -> None:
    low = decided(top_logprobs=alternative(logprob=-9999.0))
    assert read(FLAT, low) == {"passed": 1.0, "failed": 0.0, "undecided": 0.0}


@given(
    cuts=st.sets(st.integers(1, len(FLAT) - 1)),
    p=st.floats(0.01, 0.98),
)
def test_however_a_reply_is_cut_its_chances_add_up(cuts: set[int], p: float) -> None:
    ends = [0, *sorted(cuts), len(FLAT)]
    tokens: Sequence[Json] = [
        token(FLAT[start:end], p, **{FLAT[start:end] + "?": 1 - p})
        for start, end in itertools.pairwise(ends)
    ]
    found = chances(FLAT, list(tokens), schema=SCHEMA, weighed="outcome")
    assert found is not None
    assert math.isclose(sum(found.values()), 1.0)


junk = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(
        st.sampled_from(["token", "logprob", "bytes", "top_logprobs"]) | st.text(), inner
    ),
)  # fmt: skip


@given(text=st.text() | st.just(FLAT), tokens=junk)
def test_nothing_a_server_sends_is_an_error(text: str, tokens: Json) -> None:
    found = chances(text, tokens, schema=SCHEMA, weighed="outcome")
    assert found is None or json.dumps(found)
