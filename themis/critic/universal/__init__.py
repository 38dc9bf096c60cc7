"""The universal verifier: a rubric before the run is seen, scored with and without screens."""
