"""Inserts that may find their row there already; SQLAlchemy has them by database only."""

from __future__ import annotations

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_into(table: Table, dialect_name: str) -> postgresql.Insert | sqlite.Insert:
    """An insert that takes `on_conflict_do_nothing` and `on_conflict_do_update`."""
    dialect = postgresql if dialect_name == "postgresql" else sqlite
    made: postgresql.Insert | sqlite.Insert = dialect.insert(table)
    return made
