"""Measurements on recorded runs. The recordings themselves are not part of the project."""
