"""Looking documents up: one, or a page of many, with their states."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    RowMapping,
    ScalarSelect,
    Select,
    Table,
    func,
    select,
)

from zhibiao.domain import FAILURES, OffsetMap, Stage, State
from zhibiao.store.corrections import checked_reports, metadata_corrections
from zhibiao.store.database import name_index
from zhibiao.store.database.barren import stated_in
from zhibiao.store.database.batches import few, in_batches
from zhibiao.store.database.errors import NotFound
from zhibiao.store.database.joins import counted, current, within, work_of
from zhibiao.store.database.schema import (
    NOT_DONE,
    clean_texts,
    documents,
    extractions,
    observations,
    of_no_place,
    raw_texts,
    sources,
    term_counts,
    work,
)

PAGE_SECONDS: Final = 3.0  # that a page may look for its rows
_LISTED_NAMES = 1000  # beyond, a page soon has enough of so many, compared in their order
_SHOWN_IDS = 10  # of those that do not exist


def figures() -> ScalarSelect[int]:
    """How many observations a report has, those of its parts left out."""
    counted = select(func.count()).select_from(observations).where(*stated_in(documents))
    return counted.scalar_subquery()


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentFilter:
    """Which documents; every field that is set narrows the choice."""

    run: int | None = None
    states: tuple[str, ...] = ()
    stage: str | None = None
    error_code: str | None = None
    region_code: str | None = None  # a code, or the first digits of one
    region: str | None = None  # exact name
    year_from: int | None = None
    year_to: int | None = None
    name_contains: str | None = None
    barren: bool = False  # done, and no indicator is stated in it: it may be no report at all
    unplaced: bool = False  # done, and of no known region or year: no panel has what it states

    def clauses(self, shown: FromClause = documents) -> list[ColumnElement[bool]]:
        """On the documents, as they are or were, but for state, stage and error code: on `work`."""
        found: list[ColumnElement[bool]] = []
        if self.states:
            found.append(work.c.state.in_(self.states))
            if State.DONE not in self.states:
                found.append(NOT_DONE)  # for its index
        if self.stage is not None:
            found.append(work.c.stage == self.stage)
        if self.error_code is not None:
            found.append(work.c.error_code == self.error_code)
        if self.region_code is not None:
            found.append(within(shown.c.region_code, self.region_code))
        if self.region is not None:
            found.append(shown.c.region == self.region)
        if self.year_from is not None:
            found.append(shown.c.year >= self.year_from)
        if self.year_to is not None:
            found.append(shown.c.year <= self.year_to)
        if self.name_contains is not None:
            found.append(shown.c.name.contains(self.name_contains, autoescape=True))
        if self.barren:
            found += [work.c.state == State.DONE, shown.c.barren]
        if self.unplaced:
            found += [work.c.state == State.DONE, of_no_place(shown)]
        return found


def of_reports(
    query: Select[Any], wanted: DocumentFilter, shown: FromClause = documents
) -> Select[Any]:
    """The query's rows of the chosen reports, each once, beside their work."""
    return query.join(work, work_of(wanted.run, shown)).where(
        counted(shown), *wanted.clauses(shown)
    )


def few_of_a_place(
    connection: Connection, wanted: DocumentFilter, *, after: int, most: int
) -> list[int] | None:
    """The chosen reports of a region or a run behind an id, where they are no more than `most`.

    None: they are more, or of all regions and runs. Without an order, so that the region's index
    or the run's finds them, not that of all documents.
    """
    if wanted.run is None and wanted.region is None and wanted.region_code is None:
        return None
    chosen = of_reports(select(documents.c.id), wanted).where(documents.c.id > after)
    return few(connection, chosen, most=most)


STATE_COLUMNS = (
    work.c.state,
    work.c.stage,
    work.c.attempts,
    work.c.error_code,
    work.c.error_message,
    work.c.changed_at,
)


def _with_state(wanted: DocumentFilter) -> Select[Any]:
    query = select(documents, *STATE_COLUMNS)
    if wanted.run is None or not (wanted.barren or wanted.unplaced):
        return query.join(work, work_of(wanted.run)).where(*wanted.clauses())
    # A run has far more documents than are so.
    way = work_of(wanted.run, documents_first=True)
    return query.join(work, way).where(_from_first_to_last(wanted.run), *wanted.clauses())


