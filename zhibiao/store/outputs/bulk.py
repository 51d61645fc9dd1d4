"""Observations go into the store by the hundred a report: past all that looks at single values.

Their values are given to the driver as it keeps them, so what `schema` says of a column's type is
done here: a decimal is its digits, JSON its text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import cast

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from zhibiao.domain import Observation

_Value = str | int | bool | None
COLUMNS = (
    *("extraction_id", "document_id", "ordinal", "indicator", "subject", "measure"),
    *("value", "value_high", "unit", "bound", "status", "period_start", "period_end", "scope"),
    *("evidence", "start", "end", "number_start", "number_end", "name_start", "name_end"),
    *("base_value", "base_unit", "tone", "flags", "conflict", "rule"),
    *("sentence_start", "sentence_end", "certain", "doubts", "stretch"),
)
_NAMES = ", ".join(f'"{name}"' for name in COLUMNS)
_INSERT = f"INSERT INTO observations ({_NAMES}) VALUES ({', '.join('?' * len(COLUMNS))})"
_COPY = f"COPY observations ({_NAMES}) FROM STDIN"


def insert_observations(
    connection: Connection, observations: Sequence[Observation], *, extraction: int, document: int
) -> None:
    """Add the rows of an extraction's observations, in the order of the text."""
    if not observations:
        return
    rows = [
        _row(observation, extraction, document, ordinal)
        for ordinal, observation in enumerate(observations)
    ]
    if connection.dialect.name == "postgresql":
        _copy(connection, rows)
    else:
        connection.exec_driver_sql(_INSERT, rows)


def _row(
    observation: Observation, extraction: int, document: int, ordinal: int
) -> tuple[_Value, ...]:
    """In the order of `COLUMNS`."""
    o, name_span = observation, observation.name_span
    return (
        *(extraction, document, ordinal, o.indicator, o.subject, o.measure.value),
        *(_digits(o.value), _digits(o.value_high), o.unit, o.bound.value, o.status.value),
        *(o.period_start, o.period_end, o.scope.value),
        *(o.evidence, o.span.start, o.span.end, o.number_span.start, o.number_span.end),
        None if name_span is None else name_span.start,
        None if name_span is None else name_span.end,
        *(_digits(o.base_value), o.base_unit, o.tone, _listed(o.flags), o.conflict, o.rule),
        *(o.sentence_span.start, o.sentence_span.end, o.certain, _listed(o.doubts), o.stretch),
    )


def _digits(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


def _listed(words: Sequence[str]) -> str:
    return json.dumps(words) if words else "[]"


def _copy(connection: Connection, rows: Iterable[Sequence[_Value]]) -> None:
    """Errors are the same as of a statement that SQLAlchemy executes."""
    bare = cast("psycopg.Connection[object]", connection.connection.dbapi_connection)
    try:
        with bare.cursor() as cursor, cursor.copy(_COPY) as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as error:
        raise DBAPIError.instance(
            _COPY,
            None,
            error,
            psycopg.Error,
            connection_invalidated=bare.closed,
            dialect=connection.dialect,
        ) from error
