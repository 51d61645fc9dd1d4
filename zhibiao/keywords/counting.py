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
from functools import cached_property
from typing import NamedTuple

import numpy as np
from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from zhibiao.domain import Span
from zhibiao.keywords.choices import Match
from zhibiao.text.cut import BEGINS_SENTENCE, HAS_CONTENT, IS_WORD, LENGTH_SHIFT

_SMALL_SET_CHARACTERS = 20_000  # beyond it the fastest automaton takes much memory

_LAST_WHITE_SPACE = 0x3000
_IS_WHITE_SPACE = np.array([chr(code).isspace() for code in range(_LAST_WHITE_SPACE + 1)])


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
        small = sum(map(len, terms)) <= _SMALL_SET_CHARACTERS
        self._automaton = AhoCorasick(
            self.terms,
            matchkind=MatchKind.Standard if match == "token" else MatchKind.LeftmostLongest,
            store_patterns=False,
            implementation=Implementation.DFA if small else None,
        )

    def occurrences(self, text: str, cut: bytes) -> Iterator[tuple[int, int, int]]:
        """(position of the term in the set, start, end) of each that counts, in order.

        `cut` is that of `text`, see `zhibiao.text.cut`.
        """
        yield from self._occurrences(text, _Cut(cut))

    def _occurrences(self, text: str, cut: _Cut) -> Iterator[tuple[int, int, int]]:
        if self.match == "substring":
            yield from self._automaton.find_matches_as_indexes(text)
            return
        found = self._automaton.find_matches_as_indexes(text, overlapping=True)
        if not found:
            return
        borders = np.zeros(len(text) + 1, dtype=bool)
        borders[0] = True
        borders[cut.ends] = True
        whole = [each for each in found if borders[each[1]] and borders[each[2]]]
        whole.sort(key=lambda each: (each[1], -each[2]))
        reached = 0
        for term, start, end in whole:
            if start >= reached:
                yield term, start, end
                reached = end

    def count(
        self, text: str, cut: bytes, sections: Sequence[Span] | None = None
    ) -> list[SectionCounts]:
        """The counts of each section, or of the whole text; sections are in order."""
        spans = [Span(0, len(text))] if sections is None else sections
        counts: list[Counter[int]] = [Counter() for _ in spans]
        at = 0
        words = _Cut(cut)
        for term, start, _ in self._occurrences(text, words):
            while at < len(spans) and start >= spans[at].end:
                at += 1
            if at == len(spans):
                break
            if start >= spans[at].start:
                counts[at][term] += 1
        sizes = _sizes(text, words, spans)
        return [
            SectionCounts(span=span, counts=counted, size=size)
            for span, counted, size in zip(spans, counts, sizes, strict=True)
        ]


class _Cut:
    """A stored cut, made ready once for all that is asked of it."""

    def __init__(self, packed: bytes) -> None:
        self.numbers = np.frombuffer(packed, dtype="<u4")
        self.lengths = self.numbers >> LENGTH_SHIFT

    @cached_property
    def ends(self) -> np.ndarray:
        ends: np.ndarray = np.cumsum(self.lengths, dtype=np.int64)
        return ends


def _sizes(text: str, cut: _Cut, spans: Sequence[Span]) -> Iterator[Size]:
    starts = cut.ends - cut.lengths
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    for span in spans:
        first, last = np.searchsorted(starts, (span.start, span.end))
        inside = cut.numbers[first:last]
        written = codes[span.start : span.end]
        white = _IS_WHITE_SPACE[written[written <= _LAST_WHITE_SPACE]]
        yield Size(
            tokens=int(np.count_nonzero(inside & IS_WORD)),
            content_words=int(np.count_nonzero(inside & HAS_CONTENT)),
            characters=len(written) - int(np.count_nonzero(white)),
            sentences=int(np.count_nonzero(inside & BEGINS_SENTENCE)),
        )
