"""What can be set of a critic: typed, bounded, and said in words that a form can show."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from themis.critic.consult import TRIES
from themis.domain.errors import Misconfigured
from themis.domain.jsontypes import Json

OptionsT = TypeVar("OptionsT", bound="Options")


class Options(BaseModel):
    """The options of a critic. All of them stand in its settings, hence in every settings hash."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @property
    def settings(self) -> dict[str, Json]:
        """As they stand among a critic's settings."""
        return typing.cast("dict[str, Json]", self.model_dump(mode="json"))

    @property
    def asks(self) -> tuple[str, ...]:
        """The names of the models that are asked; empty: the default one."""
        return ()


class Asking(Options):
    """What can be set of every critic that asks a model."""

    model: str = Field(
        default="",
        max_length=60,
        description="Which of the models is asked",
    )
    temperature: float = Field(
        default=0.0,
        ge=0,
        le=2,
        description="0 asks for the likeliest reply; votes need more, to differ",
    )
    max_tokens: int = Field(
        default=8192, ge=256, le=65_536, description="Tokens of a reply, at most"
    )

    @property
    def settings(self) -> dict[str, Json]:
        """The options, and how often a reply that cannot be read is asked for."""
        return {**super().settings, "tries": TRIES}

    @property
    def asks(self) -> tuple[str, ...]:
        """One model for every question."""
        return (self.model,)


def read_options(kind: type[OptionsT], given: Mapping[str, Json], *, at: str) -> OptionsT:
    """The options of that kind; raises Misconfigured with the first that is wrong and why."""
    try:
        return kind.model_validate(dict(given))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        path = ".".join((at, *map(str, first["loc"])))
        known = ", ".join(kind.model_fields) or "none"
        helps = f"; the options are {known}" if first["type"] == "extra_forbidden" else ""
        raise Misconfigured(f"{path}: {first['msg']}{helps}") from None
