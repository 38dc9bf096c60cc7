"""What can go wrong while recording."""

from __future__ import annotations


class RecordingFailed(Exception):
    """A program did not show what the script expects, or is not installed."""
