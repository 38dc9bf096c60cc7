"""Asking a model: recall, record, ask again, give up."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from pydantic import BaseModel

from tests.critic.cases import read, screen
from themis.critic.consult import TRIES, Question, consult, prompt_hash
from themis.critic.contract import Image, Prompt, Reply, Text, Turn, View
from themis.critic.memory import MemoryDocket
from themis.critic.models.scripted import Scripted
from themis.critic.schema import json_schema
from themis.domain import wire
from themis.domain.errors import ModelUnavailable, UnreadableReply


class Word(BaseModel):
    word: str


def image(name: str, position: int = 0) -> Image:
    shown = screen(name)
    return Image(position=position, screen=shown, read=lambda: read(shown))


def question(**changes: object) -> Question[Word]:
    asked = Question(
        key="judge",
        role="judge",
        round=1,
        system="You judge.",
        parts=(Text(text="Look:"), image("a", 7), Text(text="Well?")),
        reply=Word,
        schema=json_schema(Word),
    )
    return replace(asked, **changes)  # type: ignore[arg-type]


async def test_a_recorded_answer_is_not_asked_for_again() -> None:
    docket, model = MemoryDocket(), Scripted({"word": "yes"})
    first = await consult(question(), model=model, docket=docket)
    second = await consult(question(), model=model, docket=docket)

    assert first == second
    assert first.reply.word == "yes"
    assert len(model.calls) == 1


async def test_another_prompt_under_the_same_key_is_asked() -> None:
    docket, model = MemoryDocket(), Scripted({"word": "yes"})
    await consult(question(), model=model, docket=docket)
    await consult(question(system="You judge harshly."), model=model, docket=docket)

    assert len(model.calls) == 2


async def test_an_unreadable_reply_is_kept_with_its_bill_and_asked_again() -> None:
    docket = MemoryDocket()
    costly = Reply(text="no idea", model="m", prompt_tokens=9, completion_tokens=5, seconds=1.5)
    model = Scripted([costly, {"word": "yes"}])
    answer = await consult(question(), model=model, docket=docket)

    assert answer.calls == 2
    first, second = docket.turns["judge"], docket.turns["judge/try2"]
    assert first.error == "there is no JSON object in the reply"
    assert (first.reply, first.parsed) == ("no idea", None)
    assert (first.prompt_tokens, first.completion_tokens, first.seconds) == (9, 5, 1.5)
    assert first.error in str(second.prompt)
    assert second.parsed == {"word": "yes"}


async def test_after_the_last_try_the_cause_is_told() -> None:
    model = Scripted("hm")
    with pytest.raises(UnreadableReply, match=r"judge.*no JSON object"):
        await consult(question(), model=model, docket=MemoryDocket())
    assert len(model.calls) == TRIES


async def test_a_cut_reply_is_called_cut() -> None:
    docket = MemoryDocket()
    model = Scripted([Reply(text='{"word": "ye', model="m", cut=True), {"word": "yes"}])
    await consult(question(), model=model, docket=docket)

    assert "cut at 8192 tokens" in str(docket.turns["judge"].error)


async def test_a_cut_reply_that_is_whole_counts() -> None:
    model = Scripted(Reply(text='{"word": "yes"}   ', model="m", cut=True))
    answer = await consult(question(), model=model, docket=MemoryDocket())
    assert answer.reply.word == "yes"


async def test_a_model_that_fails_leaves_no_turn() -> None:
    docket = MemoryDocket()
    with pytest.raises(ModelUnavailable, match="does not answer"):
        await consult(question(), model=Scripted.unavailable(), docket=docket)
    assert not docket.turns


async def test_pictures_are_kept_by_digest_and_never_as_bytes() -> None:
    docket = MemoryDocket()
    await consult(question(), model=Scripted({"word": "yes"}), docket=docket)
    turn = docket.turns["judge"]

    shown = {"type": "image", "screen": 7, "digest": screen("a").digest}
    assert turn.prompt[1]["content"][1] == shown  # type: ignore[index,call-overload]
    assert turn.screens == (7,)
    assert turn.sampling == {"temperature": 0.0, "max_tokens": 8192}


async def test_a_turn_survives_the_wire() -> None:
    docket = MemoryDocket()
    await consult(question(), model=Scripted({"word": "yes"}), docket=docket)
    turn = docket.turns["judge"]
    assert wire.load(Turn, wire.dump(turn)) == turn


def test_the_hash_covers_all_that_a_model_is_sent() -> None:
    prompt = Prompt(system="s", parts=(Text(text="t"), image("a")), schema_name="n", schema={})
    others = [
        replace(prompt, system="x"),
        replace(prompt, parts=(Text(text="x"), image("a"))),
        replace(prompt, parts=(Text(text="t"), image("b"))),
        replace(prompt, parts=(image("a"), Text(text="t"))),
        replace(prompt, parts=(Text(text="t"), Text(text=screen("a").digest))),
        replace(prompt, schema={"type": "object"}),
        replace(prompt, temperature=1.0),
        replace(prompt, max_tokens=1),
    ]
    assert len({prompt_hash(each) for each in (prompt, *others)}) == 1 + len(others)


async def test_a_damaged_record_is_refused_by_name() -> None:
    docket = MemoryDocket()
    await consult(question(), model=Scripted({"word": "yes"}), docket=docket)
    docket.turns["judge"] = replace(docket.turns["judge"], parsed={"other": 1})
    with pytest.raises(UnreadableReply, match="damaged"):
        await consult(question(), model=Scripted.silent(), docket=docket)


async def test_what_a_model_weighed_is_kept_and_given_again() -> None:
    weighed = Reply(text='{"word": "yes"}', model="m", chances={"yes": 0.8, "no": 0.2}, price=0.01)
    docket, model = MemoryDocket(), Scripted(weighed)
    first = await consult(question(weighed="word"), model=model, docket=docket)
    again = await consult(question(weighed="word"), model=Scripted.silent(), docket=docket)

    assert first.chances == again.chances == {"yes": 0.8, "no": 0.2}
    (turn,) = docket.turns.values()
    assert turn.price == 0.01
    assert model.calls[0].weighed == "word"


async def test_another_model_is_another_question() -> None:
    docket, model = MemoryDocket(), Scripted({"word": "yes"})
    await consult(question(), model=model, docket=docket)
    await consult(question(model="large"), model=model, docket=docket)
    assert [each.model for each in model.calls] == ["", "large"]


async def test_a_view_of_a_screen_is_another_picture_and_kept_by_its_recipe() -> None:
    plain = image("a", 7)
    cut = replace(plain, view=View(recipe="crop 1,2,3,4", width=3, height=4))
    assert cut.id != plain.id == plain.screen.digest
    assert (cut.size, cut.media_type) == ((3, 4), "image/png")

    docket = MemoryDocket()
    await consult(question(parts=(plain, cut)), model=Scripted({"word": "yes"}), docket=docket)
    (turn,) = docket.turns.values()
    assert turn.screens == (7,)
    assert '"view": "crop 1,2,3,4"' in json.dumps(turn.prompt)
