"""Counting a keyword set in a text: overlaps once, numerator and denominator of one cut.

The rule: of all occurrences of all terms, the leftmost counts, of several that begin there the
longest, and counting goes on behind it. `substring` takes every occurrence in the text; `token`
only those that begin where a word begins and end where one ends, on a cut into words that knows
nothing of our own list of policy terms.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

from zhibiao.domain import Span
from zhibiao.keywords.choices import Match
from zhibiao.language.code_points import code_points
from zhibiao.text.cut import BEGINS_SENTENCE, BEGINS_TOKEN, HAS_CONTENT, IS_WHITE_SPACE, IS_WORD

_SMALL_SET_CHARACTERS = 20_000  # beyond it the fastest automaton takes much memory
_CODE_POINTS = 0x110000


class Size(NamedTuple):
    """How much text there is: what counts are divided by."""

    tokens: int  # words, numbers among them; no white space, no punctuation
    content_words: int  # of these, without function words and numbers
    characters: int  # without white space
    sentences: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SectionCounts:
    """A set's frequencies in one stretch of a text."""

    span: Span
    counts: Counter[int]  # by position of the term in the set; only those that occur
    size: Size


class Matcher:
    """A keyword set, made ready for many texts."""

    def __init__(self, terms: Sequence[str], match: Match) -> None:
        """Raises ValueError for no term, or an empty one."""
        if not terms or not all(terms):
            raise ValueError("a set has at least one term, and no empty one")
        self.terms = tuple(terms)
        self.match = match
        characters = sorted({character for term in terms for character in term})
        # The automaton reads a number for each character that terms have, and 0 for all others:
        # one byte of most sets, where three of UTF-8 take thrice the steps.
        self._numbers = np.zeros(_CODE_POINTS, dtype=np.min_scalar_type(len(characters)))
        self._numbers[[ord(character) for character in characters]] = np.arange(
            1, len(characters) + 1
        )
        small = sum(map(len, terms)) <= _SMALL_SET_CHARACTERS
        # Overlapping, since a pattern may also be met in the middle of two numbers.
        self._automaton = BytesAhoCorasick(
            [self._numbered(code_points(term)) for term in terms],
            matchkind=MatchKind.Standard,
            implementation=Implementation.DFA if small else None,
        )

    def _numbered(self, text: np.ndarray) -> bytes:
        return self._numbers.take(text, mode="clip").tobytes()

    def occurrences(self, text: np.ndarray, cut: bytes) -> Iterator[tuple[int, int, int]]:
        """(position of the term in the set, start, end) of each that counts, in order.

        `text` are its code points, `cut` its marks: see `zhibiao.text`.
        """
        hits = self._automaton.find_matches_as_indexes(self._numbered(text), overlapping=True)
        width = self._numbers.itemsize
        # The leftmost, of several the longest, before the others.
        places = sorted(
            (start // width, -end // width, term) for term, start, end in hits if start % width == 0
        )
        reached = 0
        for start, beyond, term in places:
            end = -beyond
            if start >= reached and (self.match == "substring" or _are_borders(cut, start, end)):
                yield term, start, end
                reached = end

    def count(
        self, text: np.ndarray, cut: bytes, sections: Sequence[Span] | None = None
    ) -> list[SectionCounts]:
        """The counts of each section, or of the whole text; sections are in order."""
        spans = [Span(0, len(text))] if sections is None else sections
        counts: list[Counter[int]] = [Counter() for _ in spans]
        at = 0
        for term, start, _ in self.occurrences(text, cut):
            while at < len(spans) and start >= spans[at].end:
                at += 1
            if at == len(spans):
                break
            if start >= spans[at].start:
                counts[at][term] += 1
        marks = np.frombuffer(cut, dtype=np.uint8)
        return [
            SectionCounts(span=span, counts=counted, size=_size(marks[span.start : span.end]))
            for span, counted in zip(spans, counts, strict=True)
        ]


def _are_borders(cut: bytes, start: int, end: int) -> bool:
    """Whether a word begins at the one offset and ends at the other."""
    return bool(cut[start] & BEGINS_TOKEN and (end == len(cut) or cut[end] & BEGINS_TOKEN))


def _size(marks: np.ndarray) -> Size:
    def number(mark: int) -> int:
        return int(np.count_nonzero(marks & mark))

    return Size(
        tokens=number(IS_WORD),
        content_words=number(HAS_CONTENT),
        characters=len(marks) - number(IS_WHITE_SPACE),
        sentences=number(BEGINS_SENTENCE),
    )
