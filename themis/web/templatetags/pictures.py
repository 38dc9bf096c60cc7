"""Addresses of recorded pictures, for templates."""

from __future__ import annotations

from django import template

from themis.trajectories.models import Trajectory
from themis.web import pictures

register = template.Library()


@register.simple_tag
def screen(trajectory: Trajectory, position: int) -> str:
    """The signed address of a picture as it was recorded."""
    return pictures.address_of(trajectory, position)


@register.simple_tag
def thumbnail(trajectory: Trajectory, position: int) -> str:
    """The signed address of a picture, small."""
    return pictures.address_of(trajectory, position, pictures.THUMBNAIL)
