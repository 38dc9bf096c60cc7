"""An endpoint as it is set: in a row, in the environment or in a file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from themis.critic.models.pricing import Prices

NAME = re.compile(r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,39}\Z")  # of a model
CONCURRENCY = 16  # calls at a time, unless set
TIMEOUT = 180  # seconds a call, unless set


class Origin(StrEnum):
    """Where an endpoint was set."""

    TEAM = "team"
    ENVIRONMENT = "environment"
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An OpenAI-compatible server and how to use it."""

    url: str
    model: str  # as the server calls it
    key: str
    concurrency: int  # calls in flight at a time, over all processes
    timeout: int  # seconds a call
    origin: Origin
    prices: Prices | None = None
    image_ids: bool | None = None  # whether pictures are named; None: if the server is vLLM
