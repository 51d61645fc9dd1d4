"""Sentences as tokens of word classes."""
