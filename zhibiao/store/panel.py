"""The panel: one row a region and year, one column an indicator, measure and status.

The rule, also in docs/exports.md:
- Row (region, Y) takes outturns for Y from the report that reviews Y (delivered in Y + 1, as a
  rule), and targets for Y from the report delivered in Y. Only values of that one year; sums and
  averages over several years are left to the table of observations.
- A stretch target (增长6%左右，力争6.5%: the second) is no target of the panel's.
- The column is `<indicator>_<measure>_<status>`: gdp_growth_actual, gdp_growth_target.
- The value is in the catalogue's base unit (元, 人, %); of a range, its lower end. What measures
  something else has a column of its own: foreign_trade_level_actual_美元.
- What is implausible (0 元, a growth of 5,855 %) is left to the table of observations.
- Where a report states one thing several times, the first of these decides: no flag, no doubt,
  exact rather than "over" or "about", more digits, earlier in the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pandas as pd
from sqlalchemy import Connection, FromClause, and_, or_

from zhibiao.domain import Bound, Status
from zhibiao.store.observations import ObservationFilter, query
from zhibiao.store.schema import documents, observations

_OTHER_UNIT = "other_unit"  # flags of the extraction
_IMPLAUSIBLE = "implausible"

PANEL_KEYS = ("region_code", "region", "province", "level", "year")


def panel_records(
    connection: Connection, wanted: ObservationFilter, standing: FromClause = documents
) -> tuple[list[str], Iterator[dict[str, Any]]]:
    """The columns, and the rows by region code and year."""
    frame = panel_frame(connection, wanted, standing)
    columns = [str(column) for column in frame.columns]
    return columns, (
        {name: None if pd.isna(value) else value for name, value in zip(columns, row, strict=True)}
        for row in frame.itertuples(index=False, name=None)
    )


def panel_frame(
    connection: Connection, wanted: ObservationFilter, standing: FromClause = documents
) -> pd.DataFrame:
    """The panel as a frame; empty cells are NaN, values are floats."""
    chosen = query(
        replace(wanted, scope="region", open_quantities=False, canonical=True), standing
    ).where(
        standing.c.region_code.is_not(None),
        observations.c.period_start == observations.c.period_end,
        observations.c.stretch.is_(False),
        or_(
            and_(
                observations.c.status == Status.ACTUAL,
                observations.c.period_end == standing.c.review_year,
            ),
            and_(
                observations.c.status == Status.TARGET,
                observations.c.period_end == standing.c.year,
            ),
        ),
    )
    statements = [
        {
            "region_code": row.region_code,
            "region": row.region,
            "province": row.province,
            "level": row.level,
            "year": row.period_end,
            "column": f"{row.indicator}_{row.measure}_{row.status}"
            + (f"_{row.base_unit}" if _OTHER_UNIT in row.flags else ""),
            "value": float(row.value if row.base_value is None else row.base_value),
            "rank": (
                bool(set(row.flags) - {_OTHER_UNIT}),
                row.certain is False,
                row.bound != Bound.EQ,
                -_digits(row.value),
                row.id,
            ),
        }
        for row in connection.execution_options(yield_per=2000).execute(chosen)
        if _IMPLAUSIBLE not in row.flags
    ]
    if not statements:
        return pd.DataFrame(columns=list(PANEL_KEYS))
    statements.sort(key=lambda statement: statement["rank"])
    frame = pd.DataFrame(statements).drop(columns="rank")
    best = frame.drop_duplicates(["region_code", "year", "column"])
    # Names are those of the row's first statement: a region renamed between two reports keeps
    # one row a year, because its code decides.
    names = frame.drop_duplicates(["region_code", "year"])[list(PANEL_KEYS)]
    values = best.pivot(index=["region_code", "year"], columns="column", values="value")
    values = values[sorted(values.columns)].reset_index()
    values.columns.name = None
    panel = names.merge(values, on=["region_code", "year"])
    return panel.sort_values(["region_code", "year"], ignore_index=True)


def _digits(value: Decimal) -> int:
    return len(value.as_tuple().digits)
