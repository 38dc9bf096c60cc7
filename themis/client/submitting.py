"""Bringing trajectories in without asking for a reward yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from themis.client import wire
from themis.client.answers import Json
from themis.client.errors import Unreadable
from themis.client.parts import parts_of
from themis.client.patience import Patience, answered
from themis.client.wire import KEY_HEADER, Flow, Send

TRAJECTORIES = "/api/v1/trajectories"
TAKING = 600.0  # seconds that reading a large recording may take
Source: TypeAlias = str | Path | Mapping[str, Json]


@dataclass(frozen=True)
class Submission:
    """What became of one recording: its id, or why there is none."""

    source: str
    trajectory: str | None
    is_new: bool = False
    error: str | None = None


def submission(source: Source, patience: Patience) -> Flow[list[Submission]]:
    """Bring in a document, a file, an archive or a folder; of each recording what became of it.

    Raises Invalid where nothing of it could be used.
    """
    got = yield from answered(_send(source), patience)
    items = (got.body or {}).get("items")
    if got.status == 422 and isinstance(items, list) and items:
        return [_item(each) for each in items]
    if got.status not in (200, 201):
        raise wire.problem_of(got)
    if isinstance(items, list):
        return [_item(each) for each in items]
    return [_item({"source": "document", **(got.body or {})})]


def _send(source: Source) -> Send:
    headers = {KEY_HEADER: wire.new_key()}
    if isinstance(source, Mapping):
        document: Json = dict(source)
        return Send("POST", TRAJECTORIES, json=document, headers=headers, seconds=TAKING)
    files = parts_of(Path(source))
    return Send("POST", TRAJECTORIES, files=files, headers=headers, seconds=TAKING)


def _item(body: Json) -> Submission:
    if not isinstance(body, dict) or not ("trajectory" in body or "error" in body):
        raise Unreadable(f"{body!r:.200} does not say what became of a recording")
    trajectory, error = body.get("trajectory"), body.get("error")
    return Submission(
        source=str(body.get("source", "")),
        trajectory=trajectory if isinstance(trajectory, str) else None,
        is_new=body.get("is_new") is True,
        error=error if isinstance(error, str) else None,
    )
