"""Django's handle on this stage."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "themis.web"
    label = "web"
