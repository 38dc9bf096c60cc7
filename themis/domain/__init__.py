"""The vocabulary of Themis, in the standard library alone: what every other part speaks about."""
