"""Recorded words that address whoever judges: roles name them, nobody follows them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from themis.critic.schema import number_upto, or_null
from themis.domain.evidence import Injection, InjectionSource
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Trajectory


class InstructionReply(BaseModel):
    quote: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    source: InjectionSource
    on_screen: Annotated[int, Field(ge=1)] | None


def instruction_limits(trajectory: Trajectory) -> dict[str, Json]:
    """What one case allows in a role's notice of an instruction."""
    return {"on_screen": or_null(number_upto(max(len(trajectory.screens), 1)))}


def injection_of(
    reply: InstructionReply | None, *, found_by: str, n_screens: int, steps: tuple[int, ...] = ()
) -> tuple[Injection, ...]:
    """The finding in a role's notice, if there is one."""
    if reply is None:
        return ()
    number = reply.on_screen
    is_known = number is not None and number <= n_screens
    return (
        Injection(
            source=reply.source,
            quote=reply.quote,
            found_by=found_by,
            steps=steps,
            screens=(number - 1,) if number is not None and is_known else (),
        ),
    )


@dataclass(slots=True)
class Notices:
    """What the roles of one case noticed, in whatever order they answered."""

    _noticed: dict[tuple[int, str], tuple[Injection, ...]] = field(default_factory=dict)

    def add(self, at: tuple[int, str], injections: tuple[Injection, ...]) -> None:
        """Keep what was noticed at a round under a key."""
        if injections:
            self._noticed[at] = injections

    def merged(self) -> tuple[Injection, ...]:
        """Each once, by whom it was found first, with all places where it was seen."""
        merged: dict[tuple[InjectionSource, str], Injection] = {}
        for at in sorted(self._noticed):
            for found in self._noticed[at]:
                known = merged.setdefault(_essence(found), found)
                merged[_essence(found)] = replace(
                    known,
                    steps=tuple(sorted({*known.steps, *found.steps})),
                    screens=tuple(sorted({*known.screens, *found.screens})),
                )
        return tuple(merged.values())


def _essence(found: Injection) -> tuple[InjectionSource, str]:
    return found.source, " ".join(found.quote.split()).casefold()
