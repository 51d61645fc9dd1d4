"""A text's words as numbers: where they end and of what kind they are, without the words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from zhibiao.text.segmentation import is_term
from zhibiao.text.sentences import sentences

FUNCTION_WORDS: Final = Path(__file__).parent / "data" / "function_words.txt"

# A token's number: its length times 8, plus what it is.
BEGINS_SENTENCE: Final = 1
IS_WORD: Final = 2  # not white space, not punctuation
HAS_CONTENT: Final = 4  # a word that is no number and no function word
LENGTH_SHIFT: Final = 3

_NUMBERS_KEPT: Final = 1 << 16


def packed_cut(text: str, tokens: Sequence[str]) -> bytes:
    """The tokens of `text` as little-endian 32-bit integers, one a token.

    Joined together the tokens are `text`.
    """
    numbers = np.fromiter(map(_NUMBERS.__getitem__, tokens), dtype="<u4", count=len(tokens))
    ends = np.cumsum(numbers >> LENGTH_SHIFT)
    starts = [sentence.start for sentence in sentences(text)]
    numbers[np.searchsorted(ends, starts, side="right")] |= BEGINS_SENTENCE
    return numbers.tobytes()


def has_content(token: str) -> bool:
    """Whether it is a word that says something by itself: no number, no function word."""
    return bool(_NUMBERS[token] & HAS_CONTENT)


class _Numbers(dict[str, int]):
    """Of tokens, but for where sentences begin. Reports share most of their words."""

    def __missing__(self, token: str) -> int:
        number = len(token) << LENGTH_SHIFT | _kind(token)
        if len(self) < _NUMBERS_KEPT:
            self[token] = number
        return number


_NUMBERS: Final = _Numbers()


def _kind(token: str) -> int:
    if not is_term(token):
        return 0
    return IS_WORD if _is_empty(token) else IS_WORD | HAS_CONTENT


def _is_empty(token: str) -> bool:
    """Whether a word says nothing by itself: 的, 对于; 6.5, 2023, 三."""
    if token in _function_words():
        return True
    return all(character.isnumeric() or character in ".%,，．％" for character in token)


@cache
def _function_words() -> frozenset[str]:
    lines = FUNCTION_WORDS.read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
