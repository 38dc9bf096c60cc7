"""Recordings spoilt in every way a file can be spoilt."""
