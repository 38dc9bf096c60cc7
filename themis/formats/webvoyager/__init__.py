"""WebVoyager runs."""
