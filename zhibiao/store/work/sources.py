"""The bytes that documents came as: shared by all that are equal, gone with the last of them."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, delete, select

from zhibiao.store.database.batches import in_batches
from zhibiao.store.database.schema import documents, sources


def hold(connection: Connection, keys: Collection[str]) -> set[str]:
    """Those of the sources that are there; they stay until this transaction has ended."""
    there: set[str] = set()
    for some in in_batches(sorted(keys)):
        query = select(sources.c.sha256).where(sources.c.sha256.in_(some)).order_by("sha256")
        there |= set(connection.scalars(query.with_for_update(read=True, key_share=True)))
    return there


def seize(connection: Connection, run: int, *, unshared: bool = False) -> list[str]:
    """The sources of a run; nobody begins to refer to them before this transaction has ended.

    `unshared`: only those that no other run's documents refer to already.
    """
    of_run = select(documents.c.sha256).where(
        documents.c.run_id == run, documents.c.sha256.is_not(None)
    )
    if unshared:
        other = documents.alias("other")
        of_run = of_run.where(
            ~select(other.c.id)
            .where(other.c.sha256 == documents.c.sha256, other.c.run_id != run)
            .exists()
        )
    keys = list(connection.scalars(of_run.distinct()))
    _seize_these(connection, keys)
    return keys


def seize_orphans(connection: Connection, keys: Collection[str]) -> list[str]:
    """As `seize`, those that no document is known to refer to; them."""
    needed = select(documents.c.id).where(documents.c.sha256 == sources.c.sha256).exists()
    orphans = [
        key
        for some in in_batches(sorted(keys))
        for key in connection.scalars(
            select(sources.c.sha256).where(sources.c.sha256.in_(some), ~needed)
        )
    ]
    _seize_these(connection, orphans)
    return orphans


def _seize_these(connection: Connection, keys: Collection[str]) -> None:
    for some in in_batches(sorted(keys)):
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
        for some in in_batches(sorted(seized))
    )
