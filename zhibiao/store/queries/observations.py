"""Looking observations up: those of each document's current extraction."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, groupby, islice
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    RowMapping,
    Select,
    Table,
    Text,
    case,
    cast,
    false,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
)

from zhibiao.metadata.corrected import CORRECTED
from zhibiao.store.database.batches import in_batches
from zhibiao.store.database.correction_tables import observation_corrections
from zhibiao.store.database.errors import NotFound
from zhibiao.store.database.joins import counted, work_of
from zhibiao.store.database.schema import (
    documents,
    observations,
    publications,
    raw_texts,
    statements,
    work,
)
from zhibiao.store.queries.documents import PAGE_SECONDS, DocumentFilter, few_of_a_place

Row = TypeVar("Row", bound=Mapping[Any, Any])

_DOCUMENTS = documents  # the table, where a filter has a field of that name
_STRETCH = 1000  # documents that one statement of a page looks through: 0.1 s
_FEW = 20  # of those of a place, whose observations are sorted before the first is known
_TEXTS_AT_ONCE = 20  # raw texts in memory, of some 30 kB each


@dataclass(frozen=True, kw_only=True, slots=True)
class ObservationFilter:
    """Which observations; every field that is set narrows the choice."""

    documents: DocumentFilter = field(default_factory=DocumentFilter)
    document: int | None = None
    indicators: tuple[str, ...] = ()
    measure: str | None = None
    status: str | None = None
    scope: str | None = "region"  # None: the parts' figures too
    open_quantities: bool = False  # also those of no catalogue indicator
    certain: bool | None = None  # only those without doubts, or only those with some
    period: int | None = None  # a year that the value's period ends in
    canonical: bool = True  # each report once, however many prints of it are stored
    # As people have corrected them; False: as they were found; None: both, what was overruled too.
    corrections: bool | None = True
    corrections_until: float | None = None  # only those made by then, seconds since the epoch

    def clauses(
        self, shown: FromClause = _DOCUMENTS, stated: Table = observations
    ) -> list[ColumnElement[bool]]:
        """On the documents as they are, or as they were at another time.

        `stated`: the table that they are in.
        """
        found = self.documents.clauses(shown)
        if self.document is not None:
            found.append(shown.c.id == self.document)
        elif self.canonical:
            found.append(counted(shown))
        if self.indicators:
            found.append(stated.c.indicator.in_(self.indicators))
        elif not self.open_quantities:
            found.append(stated.c.indicator.is_not(None))
        for name in ("measure", "status", "scope"):
            wanted = getattr(self, name)
            if wanted is not None:
                found.append(stated.c[name] == wanted)
        if stated is observations:
            found += self._of_observations()
        if self.period is not None:
            found.append(stated.c.period_end == self.period)
        return found

    def as_corrected(self) -> ColumnElement[bool]:
        """Does what people say of an observation count?"""
        if self.corrections is not False and self.corrections_until is not None:
            return ~self._made_later()
        return literal(self.corrections is not False)

    def _made_later(self) -> ColumnElement[bool]:
        later = observation_corrections.c.made_at > self.corrections_until
        return observations.c.correction_id.in_(select(observation_corrections.c.id).where(later))

    def _of_observations(self) -> list[ColumnElement[bool]]:
        layer, certain = observations.c.layer, observations.c.certain
        found: list[ColumnElement[bool]] = []
        if self.corrections is False:
            found = [layer.is_distinct_from("inserted")]
        elif self.corrections is None:
            pass
        elif self.corrections_until is None:
            found = [layer.is_distinct_from("overruled")]
        else:
            later = self._made_later()
            found = [
                case((layer == "inserted", ~later), (layer == "overruled", later), else_=true())
            ]
        if self.certain is not None:
            settled = (
                false() if self.corrections is False else observations.c.corrected.is_not(None)
            )
            found.append(or_(certain, settled) if self.certain else certain.is_(False) & ~settled)
        return found


def query(wanted: ObservationFilter, shown: FromClause = documents) -> Select[Any]:
    """Observations with their document's region, year, title and file name.

    By document, then in the order of the text: an order that a reprocessing of other documents
    does not touch. `shown` may be the documents as they were at another time.
    """
    current = shown.c.extraction_id == observations.c.extraction_id
    if wanted.indicators:
        # By their document, too: from an indicator's observations it is found by its key. Of all
        # indicators a page begins with the first document, and all observations are not looked at.
        current &= shown.c.id == observations.c.document_id
    return _joined(wanted, shown, current, shown.c.read_hash)


def statements_query(wanted: ObservationFilter, shown: FromClause = documents) -> Select[Any]:
    """As `query`, of the statements without a value."""
    current = shown.c.extraction_id == statements.c.extraction_id
    return _joined(wanted, shown, current, shown.c.read_hash, statements)


def _joined(
    wanted: ObservationFilter,
    shown: FromClause,
    generation: ColumnElement[bool],
    read_hash: ColumnElement[str | None],
    stated: Table = observations,
) -> Select[Any]:
    chosen = (
        select(
            stated,
            shown.c.region,
            shown.c.region_code,
            shown.c.province,
            shown.c.level,
            shown.c.year,
            shown.c.title,
            shown.c.name.label("source"),
            read_hash.label("read_hash"),
            (wanted.as_corrected() if stated is observations else false()).label("as_corrected"),
            *decided_by_hand(shown),
        )
        .select_from(shown)
        .join(stated, generation)
        .join(work, work_of(wanted.documents.run, shown))
    )
    chosen = chosen.where(*wanted.clauses(shown, stated))
    return chosen.order_by(_in_order(wanted, shown, stated), stated.c.ordinal)


def _in_order(wanted: ObservationFilter, shown: FromClause, stated: Table) -> ColumnElement[int]:
    """The document's id, of the table by whose index they are found in its order.

    SQLite has to be told which: that of one indicator's observations, of a run's work, or that of
    documents.
    """
    if len(wanted.indicators) == 1:
        return stated.c.document_id
    return shown.c.id if wanted.documents.run is None else work.c.document_id


def decided_by_hand(shown: FromClause) -> tuple[ColumnElement[bool], ...]:
    """`region_corrected` and `year_corrected`: has a person decided them?"""
    named = {"region_corrected": "region_code", "year_corrected": "year"}
    return tuple(_decided_by_hand(shown, field).label(name) for name, field in named.items())


def _decided_by_hand(shown: FromClause, field: str) -> ColumnElement[bool]:
    # In the text of the notes: to read them as JSON, once a row, would cost more than the row.
    notes = cast(shown.c.metadata_notes, Text)
    return func.coalesce(notes.contains(f'"{field}": "{CORRECTED}"'), false())


def is_stated(connection: Connection, indicator: str) -> bool:
    """Does any observation bear this indicator, be it one of a former catalogue?"""
    found = select(observations.c.id).where(observations.c.indicator == indicator).limit(1)
    return connection.execute(found).one_or_none() is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Rows of `query`; and the document to go on behind, where the time was over before."""

    rows: list[RowMapping]
    behind: int | None = None


