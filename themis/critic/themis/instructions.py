"""Recorded words that address whoever judges, as the roles of one case notice them."""

from __future__ import annotations

from dataclasses import dataclass, field

from themis.critic.injection import detector
from themis.domain.evidence import Injection


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
        return detector.merged(found for at in sorted(self._noticed) for found in self._noticed[at])
