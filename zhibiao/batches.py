"""Pieces of work by the batch, of which no more than one is held at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Piece = TypeVar("Piece")


def batches(
    pieces: Iterable[Piece], bytes_of: Callable[[Piece], int], *, most: int, most_bytes: int
) -> Iterator[list[Piece]]:
    """All pieces in their order, in lists of at most `most`.

    A list ends too with the piece by which it has `most_bytes` or more.
    """
    batch: list[Piece] = []
    size = 0
    for piece in pieces:
        batch.append(piece)
        size += bytes_of(piece)
        if len(batch) >= most or size >= most_bytes:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
