"""Bringing documents up to date: what is outdated, what a run would do, what it has changed.

Owns the choice of documents and of their first stage, for plans and runs alike.
"""
