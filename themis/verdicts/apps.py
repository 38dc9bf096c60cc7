"""Django's handle on this stage."""

from __future__ import annotations

from django.apps import AppConfig


class VerdictsConfig(AppConfig):
    name = "themis.verdicts"
    label = "verdicts"
