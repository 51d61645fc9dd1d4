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
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
