"""One seam to the database: SQLite (WAL) on one machine, PostgreSQL beyond it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url

from zhibiao.store.database.errors import NoPostgresDriver

if TYPE_CHECKING:
    from zhibiao.store.database import postgres

_PATIENCE_SECONDS = 60.0
# Of the write-ahead log, before it goes into SQLite's file: 16 MB, four times SQLite's own number.
# A page that many transactions change, such as an index's, goes there once for all of them.
_CHECKPOINT_PAGES = 4000


class Store:
    """A database of sources, runs, documents and observations.

    Verbs live in the modules of this package and take a connection: `with store.write() as
    connection: runs.create(connection, …)`. Open one per process, after a fork, never before.
    """

    def __init__(self, url: str, *, patience_seconds: float = _PATIENCE_SECONDS) -> None:
        """`patience_seconds`: how long one statement may take before it fails.

        On SQLite that is the time that a writer waits for another one; on PostgreSQL the time to
        an answer, also of a server that is frozen.
        """
        self.url = url
        self._patience_seconds = patience_seconds
        self.engine = _engine(url, patience_seconds)

    @contextmanager
    def read(self, *, patience_seconds: float | None = None) -> Iterator[Connection]:
        """A consistent view, however many statements ask; nothing is written.

        `patience_seconds`: where it has to differ from the store's, on PostgreSQL.
        """
        seconds = self._patience_seconds if patience_seconds is None else patience_seconds
        with self.engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
                limit = _driver().be_patient(_bare(connection), seconds=seconds)
                connection.exec_driver_sql(f"{limit}; {_driver().reading()}")
            yield connection

    @contextmanager
    def write(self, *, patience_seconds: float | None = None) -> Iterator[Connection]:
        """One transaction: all of it is committed at the end, or none of it.

        `patience_seconds`: as for `read`.
        """
        seconds = self._patience_seconds if patience_seconds is None else patience_seconds
        with self.engine.connect() as connection:
            connection = connection.execution_options(zhibiao_write=True)
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    limit = _driver().be_patient(_bare(connection), seconds=seconds)
                    connection.exec_driver_sql(f"{limit}; {_driver().writing(seconds)}")
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


def file_to_make(url: str) -> Path | None:
    """The file of an SQLite database that is not there yet: opening a store makes it."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return None
    path = Path(parsed.database)
    return None if path.exists() else path


def _engine(url: str, patience_seconds: float) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        engine = create_engine(
            parsed,
            connect_args={**_driver().CONNECT_OPTIONS, **parsed.query},
            pool_pre_ping=True,
            pool_size=5,
            max_overflow=10,
            pool_timeout=10,
        )
        _driver().install(engine)
        return engine
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # For each None and bool that is stored, SQLite's driver looks how it is to be stored, and where
    # nobody has told, it finds out by an exception: that takes longer than to store the value.
    sqlite3.register_adapter(type(None), {None: None}.__getitem__)
    sqlite3.register_adapter(bool, int)
    engine = create_engine(parsed, connect_args={"timeout": patience_seconds})
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _driver() -> ModuleType:
    """What speaks to PostgreSQL: an extra, since its licence is no permissive one."""
    try:
        from zhibiao.store.database import postgres
    except ModuleNotFoundError as error:
        raise NoPostgresDriver from error
    return postgres


def _bare(connection: Connection) -> postgres.PatientConnection:
    """The driver's own connection, on PostgreSQL."""
    return cast("postgres.PatientConnection", connection.connection.dbapi_connection)


def _configure_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin_sqlite
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA temp_store=MEMORY")
    cursor.execute(f"PRAGMA wal_autocheckpoint={_CHECKPOINT_PAGES}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that will write takes the write lock at once: one that reads first and
    # upgrades later fails with "database is locked" however long it is willing to wait.
    write = connection.get_execution_options().get("zhibiao_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
