"""What arrives: files become sources and pending documents, a batch in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from zhibiao.domain import Stage, State
from zhibiao.errors import ReadError
from zhibiao.metadata.presumed import presumed
from zhibiao.store.database.inserts import insert_into
from zhibiao.store.database.metadata_columns import described
from zhibiao.store.database.schema import documents, runs, sources, work
from zhibiao.store.work.control import same_bytes_as
from zhibiao.store.work.runs import Priority, abandon
from zhibiao.store.work.sources import hold


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """One submitted file: its bytes, or why there are none."""

    file: int  # 0-based position in the submission
    name: str
    content: bytes | None
    given: Mapping[str, Any] = field(default_factory=dict)
    error: ReadError | None = None


def give_up_silent(connection: Connection, idempotency_key: str, *, before: float) -> None:
    """Forget what came under a key if its upload broke off: no sign of life since `before`.

    The service that received it was killed; whoever repeats the submission need not wait for
    the sweeper.
    """
    silent = connection.execute(
        select(runs.c.id).where(
            runs.c.idempotency_key == idempotency_key,
            runs.c.sealed_at.is_(None),
            runs.c.touched_at < before,
        )
    ).scalar_one_or_none()
    if silent is not None:
        abandon(connection, silent)


def add(
    connection: Connection,
    run: int,
    arrivals: Sequence[Arrival],
    *,
    priority: Priority,
    now: float,
) -> None:
    """Store a batch. Each arrival becomes exactly one document with its state.

    pending; `duplicate` where the same bytes are stored already, came to something, and no
    metadata are given that were not given then; `quarantined` where the arrival is an error. Until
    its text is read, and if it cannot be, a document has the metadata that were given and those
    that its file's name states.
    """
    if not arrivals:
        return
    keys = [_digest(arrival) for arrival in arrivals]
    _add_sources(connection, arrivals, keys, now)
    known = _documents_of(connection, run, [key for key in keys if key is not None])
    ids = list(
        connection.scalars(
            insert(documents).returning(documents.c.id, sort_by_parameter_order=True),
            [
                {
                    "run_id": run,
                    "file": arrival.file,
                    "part": 0,
                    "name": arrival.name,
                    "sha256": key,
                    "given": dict(arrival.given),
                    "created_at": now,
                    **described(presumed(arrival.name, arrival.given)),
                }
                for arrival, key in zip(arrivals, keys, strict=True)
            ],
        )
    )
    rows: list[dict[str, Any]] = []
    for arrival, key, document in zip(arrivals, keys, ids, strict=True):
        state, code, message = State.PENDING, None, None
        if key is None:
            error = arrival.error or ReadError()
            state, code, message = State.QUARANTINED, error.code, error.message
        elif (original := _told_of(known.get(key, ()), arrival.given)) is not None:
            state = State.DUPLICATE
            message = same_bytes_as(original)
            connection.execute(
                update(documents).where(documents.c.id == document).values(duplicate_of=original)
            )
        else:  # the next one with these bytes in this batch is a duplicate
            known.setdefault(key, []).append((document, arrival.given))
        rows.append(
            {
                "run_id": run,
                "document_id": document,
                "priority": priority,
                "state": state,
                "stage": Stage.READ,
                "error_code": code,
                "error_message": message,
                "created_at": now,
                "changed_at": now,
            }
        )
    work_ids = connection.scalars(
        insert(work).returning(work.c.id, sort_by_parameter_order=True), rows
    )
    connection.execute(
        _GIVE_WORK,
        [{"this": document, "its": each} for document, each in zip(ids, work_ids, strict=True)],
    )
    connection.execute(
        update(runs)
        .where(runs.c.id == run)
        .values(touched_at=now, received=runs.c.received + len(arrivals))
    )


_GIVE_WORK = (
    update(documents).where(documents.c.id == bindparam("this")).values(work_id=bindparam("its"))
)


def _digest(arrival: Arrival) -> str | None:
    return None if arrival.content is None else hashlib.sha256(arrival.content).hexdigest()


def _add_sources(
    connection: Connection, arrivals: Sequence[Arrival], keys: Sequence[str | None], now: float
) -> None:
    # On a conflict PostgreSQL waits for the other transaction, so the look-up of documents that
    # follows sees what a concurrent submission of the same bytes stored.
    statement = insert_into(sources, connection.dialect.name).on_conflict_do_nothing(
        index_elements=["sha256"]
    )
    contents = {
        key: arrival.content
        for arrival, key in zip(arrivals, keys, strict=True)
        if key is not None and arrival.content is not None
    }
    missing = sorted(contents)
    while missing:
        connection.execute(
            statement,
            [
                {
                    "sha256": key,
                    "size": len(contents[key]),
                    "content": contents[key],
                    "created_at": now,
                }
                for key in missing
            ],
        )
        # What was there before may have been the last document's that is being deleted just now.
        there = hold(connection, missing)
        missing = [key for key in missing if key not in there]


_Known = dict[str, list[tuple[int, Mapping[str, Any]]]]  # documents and what was given of them


def _told_of(
    known: Iterable[tuple[int, Mapping[str, Any]]], given: Mapping[str, Any]
) -> int | None:
    """The first document of which nothing else is told now."""
    return next((document for document, told in known if {**told, **given} == told), None)


def _documents_of(connection: Connection, run: int, keys: Sequence[str]) -> _Known:
    """The documents of each source that came, or may still come, to something.

    Those of other runs that are still received do not count, nor those of runs that are being
    deleted: such a run may yet be abandoned, and what was left out for its sake would be lost.
    """
    if not keys:
        return {}
    hopeless = [State.FAILED, State.QUARANTINED, State.CANCELLED, State.DUPLICATE]
    query = (
        select(documents.c.sha256, documents.c.id, documents.c.given)
        .join(work, work.c.id == documents.c.work_id)
        .join(runs, runs.c.id == documents.c.run_id)
        .where(
            (runs.c.sealed_at.is_not(None)) | (runs.c.id == run),
            runs.c.deleted_at.is_(None),
            documents.c.sha256.in_(keys),
            documents.c.part == 0,
            work.c.state.not_in(hopeless),
        )
        .order_by(documents.c.id)
    )
    known: _Known = {}
    for row in connection.execute(query):
        known.setdefault(row.sha256, []).append((row.id, row.given))
    return known
