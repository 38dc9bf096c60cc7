"""Readers of foreign recordings, one module a format: bytes in, domain.Trajectory out. No Django."""
