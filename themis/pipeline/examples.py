"""An example of every event that webhooks can be told, for trying a receiver."""

from __future__ import annotations

from themis.domain.jsontypes import Json
from themis.notices.models import Event

_RUN: dict[str, Json] = {
    "trajectory": "x8kyghb9ky35",
    "instruction": "Create a note called groceries and save it",
}
_AT_RUN: dict[str, Json] = {"href": "/trajectories/x8kyghb9ky35/"}
_ITEM: dict[str, Json] = {
    **_RUN,
    "queue": 3,
    "queue_name": "Notes",
    "item": 71,
    "href": "/review/items/71/settling/",
}
_JUDGED: dict[str, Json] = {
    "trajectory": "x8kyghb9ky35",
    "run": 512,
    "job": "nightly",
    "critic": "themis",
    "verdict": 498,
    "critic_version": "1",
    "model": "qwen3-vl",
    "provisional": False,
    "calls": 6,
    "tokens": {"read": 41_200, "cached": 30_100, "written": 1_900},
    "seconds": 12.5,
    **_AT_RUN,
}
_COMMENT: dict[str, Json] = {
    **_RUN,
    "comment": 12,
    "by": "ann",
    "text": "The note was never saved.",
    "step": 4,
    "href": "/trajectories/x8kyghb9ky35/?tab=comments#comment-12",
}
EXAMPLES: dict[Event, dict[str, Json]] = {
    Event.INGESTED: {
        **_RUN,
        "format": "native",
        "platform": "linux",
        "app": "notes",
        "agent": "my-agent",
        "label": "",
        "steps": 9,
        "screens": 10,
        "warnings": 0,
        **_AT_RUN,
    },
    Event.JUDGED: {
        **_JUDGED,
        "outcome": "failed",
        "reward": 0.0,
        "confidence": 0.94,
        "reason": "The note is typed, but the dialog is closed without saving it.",
        "error_class": "stopped_early",
    },
    Event.JUDGING_BROKE: {**_JUDGED, "outcome": None, "reward": None, "error": "the model is away"},
    Event.AMENDED: {
        **_ITEM,
        "verdict": 498,
        "before": "failed",
        "after": "passed",
        "reward": 1.0,
        "by": "ada",
    },
    Event.REWARD: {
        "id": "rw_2v9c0k6sm4e8x1tq7hbd",
        "job": "nightly",
        "trajectory": "x8kyghb9ky35",
        "status": "final",
        "outcome": "passed",
        "reward": 1.0,
        "mask": False,
        "source": "verdict",
        "confidence": 0.97,
        "amended": False,
        "meta": {},
    },
    Event.REVIEWED: {
        **_ITEM,
        "ruling": "passed",
        "outcome": "passed",
        "reward": 1.0,
        "state": "decided",
        "by": "ann",
    },
    Event.DECISION: {
        **_ITEM,
        "state": "open",
        "final_ruling": "",
        "by": "ann",
        "ruling": "failed",
        "outcome": "failed",
        "confidence": 4,
        "error_class": "stopped_early",
        "failing_step": 4,
    },
    Event.DISPUTE: {**_ITEM, "state": "disputed", "final_ruling": ""},
    Event.SETTLED: {
        **_ITEM,
        "state": "resolved",
        "final_ruling": "failed",
        "by": "ada",
        "why": "The dialog is closed without saving.",
        "before": "",
        "after": "failed",
    },
    Event.QUEUE_DONE: {
        "queue": 3,
        "name": "Notes",
        "items": 120,
        "decisions": 240,
        "href": "/review/queues/3/",
    },
    Event.COMMENT: _COMMENT,
    Event.MENTION: {**_COMMENT, "mentions": ["ada"]},
    Event.HOOK_OFF: {
        "webhook": 4,
        "host": "example.org",
        "cause": "It answered 410: it wants no more messages.",
        "href": "/settings/webhooks/4/",
    },
    Event.REPLAYED: {**_RUN, "replay": 8, "outcome": "passed", **_AT_RUN},
    Event.SCORED: {"submission": 2, "score": 0.61, "runs": 120},
}
