"""Django's handle on this stage."""

from __future__ import annotations

from django.apps import AppConfig


class TrajectoriesConfig(AppConfig):
    name = "themis.trajectories"
    label = "trajectories"
