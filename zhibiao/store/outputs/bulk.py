"""Observations go into the store by the hundred a report: past all that looks at single values.

Their values are given to the driver as it keeps them, so what `schema` says of a column's type is
done here: a decimal is its digits, JSON its text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import chain
from operator import attrgetter
from typing import cast

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from zhibiao.domain import Observation
from zhibiao.store.database.batches import in_batches

_Value = str | int | bool | None
# Columns that hold what an observation says, as it says it; `_value_`: a plain string.
_AS_IT_IS = {
    **{name: name for name in ("indicator", "subject", "unit", "evidence", "base_unit", "tone")},
    **{name: name for name in ("period_start", "period_end", "conflict", "rule", "stretch")},
    **{name: f"{name}._value_" for name in ("measure", "bound", "status", "scope")},
    "start": "span.start",
    "end": "span.end",
    "number_start": "number_span.start",
    "number_end": "number_span.end",
    "sentence_start": "sentence_span.start",
    "sentence_end": "sentence_span.end",
}
COLUMNS = (
    *("extraction_id", "document_id", "ordinal"),
    *_AS_IT_IS,
    *("value", "value_high", "base_value", "name_start", "name_end"),
    *("flags", "certain", "doubts"),
)
_VALUES = attrgetter(*_AS_IT_IS.values())  # one call: a report has two hundred observations
_NAMES = ", ".join(f'"{name}"' for name in COLUMNS)
_INSERT = f"INSERT INTO observations ({_NAMES}) VALUES "
_PLACES = f"({', '.join('?' * len(COLUMNS))})"
# Rows of a statement on SQLite: to begin one takes as long as some of its values.
_ROWS = 32
_COPY = f"COPY observations ({_NAMES}) FROM STDIN"


def insert_observations(
    connection: Connection, found: Iterable[tuple[int, int, Sequence[Observation]]]
) -> None:
    """Add the rows of extractions: of each its id, its document's, what is stated in text order."""
    rows = [
        _row(observation, extraction, document, ordinal)
        for extraction, document, observations in found
        for ordinal, observation in enumerate(observations)
    ]
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        _copy(connection, rows)
    else:
        _execute_by(_ROWS, connection, rows[: len(rows) // _ROWS * _ROWS])
        _execute_by(1, connection, rows[len(rows) // _ROWS * _ROWS :])


def _execute_by(count: int, connection: Connection, rows: Sequence[tuple[_Value, ...]]) -> None:
    """So many rows a statement."""
    if rows:
        together = [tuple(chain.from_iterable(some)) for some in in_batches(rows, count)]
        connection.exec_driver_sql(_INSERT + ", ".join([_PLACES] * count), together)


def _row(
    observation: Observation, extraction: int, document: int, ordinal: int
) -> tuple[_Value, ...]:
    """In the order of `COLUMNS`."""
    o, name_span = observation, observation.name_span
    high, base = o.value_high, o.base_value
    return (
        *(extraction, document, ordinal, *_VALUES(o), format(o.value, "f")),
        None if high is None else format(high, "f"),
        None if base is None else format(base, "f"),
        None if name_span is None else name_span.start,
        None if name_span is None else name_span.end,
        json.dumps(o.flags) if o.flags else "[]",  # few have any
        o.certain,
        json.dumps(o.doubts) if o.doubts else "[]",
    )


def _copy(connection: Connection, rows: Iterable[Sequence[_Value]]) -> None:
    """Errors are the same as of a statement that SQLAlchemy executes."""
    import psycopg  # an extra

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
