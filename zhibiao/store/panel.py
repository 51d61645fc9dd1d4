"""The statements that panels and their coverage are made of, a region a time.

By which rule a statement becomes the value of a cell: `zhibiao.analysis.cells`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, FromClause, Select, Table, and_, or_

from zhibiao.domain import Status
from zhibiao.rendering import stored_observation
from zhibiao.store.observations import ObservationFilter, query, statements_query, with_sentences
from zhibiao.store.schema import documents, observations, statements

_BATCH_ROWS = 1000


def statements_by_region(
    connection: Connection, wanted: ObservationFilter, standing: FromClause = documents
) -> Iterator[list[dict[str, Any]]]:
    """Each region's statements about catalogue indicators, by region code.

    Of the reports that `wanted` chooses; all of their indicators, because which passage of a report
    decides is seen from all that it states. Records are those of observations, with `id` and
    `review_year`.
    """
    every = replace(
        wanted, scope=None, indicators=(), certain=None, open_quantities=False, canonical=True
    )
    chosen = _by_region(query(every, standing), standing, observations)
    rows = connection.execution_options(yield_per=_BATCH_ROWS).execute(chosen).mappings()
    found = (
        stored_observation(row, sentence) | {"id": row["id"], "review_year": row["review_year"]}
        for row, sentence in with_sentences(connection, rows)
    )
    for _, region in groupby(found, lambda record: record["region_code"]):
        yield list(region)


def without_values_by_region(
    connection: Connection, wanted: ObservationFilter, standing: FromClause = documents
) -> Iterator[list[dict[str, Any]]]:
    """Each region's statements that give no value, by region code: rows of `statements_query`."""
    every = replace(wanted, scope="region", certain=None, open_quantities=False, canonical=True)
    chosen = _by_region(statements_query(every, standing), standing, statements)
    rows = connection.execution_options(yield_per=_BATCH_ROWS).execute(chosen).mappings()
    for _, region in groupby(rows, lambda row: row["region_code"]):
        yield [dict(row) for row in region]


def _by_region(chosen: Select[Any], standing: FromClause, stated: Table) -> Select[Any]:
    """Of the years that a panel takes from a report: its targets' and that of its outturns."""
    of_a_year = or_(
        and_(
            stated.c.status == Status.ACTUAL,
            stated.c.period_end == standing.c.review_year,
        ),
        and_(stated.c.status == Status.TARGET, stated.c.period_end == standing.c.year),
    )
    return (
        chosen.add_columns(standing.c.review_year)
        .where(
            standing.c.region_code.is_not(None),
            stated.c.period_start == stated.c.period_end,
            of_a_year,
        )
        .order_by(None)
        .order_by(standing.c.region_code, standing.c.id, stated.c.ordinal)
    )
