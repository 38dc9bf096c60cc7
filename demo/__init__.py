"""Recordings that Themis made itself, and what made them."""
