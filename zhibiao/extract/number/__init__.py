"""Numbers as they are written, and those that are no quantities."""
