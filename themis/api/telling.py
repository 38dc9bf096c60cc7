"""What OpenAPI tells of bodies that are read by hand, and of the key that repeats a request."""

from __future__ import annotations

from typing import Any

# Django Ninja types what it merges into the document as Any.
Told = dict[str, Any]

KEY: Told = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": 255},
    "description": "the same key and request again: the same answer, carried out once; kept a day",
}
SCREENS: Told = {
    "type": "array",
    "items": {"type": "string"},
    "description": 'pictures, in the order they were taken: "data:image/png;base64,…" '
    "of a PNG, JPEG or WebP",
}
STEPS: Told = {
    "type": "array",
    "items": {"type": "object"},
    "description": "as in docs/trajectory-format.md; before and after are positions in screens",
}
ENDING: Told = {
    "type": "object",
    "description": "claim (success or failure) and answer, in the agent's words",
}
LABEL: Told = {
    "enum": ["passed", "failed"],
    "description": "only where a person or a program knows",
}
JUDGE: Told = {"type": "boolean", "default": True, "description": "queue it for judging"}
CRITIC: Told = {"type": "string", "default": "", "description": "which one; empty: the default"}


def _object(needed: list[str], **properties: Told) -> Told:
    return {"schema": {"type": "object", "required": needed, "properties": properties}}


def _body(**kinds: Told) -> Told:
    return {"parameters": [KEY], "requestBody": {"required": True, "content": kinds}}