def page(
    connection: Connection,
    wanted: ObservationFilter,
    *,
    limit: int,
    after: int = 0,
    behind: int = 0,
    seconds: float = PAGE_SECONDS,
) -> Page:
    """`limit` observations after one, or behind a document; fewer where `seconds` have passed.

    So what hardly any observation matches takes no longer than all else. A document whose
    observations are replaced between two pages is not seen as a mixture: the second page goes on
    with what the first has begun. Raises NotFound where that is not kept.
    """
    deadline = time.monotonic() + seconds
    rows: list[RowMapping] = []
    if after:
        rows, behind = _rest_of_document(connection, wanted, after, limit)
    every = query(wanted)
    stretches = _stretches(connection, wanted, behind)
    while len(rows) < limit and (found := next(stretches, None)) is not None:
        stretch, end = found
        some = every.where(stretch).limit(limit - len(rows))
        rows += connection.execute(some).mappings()
        if len(rows) < limit and end is not None and time.monotonic() > deadline:
            return Page(rows=rows, behind=end)
    return Page(rows=rows)


def _rest_of_document(
    connection: Connection, wanted: ObservationFilter, after: int, limit: int
) -> tuple[list[RowMapping], int]:
    """What stands behind an observation in the extraction that it is of; and its document."""
    last = connection.execute(
        select(
            observations.c.document_id, observations.c.extraction_id, observations.c.ordinal
        ).where(observations.c.id == after)
    ).one_or_none()
    if last is None:
        raise NotFound("What this page follows is not kept any more: begin with the first page.")
    begun = (documents.c.id == observations.c.document_id) & (
        observations.c.extraction_id == last.extraction_id
    )
    rest = _joined(wanted, documents, begun, _read_hash(last.extraction_id))
    rest = rest.where(observations.c.ordinal > last.ordinal).limit(limit)
    return list(connection.execute(rest).mappings()), last.document_id


