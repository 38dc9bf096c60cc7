"""Rewards and waiting times as pages tell them."""

from __future__ import annotations

from django import template

from themis.rewards.models import RewardRequest

register = template.Library()


@register.filter
def reward(value: float | None) -> str:
    """1.0 as "1", 0.8312 as "0.831"; "masked" where there is none."""
    return "masked" if value is None else f"{value + 0:.3f}".rstrip("0").rstrip(".")


@register.filter
def wait(seconds: float | None) -> str:
    """How long something took: "0.4 s", "35 s", "4 min", "2 h"."""
    if seconds is None:
        return ""
    if seconds < 10:
        return f"{seconds:.1f} s"
    for length, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"


@register.filter
def took(row: RewardRequest) -> str:
    """How long it took from asking to the answer; nothing while there is none, or another one."""
    done = row.settled_at if row.version <= 1 else None
    return wait((done - row.asked_at).total_seconds()) if done else ""
