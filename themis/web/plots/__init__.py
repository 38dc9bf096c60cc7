"""Figures as charts: each a table whose cells lead to their runs, and a drawing of that table."""
