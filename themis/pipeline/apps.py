"""Django's handle on this stage."""

from __future__ import annotations

from django.apps import AppConfig


class PipelineConfig(AppConfig):
    name = "themis.pipeline"
    label = "pipeline"
