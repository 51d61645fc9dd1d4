"""Many things in pieces: a statement takes so many parameters, a message so many documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

A = TypeVar("A")

_PARAMETERS = 500


def in_batches(things: Sequence[A], size: int = _PARAMETERS) -> Iterator[Sequence[A]]:
    """Them in their order, at most `size` at a time."""
    for start in range(0, len(things), size):
        yield things[start : start + size]
