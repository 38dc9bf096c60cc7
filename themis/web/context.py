"""What the frame around every page shows."""

from __future__ import annotations

from django.http import HttpRequest


def chrome(_request: HttpRequest) -> dict[str, object]:
    """The team and the critic that judges by default."""
    return {}
