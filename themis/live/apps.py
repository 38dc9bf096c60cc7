"""Django's handle on this stage."""

from __future__ import annotations

from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "themis.live"
    label = "live"
