"""Django's handle on this stage."""

from __future__ import annotations

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "themis.notices"
    label = "notices"
