"""Cutting text into words, and counting them.

Two segmenters give the same words: `rjieba` (default, fast) and `jieba` (pure Python). A
segmenter's dictionary stays in memory, once for each set of the user's words.
"""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final, Literal, Protocol

import rjieba

from zhibiao.errors import DictionaryError

VERSION = "3"  # bumped whenever a change of code changes what segmentation makes

SegmenterName = Literal["rjieba", "jieba"]
TERMS: Final = Path(__file__).parent / "data" / "terms.txt"


class Segmenter(Protocol):
    """Cuts text into words."""

    @property
    def name(self) -> str: ...

    @property
    def digest(self) -> str:
        """SHA-256 of the dictionaries added to the segmenter's own one."""
        ...

    def cut(self, text: str) -> list[str]:
        """The words of `text` in order; joined together they are `text` again."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """One line of a user dictionary: `word [frequency] [tag]`, as jieba's own format has it."""

    text: str
    frequency: int | None = None  # None: high enough to keep the word in one piece
    tag: str | None = None  # part of speech


def read_dictionary(path: Path) -> list[Word]:
    """The words of a user dictionary (UTF-8, one a line; empty lines and # comments are skipped).

    Raises DictionaryError, naming file and line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DictionaryError(
            f"{path}: cannot be read as UTF-8 text: {error}", path=str(path)
        ) from error
    words = []
    for number, line in enumerate(text.splitlines(), start=1):
        fields = line.split()
        if not fields or fields[0].startswith("#"):
            continue
        frequency: int | None = None
        rest = fields[1:]
        if rest and rest[0].isdigit():
            frequency = int(rest.pop(0))
        if len(rest) > 1 or (rest and not rest[0].isascii()):
            raise DictionaryError(
                f"{path}, line {number}: expected `word [frequency] [tag]`, found {line.strip()!r}",
                path=str(path),
                line=number,
            )
        words.append(Word(text=fields[0], frequency=frequency, tag=rest[0] if rest else None))
    return words


class _Rjieba:
    name = "rjieba"

    def __init__(self, words: Sequence[Word], digest: str) -> None:
        self.digest = digest
        # The module's own instance holds the same dictionary: one without words needs no other.
        self._jieba: Any = rjieba.Jieba() if words else rjieba
        for word in words:
            self._jieba.add_word(word.text, word.frequency, word.tag)

    def cut(self, text: str) -> list[str]:
        return list(self._jieba.cut(text))


class _Jieba:
    name = "jieba"

    def __init__(self, words: Sequence[Word], digest: str) -> None:
        # Imported here: it costs a second and 100 MB that users of rjieba need not pay.
        import jieba

        jieba.setLogLevel(logging.WARNING)
        self.digest = digest
        self._tokenizer = jieba.Tokenizer()
        self._tokenizer.initialize()
        for word in words:
            self._tokenizer.add_word(word.text, word.frequency, word.tag)

    def cut(self, text: str) -> list[str]:
        return list(self._tokenizer.cut(text))


def load_segmenter(
    name: SegmenterName = "rjieba", user_dictionary: Path | None = None
) -> Segmenter:
    """The segmenter `name` with the built-in policy terms and the user's own words.

    Loaded once for each name and content of the dictionary. Raises DictionaryError.
    """
    return _load(name, _words(TERMS, user_dictionary))


def load_fine_segmenter(
    name: SegmenterName = "rjieba", user_dictionary: Path | None = None
) -> Segmenter:
    """The same without the built-in policy terms: 老旧小区改造 is three words, 老旧, 小区 and 改造.

    Keywords are counted on these words, so that no count depends on what is in our list.
    """
    return _load(name, _words(user_dictionary))


def _words(*sources: Path | None) -> tuple[Word, ...]:
    return tuple(word for source in sources if source for word in read_dictionary(source))


@cache
def _load(name: SegmenterName, words: tuple[Word, ...]) -> Segmenter:
    digest = hashlib.sha256(repr(words).encode()).hexdigest()
    return _Rjieba(words, digest) if name == "rjieba" else _Jieba(words, digest)


@lru_cache(maxsize=1 << 16)  # reports share most of their words
def is_term(token: str) -> bool:
    """Whether a token is a word: neither white space nor bare punctuation."""
    return token.isalnum() or any(map(str.isalnum, token))


def count_terms(text: str, segmenter: Segmenter) -> dict[str, int]:
    """How often each word occurs, in the order in which they first do; white space and bare
    punctuation are not words."""
    counted = Counter(segmenter.cut(text))
    # Nearly all are words in all of their characters, and need no further look.
    return {token: count for token, count in counted.items() if token.isalnum() or is_term(token)}
