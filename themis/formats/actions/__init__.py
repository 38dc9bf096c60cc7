"""Action vocabularies of other frameworks, one module each, as canonical actions."""
