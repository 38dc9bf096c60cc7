"""Attacks on critics: recordings made to be believed, and how often they are."""
