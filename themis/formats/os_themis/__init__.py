"""Runs in the layout that the OS-Themis critic reads."""
