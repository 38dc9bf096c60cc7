"""Programs that run in the environment of scripts/frameworks.py, each with one framework."""
