"""Rewards over the wire protocols of RL frameworks, one module each."""
