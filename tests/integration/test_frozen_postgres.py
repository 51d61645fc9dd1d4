"""A PostgreSQL that is connected to and never answers is given up, and found again."""

from __future__ import annotations

import gc
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from tasks import health, loss
from zhibiao.settings import Settings
from zhibiao.store import Store

PATIENCE_SECONDS = 40  # a few seconds on an idle machine; without a bound it would be for ever


def backend_of(connection: Connection) -> int:
    return int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@pytest.fixture
def hasty(postgres_url: str) -> Iterator[Store]:
    """A store that waits a second for an answer, and another one for a frozen server's."""
    opened = Store(postgres_url, patience_seconds=1)
    yield opened
    opened.close()


def test_a_statement_that_the_server_froze_in_fails_after_its_time(hasty: Store) -> None:
    started = time.monotonic()
    with hasty.write() as connection, frozen(backend_of(connection)):
        with pytest.raises(OperationalError, match="has not answered"):
            connection.execute(text("SELECT 1"))
        assert time.monotonic() - started < PATIENCE_SECONDS
        connection.rollback()


def test_a_connection_that_froze_in_the_pool_is_replaced(hasty: Store) -> None:
    with hasty.read() as connection:
        pid = backend_of(connection)
    with frozen(pid):
        started = time.monotonic()
        with hasty.read() as connection:
            assert backend_of(connection) != pid
        assert time.monotonic() - started < PATIENCE_SECONDS


def test_a_slow_statement_is_ended_by_the_server_itself(hasty: Store) -> None:
    with hasty.read() as connection:
        pid = backend_of(connection)
        with pytest.raises(OperationalError, match="statement timeout"):
            connection.execute(text("SELECT pg_sleep(5)"))
    with hasty.read() as connection:
        assert backend_of(connection) == pid  # its connection is as good as new


def test_an_export_may_take_longer_than_one_statement(hasty: Store) -> None:
    started = time.monotonic()
    query = "SELECT n, pg_sleep(0.25) FROM generate_series(1, 10) AS n"
    with hasty.read() as connection:
        streamed = connection.execution_options(yield_per=1).execute(text(query))
        assert [row.n for row in streamed] == list(range(1, 11))
    assert time.monotonic() - started > 2


# The driver's cursor complains that it cannot be closed over a connection that is.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_export_that_the_server_freezes_in_ends_too(hasty: Store) -> None:
    read: list[int] = []

    def export(connection: Connection) -> None:
        query = text("SELECT n FROM generate_series(1, 100) AS n")
        pid = backend_of(connection)
        for row in connection.execution_options(yield_per=10).execute(query):
            read.append(row.n)
            if row.n == 35:
                os.kill(pid, signal.SIGSTOP)

    started = time.monotonic()
    with hasty.read() as connection:
        pid = backend_of(connection)
        with pytest.raises(OperationalError, match="has not answered"):
            export(connection)
    os.kill(pid, signal.SIGCONT)
    assert 35 <= len(read) < 100
    assert time.monotonic() - started < PATIENCE_SECONDS
    with hasty.read() as connection:
        assert backend_of(connection) != pid
    gc.collect()  # so that it complains here


def test_one_statement_may_be_given_more_time(hasty: Store) -> None:
    with hasty.read(patience_seconds=20) as connection:
        connection.execute(text("SELECT pg_sleep(2.5)"))


@pytest.fixture
def frozen_server(postgres_url: str) -> Iterator[str]:
    """Its postmaster takes connections in, as the kernel does for it, and never looks at them."""
    opened = Store(postgres_url)
    with opened.read() as connection:
        folder = connection.execute(text("SHOW data_directory")).scalar_one()
    opened.close()
    with frozen(int((Path(str(folder)) / "postmaster.pid").read_text().split()[0])):
        yield postgres_url


@pytest.mark.long
def test_readiness_and_the_workers_parent_do_not_hang_on_a_frozen_server(
    frozen_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(data_dir=tmp_path, database_url=frozen_server)
    store = Store(frozen_server)
    started = time.monotonic()
    assert health.report(settings, store)["database"]["ok"] is False
    assert time.monotonic() - started < PATIENCE_SECONDS
    store.close()
    monkeypatch.setattr(loss, "_parent", None)
    monkeypatch.setattr(loss, "_owed", type(loss._owed)())
    loss.remember_parent(settings, "one@host")
    calls = []
    for _ in range(5):  # once a second, as its timer has it
        began = time.monotonic()
        loss.report_loss(RuntimeError("signal 9 (SIGKILL)"), task_id="x")
        calls.append(time.monotonic() - began)
    assert sum(calls[1:]) < calls[0]  # one try; the others are put off
