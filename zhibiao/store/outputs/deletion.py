"""Deleting a submission with all that came of it: in batches, so that nobody waits for long.

A run is marked first. From then on it is gone for readers of runs, and whatever ends the deleting
half-way (`unfinished` tells), the next one goes on with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, delete, func, select, tuple_, update

from zhibiao.store.database.batches import in_batches
from zhibiao.store.database.engine import Store
from zhibiao.store.database.errors import NotFound, RunNotDeletable
from zhibiao.store.database.locks import settle_places, start_work
from zhibiao.store.database.schema import IN_FLIGHT, documents, publications, runs, work
from zhibiao.store.outputs import prints
from zhibiao.store.outputs.print_groups import IS_FURTHER
from zhibiao.store.work.sources import drop_orphans, seize, seize_orphans

# A transaction: with 1,800 observations a document, over all generations, 0.2 s on PostgreSQL.
_BATCH_DOCUMENTS = 100
_RUNS_NAMED = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Deleted:
    """What has been deleted."""

    documents: int = 0
    sources: int = 0  # those that no other document came as
    finished: bool = True  # False: not all of it, in the time there was


def delete_run(store: Store, run: int, *, until: Callable[[], bool] = lambda: False) -> Deleted:
    """Delete a submission: its documents, their work in all runs, outputs, and unshared sources.

    Raises NotFound and RunNotDeletable.
    """
    with store.write() as connection:
        mark(connection, run, now=store.now(connection))
    deleted = files = 0
    while not until():
        with store.write() as connection:
            batch = _delete_batch(connection, run)
        if batch is None:
            return Deleted(documents=deleted, sources=files)
        # After the commit, as always; what a crash leaves here is due, and the sweep finds it.
        prints.settle_due(store, ids=batch.widowed)
        deleted += batch.documents
        files += batch.sources
    return Deleted(documents=deleted, sources=files, finished=False)


def unfinished(connection: Connection) -> list[int]:
    """Runs that are being deleted, or whose deleting was broken off."""
    return list(connection.scalars(select(runs.c.id).where(runs.c.deleted_at.is_not(None))))


def mark(connection: Connection, run: int, *, now: float) -> None:
    """Let a run be gone for readers. Nothing, if it is marked already.

    Raises NotFound, and RunNotDeletable where somebody still needs what is in it.
    """
    start_work(connection)  # nobody begins to reprocess its documents meanwhile
    row = connection.execute(select(runs).where(runs.c.id == run)).one_or_none()
    if row is None:
        raise NotFound(f"There is no run {run}.", run=run)
    if row.deleted_at is not None:
        return
    if row.kind != "submission":
        raise RunNotDeletable(
            f"Run {run} is a reprocessing: its documents came with other runs. Take it back with "
            "a rollback, and forget what it superseded by pruning.",
            run=run,
        )
    if row.sealed_at is None:
        raise RunNotDeletable(f"Run {run} is still being received.", run=run)
    seize(connection, run)  # nobody submits the same bytes meanwhile
    mine = select(documents.c.id).where(documents.c.run_id == run)
    in_flight = _counted(
        connection,
        select(work.c.run_id, func.count())
        .where(work.c.document_id.in_(mine), IN_FLIGHT)
        .group_by(work.c.run_id),
    )
    if in_flight:
        named = ", ".join(str(each) for each in sorted(in_flight)[:_RUNS_NAMED])
        raise RunNotDeletable(
            f"{sum(in_flight.values())} documents of run {run} are in flight, in run {named}. "
            "Cancel it, or wait.",
            run=run,
            in_flight=sum(in_flight.values()),
            runs=sorted(in_flight)[:_RUNS_NAMED],
        )
    _refuse_where_duplicates_are_held(connection, run)
    connection.execute(
        update(runs)
        .where(runs.c.id == run)
        .values(
            deleted_at=now,
            cancelled_at=func.coalesce(runs.c.cancelled_at, now),
            idempotency_key=None,  # the same upload may come again
        )
    )


def _refuse_where_duplicates_are_held(connection: Connection, run: int) -> None:
    original = documents.alias("original")
    held = _counted(
        connection,
        select(documents.c.run_id, func.count())
        .join(original, original.c.id == documents.c.duplicate_of)
        .where(original.c.run_id == run, documents.c.run_id != run)
        .group_by(documents.c.run_id),
    )
    if held:
        named = ", ".join(str(each) for each in sorted(held)[:_RUNS_NAMED])
        raise RunNotDeletable(
            f"{sum(held.values())} documents of run {named} are duplicates of documents of run "
            f"{run} and have no outputs of their own. Delete those runs first.",
            run=run,
            duplicates=sum(held.values()),
            runs=sorted(held)[:_RUNS_NAMED],
        )


def _counted(connection: Connection, query: Select[Any]) -> dict[int, int]:
    """Documents by run."""
    return {row[0]: row[1] for row in connection.execute(query)}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Batch:
    documents: int
    sources: int
    widowed: list[int]  # documents that have lost their canonical print


def _delete_batch(connection: Connection, run: int) -> _Batch | None:
    """Delete some documents of a marked run; None: there were none, and the run is gone too."""
    some = select(documents.c.id, documents.c.sha256, documents.c.region_code, documents.c.year)
    rows = connection.execute(
        some.where(documents.c.run_id == run).order_by(documents.c.id).limit(_BATCH_DOCUMENTS)
    ).all()
    if not rows:
        connection.execute(delete(runs).where(runs.c.id == run, runs.c.deleted_at.is_not(None)))
        return None
    ids = [row.id for row in rows]
    found = {(row.region_code, row.year) for row in rows}
    places = sorted(place for place in found if None not in place)
    settle_places(connection, places)
    start_work(connection)
    _discount(connection, ids)
    widowed = _widow(connection, ids, places)
    connection.execute(delete(documents).where(documents.c.id.in_(ids)))
    orphans = seize_orphans(connection, {row.sha256 for row in rows if row.sha256 is not None})
    return _Batch(documents=len(ids), sources=drop_orphans(connection, orphans), widowed=widowed)


def _discount(connection: Connection, ids: list[int]) -> None:
    """The accounts of all runs that had work on these documents count them no more."""
    counted = connection.execute(
        select(work.c.run_id, func.count().label("documents"))
        .where(work.c.document_id.in_(ids))
        .group_by(work.c.run_id)
        .order_by(work.c.run_id)
    ).all()
    for row in counted:
        connection.execute(
            update(runs)
            .where(runs.c.id == row.run_id)
            .values(received=runs.c.received - row.documents)
        )


def _widow(connection: Connection, ids: list[int], places: list[tuple[str, int]]) -> list[int]:
    """Take these documents away as canonical prints of others; the others."""
    if not places:
        return []
    widowed = list(
        connection.scalars(
            select(documents.c.id)
            .where(documents.c.canonical_id.in_(ids), IS_FURTHER, documents.c.id.not_in(ids))
            .order_by(documents.c.id)
            .with_for_update(key_share=True)
        )
    )
    for some in in_batches(widowed):
        connection.execute(
            update(documents)
            .where(documents.c.id.in_(some))
            .values(canonical_id=None, settled_hash=None)
        )
    # Also when looking back: what has lost its canonical print counts by itself.
    neighbours = select(documents.c.id).where(
        tuple_(documents.c.region_code, documents.c.year).in_(places), documents.c.id.not_in(ids)
    )
    connection.execute(
        update(publications)
        .where(publications.c.document_id.in_(neighbours), publications.c.canonical_id.in_(ids))
        .values(canonical_id=None)
    )
    return widowed
