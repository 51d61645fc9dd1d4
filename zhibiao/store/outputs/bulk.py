"""Observations go into the store by the hundred a report: past all that looks at single values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import cast

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from zhibiao.domain import Observation
from zhibiao.store.database.batches import in_batches
from zhibiao.store.outputs.observation_rows import COLUMNS, Value, rows_of

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
    rows = [row for each in found for row in rows_of(*each)]
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        _copy(connection, rows)
    else:
        _execute_by(_ROWS, connection, rows[: len(rows) // _ROWS * _ROWS])
        _execute_by(1, connection, rows[len(rows) // _ROWS * _ROWS :])


def _execute_by(count: int, connection: Connection, rows: Sequence[tuple[Value, ...]]) -> None:
    """So many rows a statement."""
    if rows:
        together = [tuple(chain.from_iterable(some)) for some in in_batches(rows, count)]
        connection.exec_driver_sql(_INSERT + ", ".join([_PLACES] * count), together)


def _copy(connection: Connection, rows: Iterable[Sequence[Value]]) -> None:
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
