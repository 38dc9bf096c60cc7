"""Readers of foreign recordings: bytes in, domain.Trajectory out. No Django in here."""
