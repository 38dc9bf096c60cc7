"""Trajectory folders of cua."""
