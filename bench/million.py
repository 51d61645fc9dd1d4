"""What a million reports cost, and what saturates first: a model of measured costs.

`python -m bench.million [REPORTS]`

Some reports are processed by the workers' own steps, on SQLite and on PostgreSQL where that is
installed: the processor time of the worker, the time that it holds the database's one write lock
(SQLite) or that its server works (PostgreSQL), and what is stored. From these it follows how fast
N workers can be at most. The model is compared with one and with two processes at a time, in
processor time, because machines are shared.
"""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, text

from bench.filled_store import Steps, steps_of
from bench.postgres_server import postgres, server_seconds
from zhibiao.store import Store
from zhibiao.store.database.migrate import upgrade
from zhibiao.testing.reports import generate

_MILLION = 1_000_000
_WORKERS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
# Of a broker: a message names a chunk of 20 documents, and takes about 15 operations from being
# sent to being acknowledged; one core of Redis does some 80,000 a second, RabbitMQ 20,000 messages.
_CHUNK, _OPERATIONS, _REDIS, _RABBITMQ = 20, 15, 80_000.0, 20_000.0


@dataclass(frozen=True, kw_only=True)
class Costs:
    """Of one report."""

    database: str
    worker: float  # seconds of a worker's processor
    alone: float  # seconds in which nobody else can write; 0: they can
    server: float  # seconds of the database server's processors; 0: it has none of its own
    stored: float  # bytes


@dataclass(frozen=True, kw_only=True)
class Limit:
    """What N workers come to."""

    documents_per_second: float
    by: str


def main(reports: int = 200) -> None:
    with tempfile.TemporaryDirectory(prefix="zhibiao-bench-") as folder:
        found = [_measured(f"sqlite:///{Path(folder) / 'store.db'}", folder, reports)]
        with postgres(Path(folder), "million") as urls:
            found += [_measured(url, folder, reports) for url in urls]
        for costs in found:
            _show(costs)
        _check(folder, reports, found[0])


def limit_of(costs: Costs, workers: int, *, server_cores: int = 8) -> Limit:
    """The rate of N workers, each with a processor of its own, and what bounds it."""
    bounds = {
        "workers": workers / costs.worker,
        "Redis": _REDIS / _OPERATIONS * _CHUNK,
        "RabbitMQ": _RABBITMQ * _CHUNK,
    }
    if costs.alone:
        bounds["the write lock"] = 1 / costs.alone
    if costs.server:
        bounds[f"a database server of {server_cores} cores"] = server_cores / costs.server
    by = min(bounds, key=lambda name: bounds[name])
    return Limit(documents_per_second=bounds[by], by=by)


def _show(costs: Costs) -> None:
    print(
        f"{costs.database}: {costs.worker * 1000:.1f} ms of a worker a report, "
        f"{costs.alone * 1000:.1f} ms of the write lock, {costs.server * 1000:.1f} ms of the "
        f"server, {costs.stored / 1000:.0f} kB stored"
    )
    print(f"  {'workers':>8} {'reports/s':>10} {'hours a million':>16}  bound by")
    for workers in _WORKERS:
        limit = limit_of(costs, workers)
        hours = _MILLION / limit.documents_per_second / 3600
        print(f"  {workers:8} {limit.documents_per_second:10.0f} {hours:16.1f}  {limit.by}")
    hours = (costs.worker + costs.server) * _MILLION / 3600
    print(f"  a million reports: {hours:.0f} core hours, {costs.stored * _MILLION / 1e9:.0f} GB")


def _measured(url: str, folder: str, reports: int) -> Costs:
    store = Store(url)
    upgrade(store)
    steps = steps_of(store, folder)
    steps.submit(_texts(20, "first"))
    steps.work()  # what is built at a process's first document
    held = _WriteLock(store)
    before, server = _bytes(store), server_seconds(store)
    steps.submit(_texts(reports, "measured"))
    started = time.process_time()
    held.seconds = 0.0
    steps.work()
    worker = (time.process_time() - started) / reports
    on_sqlite = store.engine.dialect.name == "sqlite"
    costs = Costs(
        database="SQLite" if on_sqlite else "PostgreSQL",
        worker=worker,
        alone=held.seconds / reports if on_sqlite else 0.0,
        server=(server_seconds(store) - server) / reports,
        stored=(_bytes(store) - before) / reports,
    )
    store.close()
    return costs


def _texts(count: int, label: str) -> dict[str, str]:
    made = [generate(number).text for number in range(min(count, 50))]
    titles = (f"示例{label}{number}市{2000 + number % 25}年政府工作报告" for number in range(count))
    return {f"{n}.txt": f"{title}\n{made[n % 50]}" for n, title in enumerate(titles)}


class _WriteLock:
    """How much processor time this process spends in transactions that write."""

    def __init__(self, store: Store) -> None:
        self.seconds = 0.0
        write = store.write

        @contextmanager
        def timed(**options: float | None) -> Iterator[Connection]:
            with write(**options) as connection:
                started = time.process_time()
                yield connection
            self.seconds += time.process_time() - started

        store.write = timed  # type: ignore[method-assign]


def _bytes(store: Store) -> float:
    asked = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
    if store.engine.dialect.name == "postgresql":
        asked = "SELECT pg_database_size(current_database())"
    with store.read() as connection:
        return float(connection.execute(text(asked)).scalar_one())


def _check(folder: str, reports: int, costs: Costs) -> None:
    """The model beside what one and two processes take, each with a store of its own or shared."""
    print(f"{'processes':>10} {'ms a report':>12} {'model':>8}")
    for count in (1, 2):
        url = f"sqlite:///{Path(folder) / f'check{count}.db'}"
        store = Store(url)
        upgrade(store)
        store.close()
        with multiprocessing.get_context("spawn").Pool(count) as pool:
            jobs = [(url, folder, reports // count, f"{count}and{each}") for each in range(count)]
            taken = pool.starmap(_one, jobs)
        measured = sum(taken) / (reports // count * count) * 1000
        print(f"{count:10} {measured:12.1f} {costs.worker * 1000:8.1f}")


def _one(url: str, folder: str, reports: int, label: str) -> float:
    """Processor seconds of a process that works on a store which others write to."""
    store = Store(url)
    steps: Steps = steps_of(store, folder)
    steps.submit(_texts(reports, label))
    started = time.process_time()
    steps.work()
    spent = time.process_time() - started
    store.close()
    return spent


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]))
