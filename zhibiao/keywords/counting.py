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
from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

from zhibiao.domain import Span
from zhibiao.keywords.choices import Match
from zhibiao.text.cut import BEGINS_SENTENCE, HAS_CONTENT, IS_WORD, LENGTH_SHIFT

_SMALL_SET_CHARACTERS = 20_000  # beyond it the fastest automaton takes much memory

_UNIT = 2  # bytes of UTF-16
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
        # Of UTF-16, which costs next to nothing to make of a text and has an offset a character.
        # Overlapping, since a pattern may also be met between two characters.
        self._automaton = BytesAhoCorasick(
            [_written(term) for term in terms],
            matchkind=MatchKind.Standard,
            implementation=Implementation.DFA if small else None,
        )

    def occurrences(self, text: str, cut: bytes) -> Iterator[tuple[int, int, int]]:
        """(position of the term in the set, start, end) of each that counts, in order.

        `cut` is that of `text`, see `zhibiao.text.cut`.
        """
        yield from self._occurrences(text, _Cut(cut))

    def _occurrences(self, text: str, cut: _Cut) -> Iterator[tuple[int, int, int]]:
        written = _written(text)
        hits = self._automaton.find_matches_as_indexes(written, overlapping=True)
        if not hits:
            return
        found = np.array(hits, dtype=np.int64)
        found = found[found[:, 1] % _UNIT == 0]
        found[:, 1:] //= _UNIT
        if len(written) > _UNIT * len(text):
            found[:, 1:] -= np.searchsorted(_second_halves(text), found[:, 1:])
        if self.match == "token":
            found = found[cut.at_border(found[:, 1]) & cut.at_border(found[:, 2])]
        reached = 0
        for term, start, end in found[np.lexsort((-found[:, 2], found[:, 1]))].tolist():
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
    def starts(self) -> np.ndarray:
        starts: np.ndarray = self.ends - self.lengths
        return starts

    @cached_property
    def ends(self) -> np.ndarray:
        ends: np.ndarray = np.cumsum(self.lengths, dtype=np.uint32)
        return ends

    def at_border(self, places: np.ndarray) -> np.ndarray:
        """Which offsets into the text are where a word ends, or its beginning."""
        first: np.ndarray = places == 0
        if not len(self.ends):
            return first
        nearest = np.searchsorted(self.ends, places.astype(self.ends.dtype))
        known: np.ndarray = self.ends[np.minimum(nearest, len(self.ends) - 1)] == places
        known |= first
        return known


def _written(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")


def _second_halves(text: str) -> np.ndarray:
    """Where in UTF-16 the second halves of characters stand, of which most texts have none."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    at = np.flatnonzero(codes >= 1 << 16)
    halves: np.ndarray = at + np.arange(len(at)) + 1
    return halves


def _sizes(text: str, cut: _Cut, spans: Sequence[Span]) -> Iterator[Size]:
    for span in spans:
        inside, written = cut.numbers, text
        if span.start or span.end < len(text):
            inside = inside[slice(*np.searchsorted(cut.starts, (span.start, span.end)))]
            written = text[span.start : span.end]
        yield Size(
            tokens=int(np.count_nonzero(inside & IS_WORD)),
            content_words=int(np.count_nonzero(inside & HAS_CONTENT)),
            characters=len(written) - _white_space(written),
            sentences=int(np.count_nonzero(inside & BEGINS_SENTENCE)),
        )


def _white_space(text: str) -> int:
    units = np.frombuffer(_written(text), dtype="<u2")
    return int(np.count_nonzero(_IS_WHITE_SPACE[units[units <= _LAST_WHITE_SPACE]]))
