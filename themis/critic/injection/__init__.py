"""Recorded words that try to instruct whoever judges: found without a model, and reported."""
