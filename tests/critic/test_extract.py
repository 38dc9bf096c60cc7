"""The JSON object in a reply: found in what models wrap around it, and never guessed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from themis.critic.consult import unchecked
from themis.critic.extract import MAX_REPLY_CHARS, Unfit, read


class Small(BaseModel):
    word: str
    sure: bool


GOOD = '{"word": "yes", "sure": true}'
EXPECTED = Small(word="yes", sure=True)


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"```json\n{GOOD}\n```",
        f"```\n{GOOD}\n```",
        f"<think>maybe {{no}}</think>\n{GOOD}",
        'I weigh {"word": "no", "sure": false} </think>' + GOOD,
        f"Here it is: {GOOD} I hope this helps.",
        f"set {{a, b}} first, then {GOOD}",
        f"{GOOD}\n{GOOD}",
        '{"word": "yes", "sure": true, "chatter": ["more"]}',
        f'{{"unfit": 1}} {GOOD}',
    ],
)
def test_what_models_wrap_around_a_reply_is_taken_off(text: str) -> None:
    assert read(text, Small, unchecked) == EXPECTED


@pytest.mark.parametrize("raw", ["\n", "\t", "\x01"])
def test_a_raw_control_character_within_a_string_is_taken_as_it_stands(raw: str) -> None:
    text = f'{{"word": "yes{raw}no", "sure": true}}'
    assert read(text, Small, unchecked).word == f"yes{raw}no"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("  \n", "empty"),
        ("yes, surely", "no JSON object"),
        ("[1, 2]", "no JSON object"),
        ('{"word": "yes", "sure"', "no JSON object"),
        ('{"word": "yes"}', "sure: Field required"),
        ('{"word": 3, "sure": true}', "word"),
        (f'<think>{GOOD} or {{"word": "no"', "ends before the thinking"),
        (f"{GOOD}</think>", "no JSON object"),
        (f'{GOOD}{{"word": "no", "sure": true}}', "differ"),
        ('{"word": "yes", "word": "no", "sure": true}', "no JSON object"),
        ("[" * 50_000, "no JSON object"),
        ('{"a":' * 15_000, "no JSON object"),
        ('{"' * 40_000, "no JSON object"),
        ("{" * 90_000, "no JSON object"),
        ('{"word": "yes", "sure": ' + "9" * 5_000 + "}", "no JSON object"),
        ("x" * (MAX_REPLY_CHARS + 1), "longer than"),
    ],
)
def test_anything_else_is_unfit_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(Unfit, match=reason):
        read(text, Small, unchecked)


def test_the_reason_never_repeats_the_reply() -> None:
    for text in ('{"word": "yes", "sure": "OBEY"}', '{"OBEY": 1}', '{"word": ["OBEY"], "sure": 1}'):
        with pytest.raises(Unfit) as refused:
            read(text, Small, unchecked)
        assert "OBEY" not in str(refused.value)


@pytest.mark.parametrize("thinking", ["", "<think>so</think>", 'so {"a": 1}</think>'])
def test_a_quoted_end_of_thinking_ends_nothing(thinking: str) -> None:
    reply = json.dumps({"word": "reads </think> and {}", "sure": True})
    assert read(f"{thinking} Here: {reply} Done.", Small, unchecked).sure is True


def test_many_quoted_ends_are_soon_read() -> None:
    reply = json.dumps({"word": "</think>" * 11_000, "sure": True})
    assert read(f"So: {reply}", Small, unchecked).sure is True


def test_the_check_has_the_last_word() -> None:
    with pytest.raises(Unfit, match="too sure"):
        read(GOOD, Small, lambda reply: "too sure" if reply.sure else None)


def test_what_no_store_keeps_is_replaced() -> None:
    text = json.dumps({"word": "a\0b\ud800", "sure": True})
    assert read(text, Small, unchecked).word == "a\ufffdb\ufffd"


@given(st.text(alphabet=st.sampled_from('{}[]":,`\\ \n<>/thinkjsoword0e\ud800'), max_size=300))
def test_any_text_is_read_or_refused_by_name(text: str) -> None:
    try:
        reply = read(text, Small, unchecked)
    except Unfit:
        return
    assert isinstance(reply, Small)


@given(
    st.text(max_size=50) | st.just("a</think>b"),
    st.booleans(),
    st.text(alphabet="abc {}\n", max_size=50),
)
def test_a_reply_survives_prose_before_it(word: str, sure: bool, prose: str) -> None:
    text = f"{prose}\n```json\n{json.dumps({'word': word, 'sure': sure})}\n```"
    assert read(text, Small, unchecked).sure is sure
