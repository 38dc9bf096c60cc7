"""The questions of the rubric critic."""
