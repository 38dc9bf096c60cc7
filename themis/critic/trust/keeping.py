"""A report that was kept, read back: what a policy may ask of it long after it was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from themis.critic.trust import calibration, ladder
from themis.critic.trust.calibration import Calibration
from themis.critic.trust.demand import Demand
from themis.critic.trust.floor import Promise, climb
from themis.critic.trust.ladder import Rung
from themis.domain.errors import UnreadableTable
from themis.domain.jsontypes import Json

VERSION = "themis/trust/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounded:
    """A figure with its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a raw reward is worth without the judge's bias; `value` is None with the reason."""

    value: float | None
    reason: str
    false_positive: Bounded | None
    false_negative: Bounded | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One judge's report, or that of several combined."""

    rungs: tuple[Rung, ...]
    calibration: Calibration | None
    noise: Mapping[str, Json]

    def promise(self, demand: Demand) -> Promise:
        """The threshold for a floor, or the refusal; the same every time."""
        return _climbed(self.rungs, demand)

    def correct(self, raw: float | None) -> Correction:
        """The corrected reward beside a raw one of 0 or 1; undecided stays without one."""
        positive = _bounded(self.noise.get("false_positive"))
        negative = _bounded(self.noise.get("false_negative"))
        value = None if raw is None else self.noise.get("passed" if raw else "failed")
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        reason = str(self.noise.get("reason") or "the judge was not measured for it")
        if raw is None:
            reason = "an undecided verdict has no reward to correct"
        return Correction(
            value=float(str(value)) if is_number else None,
            reason="" if is_number else reason,
            false_positive=positive,
            false_negative=negative,
        )


@lru_cache(maxsize=1_024)
def _climbed(rungs: tuple[Rung, ...], demand: Demand) -> Promise:
    """A job asks for the same floor of the same measurement a thousand times."""
    return climb(rungs, demand)


def read(section: Json) -> Kept:
    """A section as `telling` wrote it; UnreadableTable where it is none."""
    if not isinstance(section, dict):
        raise UnreadableTable("report: expected an object; measure again")
    judges, sure, noise = (section.get(name) for name in ("judges", "reliability", "noise"))
    curve = sure.get("calibration") if isinstance(sure, dict) else None
    names = tuple(str(each) for each in judges) if isinstance(judges, list) else ()
    return Kept(
        rungs=tuple(ladder.from_json(section.get("ladder"), names)),
        calibration=calibration.from_json(curve) if curve is not None else None,
        noise=noise if isinstance(noise, dict) else {},
    )


def _bounded(value: Json) -> Bounded | None:
    if not isinstance(value, dict):
        return None
    numbers = [value.get(name) for name in ("value", "low", "high")]
    held = [float(each) for each in numbers if isinstance(each, int | float)]
    return Bounded(value=held[0], low=held[1], high=held[2]) if len(held) == 3 else None
