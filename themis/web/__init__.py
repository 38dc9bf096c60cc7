"""Pages for people. Checks access, asks one query or service, renders."""
