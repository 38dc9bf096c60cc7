"""The Celery app of a worker that `serve` started: it ends with it."""

from __future__ import annotations

from themis.celery import app
from themis.parent import end_with_parent

__all__ = ["app"]

end_with_parent()
