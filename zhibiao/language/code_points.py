"""A text as an array of its characters' numbers."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

_SHORT: Final = 500  # characters; in a shorter text a pattern finds characters faster
_LONG: Final = 1_000_000  # characters; in a longer one it takes less memory


def is_searched_by_code(text: str) -> bool:
    """Whether a table of code points finds the characters of a text better than a pattern does."""
    return _SHORT <= len(text) <= _LONG


def code_points(text: str) -> np.ndarray:
    """One number a character: two bytes each where that is enough, else four."""
    units = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype="<u2")
    if len(units) == len(text):
        return units
    return wide_code_points(text)


def wide_code_points(text: str) -> NDArray[np.uint32]:
    """One number a character, of four bytes."""
    if not text:
        return np.empty(0, np.uint32)  # an array of texts has room for one character at least
    # As NumPy itself keeps texts, which takes a quarter of an encoder's time.
    return np.array([text]).view(np.uint32).astype("<u4", copy=False)


class Kinds:
    """Sets of characters that are looked for in a whole text at once.

    A pattern takes longer to find the characters of one set than this for those of eight.
    """

    def __init__(self, *sets: str) -> None:
        """At most eight; each is one bit, from the lowest on."""
        self._table = np.zeros(0x10001, np.uint8)  # the last is of all characters behind it
        for bit, characters in enumerate(sets):
            self._table[[ord(character) for character in characters]] |= 1 << bit

    def of(self, text: str) -> NDArray[np.uint8]:
        """Of which sets each character of a text is."""
        return self._table.take(wide_code_points(text), mode="clip")
