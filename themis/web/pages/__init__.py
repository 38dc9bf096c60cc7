"""One module a page. A view checks access, asks once, renders."""
