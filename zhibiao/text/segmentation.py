"""Cutting text into words, and counting terms and keywords on the words of one cut.

Two segmenters give the same words: `rjieba` (default, fast) and `jieba` (pure Python). A
segmenter's dictionary stays in memory, once for each set of the user's words.
"""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal, Protocol

import rjieba

from zhibiao.errors import DictionaryError

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
        self._jieba = rjieba.Jieba()
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
    sources = [TERMS] if user_dictionary is None else [TERMS, user_dictionary]
    words = tuple(word for source in sources for word in read_dictionary(source))
    return _load(name, words)


@cache
def _load(name: SegmenterName, words: tuple[Word, ...]) -> Segmenter:
    digest = hashlib.sha256(repr(words).encode()).hexdigest()
    return _Rjieba(words, digest) if name == "rjieba" else _Jieba(words, digest)


def _is_term(token: str) -> bool:
    return token.isalnum() or any(map(str.isalnum, token))


def count_terms(text: str, segmenter: Segmenter) -> dict[str, int]:
    """How often each word occurs; white space and bare punctuation are not words."""
    return {
        token: count for token, count in Counter(segmenter.cut(text)).items() if _is_term(token)
    }


@dataclass(frozen=True, kw_only=True, slots=True)
class KeywordCounts:
    """A keyword set's frequencies in one text: numerator and denominator of one cut."""

    counts: dict[str, int]  # every keyword asked for, in the order given; 0 where absent
    terms: int  # all words of the text, repeats included


def count_keywords(text: str, keywords: Iterable[str], segmenter: Segmenter) -> KeywordCounts:
    """Count keywords on the words of `text`.

    A keyword matches one word, or a run of neighbouring words that together are it: 数据 is not
    counted inside 大数据, and 绿色工厂 is counted although it is cut into two words. Each word
    counts for one keyword only; where several start at a word, the longest wins.
    """
    tokens = segmenter.cut(text)
    return match_keywords(tokens, keywords)


def match_keywords(tokens: Sequence[str], keywords: Iterable[str]) -> KeywordCounts:
    """Count keywords on words that were cut before; see `count_keywords`."""
    counts = dict.fromkeys((keyword for keyword in keywords if keyword), 0)
    longest = max(map(len, counts), default=0)
    starts = {keyword[0] for keyword in counts}
    terms = 0
    at = 0
    for token in tokens:
        terms += _is_term(token)
    while at < len(tokens):
        step = 1
        if tokens[at] and tokens[at][0] in starts:
            joined = ""
            best = None
            for end in range(at, len(tokens)):
                joined += tokens[end]
                if len(joined) > longest:
                    break
                if joined in counts:
                    best, step = joined, end + 1 - at
            if best is not None:
                counts[best] += 1
        at += step
    return KeywordCounts(counts=counts, terms=terms)
