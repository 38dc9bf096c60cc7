"""Judging by a rubric for the family of the task, with cues and key frames of its own."""
