"""OSWorld runs."""
