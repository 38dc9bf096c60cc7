"""What a critic is, and what it needs from outside: a model, a docket, the pictures.

Roles see a model only through this module; only `critic.models` does I/O.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from themis.domain.evidence import Round
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Screen, Trajectory
from themis.domain.verdict import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One trajectory before the court, with a way to the bytes of its screens."""

    trajectory: Trajectory
    read_screen: Callable[[Screen], bytes]  # the stored file; blocking, raises OSError


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A part of a prompt in words."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A picture made from a recorded screen. `recipe` says how, wholly: equal ones, equal bytes."""

    recipe: str  # "crop 100,200,480,360"
    width: int  # pixels
    height: int  # pixels
    media_type: str = "image/png"


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A part of a prompt that is a recorded screen, or a view made from one.

    Its bytes are read, or made, only when it is sent: `read` blocks, and raises OSError.
    """

    position: int  # in Trajectory.screens
    screen: Screen
    read: Callable[[], bytes] = field(compare=False, repr=False)
    view: View | None = None  # None: the screen as recorded

    @property
    def id(self) -> str:
        """The same name for the same picture, in every prompt: 64 hex digits."""
        if self.view is None:
            return self.screen.digest
        return hashlib.sha256(f"{self.screen.digest} {self.view.recipe}".encode()).hexdigest()

    @property
    def media_type(self) -> str:
        """What its bytes are."""
        return self.view.media_type if self.view else self.screen.media_type

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        shown = self.view or self.screen
        return shown.width, shown.height


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One question to a model, and the JSON schema its reply must fit.

    Every string in `schema` carries a maxLength: an unbounded one lets a model write for ever.
    """

    system: str
    parts: tuple[Text | Image, ...]
    schema_name: str
    schema: dict[str, Json]
    temperature: float = 0.0
    max_tokens: int = 8192
    model: str = ""  # the name of one of several models; empty: the one that is asked by default
    weighed: str = ""  # the field of the reply whose value's probability is wanted, if offered


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a model answered, raw, and what it cost."""

    text: str
    model: str
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0  # of the prompt, that the server had worked on before
    price: float | None = None  # in the currency its prices were given in; None: none were
    seconds: float = 0.0
    cut: bool = False  # the model ran into `max_tokens`
    # How likely each value of the weighed field was to the model, by value; None: not offered.
    chances: Mapping[str, float] | None = None


class VisionModel(Protocol):
    """A model that looks at screens. Fakes stand beside the real ones in `critic.models`."""

    name: str

    async def ask(self, prompt: Prompt) -> Reply:
        """Answer one prompt; raises ModelUnavailable when every try failed."""
        ...

    def image_tokens(self, width: int, height: int, *, model: str = "") -> int:
        """What a picture of that size costs in prompt tokens; `model` as in Prompt."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One exchange of one role, as it happened: enough to replay the verdict without a model.

    `key` names the place in the deliberation ("verifier/2/m3", with "/try2" for a second try)
    and is unique within a verdict. A role that asks no model leaves `model` empty.
    """

    key: str
    role: str
    round: int
    prompt_hash: str  # sha256 over system, parts, schema and sampling
    prompt: Json = None  # messages as sent, pictures as {"screen": position, "digest": ...}
    screens: tuple[int, ...] = ()  # positions in Trajectory.screens that were sent or looked at
    reply: str = ""  # raw
    parsed: Json = None
    error: str | None = None  # why the reply could not be read
    model: str = ""
    sampling: Json = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    price: float | None = None
    chances: Json = None  # value of the weighed field -> probability, where the model offered it
    seconds: float = 0.0


class Docket(Protocol):
    """The record of one case: written as the deliberation goes, read when it goes on."""

    async def recall(self, key: str, prompt_hash: str) -> Turn | None:
        """The recorded turn of that key, if its prompt was the same; None otherwise."""
        ...

    async def record(self, turn: Turn) -> None:
        """Keep a turn that has ended. Returns once it is safe from a crash."""
        ...

    async def show(self, rounds: tuple[Round, ...]) -> None:
        """Publish how far the evidence chain has come."""
        ...


class Critic(Protocol):
    """Somebody who judges. Name, version and settings travel with every verdict."""

    name: str
    version: str
    uses_model: bool

    @property
    def settings(self) -> dict[str, Json]:
        """Everything besides the model that can change an outcome."""
        ...

    async def judge(self, case: Case, model: VisionModel, docket: Docket) -> Finding:
        """Take one case to a finding.

        Raises CriticFailed, and never makes an outcome up, when it cannot be carried through.
        """
        ...
