"""Stage 5: the number that RL jobs pull."""
