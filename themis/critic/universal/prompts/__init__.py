"""The questions of the universal verifier."""
