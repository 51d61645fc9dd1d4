"""Many things in pieces: of parameters, documents and rows only so many are handled at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, RowMapping, Select

A = TypeVar("A")

_PARAMETERS = 500


def in_batches(things: Sequence[A], size: int = _PARAMETERS) -> Iterator[Sequence[A]]:
    """Them in their order, at most `size` at a time."""
    for start in range(0, len(things), size):
        yield things[start : start + size]


def few(connection: Connection, query: Select[Any], *, most: int) -> list[int] | None:
    """The ids that a query finds, its first column, where they are no more than `most`.

    None: they are more, and not all of them were read.
    """
    ids = list(connection.scalars(query.limit(most + 1)))
    return ids if len(ids) <= most else None


def streamed(connection: Connection, query: Select[Any], size: int = 1000) -> Iterator[RowMapping]:
    """Its rows, at most `size` of them in memory; an iterator that is dropped ends the query."""
    with connection.execute(query, execution_options={"yield_per": size}) as rows:
        yield from rows.mappings()
