"""Django's handle on this stage."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class PipelineConfig(AppConfig):
    name = "themis.pipeline"
    label = "pipeline"

    def ready(self) -> None:
        """Hear of what earlier stages write; their models can be imported only now."""
        import_module("themis.pipeline.listening")
