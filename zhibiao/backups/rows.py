"""Rows as plain values and back, the same for SQLite and PostgreSQL.

The tables are those that the database has, not those that the code knows: a backup can be made
before a migration, and one of an earlier schema is restored as such and then migrated.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    LargeBinary,
    MetaData,
    Table,
    Text,
    cast,
    inspect,
    null,
    select,
    text,
)
from sqlalchemy.types import NullType, TypeEngine

from zhibiao.backups.archive import TableEntry
from zhibiao.store.database import schema
from zhibiao.store.database.batches import streamed

_BATCH_ROWS = 500
_UNSAID = frozenset({("documents", "indexed_hash")})  # what the index knows, which is left out
# Who listens on the queues, and who is logged in: wrong anywhere else. The indexes of texts and of
# names, which each kind of database has in its own way: upkeep fills the one again, and until then
# a search reads the texts; the other is filled by migrating, or with its rows.
LEFT_OUT = frozenset({"canaries", "logins", "sign_ins", "text_index", "name_index"})


def tables_of(connection: Connection) -> list[Table]:
    """The tables of the database that zhibiao made, parents first."""
    found = set(inspect(connection).get_table_names())
    reflected = MetaData()
    reflected.reflect(connection, only=sorted(found & set(schema.metadata.tables)))
    return [table for table in reflected.sorted_tables if table.name not in LEFT_OUT]


def kinds_of(table: Table) -> tuple[str, ...]:
    return tuple(_kind(column) for column in table.columns)


def _kind(column: Column[Any]) -> str:
    if isinstance(column.type, LargeBinary):
        return "bytes"
    return "json" if isinstance(column.type, JSON) else "plain"


def read_rows(connection: Connection, table: Table) -> Iterator[list[Any]]:
    """Each row as values that JSON holds: bytes as base64, JSON as its text."""
    kinds = kinds_of(table)
    # JSON as the text that is stored: its null is another thing than none at all.
    wanted = [
        null()
        if (table.name, column.name) in _UNSAID
        else (cast(column, Text) if kind == "json" else column).label(column.name)
        for column, kind in zip(table.columns, kinds, strict=True)
    ]
    binary = [position for position, kind in enumerate(kinds) if kind == "bytes"]
    query = select(*wanted).order_by(*table.primary_key.columns)
    for found in streamed(connection, query, _BATCH_ROWS):
        row: list[Any] = list(found.values())
        for position in binary:
            if row[position] is not None:
                row[position] = base64.b64encode(row[position]).decode("ascii")
        yield row


def shadow(name: str, entry: TableEntry) -> Table:
    """The table as far as inserting rows of a backup needs to know it."""
    types: dict[str, TypeEngine[Any]] = {
        "bytes": LargeBinary(),
        "json": JSON(none_as_null=True),
        "plain": NullType(),
    }
    columns: list[Column[Any]] = [
        Column(column, types[kind]) for column, kind in zip(entry.columns, entry.kinds, strict=True)
    ]
    return Table(name, MetaData(), *columns)


def as_values(row: list[Any], entry: TableEntry) -> dict[str, Any]:
    """A line of a backup as the values to insert. Raises ValueError where it does not fit."""
    values = dict(zip(entry.columns, row, strict=True))
    for column, kind in zip(entry.columns, entry.kinds, strict=True):
        written = values[column]
        if written is None or kind == "plain":
            continue
        if kind == "bytes":
            values[column] = base64.b64decode(written, validate=True)
        else:
            found = json.loads(written)
            values[column] = JSON.NULL if found is None else found
    return values


def last_id(connection: Connection, table: Table) -> int | None:
    """The highest id that the table has ever given; None where it does not number its rows."""
    if "id" not in table.columns:
        return None
    if connection.dialect.name == "sqlite":
        query = text("SELECT seq FROM sqlite_sequence WHERE name = :table")
        return connection.execute(query, {"table": table.name}).scalar_one_or_none()
    sequence = _sequence(connection, table.name)
    if sequence is None:
        return None
    found = connection.exec_driver_sql(f"SELECT last_value, is_called FROM {sequence}").one()
    return int(found.last_value) if found.is_called else 0


def give_no_id_again(connection: Connection, table: str, last: int) -> None:
    """Let the next id of the table be higher than `last`."""
    if last < 1:
        return
    if connection.dialect.name == "sqlite":
        values = {"table": table, "last": last}
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), values)
        connection.execute(text("INSERT INTO sqlite_sequence VALUES (:table, :last)"), values)
        return
    sequence = _sequence(connection, table)
    if sequence is not None:
        connection.execute(
            text("SELECT setval(CAST(:sequence AS regclass), :last)"),
            {"sequence": sequence, "last": last},
        )


def _sequence(connection: Connection, table: str) -> str | None:
    found: str | None = connection.execute(
        text("SELECT pg_get_serial_sequence(:table, 'id')"), {"table": table}
    ).scalar_one()
    return found
