"""A text as an array of its characters' numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def code_points(text: str) -> np.ndarray:
    """One number a character: two bytes each where that is enough, else four."""
    units = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype="<u2")
    if len(units) == len(text):
        return units
    return wide_code_points(text)


def wide_code_points(text: str) -> NDArray[np.uint32]:
    """One number a character, of four bytes."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
