"""Patterns of words."""

from __future__ import annotations

import re
from collections.abc import Iterable


def any_of(words: Iterable[str]) -> str:
    """A pattern of any of the words; the longest that fits goes first."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))
