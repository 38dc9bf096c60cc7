"""Stage 1: recordings taken in, checked and kept whole."""
