"""Rewards in the form of the programs that take them pushed: AReaL and Agent Lightning.

What is undecided is not pushed: neither form has a word for it, and a number must not stand for it.
"""

from __future__ import annotations

import math
import re

from themis.domain.jsontypes import Json
from themis.notices.announcing import Push
from themis.notices.models import HookKind
from themis.notices.payloads import encoded
from themis.notices.services import bounded
from themis.pipeline import sealing

ID = re.compile(r"[A-Za-z0-9._:~-]{1,100}")  # goes into a path as it is
MAX_KEY = 500  # characters of a session's key
MESSAGE = 300  # of words beside a reward


def push_of(
    kind: str, reward: float | None, meta: dict[str, Json], body: dict[str, Json]
) -> Push | None:
    """What is sent of a settled reward; None where it is no number or the ids are missing."""
    if reward is None or not math.isfinite(reward):
        return None
    if kind == HookKind.AREAL:
        return _areal(reward, _record(meta, "areal"))
    if kind == HookKind.AGENT_LIGHTNING:
        return _agent_lightning(reward, _record(meta, "agent_lightning"), body)
    return None


def _areal(reward: float, ids: dict[str, Json]) -> Push | None:
    """`POST /rl/set_reward`; without an interaction it is the session's last one's."""
    key, interaction = ids.get("session_key"), ids.get("interaction_id")
    if not isinstance(key, str) or not _fits_header(key):
        return None
    sent: dict[str, Json] = {"reward": reward}
    if interaction is not None:
        if not isinstance(interaction, str) or not 0 < len(interaction) <= MAX_KEY:
            return None
        sent = {"interaction_id": interaction, **sent}
    return Push(body=encoded(sent), path="/rl/set_reward", sealed_bearer=sealing.seal(key))


def _agent_lightning(reward: float, ids: dict[str, Json], body: dict[str, Json]) -> Push | None:
    """A reward event of an attempt; the last one of it counts."""
    rollout, attempt = ids.get("rollout_id"), ids.get("attempt_id")
    if not _is_id(rollout) or not _is_id(attempt):
        return None
    data: dict[str, Json] = {"value": reward, "source": "themis"}
    if request := body.get("id"):
        data |= {"message": bounded(f"Themis reward request {request}", MESSAGE)}
    if evidence := body.get("evidence"):
        data |= {"reason": bounded(str(evidence), MESSAGE)}
    path = f"/api/rollouts/{rollout}/attempt/{attempt}/events"
    return Push(body=encoded({"event_type": "reward", "data": data}), path=path)


def _record(meta: dict[str, Json], name: str) -> dict[str, Json]:
    found = meta.get(name)
    return found if isinstance(found, dict) else {}


def _is_id(value: Json) -> bool:
    return isinstance(value, str) and bool(ID.fullmatch(value)) and value not in (".", "..")


def _fits_header(key: str) -> bool:
    return 0 < len(key) <= MAX_KEY and key.isascii() and key.isprintable() and " " not in key
