"""Runs of UI-TARS: reports of its desktop program, chat logs, plain steps."""
