"""Keyword sets: reading them, and counting their terms in reports."""
