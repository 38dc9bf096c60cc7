"""Django's handle on this stage."""

from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "themis.api"
    label = "api"
