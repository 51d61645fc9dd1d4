"""Forgetting superseded outputs: what readers saw long ago, and nobody can ask for any more."""

from __future__ import annotations

from dataclasses import dataclass, fields

from sqlalchemy import Connection, Table, delete, func, select, update

from zhibiao.domain import Stage
from zhibiao.store.engine import Store
from zhibiao.store.schema import (
    clean_texts,
    documents,
    extractions,
    publications,
    raw_texts,
    term_counts,
    work,
)

_BATCH_DOCUMENTS = 1000  # a transaction: writers of other documents need not wait for all

_TEXTS: tuple[tuple[Table, Stage], ...] = (
    (raw_texts, Stage.READ),
    (clean_texts, Stage.CLEAN),
    (term_counts, Stage.SEGMENT),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Forgotten:
    """What pruning deletes, in rows."""

    publications: int = 0  # that can no longer be exported, compared or gone back to
    extractions: int = 0  # generations, with their observations
    texts: int = 0  # raw texts, clean texts and term counts

    def __add__(self, other: Forgotten) -> Forgotten:
        sums = {f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)}
        return Forgotten(**sums)


def prune(store: Store, *, keep: int, dry_run: bool = False) -> Forgotten:
    """Forget all but each document's current outputs and the `keep` generations before them.

    What a run still works with, or has not made visible yet, stays. With `dry_run` nothing is
    deleted, and what would be is counted.
    """
    with store.read() as connection:
        last = connection.execute(select(func.max(documents.c.id))).scalar_one_or_none() or 0
    total = Forgotten()
    for first in range(1, last + 1, _BATCH_DOCUMENTS):
        with store.write() as connection, connection.begin_nested() as savepoint:
            total += _prune(connection, first, first + _BATCH_DOCUMENTS, keep)
            if dry_run:
                savepoint.rollback()
    return total


def _prune(connection: Connection, first: int, end: int, keep: int) -> Forgotten:
    mine = publications.c.document_id.between(first, end - 1)
    generations = (
        select(
            publications.c.document_id,
            publications.c.extraction_id,
            func.max(publications.c.id).label("last"),
        )
        .where(mine)
        .group_by(publications.c.document_id, publications.c.extraction_id)
        .subquery()
    )
    newest_first = func.row_number().over(
        partition_by=generations.c.document_id, order_by=generations.c.last.desc()
    )
    ranked = select(generations, newest_first.label("rank")).subquery()
    too_old = (
        select(publications.c.id)
        .join(
            ranked,
            (ranked.c.document_id == publications.c.document_id)
            & ranked.c.extraction_id.is_not_distinct_from(publications.c.extraction_id),
        )
        .where(ranked.c.rank > keep + 1, ~publications.c.pruned)
    )
    pruned = connection.execute(
        update(publications).where(publications.c.id.in_(too_old)).values(pruned=True)
    ).rowcount
    deleted = connection.execute(
        delete(extractions).where(
            extractions.c.document_id.between(first, end - 1),
            *(
                ~select(user.c.id)
                .where(
                    user.c.document_id == extractions.c.document_id,
                    user.c.extraction_id == extractions.c.id,
                    *([] if user is work else [~publications.c.pruned]),
                )
                .exists()
                for user in (publications, work)
            ),
        )
    ).rowcount
    texts = sum(_prune_texts(connection, table, stage, first, end) for table, stage in _TEXTS)
    return Forgotten(publications=pruned, extractions=deleted, texts=texts)


def _prune_texts(connection: Connection, table: Table, stage: Stage, first: int, end: int) -> int:
    name = f"{stage.value}_hash"
    in_use = [
        select(user.c.id)
        .where(
            user.c.document_id == table.c.document_id,
            user.c[name] == table.c.hash,
            *([] if user is work else [~publications.c.pruned]),
        )
        .exists()
        for user in (publications, work)
    ]
    shown = (
        select(documents.c.id)
        .where(documents.c.id == table.c.document_id, documents.c[name] == table.c.hash)
        .exists()
    )
    return connection.execute(
        delete(table).where(
            table.c.document_id.between(first, end - 1), ~shown, *(~used for used in in_use)
        )
    ).rowcount
