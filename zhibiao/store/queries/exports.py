"""Tables for other programs: which rows and columns each has.

Rows are streamed from the database, so that a table larger than memory can be exported.
`zhibiao.tables` writes them in a format.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, FromClause, select

from zhibiao.analysis.coverage import Grid, why_nothing
from zhibiao.analysis.labels import Language
from zhibiao.analysis.panel import PanelRules
from zhibiao.analysis.units import Units
from zhibiao.catalogue.indicators import Catalogue
from zhibiao.domain import Stage
from zhibiao.rendering import (
    Record,
    Table,
    TableFormat,
    address_of,
    instant,
    stored_observation,
    stored_statement,
)
from zhibiao.store.database.batches import streamed
from zhibiao.store.database.errors import NoTimeTravel
from zhibiao.store.database.joins import current, work_of
from zhibiao.store.database.metadata_columns import corrected_in
from zhibiao.store.database.schema import clean_texts, documents, term_counts, work
from zhibiao.store.outputs.publications import AsOf, documents_as_of, seconds_of
from zhibiao.store.queries import observations as stored
from zhibiao.store.queries.concordance import CONCORDANCE_COLUMNS, concordance_records
from zhibiao.store.queries.coverage import coverage_records, grid, without_values
from zhibiao.store.queries.documents import STATE_COLUMNS, DocumentFilter, figures
from zhibiao.store.queries.keywords import KeywordChoice, keyword_records
from zhibiao.store.queries.observations import ObservationFilter
from zhibiao.store.queries.panel import statements_by_region
from zhibiao.store.queries.terms import TermChoice, term_records
from zhibiao.tables import Column, Sheet, write
from zhibiao.tables.observations import OBSERVATION_COLUMNS, STATEMENT_COLUMNS
from zhibiao.tables.panels import Look, coverage_sheet, panel_sheets

DOCUMENT_COLUMNS: Mapping[str, Column] = {
    "document_id": "integer",
    "run": "integer",
    "source": "text",
    "file": "integer",
    "part": "integer",
    "state": "text",
    "stage": "text",
    "attempts": "integer",
    "error_code": "text",
    "error_message": "text",
    "duplicate_of": "integer",
    "canonical": "integer",
    "title": "text",
    "region": "text",
    "region_code": "text",
    "province": "text",
    "level": "text",
    "year": "integer",
    "review_year": "integer",
    "speaker": "text",
    "delivered_on": "text",
    "meeting": "text",
    "partial": "boolean",
    "corrected": "text",
    "characters": "integer",
    "tokens": "integer",
    "observations": "integer",
    "sha256": "text",
    "created_at": "text",
    "changed_at": "text",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class PanelWish:
    """How a panel, its codebook or its coverage is to be made."""

    catalogue: Catalogue
    long: bool = False  # one row a cell instead of one a region and year
    units: tuple[str, ...] = ()  # 亿元: instead of the base units of what is measured so
    set_aside: bool = False  # the wide table has flagged values, too
    expected: tuple[tuple[str, int], ...] = ()  # of coverage: (region code, year) of reports
    site: str = ""  # where the service is reached, for addresses: http://127.0.0.1:8000


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportFilter:
    """Which rows a table has."""

    observations: ObservationFilter = field(default_factory=ObservationFilter)
    keywords: KeywordChoice | None = None  # what the table of keywords counts; of concordance too
    terms: TermChoice = field(default_factory=TermChoice)  # of the table of terms
    as_of: AsOf | None = None  # None: as it is now
    panel: PanelWish | None = None  # of panel, codebook and coverage
    labels: Language | None = None  # headings for people; None: the columns' ids

    @property
    def documents(self) -> DocumentFilter:
        return self.observations.documents


def export(
    connection: Connection, table: Table, form: TableFormat, path: Path, wanted: ExportFilter
) -> int:
    """Write a table to a file; how many rows.

    Raises OSError, TableTooLarge (of keywords), NotFound (no such run to look back at), Pruned
    (what readers saw then is not kept any more) and NoTimeTravel (of `documents`).
    """
    if table == "documents" and wanted.as_of is not None:
        raise NoTimeTravel
    shown = documents_as_of(connection, wanted.as_of)
    if wanted.as_of is not None:
        until = seconds_of(connection, wanted.as_of)
        observations = replace(wanted.observations, corrections_until=until)
        wanted = replace(wanted, observations=observations)
    with _sheets(connection, table, wanted, shown, path.parent) as sheets:
        return write(form, path, sheets)


@contextmanager
def _sheets(
    connection: Connection, table: Table, wanted: ExportFilter, shown: FromClause, folder: Path
) -> Iterator[Sequence[Sheet]]:
    look = Look(labels=wanted.labels)
    match table:
        case "observations":
            records = observation_records(connection, wanted.observations, shown)
            yield [Sheet(title=table, columns=OBSERVATION_COLUMNS, records=records)]
        case "statements":
            records = statement_records(connection, wanted.observations, shown)
            yield [Sheet(title=table, columns=STATEMENT_COLUMNS, records=records)]
        case "documents":
            records = document_records(connection, wanted.documents)
            yield [Sheet(title=table, columns=DOCUMENT_COLUMNS, records=records)]
        case "keywords" | "concordance":
            yield [_keywords(connection, table, wanted, shown)]
        case "terms":
            records = term_records(connection, wanted.terms, wanted.documents, shown)
            yield [Sheet(title=table, columns=wanted.terms.columns, records=records)]
        case "coverage":
            yield [coverage_sheet(_coverage(connection, wanted, shown), look)]
        case "panel" | "codebook":
            wish = _panel_wish(wanted)
            reports = grid(connection, wanted.documents, (), shown)
            regions = statements_by_region(connection, wanted.observations, shown)
            rules = _rules(wanted, reports)
            if wish.long:
                said = without_values(connection, wanted.observations, shown)
                rules = replace(rules, without_values=said)
            coverage = _coverage(connection, wanted, shown)
            made = panel_sheets(regions, coverage, rules, look, long=wish.long, folder=folder)
            with made as sheets:
                yield [sheets[1]] if table == "codebook" else sheets


def _keywords(
    connection: Connection,
    table: Literal["keywords", "concordance"],
    wanted: ExportFilter,
    shown: FromClause,
) -> Sheet:
    choice = wanted.keywords
    if choice is None:
        raise ValueError(f"the table {table} needs a set of terms")
    if table == "concordance":
        records = concordance_records(connection, choice, wanted.documents, shown)
        return Sheet(title=table, columns=CONCORDANCE_COLUMNS, records=records)
    records = keyword_records(connection, choice, wanted.documents, shown)
    return Sheet(title=table, columns=choice.columns, records=records)


def _panel_wish(wanted: ExportFilter) -> PanelWish:
    if wanted.panel is None:
        raise ValueError("a panel and its coverage need the catalogue")
    return wanted.panel


def _coverage(connection: Connection, wanted: ExportFilter, shown: FromClause) -> Iterator[Record]:
    wish = _panel_wish(wanted)
    return coverage_records(
        connection,
        wanted.observations,
        wish.catalogue,
        wish.expected,
        shown,
        address=partial(address_of, wish.site),
    )


def _rules(wanted: ExportFilter, reports: Grid) -> PanelRules:
    wish = _panel_wish(wanted)
    return PanelRules(
        catalogue=wish.catalogue,
        units=Units.of(wish.units, wish.catalogue),
        address=partial(address_of, wish.site),
        indicators=frozenset(wanted.observations.indicators),
        certain=bool(wanted.observations.certain),
        set_aside=wish.set_aside,
        missing=partial(why_nothing, reports),
    )


def observation_records(
    connection: Connection, wanted: ObservationFilter, shown: FromClause = documents
) -> Iterator[Record]:
    """One observation a record, by document and place in its text; values are Decimal."""
    rows = streamed(connection, stored.query(wanted, shown))
    for row, sentence in stored.with_sentences(connection, rows):
        yield stored_observation(row, sentence)


def statement_records(
    connection: Connection, wanted: ObservationFilter, shown: FromClause = documents
) -> Iterator[Record]:
    """One statement without a value a record, by document and place in its text."""
    rows = streamed(connection, stored.statements_query(wanted, shown))
    for row, sentence in stored.with_sentences(connection, rows):
        yield stored_statement(row, sentence)


def document_records(connection: Connection, wanted: DocumentFilter) -> Iterator[Record]:
    """Every submitted document with its state, those that failed too."""
    query = (
        select(
            documents,
            *STATE_COLUMNS,
            clean_texts.c.characters,
            term_counts.c.tokens,
            figures().label("observations"),
        )
        .join(work, work_of(wanted.run))
        .outerjoin(clean_texts, current(clean_texts, Stage.CLEAN))
        .outerjoin(term_counts, current(term_counts, Stage.SEGMENT))
        .where(*wanted.clauses())
        .order_by(documents.c.id)
    )
    for row in streamed(connection, query):
        record = {
            **row,
            "document_id": row["id"],
            "run": row["run_id"],
            "source": row["name"],
            "canonical": row["canonical_id"],
            "corrected": corrected_in(row),
            "created_at": instant(row["created_at"]),
            "changed_at": instant(row["changed_at"]),
        }
        yield {name: record[name] for name in DOCUMENT_COLUMNS}
