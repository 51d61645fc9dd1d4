"""Forgetting how documents once came through runs, and old entries of the audit log.

Of a run whose work is forgotten the counts stay: they add up as before, and the list behind them
is shorter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, delete, exists, func, select

from zhibiao.domain import State
from zhibiao.store.database.access_tables import audit
from zhibiao.store.database.batches import in_batches
from zhibiao.store.database.engine import Store
from zhibiao.store.database.inserts import insert_into
from zhibiao.store.database.schema import IN_FLIGHT, documents, work
from zhibiao.store.database.stage_tables import forgotten_work

_BATCH_ENTRIES = 5_000  # of the audit log, in a transaction


def forget_work(connection: Connection, first: int, end: int, *, before: float) -> int:
    """Of documents from `first` up to `end`: superseded work at rest since before then; how many
    rows. What says how its document stands is kept, with what it took the place of and would stand
    for again, and what was cancelled and may yet go on."""
    later = work.alias()
    is_needed = (
        exists()
        .where(later.c.previous_id == work.c.id, later.c.document_id == work.c.document_id)
        .where(
            later.c.state.in_([State.PENDING, State.RUNNING])
            | exists().where(documents.c.work_id == later.c.id)
        )
    )
    stands = exists().where(
        documents.c.id == work.c.document_id,
        documents.c.work_id.in_([work.c.id, work.c.previous_id]),
    )
    gone = connection.execute(
        delete(work)
        .where(
            work.c.document_id.between(first, end - 1),
            work.c.changed_at < before,
            ~IN_FLIGHT,
            ~stands,
            ~is_needed,
        )
        .returning(work.c.run_id, work.c.state, work.c.document_id)
    ).all()
    if not gone:
        return 0
    first_parts = _first_parts(connection, [row.document_id for row in gone])
    counted = Counter((row.run_id, row.state) for row in gone)
    files = Counter((row.run_id, row.state) for row in gone if row.document_id in first_parts)
    _count(
        connection,
        [
            {"run_id": run, "state": state, "documents": number, "files": files[run, state]}
            for (run, state), number in sorted(counted.items())
        ],
    )
    return len(gone)


def _first_parts(connection: Connection, ids: list[int]) -> set[int]:
    """Those of the documents that are the first of their file."""
    return {
        found
        for some in in_batches(ids)
        for found in connection.scalars(
            select(documents.c.id).where(documents.c.id.in_(some), documents.c.part == 0)
        )
    }


def _count(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Add documents and files to what is known of runs and states."""
    added = insert_into(forgotten_work, connection.dialect.name)
    sums = {name: forgotten_work.c[name] + added.excluded[name] for name in ("documents", "files")}
    connection.execute(
        added.on_conflict_do_update(index_elements=["run_id", "state"], set_=sums), rows
    )


def forget_audit(store: Store, *, before: float, dry_run: bool, until: Callable[[], bool]) -> int:
    """The entries from before then; how many. What there is no time for, the next one takes."""
    old = audit.c.at < before
    if dry_run:
        with store.read() as connection:
            query = select(func.count()).select_from(audit).where(old)
            return int(connection.execute(query).scalar_one())
    total = 0
    while not until():
        with store.write() as connection:
            some = select(audit.c.id).where(old).order_by(audit.c.id).limit(_BATCH_ENTRIES)
            gone = connection.execute(delete(audit).where(audit.c.id.in_(some))).rowcount
        total += gone
        if gone < _BATCH_ENTRIES:
            break
    return total
