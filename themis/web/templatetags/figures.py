"""Figures as people read them."""

from __future__ import annotations

import math
from collections.abc import Sized
from datetime import datetime, timedelta

from django import template
from django.utils import timezone

from themis.trajectories.models import Platform
from themis.verdicts.models import Verdict
from themis.web.courtroom import said_by

register = template.Library()


@register.filter
def percent(share: float | None) -> str:
    """0.93 as "93 %"; nothing where there is none."""
    return "" if share is None else f"{share * 100:.0f} %"


@register.filter
def ago(at: datetime | None) -> str:
    """How long ago, in the one unit that matters; the date beyond a month."""
    if at is None:
        return ""
    passed = timezone.now() - at
    if passed > timedelta(days=30):
        return f"{at:%-d %b %Y}"
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if passed.total_seconds() >= length:
            return f"{passed.total_seconds() // length:.0f} {unit} ago"
    return "just now"


@register.filter
def until(at: datetime, now: datetime) -> str:
    """How long until then, in the one unit that matters, as it stands behind a verb."""
    left = (at - now).total_seconds()
    for unit, length in (("h", 3600), ("min", 60), ("s", 1)):
        if left >= length:
            return f"in {left // length:.0f} {unit}"
    return "now"


@register.filter
def thousands(count: int) -> str:
    """12345 as "12,345"."""
    return f"{count:,}"


@register.filter
def price(amount: float | str | None) -> str:
    """What something cost, with two figures at least: "1,204.50", "0.31", "0.0021"."""
    if amount is None:
        return ""
    cost = float(amount)
    if cost == 0 or cost >= 0.1:
        return f"{cost:,.2f}"
    return f"{cost:.{1 - math.floor(math.log10(cost))}f}" if cost > 1e-9 else "0.00"


@register.filter
def seconds(length: float) -> str:
    """A duration: "4.2 s", "3 min 20 s"."""
    if length < 60:
        return f"{length:.1f} s"
    return f"{length // 60:.0f} min {length % 60:.0f} s"


@register.filter
def platform(value: str) -> str:
    """A platform's title."""
    return str(Platform(value).label) if value in Platform.values else value


@register.filter
def less(count: int, listed: Sized) -> int:
    """How many are left when some are listed."""
    return count - len(listed)


@register.filter
def state_of(states: dict[int, str], number: int) -> str:
    """What is said of a step."""
    return states.get(number, "")


@register.filter
def said(verdict: Verdict) -> str:
    """What a verdict says, in one word."""
    return said_by(verdict)
