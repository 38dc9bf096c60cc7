"""Online-Mind2Web submissions."""
