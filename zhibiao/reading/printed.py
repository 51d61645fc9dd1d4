"""Lines of print, and the words on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Word(NamedTuple):
    """What stands on a line without a gap, and from where to where."""

    text: str
    left: float
    right: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line of print, a piece of one, or a table, with its box in points from the bottom left."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    words: tuple[Word, ...] = ()

    @property
    def pieces(self) -> tuple[Word, ...]:
        """The words; the line as one where none are known."""
        return self.words or (Word(self.text, self.left, self.right),)

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2
