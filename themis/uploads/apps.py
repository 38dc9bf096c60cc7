"""Django's handle on this stage."""

from __future__ import annotations

from django.apps import AppConfig


class UploadsConfig(AppConfig):
    name = "themis.uploads"
    label = "uploads"