def _stretches(
    connection: Connection, wanted: ObservationFilter, behind: int
) -> Iterator[tuple[ColumnElement[bool], int | None]]:
    """The documents behind one, a few at a time: a condition, and the last of them.

    No last one: there are none behind these.
    """
    # On this column alone: PostgreSQL takes a second bound, on a column that is joined to it, for
    # one that leaves hardly any row.
    document = _in_order(wanted, documents, observations)
    while wanted.document is None:
        few = None
        if wanted.canonical:
            few = few_of_a_place(connection, wanted.documents, after=behind, most=_STRETCH)
        if few is not None:
            batches = list(in_batches(sorted(few), _FEW))
            for number, some in enumerate(batches, 1):
                yield document.in_(some), some[-1] if number < len(batches) else None
            return
        end = _end_of_stretch(connection, wanted, behind)
        if end is None:
            break
        yield (document > behind) & (document <= end), end
        behind = end
    yield document > behind, None


def _end_of_stretch(connection: Connection, wanted: ObservationFilter, behind: int) -> int | None:
    """The last document that one statement looks through; None: all that are left are few.

    Of one indicator those count that state it, however far apart: its index has them in order.
    """
    if len(wanted.indicators) == 1:
        ids = observations.c.document_id
        found = select(ids).where(observations.c.indicator == wanted.indicators[0])
    else:
        ids = documents.c.id
        found = select(ids).join(work, work_of(wanted.documents.run))
        found = found.where(*wanted.documents.clauses())
    found = found.where(ids > behind).order_by(ids).offset(_STRETCH).limit(1)
    return connection.execute(found).scalar_one_or_none()


def get(connection: Connection, observation: int) -> tuple[RowMapping, str]:
    """One observation, as rows of `query`, and the raw text that its spans point into.

    Raises NotFound: of one that is not stored, or whose text is not kept any more.
    """
    extraction = connection.execute(
        select(observations.c.extraction_id).where(observations.c.id == observation)
    ).scalar_one_or_none()
    if extraction is None:
        raise NotFound(f"There is no observation {observation}.", observation=observation)
    every = ObservationFilter(scope=None, open_quantities=True, canonical=False, corrections=None)
    own = (documents.c.id == observations.c.document_id) & (
        observations.c.extraction_id == extraction
    )
    chosen = _joined(every, documents, own, _read_hash(extraction))
    row = connection.execute(chosen.where(observations.c.id == observation)).mappings().one()
    text = _raw_texts(connection, [row]).get((row["document_id"], row["read_hash"]))
    if text is None:
        raise NotFound(
            f"The text of observation {observation} is not kept any more.", observation=observation
        )
    return row, text


def _read_hash(extraction: int) -> ColumnElement[str | None]:
    """Of the raw text that the observations of an extraction were made of."""
    return (
        select(publications.c.read_hash)
        .where(
            publications.c.document_id == documents.c.id,
            publications.c.extraction_id == extraction,
        )
        .order_by(publications.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def with_sentences(connection: Connection, rows: Iterable[Row]) -> Iterator[tuple[Row, str | None]]:
    """Rows of `query`, each with its sentence as it stands in the raw text.

    A row needs only what says where its sentence is. Texts are read once a document, a few at a
    time. None: the row's extraction was made before sentences were noted, or its text is not kept
    any more.
    """
    by_document = (list(group) for _, group in groupby(rows, lambda row: row["document_id"]))
    while batch := list(islice(by_document, _TEXTS_AT_ONCE)):
        texts = _raw_texts(connection, [group[0] for group in batch])
        for row in chain.from_iterable(batch):
            text = texts.get((row["document_id"], row["read_hash"]))
            if text is None or row["sentence_start"] is None:
                yield row, None
            else:
                yield row, text[row["sentence_start"] : row["sentence_end"]]


def _raw_texts(
    connection: Connection, rows: Iterable[Mapping[Any, Any]]
) -> dict[tuple[int, str], str]:
    wanted = [(row["document_id"], row["read_hash"]) for row in rows]
    query = select(raw_texts.c.document_id, raw_texts.c.hash, raw_texts.c.text).where(
        # The documents by themselves too: SQLite finds pairs by reading the whole table.
        raw_texts.c.document_id.in_({document for document, _ in wanted}),
        tuple_(raw_texts.c.document_id, raw_texts.c.hash).in_(wanted),
    )
    return {(row.document_id, row.hash): row.text for row in connection.execute(query)}
