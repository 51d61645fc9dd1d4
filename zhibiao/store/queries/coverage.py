"""Which reports there are, in which state, and what each of them states: the coverage grid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, select

from zhibiao.analysis.coverage import Grid, Report, coverage_rows, with_expected
from zhibiao.catalogue.indicators import Catalogue
from zhibiao.domain import State
from zhibiao.store.database.joins import of_regions
from zhibiao.store.database.metadata_columns import corrected_in
from zhibiao.store.database.schema import documents, work
from zhibiao.store.queries.documents import DocumentFilter, of_reports
from zhibiao.store.queries.observations import ObservationFilter
from zhibiao.store.queries.panel import (  # fmt: skip
    of_other_years_by_region,
    statements_by_region,
    without_values_by_region,
)

# Of several documents for one region and year, the state of the first of these counts.
_BEST = (State.DONE, State.RUNNING, State.PENDING, State.FAILED, State.QUARANTINED, State.CANCELLED)


def grid(
    connection: Connection,
    wanted: DocumentFilter,
    expected: Sequence[tuple[str, int]] = (),
    shown: FromClause = documents,
    *,
    codes: Collection[str] | None = None,
) -> Grid:
    """The reports that were submitted, and those that were expected, see `with_expected`.

    `codes`: of these regions only.
    """
    submitted = _submitted(connection, wanted, shown, codes)
    if codes is not None and not expected:
        years = list(_years(connection, wanted, shown))
        expected = [(code, year) for code in submitted for year in years]
    found = with_expected(submitted, expected)
    return found if codes is None else {code: found[code] for code in found if code in codes}


def coverage_records(
    connection: Connection,
    wanted: ObservationFilter,
    catalogue: Catalogue,
    expected: Sequence[tuple[str, int]] = (),
    shown: FromClause = documents,
    *,
    codes: Collection[str] | None = None,
    address: Callable[[Mapping[str, Any]], str] | None = None,
) -> Iterator[dict[str, Any]]:
    """The grid, by region code, year and indicator; `codes`: of these regions only.

    `address`: a link to the place of a record.
    """
    reports = grid(connection, wanted.documents, expected, shown, codes=codes)
    filling = {"indicator": wanted.indicators} if wanted.indicators else None
    stated = _Ahead(statements_by_region(connection, wanted, shown, codes=codes, filling=filling))
    said = without_values(connection, wanted, shown, codes=codes)
    for code in sorted(reports):
        yield from coverage_rows(
            list(reports[code].values()),
            stated.of(code),
            catalogue,
            indicators=wanted.indicators,
            without_values=said(code),
            address=address,
        )


def without_values(
    connection: Connection,
    wanted: ObservationFilter,
    shown: FromClause = documents,
    *,
    codes: Collection[str] | None = None,
) -> Callable[[str], list[dict[str, Any]]]:
    """What a region's reports say that gives no value of their years; see `coverage_rows`.

    To be asked for regions in the order of their codes.
    """
    said = _Ahead(without_values_by_region(connection, wanted, shown, codes=codes))
    others = _Ahead(of_other_years_by_region(connection, wanted, shown, codes=codes))
    return lambda code: [*said.of(code), *others.of(code)]


class _Ahead:
    """Groups of rows by region code, asked for in that order; a region may have none."""

    def __init__(self, regions: Iterator[list[dict[str, Any]]]) -> None:
        self._regions = regions
        self._next = next(regions, None)

    def of(self, code: str) -> list[dict[str, Any]]:
        while self._next is not None and self._next[0]["region_code"] < code:
            self._next = next(self._regions, None)
        if self._next is None or self._next[0]["region_code"] != code:
            return []
        return self._next


def _years(connection: Connection, wanted: DocumentFilter, shown: FromClause) -> Iterator[int]:
    """Years that any report is of: each is looked up behind the one before, not all reports."""
    year: int | None = 0
    while year is not None:
        later = of_reports(select(shown.c.year), wanted, shown).where(
            shown.c.year > year, *_of_grid(shown)
        )
        year = connection.execute(later.order_by(shown.c.year).limit(1)).scalar_one_or_none()
        if year is not None:
            yield year


def _of_grid(
    shown: FromClause, codes: Collection[str] | None = None
) -> tuple[ColumnElement[bool], ...]:
    return (
        of_regions(shown, codes),
        shown.c.year.is_not(None),
        work.c.state != State.DUPLICATE,
    )


def _submitted(
    connection: Connection,
    wanted: DocumentFilter,
    shown: FromClause,
    codes: Collection[str] | None,
) -> dict[str, dict[int, Report]]:
    query = select(
        shown.c.id,
        shown.c.region_code,
        shown.c.region,
        shown.c.province,
        shown.c.level,
        shown.c.year,
        shown.c.review_year,
        shown.c.title,
        shown.c.name,
        shown.c.extraction_id,
        shown.c.metadata_notes,
        work.c.state,
        work.c.error_code,
        work.c.error_message,
    )
    chosen = of_reports(query, wanted, shown).where(*_of_grid(shown, codes)).order_by(shown.c.id)
    found: dict[str, dict[int, Report]] = defaultdict(dict)
    for row in connection.execute(chosen):
        # What was extracted stays visible while a document is processed again.
        state = State.DONE if row.extraction_id is not None else State(row.state)
        known = found[row.region_code].get(row.year)
        if known is not None and _BEST.index(State(known.state)) <= _BEST.index(state):
            continue
        failed = state in (State.FAILED, State.QUARANTINED)
        found[row.region_code][row.year] = Report(
            region_code=row.region_code,
            region=row.region,
            province=row.province,
            level=row.level,
            year=row.year,
            review_year=row.review_year,
            state=state.value,
            detail=f"{row.error_code}: {row.error_message}" if failed else None,
            document_id=row.id,
            document=row.title,
            source=row.name,
            corrected=tuple(corrected_in(row._mapping)),
        )
    return found
