"""The statements that panels and their coverage are made of, a region a time.

By which rule a statement becomes the value of a cell: `zhibiao.analysis.cells`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import groupby
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Table,
    and_,
    false,
    func,
    or_,
    select,
)  # fmt: skip

from zhibiao.analysis.coverage import VALUE_OTHER_YEARS
from zhibiao.domain import Status
from zhibiao.rendering import stored_observation
from zhibiao.store.database.batches import streamed
from zhibiao.store.database.joins import of_regions, work_of
from zhibiao.store.database.schema import documents, observations, statements, work
from zhibiao.store.queries.observations import (
    ObservationFilter,
    query,
    statements_query,
    with_sentences,
)


def first_regions(
    connection: Connection, wanted: ObservationFilter, *, reports: int
) -> tuple[list[str], bool]:
    """The first region codes, of at most so many reports but at least one; are there others?

    Of the reports that `wanted` chooses.
    """
    # No condition on observations: their table has no part in this.
    of_reports = replace(
        wanted, indicators=(), open_quantities=True, scope=None, certain=None, corrections=None
    )
    counted = (
        select(documents.c.region_code, func.count())
        .where(
            documents.c.region_code.is_not(None),
            documents.c.extraction_id.is_not(None),
            *of_reports.clauses(),
        )
        .group_by(documents.c.region_code)
        .order_by(documents.c.region_code)
        .limit(max(reports, 1) + 1)  # each has one at least
    )
    run = wanted.documents.run
    if run is not None:
        counted = counted.join(work, work_of(run))
    codes: list[str] = []
    total = 0
    for code, count in connection.execute(counted):
        total += count
        if codes and total > reports:
            return codes, True
        codes.append(code)
    return codes, False


def statements_by_region(
    connection: Connection,
    wanted: ObservationFilter,
    shown: FromClause = documents,
    *,
    codes: Collection[str] | None = None,
) -> Iterator[list[dict[str, Any]]]:
    """Each region's statements about catalogue indicators, by region code.

    Of the reports that `wanted` chooses; all of their indicators, because which passage of a report
    decides is seen from all that it states. Records are those of observations, with `id` and
    `review_year`. `codes`: of these regions only.
    """
    every = replace(
        wanted, scope=None, indicators=(), certain=None, open_quantities=False, canonical=True
    )
    rows = streamed(connection, _by_region(query(every, shown), shown, observations, codes))
    found = (
        stored_observation(row, sentence) | {"id": row["id"], "review_year": row["review_year"]}
        for row, sentence in with_sentences(connection, rows)
    )
    for _, region in groupby(found, lambda record: record["region_code"]):
        yield list(region)


def without_values_by_region(
    connection: Connection,
    wanted: ObservationFilter,
    shown: FromClause = documents,
    *,
    codes: Collection[str] | None = None,
) -> Iterator[list[dict[str, Any]]]:
    """Each region's statements that give no value, by region code: rows of `statements_query`.

    `codes`: of these regions only.
    """
    every = replace(wanted, scope="region", certain=None, open_quantities=False, canonical=True)
    chosen = _by_region(statements_query(every, shown), shown, statements, codes)
    rows = streamed(connection, chosen)
    for _, region in groupby(rows, lambda row: row["region_code"]):
        yield [dict(row) for row in region]


def of_other_years_by_region(
    connection: Connection,
    wanted: ObservationFilter,
    shown: FromClause = documents,
    *,
    codes: Collection[str] | None = None,
) -> Iterator[list[dict[str, Any]]]:
    """What each region's reports state of years that no panel takes from them, by region code.

    Of every report's year, indicator, status and measure one row. `codes`: of these regions only.
    """
    every = replace(wanted, scope="region", certain=None, open_quantities=False, canonical=True)
    stated: tuple[ColumnElement[bool], ...] = ()
    chosen_reports = wanted.documents.region_code or wanted.documents.region or wanted.documents.run
    if wanted.indicators and (codes is not None or chosen_reports):
        # No index serves an expression: where few reports are chosen they are to be found first,
        # not all that is stated of the indicator.
        stated = (func.coalesce(observations.c.indicator, "").in_(wanted.indicators),)
        every = replace(every, indicators=())
    columns = (
        shown.c.region_code, shown.c.year, observations.c.indicator, observations.c.status,
        observations.c.measure,
    )  # fmt: skip
    chosen = (
        query(every, shown)
        .with_only_columns(*columns)
        .where(
            of_regions(shown, codes),
            *stated,
            shown.c.year.is_not(None),
            func.coalesce(_of_a_year(shown, observations), false()).is_(False),
        )
        .distinct()
        .order_by(None)
        .order_by(shown.c.region_code)
    )
    for _, region in groupby(streamed(connection, chosen), lambda row: row["region_code"]):
        yield [dict(row) | {"kind": VALUE_OTHER_YEARS} for row in region]


def _of_a_year(shown: FromClause, stated: Table) -> ColumnElement[bool]:
    """Of the years that a panel takes from a report: its targets' and that of its outturns."""
    own = or_(
        and_(
            stated.c.status == Status.ACTUAL,
            stated.c.period_end == shown.c.review_year,
        ),
        and_(stated.c.status == Status.TARGET, stated.c.period_end == shown.c.year),
    )
    return and_(stated.c.period_start == stated.c.period_end, own)


def _by_region(
    chosen: Select[Any], shown: FromClause, stated: Table, codes: Collection[str] | None
) -> Select[Any]:
    return (
        chosen.add_columns(shown.c.review_year)
        .where(of_regions(shown, codes), _of_a_year(shown, stated))
        .order_by(None)
        .order_by(shown.c.region_code, shown.c.id, stated.c.ordinal)
    )
