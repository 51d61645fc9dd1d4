"""Places in a text: half-open spans, and the map that leads from clean text back to raw text."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from zhibiao.compiled import mypyc_attr


@mypyc_attr(acyclic=True)
@dataclass(slots=True, order=True, unsafe_hash=True)
class Span:
    """A half-open range of characters, `text[start:end]`.

    Frozen for the type checker alone: a report has a thousand, and the guard of a frozen class
    takes most of the time in which one is made.
    """

    start: Final[int]
    end: Final[int]

    def __init__(self, start: int, end: int) -> None:
        if not 0 <= start <= end:
            raise ValueError(f"not a span: {start}, {end}")
        self.start = start
        self.end = end

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        return text[self.start : self.end]


class OffsetMap:
    """Where each character of a clean text stood in the raw text.

    Cleaning only deletes characters or replaces one by one (a full-width digit by an ASCII
    one), so the map is a list of segments `(clean_start, raw_start, length)`: within a segment
    the characters correspond one to one, and the gaps between segments are what was deleted.
    Segments ascend in both texts and cover the clean text without holes.
    """

    __slots__ = ("_clean", "_length", "_raw")

    def __init__(self, segments: Iterable[tuple[int, int, int]]) -> None:
        self._clean: list[int] = []
        self._raw: list[int] = []
        self._length = 0
        raw_end = 0
        for clean_start, raw_start, length in segments:
            if length <= 0 or clean_start != self._length or raw_start < raw_end:
                raise ValueError(f"segment out of order: {(clean_start, raw_start, length)}")
            self._clean.append(clean_start)
            self._raw.append(raw_start)
            self._length += length
            raw_end = raw_start + length

    @classmethod
    def identity(cls, length: int) -> OffsetMap:
        return cls([(0, 0, length)] if length else [])

    def __len__(self) -> int:
        """Length of the clean text, in characters."""
        return self._length

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, OffsetMap)
            and self._clean == other._clean
            and self._raw == other._raw
            and self._length == other._length
        )

    def __hash__(self) -> int:
        return hash((self._length, tuple(self._raw)))

    @property
    def segments(self) -> list[tuple[int, int, int]]:
        if not self._clean:
            return []
        ends = [*self._clean[1:], self._length]
        return [(c, r, e - c) for c, r, e in zip(self._clean, self._raw, ends, strict=True)]

    def offset(self, clean_offset: int) -> int:
        """The raw offset of one clean character (0 <= clean_offset < len(self))."""
        if not 0 <= clean_offset < self._length:
            raise IndexError(clean_offset)
        index = bisect_right(self._clean, clean_offset) - 1
        return self._raw[index] + clean_offset - self._clean[index]

    def raw(self, span: Span) -> Span:
        """The raw span from a clean span's first character through its last one.

        It may hold deleted characters in its middle, never at its ends. An empty span maps to
        an empty one.
        """
        return self.raw_between(span.start, span.end)

    def clean_between(self, start: int, end: int) -> Span:
        """What is left of `raw[start:end]`; an empty span where all of it was deleted."""
        return Span(self._first_at(start), self._first_at(end))

    def _first_at(self, raw_offset: int) -> int:
        """The first clean character that stood at a raw offset or behind it."""
        index = bisect_right(self._raw, raw_offset) - 1
        if index < 0:
            return 0
        end = self._clean[index + 1] if index + 1 < len(self._clean) else self._length
        return min(self._clean[index] + raw_offset - self._raw[index], end)

    def raw_between(self, start: int, end: int) -> Span:
        """`raw`, of `clean[start:end]`."""
        if start == end:
            at = self.offset(start) if start < self._length else 0
            return Span(at, at)
        if not 0 <= start < end <= self._length:
            raise IndexError((start, end))
        index = bisect_right(self._clean, start) - 1
        moved = self._raw[index] - self._clean[index]
        if index + 1 < len(self._clean) and self._clean[index + 1] < end:
            return Span(start + moved, self.offset(end - 1) + 1)
        return Span(start + moved, end + moved)

    def to_bytes(self) -> bytes:
        """Little-endian 32-bit integers, three a segment."""
        flat = array("I", (number for segment in self.segments for number in segment))
        return flat.tobytes()

    @classmethod
    def from_bytes(cls, packed: bytes) -> OffsetMap:
        flat = array("I")
        flat.frombytes(packed)
        numbers = iter(flat)
        return cls(zip(numbers, numbers, numbers, strict=True))
