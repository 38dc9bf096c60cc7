"""Judges and their figures as pages tell them."""

from __future__ import annotations

from urllib.parse import urlencode

from django import template

from themis.critic.trust.keeping import Bounded
from themis.rewards.judges import Judge

register = template.Library()


@register.filter
def figure(value: float | Bounded | None) -> str:
    """0.8197 as "0.820"; a dash where there is none."""
    plain = value.value if isinstance(value, Bounded) else value
    return "–" if plain is None else f"{plain:.3f}"


@register.filter
def interval(bounds: Bounded | None) -> str:
    """Its interval; nothing where there is none, or no width."""
    return "" if bounds is None else f"{bounds.low:.2f} to {bounds.high:.2f}"


@register.filter
def judge_query(judge: Judge) -> str:
    """The address of a judge's page, after its question mark."""
    columns = {
        "critic": judge.critic,
        "version": judge.critic_version,
        "settings": judge.settings_hash,
        "model": judge.model,
    }
    return urlencode({name: value for name, value in columns.items() if value})
