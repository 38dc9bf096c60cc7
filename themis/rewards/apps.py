"""Django's handle on this stage."""

from __future__ import annotations

from django.apps import AppConfig


class RewardsConfig(AppConfig):
    name = "themis.rewards"
    label = "rewards"
