"""The Celery app. In the embedded shape its broker is this process's own memory."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "themis.settings")

app = Celery("themis")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["themis.pipeline"])
