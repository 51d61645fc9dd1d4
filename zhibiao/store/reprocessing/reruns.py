"""Runs that bring outdated documents up to date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    and_,
    delete,
    func,
    literal,
    select,
    update,
)

from zhibiao.domain import Stage, State
from zhibiao.store.database.batches import in_batches
from zhibiao.store.database.inserts import insert_into
from zhibiao.store.database.joins import work_of
from zhibiao.store.database.locks import keep_outputs, start_work
from zhibiao.store.database.schema import OUTPUT_COLUMNS, documents, work
from zhibiao.store.database.schema import runs as run_table
from zhibiao.store.reprocessing import sparing
from zhibiao.store.reprocessing.outdated import Current, Selection, first_outdated, selected
from zhibiao.store.reprocessing.sparing import Spared
from zhibiao.store.work import runs
from zhibiao.store.work.runs import Priority


def begin(
    connection: Connection,
    selection: Selection,
    current: Current,
    *,
    now: float,
    label: str = "",
    owner: str | None = None,
    atomic: bool = False,
    options: Mapping[str, Any] | None = None,
    priority: Priority = "reprocess",
    spared: Sequence[Spared] = (),
) -> int | None:
    """Begin a run over what the selection makes of the documents; None: all is up to date.

    `spared` documents become up to date at once, as they are.
    """
    keep_outputs(connection)  # the work refers to what its documents have
    run = runs.create(
        connection,
        kind="reprocessing",
        priority=priority,
        label=label,
        owner=owner,
        now=now,
        atomic=atomic,
        options={**(options or {}), "from": selection.first},
    )
    start_work(connection)
    kept = sparing.spare(connection, run, spared, current, now=now)
    added = add(connection, run, selection, current.versions, now=now, priority=priority)
    if not added and not kept:
        connection.execute(delete(run_table).where(run_table.c.id == run))
        return None
    runs.remember_spared(connection, run, kept)
    runs.seal(connection, run, priority=priority, now=now)
    return run


def add(
    connection: Connection,
    run: int,
    selection: Selection,
    versions: Mapping[Stage, str],
    *,
    now: float,
    priority: Priority = "reprocess",
) -> int:
    """Give the chosen documents work in a run; how many.

    A report that is to be read again is read with its whole file: work is given to the file's first
    report, and the reading gives it to the others.
    """
    current = Current(versions=versions)
    start = first_outdated(selection, current)
    chosen = and_(selected(selection, current), start.is_not(None))
    further = and_(documents.c.part > 0, start == Stage.READ.value)
    _insert(connection, run, selection, and_(chosen, ~further), start, now, priority)
    _add_files(connection, run, selection, and_(chosen, further), now, priority)
    connection.execute(
        update(documents)
        .where(work.c.run_id == run, work.c.document_id == documents.c.id)
        .values(work_id=work.c.id)
    )
    mine = select(func.count()).select_from(work).where(work.c.run_id == run)
    received: int = connection.execute(mine).scalar_one()
    connection.execute(update(run_table).where(run_table.c.id == run).values(received=received))
    return received


def _insert(
    connection: Connection,
    run: int,
    selection: Selection,
    chosen: ColumnElement[bool],
    start: ColumnElement[Any],
    now: float,
    priority: Priority,
) -> None:
    # What is demanded counts as missing, so that the stages themselves need not know of it.
    outputs = {name: documents.c[name] for name in OUTPUT_COLUMNS} | {
        f"{stage.value}_version": literal(None, documents.c.read_version.type)
        for stage in Stage
        if selection.demands(stage)
    }
    values: dict[str, Any] = {
        "run_id": literal(run),
        "document_id": documents.c.id,
        "priority": literal(priority),
        "state": literal(State.PENDING.value),
        "stage": start,
        "previous_id": documents.c.work_id,
        "created_at": literal(now, Float),
        "changed_at": literal(now, Float),
        **outputs,
    }
    query = select(*values.values()).join_from(documents, work, work_of(None)).where(chosen)
    # What the reading of a file has just given work is left out.
    connection.execute(
        insert_into(work, connection.dialect.name)
        .from_select(list(values), query)
        .on_conflict_do_nothing()
    )


def _add_files(
    connection: Connection,
    run: int,
    selection: Selection,
    chosen: ColumnElement[bool],
    now: float,
    priority: Priority,
) -> None:
    """Work at the first stage for the first reports of the files that chosen reports are in."""
    files = (
        select(documents.c.run_id, documents.c.file)
        .join_from(documents, work, work_of(None))
        .where(chosen)
        .distinct()
        .subquery()
    )
    homes = list(
        connection.scalars(
            select(documents.c.id)
            .join(
                files, and_(files.c.run_id == documents.c.run_id, files.c.file == documents.c.file)
            )
            .where(documents.c.part == 0)
        )
    )
    for ids in in_batches(homes):
        mine = and_(work.c.run_id == run, work.c.document_id.in_(ids))
        connection.execute(update(work).where(mine).values(stage=Stage.READ))
        has_work = select(work.c.document_id).where(work.c.run_id == run)
        new = and_(
            documents.c.id.in_(ids),
            documents.c.id.not_in(has_work.correlate(None)),
            work.c.state.not_in([State.PENDING, State.RUNNING]),
        )
        _insert(connection, run, selection, new, literal(Stage.READ.value), now, priority)
