"""Queues of runs, and what people decide about them."""
