"""One seam to the database: SQLite (WAL) on one machine, PostgreSQL beyond it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url

_SQLITE_BUSY_SECONDS = 60.0
# A server that accepts and never answers must not be waited for longer than this.
_POSTGRES = {
    "connect_timeout": 5,  # seconds
    "tcp_user_timeout": 20_000,  # milliseconds that sent data may stay unacknowledged
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}
# A process that is frozen inside a transaction would hold its row locks, and with them everybody
# else, until it thaws. In milliseconds, for transactions that write.
_POSTGRES_WRITE = (
    "SET LOCAL idle_in_transaction_session_timeout = 30000; SET LOCAL lock_timeout = 30000"
)


class Store:
    """A database of sources, runs, documents and observations.

    Verbs live in the modules of this package and take a connection: `with store.write() as
    connection: runs.create(connection, …)`. Open one per process, after a fork, never before.
    """

    def __init__(self, url: str, *, patience_seconds: float = _SQLITE_BUSY_SECONDS) -> None:
        """`patience_seconds`: how long a writer waits for another one, on SQLite."""
        self.url = url
        self.engine = _engine(url, patience_seconds)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view, however many statements ask; nothing is written."""
        with self.engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: all of it is committed at the end, or none of it."""
        with self.engine.connect() as connection:
            connection = connection.execution_options(zhibiao_write=True)
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.exec_driver_sql(_POSTGRES_WRITE)
                yield connection

    def now(self, connection: Connection) -> float:
        """Seconds since the epoch by the one clock that all hosts of this store share.

        Leases and back-offs are compared by several machines, whose own clocks may disagree.
        """
        if connection.dialect.name != "postgresql":
            return time.time()  # SQLite lives on one machine
        found = connection.execute(text("SELECT extract(epoch FROM clock_timestamp())"))
        return float(found.scalar_one())

    def close(self) -> None:
        self.engine.dispose()


def _engine(url: str, patience_seconds: float) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(
            parsed,
            connect_args={**_POSTGRES, **parsed.query},
            pool_pre_ping=True,
            pool_size=5,
            max_overflow=10,
            pool_timeout=10,
        )
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, connect_args={"timeout": patience_seconds})
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _configure_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin_sqlite
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA temp_store=MEMORY")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that will write takes the write lock at once: one that reads first and
    # upgrades later fails with "database is locked" however long it is willing to wait.
    write = connection.get_execution_options().get("zhibiao_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
