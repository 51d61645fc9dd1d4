"""A real Celery worker of the test's own, beside a real Redis and a real database."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest
from submitted import submit
from waiting import wait_until

from tasks.app import app, configure, quiet_app
from tasks.dispatch import dispatch
from zhibiao.settings import Settings
from zhibiao.store import Store
from zhibiao.store.database.migrate import upgrade
from zhibiao.store.work import runs
from zhibiao.store.work.runs import Accounts


@dataclass
class Stack:
    """Store, broker and worker; the test itself plays the API and, with `dispatch`, beat."""

    settings: Settings
    store: Store
    broker: Any
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start_worker(
        self, name: str = "one", *, app: str = "workers", **environment: str
    ) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "celery", "-A", app, "worker", "--concurrency=2"),
                *("--without-gossip", "--without-mingle", f"--hostname={name}@%h"),
            ],
            env={
                **os.environ,
                "ZHIBIAO_DATA_DIR": str(self.settings.data_dir),
                "ZHIBIAO_DATABASE_URL": self.settings.store_url,
                "ZHIBIAO_BROKER_URL": self.settings.celery_broker_url,
                "ZHIBIAO_RESEND_SECONDS": str(self.settings.resend_seconds),
                "ZHIBIAO_RETRY_SECONDS": "0.2",
                **environment,
            },
            start_new_session=True,
        )
        self.workers.append(process)
        return process

    def submit(self, contents: dict[str, bytes]) -> int:
        return submit(self.store, contents)

    def accounts(self, run: int) -> Accounts:
        with self.store.read() as connection:
            return runs.accounts(connection, [run])[run]

    def wait(
        self,
        run: int,
        *,
        seconds: float = 200,
        until: Callable[[Accounts], bool] = lambda accounts: accounts.in_flight == 0,
    ) -> Accounts:
        """Dispatch as beat would, until the run is at rest; the accounts must always balance."""

        def so_far() -> Accounts | None:
            dispatch(self.store, self.settings)
            accounts = self.accounts(run)
            assert accounts.balanced
            return accounts if until(accounts) else None

        why = "not at rest in time: {}"
        return wait_until(so_far, seconds, every=0.2, why=lambda: why.format(self.accounts(run)))

    def children(self) -> list[psutil.Process]:
        return [child for worker in self.workers for child in psutil.Process(worker.pid).children()]

    def end(self) -> None:
        """At once: a worker that is asked to takes seconds, and no test looks at how it ends."""
        for worker in self.workers:
            if worker.poll() is None:
                os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()


@pytest.fixture
def make_stack() -> Iterator[Callable[..., Stack]]:
    """A stack of given settings, with this version's schema; ended after the test."""
    made: list[Stack] = []

    def make(settings: Settings, broker: Any = None) -> Stack:
        configure(settings)
        for sender in (app, quiet_app):
            sender.__dict__.pop("amqp", None)  # it remembers the queues of another broker
        store = Store(settings.store_url)
        upgrade(store)
        made.append(Stack(settings=settings, store=store, broker=broker))
        return made[-1]

    yield make
    for running in made:
        running.end()
        running.store.close()
    for sender in (app, quiet_app):
        sender.pool.force_close_all()  # or connections to this test's broker outlive it
        sender.amqp._producer_pool = None


def _quick(folder: Path, *, database_url: str, broker_url: str) -> Settings:
    return Settings(
        data_dir=folder,
        database_url=database_url,
        broker_url=broker_url,
        resend_seconds=3,
        lease_seconds=20,
        task_seconds=12,
        grace_seconds=4,
    )


@pytest.fixture
def stack(
    database_url: str, redis_server: Any, tmp_path: Path, make_stack: Callable[..., Stack]
) -> Stack:
    """On SQLite and on PostgreSQL, with a Redis; the test starts its workers."""
    settings = _quick(tmp_path, database_url=database_url, broker_url=redis_server.url)
    return make_stack(settings, redis_server)


@pytest.fixture(
    params=[
        "sqlite and redis",
        "postgres and redis",
        pytest.param("postgres and rabbitmq", marks=pytest.mark.long),
    ]
)
def any_stack(
    request: pytest.FixtureRequest, tmp_path: Path, make_stack: Callable[..., Stack]
) -> Stack:
    """On every kind of store and broker."""
    database, broker_name = request.param.split(" and ")
    broker = request.getfixturevalue("rabbitmq" if broker_name == "rabbitmq" else "redis_server")
    url = f"sqlite:///{tmp_path / 'store.db'}"
    if database == "postgres":
        url = request.getfixturevalue("postgres_url")
    return make_stack(_quick(tmp_path, database_url=url, broker_url=broker.url), broker)
