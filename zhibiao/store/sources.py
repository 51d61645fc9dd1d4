"""The bytes that documents came as: shared by all that are equal, gone with the last of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import Connection, delete, select

from zhibiao.store.schema import documents, sources


def hold(connection: Connection, keys: Collection[str]) -> set[str]:
    """Those of the sources that are there; they stay until this transaction has ended."""
    there: set[str] = set()
    for some in _batches(keys):
        query = select(sources.c.sha256).where(sources.c.sha256.in_(some)).order_by("sha256")
        there |= set(connection.scalars(query.with_for_update(read=True, key_share=True)))
    return there


def seize(connection: Connection, run: int) -> list[str]:
    """The sources of a run; nobody begins to refer to them before this transaction has ended."""
    of_run = select(documents.c.sha256).where(
        documents.c.run_id == run, documents.c.sha256.is_not(None)
    )
    keys = list(connection.scalars(of_run.distinct()))
    seize_these(connection, keys)
    return keys


def seize_these(connection: Connection, keys: Collection[str]) -> None:
    """As `seize`, of some."""
    for some in _batches(keys):
        query = select(sources.c.sha256).where(sources.c.sha256.in_(some)).order_by("sha256")
        connection.execute(query.with_for_update())


def drop_orphans(connection: Connection, seized: Collection[str]) -> int:
    """Delete those that no document refers to any more; how many.

    A statement of its own after they were seized: only then it sees the documents of those who
    held them before.
    """
    needed = select(documents.c.id).where(documents.c.sha256 == sources.c.sha256).exists()
    return sum(
        connection.execute(delete(sources).where(sources.c.sha256.in_(some), ~needed)).rowcount
        for some in _batches(seized)
    )


def _batches(keys: Collection[str]) -> Iterator[Sequence[str]]:
    ordered = sorted(keys)
    for start in range(0, len(ordered), 500):
        yield ordered[start : start + 500]
