"""A text's words as marks of its characters: where they begin and of what kind they are."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from zhibiao.language.code_points import code_points
from zhibiao.text.segmentation import is_term
from zhibiao.text.sentences import sentences

FUNCTION_WORDS: Final = Path(__file__).parent / "data" / "function_words.txt"

# Of a character; those of a word are those of its first one.
BEGINS_SENTENCE: Final = 1
IS_WORD: Final = 2  # not white space, not punctuation
HAS_CONTENT: Final = 4  # a word that is no number and no function word
BEGINS_TOKEN: Final = 8
IS_WHITE_SPACE: Final = 16

_KINDS_KEPT: Final = 1 << 16
_LAST_WHITE_SPACE: Final = 0x3000
_WHITE_SPACE: Final = np.array([chr(code).isspace() for code in range(_LAST_WHITE_SPACE + 2)])


def packed_cut(text: str, tokens: Sequence[str]) -> bytes:
    """The marks of `text`, one byte a character. Joined together the tokens are `text`."""
    marks = np.zeros(len(text), dtype=np.uint8)
    lengths = np.fromiter(map(len, tokens), dtype=np.int64, count=len(tokens))
    kinds = np.fromiter(map(_KINDS.__getitem__, tokens), dtype=np.uint8, count=len(tokens))
    marks[np.cumsum(lengths) - lengths] = kinds | BEGINS_TOKEN
    marks[[sentence.start for sentence in sentences(text)]] |= BEGINS_SENTENCE
    marks[_WHITE_SPACE[np.minimum(code_points(text), _LAST_WHITE_SPACE + 1)]] |= IS_WHITE_SPACE
    return marks.tobytes()


def has_content(token: str) -> bool:
    """Whether it is a word that says something by itself: no number, no function word."""
    return bool(_KINDS[token] & HAS_CONTENT)


class _Kinds(dict[str, int]):
    """Of tokens. Reports share most of their words."""

    def __missing__(self, token: str) -> int:
        kind = _kind(token)
        if len(self) < _KINDS_KEPT:
            self[token] = kind
        return kind


_KINDS: Final = _Kinds()


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