@lru_cache(maxsize=16)  # a run's page asks for it twice, and is looked at again and again
def _from_first_to_last(run: int) -> ColumnElement[bool]:
    """Documents between the ends of a run, whose index of work knows these.

    Those of a submission lie side by side: of the few that are so in all runs, it is its own.
    """
    own = work.alias()
    # Of an equation PostgreSQL would know that the order is that of documents, and go through those
    # of all runs until it comes to one of this run.
    ends = select(own.c.document_id).where(own.c.run_id.between(run, run)).limit(1)
    first = ends.order_by(own.c.run_id, own.c.document_id)
    last = ends.order_by(own.c.run_id.desc(), own.c.document_id.desc())
    return documents.c.id.between(first.scalar_subquery(), last.scalar_subquery())


def _of_a_name(connection: Connection, wanted: DocumentFilter) -> list[ColumnElement[bool]]:
    """The few documents that may have the chosen name, so that the others are not compared."""
    if wanted.name_contains is None:
        return []
    found = name_index.few_that_may_hold(connection, wanted.name_contains, most=_LISTED_NAMES)
    return [] if found is None else [documents.c.id.in_(found)]


def page(
    connection: Connection,
    wanted: DocumentFilter,
    *,
    limit: int,
    after: int = 0,
    newest_first: bool = False,
) -> list[RowMapping]:
    """Documents with state, stage, attempts and error, by id, `limit` of them after an id."""
    query = _with_state(wanted).where(*_of_a_name(connection, wanted)).limit(limit)
    # A run's, and those of one state but done, are found in the order of their work, whose index
    # has them so.
    by_work = not (wanted.barren or wanted.unplaced) and (
        wanted.run is not None or (len(wanted.states) == 1 and State.DONE not in wanted.states)
    )
    ids = work.c.document_id if by_work else documents.c.id
    if newest_first:
        query = query.where(ids < after) if after else query
        return list(connection.execute(query.order_by(ids.desc())).mappings())
    return list(connection.execute(query.where(ids > after).order_by(ids)).mappings())


def barren(connection: Connection, wanted: Collection[int]) -> dict[int, bool]:
    """Those of some documents in which no indicator was found; does the text hold any Chinese?

    Of a text that was stored before that was noted, it is taken that it does.
    """
    query = (
        select(documents.c.id, clean_texts.c.chinese)
        .join(work, work_of(None))
        .join(clean_texts, current(clean_texts, Stage.CLEAN))
        .where(documents.c.id.in_(wanted), *DocumentFilter(barren=True).clauses())
    )
    return {row.id: row.chinese is not False for row in connection.execute(query)}


def require(connection: Connection, wanted: Collection[int], *, run: int | None = None) -> None:
    """Raises NotFound where one of these documents is not stored, or has no work in the run."""
    place = "" if run is None else f" in run {run}"
    ids = sorted(set(wanted))
    missing: list[int] = []
    for batch in in_batches(ids):
        query = select(documents.c.id).where(documents.c.id.in_(batch))
        if run is not None:
            query = select(work.c.document_id).where(
                work.c.document_id.in_(batch), work.c.run_id == run
            )
        missing += sorted(set(batch) - set(connection.scalars(query)))
    if missing:
        raise NotFound(
            f"There is no document {missing[0]}{place}."
            if len(missing) == 1
            else f"There are no documents {_listed(missing)}{place}.",
            documents=missing[:_SHOWN_IDS],
        )


def _listed(ids: Sequence[int]) -> str:
    shown = ", ".join(str(each) for each in ids[:_SHOWN_IDS])
    return shown if len(ids) <= _SHOWN_IDS else f"{shown} and {len(ids) - _SHOWN_IDS} more"


def are_there_any(connection: Connection) -> bool:
    """Is any document stored at all?"""
    return connection.execute(select(documents.c.id).limit(1)).one_or_none() is not None


def is_region(connection: Connection, name: str) -> bool:
    """Is any document of a region of this name?"""
    query = select(documents.c.id).where(documents.c.region == name).limit(1)
    return connection.execute(query).one_or_none() is not None


def has_region_code(connection: Connection, code: str) -> bool:
    """Is any document of a region whose code begins with these digits?"""
    query = select(documents.c.id).where(within(documents.c.region_code, code)).limit(1)
    return connection.execute(query).one_or_none() is not None