RUNS: Told = {"parameters": [KEY]}
ADD: Told = _body(
    **{
        "application/json": _object(
            ["instruction", "platform"],
            instruction={"type": "string", "description": "what the agent was asked to do"},
            platform={"enum": ["web", "linux", "windows", "macos", "android", "ios", "unknown"]},
            steps=STEPS | {"description": f"{STEPS['description']}; may be missing when open"},
            screens=SCREENS,
            ending=ENDING,
            label=LABEL,
            meta={"type": "object", "description": "anything else worth keeping"},
            open={"type": "boolean", "default": False, "description": "the run still goes on"},
            judge=JUDGE,
            critic=CRITIC,
        ),
        "multipart/form-data": _object(
            ["files"],
            files={
                "type": "array",
                "items": {"type": "string", "format": "binary"},
                "description": "recordings, or archives of them",
            },
            paths={
                "type": "array",
                "items": {"type": "string"},
                "description": "the relative name of each file, in the same order",
            },
            tasks={
                "type": "array",
                "items": {"type": "string", "format": "binary"},
                "description": "task files of a benchmark, where recordings only name their task",
            },
            format={"type": "string", "description": "the only reader to try; empty: any"},
        ),
    }
)
APPEND: Told = _body(
    **{
        "application/json": _object(
            ["at", "steps"],
            at={"type": "integer", "description": "how many steps are there already"},
            steps=STEPS,
            screens=SCREENS | {"description": f"new ones only: {SCREENS['description']}"},
        )
    }
)
CLOSE: Told = _body(
    **{
        "application/json": _object(
            [],
            at={
                "type": "integer",
                "description": "how many steps it should have; checked if given",
            },
            ending=ENDING,
            label=LABEL,
            judge=JUDGE,
            critic=CRITIC,
        )
    }
)
_WORDS: Told = {"type": "string", "default": ""}
QUEUE: Told = _body(
    **{
        "application/json": _object(
            ["name"],
            name={"type": "string", "maxLength": 120},
            source={
                "enum": [
                    "filter",
                    "undecided",
                    "low_confidence",
                    "critics_disagree",
                    "upload",
                    "random",
                    "failures_of_app",
                ],
                "default": "filter",
                "description": "where the runs come from; what follows narrows it further",
            },
            platform=_WORDS,
            outcome=_WORDS | {"description": "passed, failed, undecided, unjudged, broken"},
            critic=_WORDS | {"description": "whose newest verdict counts; empty: the newest"},
            label=_WORDS | {"description": "passed, failed, none"},
            text=_WORDS | {"description": "words of the instruction or the source"},
            app=_WORDS,
            confidence_below={"type": "number"},
            upload=_WORDS | {"description": "only runs of this upload"},
            limit={"type": "integer", "default": 0, "description": "a sample of so many; 0: all"},
            seed={"type": "integer", "description": "the same seed, the same sample and order"},
            reviewers={"type": "integer", "default": 1, "description": "decisions an item gets"},
            overlap={
                "type": "integer",
                "default": 100,
                "description": "percent of the items that get all of them; the others get one",
            },
            is_blind={"type": "boolean", "default": True},
            named={
                "type": "array",
                "items": {"type": "string"},
                "description": "usernames of those who may review; empty: everybody of the team",
            },
            priority={"type": "integer", "default": 0, "description": "the higher, the earlier"},
            due_at={"type": "string", "format": "date-time"},
            gold_percent={
                "type": "integer",
                "default": 0,
                "description": "percent of what a reviewer gets whose outcome is known",
            },
            guidance=_WORDS | {"description": "what reviewers should know"},
        )
    }
)
_LIMITS: Told = {
    "type": "object",
    "properties": {
        "calls": {"type": ["integer", "null"]},
        "tokens": {"type": ["integer", "null"]},
        "money": {"type": ["number", "null"]},
    },
    "description": "what it may spend on models; null: no limit",
}
_POLICY: Told = {
    "type": "object",
    "description": "critics, quorum, floor, alpha, undecided, undecided_value, dense, corrected, "
    "redeliver, deadline, at_deadline, deadline_value: see docs/jobs.md",
}
_WEIGHT: Told = {"type": "integer", "description": "its share where models are scarce"}
JOB: Told = _body(
    **{
        "application/json": _object(
            ["name"],
            name={
                "type": "string",
                "maxLength": 60,
                "description": "lower-case letters, digits, - and _",
            },
            policy=_POLICY,
            weight=_WEIGHT | {"default": 1},
            budget=_LIMITS,
        )
    }
)
CHANGED_JOB: Told = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": _object(
                [],
                policy=_POLICY,
                weight=_WEIGHT,
                budget=_LIMITS,
                ended={"type": "boolean", "description": "true: take no request any more"},
            )
        },
    }
}
_ASKED: Told = {
    "trajectory": {
        "description": "an id, a reference (themis://trajectory/<id>), or a document in Themis' "
        "own format with each screen as a data URI",
        "oneOf": [{"type": "string"}, {"type": "object"}],
    },
    "job": _WORDS | {"description": "by name; empty: the key's, or none"},
    "critic": _WORDS | {"description": "without a job: who judges; empty: the default"},
    "policy": {"type": "object", "description": "without a job: as in docs/jobs.md"},
    "meta": {"type": "object", "description": "sent back with the answer; at most 4,096 bytes"},
}
PREFER: Told = {
    "name": "Prefer",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "wait=N: hold the answer back until it is settled, N seconds (300) at most",
}
REWARD: Told = _body(
    **{
        "application/json": _object(["trajectory"], **_ASKED),
        "multipart/form-data": _object(
            ["files"],
            files={
                "type": "array",
                "items": {"type": "string", "format": "binary"},
                "description": "one recording, or an archive with one",
            },
            **{name: {"type": "string"} for name in ("job", "critic", "policy", "meta")},
        ),
    }
)
REWARD["parameters"] = [KEY, PREFER]
REWARDS: Told = _body(
    **{
        "application/json": _object(
            ["requests"],
            requests={
                "type": "array",
                "maxItems": 256,
                "items": {"type": "object", "required": ["trajectory"], "properties": _ASKED},
            },
        )
    }
)
REWARDS["parameters"] = [PREFER]
EVENTS: Told = {
    "parameters": [
        {
            "name": "Last-Event-ID",
            "in": "header",
            "required": False,
            "schema": {"type": "integer"},
            "description": "go on after this number, 0: from the first; as `?after=` as well. "
            "Without it: from now on",
        }
    ],
    "responses": {
        "200": {
            "description": "final, undecided, broken, amended: each with the answer as data",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        }
    },
}
