"""Images whose planes lie in several files: the list of parts, and reading by it."""
