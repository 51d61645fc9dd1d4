"""Does what is stored add up, and does everything that is named exist? Nothing is changed here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Table, and_, exists, func, select

from zhibiao.domain import Stage
from zhibiao.store.database.batches import in_batches
from zhibiao.store.database.joins import current
from zhibiao.store.database.schema import (
    clean_texts,
    documents,
    extractions,
    publications,
    raw_texts,
    sources,
    term_counts,
    work,
)
from zhibiao.store.database.schema import runs as runs_table
from zhibiao.store.work import runs

_ABANDONED_SECONDS = 3600.0  # far longer than an upload is kept without a sign of life


@dataclass(frozen=True, kw_only=True, slots=True)
class Accounting:
    """What does not add up; all zero and empty where everything does."""

    documents: int  # all of them, for comparison
    unbalanced: tuple[int, ...]  # runs whose states are not as many as their documents
    without_work: int  # documents whose state nobody knows
    missing_outputs: dict[str, int]  # documents that show an output which is not there, by stage
    missing_publications: int  # documents that show what no publication says
    orphaned_sources: int  # that no document came as; they only take room
    broken_off: int  # uploads without a sign of life for an hour
    half_deleted: int  # runs whose deleting has not ended


def account(connection: Connection, *, now: float) -> Accounting:
    """Ask the whole store."""
    silent = and_(
        runs_table.c.sealed_at.is_(None), runs_table.c.touched_at < now - _ABANDONED_SECONDS
    )
    return Accounting(
        documents=_count(connection, documents, documents.c.id.is_not(None)),
        unbalanced=unbalanced(connection, sealed_runs(connection)),
        without_work=_count(
            connection, documents, ~exists().where(work.c.id == documents.c.work_id)
        ),
        missing_outputs=_missing_outputs(connection),
        missing_publications=_count(
            connection,
            documents,
            documents.c.publication_id.is_not(None)
            & ~exists().where(publications.c.id == documents.c.publication_id),
        ),
        orphaned_sources=_count(
            connection,
            sources,
            ~exists().where(documents.c.sha256 == sources.c.sha256)
            & (sources.c.created_at < now - _ABANDONED_SECONDS),
        ),
        broken_off=_count(connection, runs_table, silent),
        half_deleted=_count(connection, runs_table, runs_table.c.deleted_at.is_not(None)),
    )


def sealed_runs(connection: Connection) -> list[int]:
    """The runs that have been received in full and are not being deleted."""
    return list(
        connection.scalars(
            select(runs_table.c.id)
            .where(runs_table.c.sealed_at.is_not(None), runs_table.c.deleted_at.is_(None))
            .order_by(runs_table.c.id)
        )
    )


def unbalanced(connection: Connection, wanted: Sequence[int]) -> tuple[int, ...]:
    """Of some runs, those whose states are not as many as their documents."""
    return tuple(
        run
        for some in in_batches(wanted)
        for run, accounts in runs.accounts(connection, some).items()
        if not accounts.balanced
    )


def _missing_outputs(connection: Connection) -> dict[str, int]:
    tables = ((Stage.READ, raw_texts), (Stage.CLEAN, clean_texts), (Stage.SEGMENT, term_counts))
    found = {
        stage.value: _count(
            connection,
            documents,
            documents.c[f"{stage.value}_hash"].is_not(None)
            & ~exists().where(current(table, stage)),
        )
        for stage, table in tables
    }
    found[Stage.EXTRACT.value] = _count(
        connection,
        documents,
        documents.c.extraction_id.is_not(None)
        & ~exists().where(extractions.c.id == documents.c.extraction_id),
    )
    return {stage: count for stage, count in found.items() if count}


def _count(connection: Connection, table: Table, where: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(table).where(where)
    return int(connection.execute(query).scalar_one())
