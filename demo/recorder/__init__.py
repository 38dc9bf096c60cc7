"""Drives real programs by script and writes what happened as trajectories."""
