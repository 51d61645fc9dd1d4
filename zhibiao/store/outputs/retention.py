"""Forgetting superseded outputs: what readers saw long ago, and nobody can ask for any more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

from sqlalchemy import Connection, Table, delete, func, select, update

from zhibiao.domain import Stage
from zhibiao.store.database.batches import in_batches
from zhibiao.store.database.engine import Store
from zhibiao.store.database.joins import current
from zhibiao.store.database.locks import forget_outputs
from zhibiao.store.database.schema import (
    clean_texts,
    documents,
    extractions,
    publications,
    raw_texts,
    term_counts,
    work,
)
from zhibiao.store.work import work_retention

# A transaction: whoever commits outputs waits for it. With four generations of 300 observations to
# forget of each document 0.3 s on PostgreSQL, 0.9 s on SQLite.
_BATCH_DOCUMENTS = 200
_DAY_SECONDS = 86_400.0

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
    work: int = 0  # documents' ways through runs that later ones have superseded
    audit: int = 0  # entries of the audit log

    def __add__(self, other: Forgotten) -> Forgotten:
        sums = {f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)}
        return Forgotten(**sums)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pruning:
    """How far a pruning has come."""

    forgotten: Forgotten  # so far
    last: int | None  # the last document that it has looked at; None: it is through with all


def prune(
    store: Store,
    *,
    keep: int,
    keep_work_days: int = 0,
    keep_audit_days: int = 0,
    dry_run: bool = False,
    after: int = 0,
    until: Callable[[], bool] = lambda: False,
) -> Pruning:
    """Forget all but each document's current outputs and the `keep` generations before them.

    Also superseded work that came to rest, and entries of the audit log, so many days ago; 0: none.

    What a run still works with, or has not made visible yet, stays. With `dry_run` nothing is
    deleted, and what would be is counted. Begins behind the document `after`, and ends where
    `until` says so: who has little time goes on later from `last`.
    """
    with store.read() as connection:
        moments = _moments(connection)
        now = store.now(connection)
    total, last = Forgotten(), after
    if keep_audit_days and after == 0:
        old = now - keep_audit_days * _DAY_SECONDS
        gone = work_retention.forget_audit(store, before=old, dry_run=dry_run, until=until)
        total += Forgotten(audit=gone)
    while not until():
        with store.write() as connection, connection.begin_nested() as savepoint:
            # Before it looks: what a commit under way refers to must stay.
            forget_outputs(connection)
            batch = _next_documents(connection, last)
            if not batch:
                return Pruning(forgotten=total, last=None)
            if keep_work_days:  # first: it refers to outputs
                old = now - keep_work_days * _DAY_SECONDS
                gone = work_retention.forget_work(connection, batch[0], batch[-1] + 1, before=old)
                total += Forgotten(work=gone)
            total += _prune(connection, batch[0], batch[-1] + 1, keep, moments)
            last = batch[-1]
            if dry_run:
                savepoint.rollback()
    return Pruning(forgotten=total, last=last)


def _next_documents(connection: Connection, after: int) -> list[int]:
    query = select(documents.c.id).where(documents.c.id > after).order_by(documents.c.id)
    return list(connection.scalars(query.limit(_BATCH_DOCUMENTS)))


def _prune(connection: Connection, first: int, end: int, keep: int, moments: _Moments) -> Forgotten:
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
    _drop_publications(connection, first, end, moments)
    texts = sum(_prune_texts(connection, table, stage, first, end) for table, stage in _TEXTS)
    return Forgotten(publications=pruned, extractions=deleted, texts=texts)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Moments:
    """The publications that runs stand for, when they are looked back at, at one time."""

    horizon: int  # the last publication then; later ones are left alone
    of_runs: frozenset[int]  # each run's last one


def _moments(connection: Connection) -> _Moments:
    last = func.max(publications.c.id)
    of_runs = select(last).where(publications.c.cause == "run").group_by(publications.c.run_id)
    return _Moments(
        horizon=connection.execute(select(last)).scalar_one() or 0,
        of_runs=frozenset(connection.scalars(of_runs)),
    )


def _drop_publications(connection: Connection, first: int, end: int, moments: _Moments) -> None:
    """Delete those whose outputs are not kept, but for what tells that something is lacking.

    A look back to a time finds the first one of each stretch of them; the next one that is kept
    names the last one of the stretch as what it took the place of; and a run's last one is the
    moment that it stands for.
    """
    of_batch = publications.c.document_id.between(first, end - 1)
    follows_pruned = func.lag(publications.c.pruned).over(
        partition_by=publications.c.document_id, order_by=publications.c.id
    )
    ordered = (
        select(publications.c.id, publications.c.pruned, follows_pruned.label("follows_pruned"))
        .where(of_batch)
        .subquery()
    )
    replaced = select(publications.c.previous_id).where(
        of_batch, ~publications.c.pruned, publications.c.previous_id.is_not(None)
    )
    candidates = connection.scalars(
        select(ordered.c.id).where(
            ordered.c.pruned,
            ordered.c.follows_pruned,
            ordered.c.id <= moments.horizon,
            ordered.c.id.not_in(replaced),
        )
    )
    dropped = sorted(set(candidates) - moments.of_runs)
    for ids in in_batches(dropped):
        connection.execute(delete(publications).where(publications.c.id.in_(ids)))


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
    shown = select(documents.c.id).where(current(table, stage)).exists()
    return connection.execute(
        delete(table).where(
            table.c.document_id.between(first, end - 1), ~shown, *(~used for used in in_use)
        )
    ).rowcount
