"""Rubrics for families of tasks, one Markdown file each."""
