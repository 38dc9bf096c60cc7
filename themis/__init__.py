"""Themis: the court for GUI-agent trajectories. This package's root imports nothing."""

__version__ = "0.1.0"
