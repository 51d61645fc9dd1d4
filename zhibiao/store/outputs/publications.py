"""What readers see, and saw: outputs become a document's in one transaction, and can go back.

A publication is a row that says which outputs a document had from then on. Nothing is copied: the
outputs themselves are kept under their hashes until `zhibiao.store.outputs.retention` forgets them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Subquery,
    func,
    insert,
    literal,
    select,
    update,
)

from zhibiao.domain import State
from zhibiao.store.corrections import metadata_corrections
from zhibiao.store.corrections.correction_layer import lay_over
from zhibiao.store.database.batches import in_batches
from zhibiao.store.database.errors import NotFound, Pruned
from zhibiao.store.database.locks import keep_outputs
from zhibiao.store.database.schema import (
    METADATA_COLUMNS,
    OUTPUT_COLUMNS,
    clean_texts,
    documents,
    publications,
    runs,
    work,
)
from zhibiao.store.outputs import results
from zhibiao.store.outputs.publishing import (
    COPIED,
    RECORDED,
    SHOW_EARLY,
    describing,
    newest,
    publishing_run,
    publishing_work,
)
from zhibiao.store.work import runs as running
from zhibiao.store.work.runs import PART_VANISHED

# A report that its file does not hold any more is through with its run, too.
_VANISHED = (work.c.state == State.CANCELLED) & (work.c.error_code == PART_VANISHED)


@dataclass(frozen=True, kw_only=True, slots=True)
class RolledBack:
    """What a rollback came to, in documents."""

    documents: int  # their previous outputs are current again
    superseded: int  # left alone: a later run, or a rollback, has changed them since
    first: int  # left alone: the run was their first one, so there is nothing to go back to
    pruned: int  # left alone: their previous outputs are not kept any more


@dataclass(frozen=True, kw_only=True, slots=True)
class AsOf:
    """A moment in what readers saw: as a run left it, or a time."""

    run: int | None = None
    seconds: float | None = None  # since the epoch, UTC


def show(connection: Connection, work_ids: Sequence[int]) -> None:
    """Let readers see how far documents have come that have never been complete.

    A document that is processed again stays as it was until `publish`.
    """
    for statement in SHOW_EARLY:
        connection.execute(statement, {"work_ids": work_ids})


def publish(connection: Connection, work_ids: Sequence[int], *, now: float) -> None:
    """Make the outputs of work that is done the documents' own; of an atomic run's, nothing yet."""
    if work_ids:
        results.find_generations(connection, work_ids)
        publishing_work().execute(connection, {"work_ids": work_ids}, now=now)


def may_be_whole(connection: Connection, run: int) -> bool:
    """Is it an atomic run that is not published yet? Only then `publish_whole` has to be called."""
    query = select(runs.c.id).where(runs.c.id == run, runs.c.atomic, runs.c.published_at.is_(None))
    return connection.execute(query).first() is not None


def publish_whole(connection: Connection, run: int, *, now: float) -> bool:
    """Publish an atomic run if every document of it is done. Call it after each commit.

    False: it is not atomic, is published already, or not all of it is done (yet).
    """
    row = connection.execute(
        select(runs.c.atomic, runs.c.published_at).where(runs.c.id == run).with_for_update()
    ).one()
    if not row.atomic or row.published_at is not None:
        return False
    open_work = select(work.c.id).where(
        work.c.run_id == run, work.c.state != State.DONE, ~func.coalesce(_VANISHED, False)
    )
    if connection.execute(open_work.limit(1)).first() is not None:
        return False
    connection.execute(update(runs).where(runs.c.id == run).values(published_at=now))
    publishing_run().execute(connection, {"run": run}, now=now)
    return True


def unpublished_atomic_runs(connection: Connection) -> list[int]:
    """Atomic runs that are not visible yet."""
    query = select(runs.c.id).where(runs.c.atomic, runs.c.published_at.is_(None))
    return list(connection.scalars(query.where(runs.c.sealed_at.is_not(None))))


def rename_canonical(connection: Connection, ids: Sequence[int], *, now: float) -> None:
    """Note for time travel that `documents.canonical_id` of these has changed."""
    connection.execute(
        insert(publications).from_select(
            list(RECORDED),
            select(
                publications.c.document_id,
                publications.c.run_id,
                literal("print"),
                literal(now),
                publications.c.id,
                *(publications.c[name] for name in OUTPUT_COLUMNS),
                documents.c.canonical_id,
            )
            .join(documents, documents.c.publication_id == publications.c.id)
            .where(documents.c.id.in_(ids)),
        )
    )
    connection.execute(
        update(documents)
        .where(documents.c.id.in_(ids), documents.c.publication_id.is_not(None))
        .values(publication_id=newest())
    )


def documents_of(connection: Connection, work_ids: Sequence[int]) -> list[int]:
    """The documents that work is about."""
    return list(connection.scalars(select(work.c.document_id).where(work.c.id.in_(work_ids))))


def publications_dropped(connection: Connection, run: int, document: int | None = None) -> int:
    """Documents, of all or one, whose publications by a run pruning has forgotten altogether."""
    made = (
        select(publications.c.id)
        .where(
            publications.c.run_id == run,
            publications.c.document_id == work.c.document_id,
            publications.c.cause == "run",
        )
        .exists()
    )
    query = (
        select(func.count())
        .select_from(work)
        .where(work.c.run_id == run, (work.c.state == State.DONE) | _VANISHED, ~made)
    )
    if document is not None:
        query = query.where(work.c.document_id == document)
    return connection.execute(query).scalar_one()


def roll_back(
    connection: Connection, run: int, *, now: float, document: int | None = None
) -> RolledBack:
    """Make current again what was so before a run, for all of its documents or for one.

    Only where the run's output still is the current one. All documents in one transaction.
    Raises NotFound.
    """
    keep_outputs(connection)
    row = running.get(connection, run)
    shown = not row["atomic"] or row["published_at"] is not None
    dropped = publications_dropped(connection, run, document) if shown else 0
    last = (
        select(func.max(publications.c.id).label("id"), publications.c.document_id)
        .where(publications.c.run_id == run, publications.c.cause == "run")
        .group_by(publications.c.document_id)
    )
    if document is not None:
        last = last.where(publications.c.document_id == document)
    made = last.subquery()
    own, before = publications.alias("own"), publications.alias("before")
    later = publications.alias("later")
    # Another print of the report may have become its canonical one since: that changes no output.
    superseded = (
        select(later.c.id)
        .where(
            later.c.document_id == own.c.document_id,
            later.c.id > own.c.id,
            later.c.cause != "print",
        )
        .exists()
    )
    rows = connection.execute(
        select(
            own.c.document_id.label("id"),
            (~superseded).label("current"),
            own.c.id.label("own"),
            before.c.id.label("before"),
            before.c.pruned,
        )
        .join(made, made.c.id == own.c.id)
        .outerjoin(before, before.c.id == own.c.previous_id)
    ).all()
    if document is not None and not rows and not dropped:
        raise NotFound(
            f"Run {run} has made nothing current for document {document}.",
            run=run,
            document=document,
        )
    back = [row for row in rows if row.current and row.before is not None and not row.pruned]
    for some in in_batches(back):
        _go_back(connection, run, [row.own for row in some], now)
    return RolledBack(
        documents=len(back),
        superseded=sum(not row.current for row in rows) + dropped,
        first=sum(row.current and row.before is None for row in rows),
        pruned=sum(row.current and bool(row.pruned) for row in rows),
    )


def _go_back(connection: Connection, run: int, made: Sequence[int], now: float) -> None:
    own, before = publications.alias("own"), publications.alias("before")
    ids = select(publications.c.document_id).where(publications.c.id.in_(made))
    connection.execute(
        insert(publications).from_select(
            list(RECORDED),
            select(
                documents.c.id,
                literal(run),
                literal("rollback"),
                literal(now),
                documents.c.publication_id,
                *(before.c[name] for name in COPIED),
            )
            .join(own, own.c.document_id == documents.c.id)
            .join(before, before.c.id == own.c.previous_id)
            .where(own.c.id.in_(made)),
        )
    )
    connection.execute(
        update(documents).where(documents.c.id.in_(ids)).values(publication_id=newest())
    )
    # Prints may have come and gone since a former canonical one was found.
    connection.execute(
        update(documents)
        .where(
            documents.c.id.in_(ids),
            publications.c.id == documents.c.publication_id,
            publications.c.canonical_id.is_distinct_from(documents.c.canonical_id),
        )
        .values(settled_hash=None)
    )
    connection.execute(
        update(documents)
        .where(documents.c.id.in_(ids), publications.c.id == documents.c.publication_id)
        .values({name: publications.c[name] for name in COPIED})
    )
    connection.execute(describing(ids))
    lay_over(connection, documents.c.id.in_(ids))
    metadata_corrections.outdate(connection, list(connection.scalars(ids)))


def documents_as_of(connection: Connection, as_of: AsOf | None) -> FromClause:
    """The documents as they were at a moment, with the columns of `documents`.

    None: as they are, the table itself. Raises NotFound, and Pruned where what readers saw then
    is not kept any more.
    """
    if as_of is None:
        return documents
    found = _as_of(connection, as_of)
    missing = connection.execute(
        select(func.count()).select_from(found).where(found.c.pruned)
    ).scalar_one()
    if missing:
        raise Pruned(
            f"Of {missing} documents the outputs of that time are not kept any more "
            "(ZHIBIAO_KEEP_EXTRACTIONS).",
            documents=missing,
        )
    return found


def last_by(connection: Connection, as_of: AsOf) -> Subquery:
    """The `id` of each document's last publication by a moment. Raises NotFound."""
    return (
        select(func.max(publications.c.id).label("id"))
        .where(_made_by(connection, as_of))
        .group_by(publications.c.document_id)
        .subquery()
    )


