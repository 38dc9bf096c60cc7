"""What is met on a search and is no recording, though it is about some: said, not swallowed."""
