"""Runs of UI-TARS written by no program of its own: chat messages, or steps with a reply each."""

from __future__ import annotations

import re

from themis.domain.jsontypes import Json
from themis.formats.chat.conversation import (
    Conversation,
    instruction_of,
    opening_of,
    read_conversation,
)
from themis.formats.fields import items, record, text
from themis.formats.openai.items import Items, words_of
from themis.formats.uitars.run import Run

_REPLIES = ("response", "prediction", "prediction_text", "output", "model_response")
_SCREENS = ("image", "screenshot", "image_path", "screenshot_path", "screenshot_file", "img")
_STEPS = ("steps", "history", "trajectory", "turns")
_ASKED = re.compile(r"##\s{0,4}User Instruction\s", re.IGNORECASE)
_ACTS = re.compile(r"Action[:：]")


class Chat(Items):
    """Chat messages whose assistant speaks the notation of UI-TARS."""

    def n_calls(self, item: Json) -> int:
        """Replies with an action."""
        message = record(item)
        said = "\n".join(words_of(message.get("content")))
        return int(message.get("role") == "assistant" and bool(_ACTS.search(said)))


def is_chat(value: Json) -> bool:
    """Whether the first entry of a log is a request, or a message of a chat."""
    if isinstance(value, list):
        return bool(value) and Chat().is_item(value[0])
    entry = record(value)
    return Chat().piece(entry) is not None or "request" in entry


def steps_in(value: Json) -> list[Json]:
    """The steps of a file; none where they are chat messages."""
    told: Json = value
    if isinstance(value, dict):
        told = next((value[name] for name in _STEPS if isinstance(value.get(name), list)), [])
    return [step for step in items(told) if any(record(step).get(name) for name in _REPLIES)]


def read_steps(steps: list[Json], run: Run) -> None:
    """Fill the run from steps: the screen of a step is what its reply was decided on."""
    for step in map(record, steps):
        held = run.pictures.without(step, run.path.name)
        entry = record(held)
        run.instruction = run.instruction or text(entry.get("instruction"))
        for name in _SCREENS:
            if text(entry.get(name)):
                run.show(entry.get(name))
                break
        said = next((text(entry[name]) for name in _REPLIES if text(entry.get(name))), "")
        beside = {k: v for k, v in entry.items() if k not in (*_REPLIES, *_SCREENS)}
        run.reply(said, [], beside)


def read_chat(run: Run) -> Run:
    """The run that the chat messages of a log tell."""
    dialect = Chat()
    conversation = read_conversation(run.path, dialect)
    told = Run(path=run.path, pictures=conversation.pictures, about=conversation.about)
    told.instruction = _instruction(conversation, dialect)
    for message in map(record, conversation.items):
        content = message.get("content")
        if message.get("role") == "assistant":
            beside = {k: v for k, v in message.items() if k not in ("role", "content", "type")}
            told.reply("\n".join(words_of(content)), [], beside)
        elif message.get("role") == "user":
            for part in map(record, items(content)):
                held = part.get("image_url") or part.get("image")
                told.show(record(held).get("url") if isinstance(held, dict) else held)
    return told


def _instruction(conversation: Conversation, dialect: Chat) -> str:
    """What stands under the heading that UI-TARS' own prompts give it."""
    parts = _ASKED.split(opening_of(conversation.items, dialect))
    if len(parts) > 1 and parts[-1].strip():
        return parts[-1].strip()
    return instruction_of(conversation, dialect)