def get(connection: Connection, document: int) -> Mapping[str, Any]:
    """One document with its state and what is known of its texts. Raises NotFound."""
    row = (
        connection.execute(_with_state(DocumentFilter()).where(documents.c.id == document))
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise NotFound(f"There is no document {document}.", document=document)
    texts = (
        connection.execute(
            select(
                raw_texts.c.characters.label("raw_characters"),
                raw_texts.c.media_type,
                raw_texts.c.split_by,
                raw_texts.c.decoding,
                clean_texts.c.characters,
                term_counts.c.tokens,
                extractions.c.numbers,
                sources.c.size,
            )
            .select_from(documents)
            .outerjoin(raw_texts, current(raw_texts, Stage.READ))
            .outerjoin(clean_texts, current(clean_texts, Stage.CLEAN))
            .outerjoin(term_counts, current(term_counts, Stage.SEGMENT))
            .outerjoin(extractions, extractions.c.id == documents.c.extraction_id)
            .outerjoin(sources, sources.c.sha256 == documents.c.sha256)
            .where(documents.c.id == document)
        )
        .mappings()
        .one()
    )
    return {
        **row,
        **texts,
        "metadata_corrections": metadata_corrections.history(connection, row),
        "checked": checked_reports.get(connection, row),
    }


def current_run(connection: Connection, document: int) -> int:
    """The run of the latest work of a document. Raises NotFound."""
    run = connection.execute(
        select(work.c.run_id)
        .join(documents, documents.c.work_id == work.c.id)
        .where(documents.c.id == document)
    ).scalar_one_or_none()
    if run is None:
        raise NotFound(f"There is no document {document}.", document=document)
    return int(run)


def raw_text(connection: Connection, document: int) -> str:
    """The text that spans point into. Raises NotFound where it has not been read."""
    return str(_output(connection, document, raw_texts, raw_texts.c.text, Stage.READ, "read"))


def clean_text(connection: Connection, document: int) -> str:
    """The text without boilerplate. Raises NotFound where it has not been cleaned."""
    text = _output(connection, document, clean_texts, clean_texts.c.text, Stage.CLEAN, "cleaned")
    return str(text)


def clean_offsets(connection: Connection, document: int) -> OffsetMap:
    """Where the clean text's characters stood in the raw text. Raises NotFound."""
    offsets = clean_texts.c.offsets
    written = _output(connection, document, clean_texts, offsets, Stage.CLEAN, "cleaned")
    return OffsetMap.from_bytes(written)


def _output(
    connection: Connection,
    document: int,
    table: Table,
    column: ColumnElement[Any],
    stage: Stage,
    done: str,
) -> Any:
    query = select(column).join(documents, current(table, stage))
    found = connection.execute(query.where(documents.c.id == document)).scalar_one_or_none()
    if found is None:
        get(connection, document)
        raise NotFound(f"Document {document} has not been {done} yet.", document=document)
    return found


def terms(connection: Connection, document: int) -> dict[str, int]:
    """A document's term counts. Raises NotFound where it has not been segmented."""
    counts = term_counts.c.counts
    return dict(_output(connection, document, term_counts, counts, Stage.SEGMENT, "segmented"))


def has_any(connection: Connection, wanted: DocumentFilter) -> bool:
    """Does the filter choose any document?"""
    chosen = _with_state(wanted).where(*_of_a_name(connection, wanted))
    # In order, so that SQLite takes the index of the few that are so, not their work.
    first = chosen.with_only_columns(documents.c.id).order_by(documents.c.id).limit(1)
    return connection.execute(first).first() is not None


def count(connection: Connection, wanted: DocumentFilter) -> int:
    """How many documents the filter chooses."""
    chosen = _with_state(wanted).where(*_of_a_name(connection, wanted)).subquery()
    return connection.execute(select(func.count()).select_from(chosen)).scalar_one()


def failures(connection: Connection) -> list[RowMapping]:
    """How many documents rest with each error now, most first: `error_code`, `state`, `documents`.

    `example` is the message of one of them.
    """
    number = func.count().label("documents")
    query = (
        select(
            work.c.error_code, work.c.state, number, func.min(work.c.error_message).label("example")
        )
        .join(documents, work_of(None))
        .where(work.c.state.in_(FAILURES), NOT_DONE)
        .group_by(work.c.error_code, work.c.state)
        .order_by(number.desc(), work.c.error_code)
    )
    return list(connection.execute(query).mappings())
