"""How a role asks a model: recall what was answered before, else ask, read and record."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Generic

from pydantic import BaseModel, ValidationError

from themis.critic.contract import Docket, Image, Prompt, Reply, Text, Turn, VisionModel
from themis.critic.extract import MAX_REPLY_CHARS, Check, ReplyT, Unfit, read
from themis.critic.schema import narrowed
from themis.domain.errors import UnreadableReply
from themis.domain.jsontypes import Json
from themis.domain.wire import clean

TRIES = 3  # how often one question is asked before its replies count as unreadable


def unchecked(_: BaseModel) -> str | None:
    """The check of a reply whose form says everything."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Generic[ReplyT]):
    """What one role asks at one place of the deliberation, and how its reply is read.

    `check` sees a reply of the right form and says what is wrong with it, or None. Its words
    go into the next try's prompt, so they must not repeat the reply. `limits` are the schemas
    of fields, by name, of which this case allows less than the reply's type does.
    """

    key: str  # "verifier/2/m3": unique within a verdict
    role: str
    round: int
    system: str
    parts: tuple[Text | Image, ...]
    reply: type[ReplyT]
    schema: Mapping[str, Json]  # that of `reply`, from the file beside the prompt
    check: Check[ReplyT] = unchecked
    limits: Mapping[str, Json] = field(default_factory=dict)
    tries: int = TRIES
    temperature: float = 0.0
    max_tokens: int = 8192
    model: str = ""
    weighed: str = ""


@dataclass(frozen=True, slots=True)
class Answer(Generic[ReplyT]):
    """A reply that was read, and how many calls it took, recalled ones included.

    `chances` is how likely the model held each value of the weighed field; None: not offered.
    """

    reply: ReplyT
    calls: int
    chances: Mapping[str, float] | None = None


async def consult(
    question: Question[ReplyT], *, model: VisionModel, docket: Docket
) -> Answer[ReplyT]:
    """The answer to a question, from the docket where it is recorded there.

    Every exchange is recorded before it is used, unreadable ones too. Raises UnreadableReply
    when no try could be read, and ModelUnavailable as the model does.
    """
    complaint = ""
    for number in range(1, question.tries + 1):
        turn = await _exchange(question, number, complaint, model, docket)
        if turn.error is None:
            return Answer(_recorded_reply(question, turn), number, _chances(turn))
        complaint = turn.error
    raise UnreadableReply(
        f"{question.role} ({question.key}) did not answer in the form that was asked for, "
        f"{question.tries} of {question.tries} times; the last time: {complaint}"
    )


async def _exchange(
    question: Question[ReplyT], number: int, complaint: str, model: VisionModel, docket: Docket
) -> Turn:
    key = question.key if number == 1 else f"{question.key}/try{number}"
    prompt = _prompt(question, complaint)
    digest = prompt_hash(prompt)
    recorded = await docket.recall(key, digest)
    if recorded is not None:
        return recorded
    asked = Turn(
        key=key,
        role=question.role,
        round=question.round,
        prompt_hash=digest,
        prompt=messages(prompt),
        screens=tuple(
            dict.fromkeys(part.position for part in prompt.parts if isinstance(part, Image))
        ),
        sampling=_sampling(prompt),
    )
    turn = _heard(asked, await model.ask(prompt), question)
    await docket.record(turn)
    return turn


def _prompt(question: Question[ReplyT], complaint: str) -> Prompt:
    again = (
        f"Your last reply could not be used: {complaint}.\n"
        "Reply again, with one JSON object of the form asked for and nothing else."
    )
    return Prompt(
        system=question.system,
        parts=(*question.parts, Text(text=again)) if complaint else question.parts,
        schema_name=question.role,
        schema=narrowed(question.schema, question.limits),
        temperature=question.temperature,
        max_tokens=question.max_tokens,
        model=question.model,
        weighed=question.weighed,
    )


def _sampling(prompt: Prompt) -> Json:
    sampling: dict[str, Json] = {
        "temperature": prompt.temperature,
        "max_tokens": prompt.max_tokens,
    }
    if prompt.model:
        sampling["model"] = prompt.model
    if prompt.weighed:
        sampling["weighed"] = prompt.weighed
    return sampling


def prompt_hash(prompt: Prompt) -> str:
    """The sha256 over all that the model is sent: equal prompts may share an answer."""
    content: Json = [
        prompt.system,
        [{"text": p.text} if isinstance(p, Text) else p.id for p in prompt.parts],
        prompt.schema_name,
        prompt.schema,
        _sampling(prompt),
    ]
    return hashlib.sha256(json.dumps(content).encode("ascii")).hexdigest()


def messages(prompt: Prompt) -> Json:
    """The prompt as it is kept in the record: words in full, pictures by digest."""
    return [
        {"role": "system", "content": prompt.system},
        {"role": "user", "content": [_kept(part) for part in prompt.parts]},
    ]


def _kept(part: Text | Image) -> Json:
    if isinstance(part, Text):
        return {"type": "text", "text": part.text}
    kept: dict[str, Json] = {
        "type": "image",
        "screen": part.position,
        "digest": part.screen.digest,
    }
    if part.view:
        kept["view"] = part.view.recipe
    return kept


def _heard(asked: Turn, reply: Reply, question: Question[ReplyT]) -> Turn:
    turn = replace(
        asked,
        reply=clean(reply.text[:MAX_REPLY_CHARS]),
        model=reply.model,
        prompt_tokens=reply.prompt_tokens,
        completion_tokens=reply.completion_tokens,
        cached_tokens=reply.cached_tokens,
        price=reply.price,
        chances=dict(reply.chances) if reply.chances else None,
        seconds=reply.seconds,
    )
    try:
        parsed = read(reply.text, question.reply, question.check)
    except Unfit as unfit:
        cut = f"the reply was cut at {question.max_tokens} tokens; write less"
        return replace(turn, error=f"{cut} ({unfit})" if reply.cut else str(unfit))
    return replace(turn, parsed=parsed.model_dump(mode="json"))


def _recorded_reply(question: Question[ReplyT], turn: Turn) -> ReplyT:
    try:
        return question.reply.model_validate(turn.parsed)
    except ValidationError:
        raise UnreadableReply(
            f"{turn.key}: the recorded turn is damaged; judge the run again"
        ) from None


def _chances(turn: Turn) -> Mapping[str, float] | None:
    held = turn.chances if isinstance(turn.chances, dict) else {}
    return {name: p for name, p in held.items() if isinstance(p, float)} or None
