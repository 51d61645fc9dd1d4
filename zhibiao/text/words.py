"""Whether two pieces of text meet within a word."""

from __future__ import annotations

from typing import Final

import rjieba

_REACH: Final = 6  # characters on either side; the longest words are idioms of four


def parts_a_word(before: str, after: str) -> bool:
    """Whether the border of two pieces lies within a word of the dictionary."""
    border = len(before[-_REACH:])
    at = 0
    for word in rjieba.cut(before[-_REACH:] + after[:_REACH], False):
        if at < border < at + len(word):
            return True
        at += len(word)
    return False