def _made_by(connection: Connection, as_of: AsOf) -> ColumnElement[bool]:
    """Which publications had been made by then. Raises NotFound."""
    if as_of.run is not None:
        running.get(connection, as_of.run)
        last = connection.execute(
            select(func.max(publications.c.id)).where(
                publications.c.run_id == as_of.run, publications.c.cause == "run"
            )
        ).scalar_one()
        if last is None:
            raise NotFound(f"Run {as_of.run} has not made anything visible.", run=as_of.run)
        return publications.c.id <= literal(last)
    return publications.c.published_at <= literal(as_of.seconds)


def seconds_of(connection: Connection, as_of: AsOf) -> float:
    """When a moment was. Raises NotFound."""
    if as_of.seconds is not None:
        return as_of.seconds
    last = select(func.max(publications.c.published_at)).where(_made_by(connection, as_of))
    return float(connection.execute(last).scalar_one())


def _as_of(connection: Connection, as_of: AsOf) -> Subquery:
    then = last_by(connection, as_of)
    outputs = [publications.c[name] for name in (*OUTPUT_COLUMNS, "canonical_id", "pruned")]
    described = [clean_texts.c[name] for name in METADATA_COLUMNS]
    of_publication = {*OUTPUT_COLUMNS, *METADATA_COLUMNS, "canonical_id", "publication_id"}
    fixed = [column for column in documents.c if column.name not in of_publication]
    return (
        select(*fixed, publications.c.id.label("publication_id"), *outputs, *described)
        .select_from(then)
        .join(publications, publications.c.id == then.c.id)
        .join(documents, documents.c.id == publications.c.document_id)
        .outerjoin(
            clean_texts,
            (clean_texts.c.document_id == documents.c.id)
            & (clean_texts.c.hash == publications.c.clean_hash),
        )
        .subquery("documents_then")
    )
