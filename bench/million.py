"""What a million reports cost, and what saturates first: a model of measured costs.

`python -m bench.million [REPORTS]`

Some reports are processed by the workers' own steps, on SQLite and on PostgreSQL where that is
installed: the processor time of the worker, the time that it holds the database's one write lock
(SQLite) or that its server works (PostgreSQL), and what is stored. What else a report costs is
measured on a whole stack: the API, the broker. From these it follows how fast N workers can be at
most. The model is compared with whole stacks of one and two processes and of two nodes, in
processor time, because machines are shared.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from bench.database_costs import stored
from bench.filled_store import steps_of
from bench.million_points import Point, points
from bench.postgres_server import postgres, server_seconds
from zhibiao.store import Store
from zhibiao.store.database.migrate import upgrade
from zhibiao.testing.reports import generate

_MILLION = 1_000_000
_WORKERS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
_SERVER_CORES = 8
# Of RabbitMQ, which is not measured: a message names a chunk of documents, and one core passes on
# some 20,000 of them in a second.
_CHUNK, _RABBITMQ = 16, 20_000.0


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
    bounds: Mapping[str, float]  # in documents a second


def main(reports: int = 200) -> None:
    with tempfile.TemporaryDirectory(prefix="zhibiao-bench-") as folder:
        found = [_measured(f"sqlite:///{Path(folder) / 'store.db'}", folder, reports)]
        with postgres(Path(folder), "million") as urls:
            found += [_measured(url, folder, reports) for url in urls]
    measured = points(list(_texts(reports, "stack").items())) if len(found) > 1 else []
    for costs in found:
        _show(costs, measured)
    _check(found[-1], measured)


def limit_of(costs: Costs, measured: Sequence[Point], workers: int) -> Limit:
    """The rate of N workers, each with a processor of its own, and what bounds it."""
    bounds = {"workers": workers / costs.worker, "RabbitMQ": _RABBITMQ * _CHUNK}
    if measured:
        bounds["one core of Redis"] = 1 / statistics.median(each.broker for each in measured)
        bounds["one API process"] = 1 / statistics.median(each.api for each in measured)
    if costs.alone:
        bounds["the write lock"] = 1 / costs.alone
    if costs.server:
        bounds[f"a database server of {_SERVER_CORES} cores"] = _SERVER_CORES / costs.server
    by = min(bounds, key=lambda name: bounds[name])
    return Limit(documents_per_second=bounds[by], by=by, bounds=bounds)


def _show(costs: Costs, measured: Sequence[Point]) -> None:
    print(
        f"{costs.database}: {costs.worker * 1000:.1f} ms of a worker a report, "
        f"{costs.alone * 1000:.1f} ms of the write lock, {costs.server * 1000:.1f} ms of the "
        f"server, {costs.stored / 1000:.0f} kB stored"
    )
    print(f"  {'workers':>8} {'reports/s':>10} {'hours a million':>16}  bound by")
    for workers in _WORKERS:
        limit = limit_of(costs, measured, workers)
        hours = _MILLION / limit.documents_per_second / 3600
        print(f"  {workers:8} {limit.documents_per_second:10.0f} {hours:16.1f}  {limit.by}")
    for by, rate in sorted(limit.bounds.items(), key=lambda each: each[1]):
        if by != "workers":
            print(f"  {by}: {rate:,.0f} reports/s, as {rate * costs.worker:,.0f} workers")
    beside = [each.api + each.broker + each.others for each in measured] or [0.0]
    hours = (costs.worker + costs.server + statistics.median(beside)) * _MILLION / 3600
    print(f"  a million reports: {hours:.0f} core hours, {costs.stored * _MILLION / 1e9:.0f} GB")


def _measured(url: str, folder: str, reports: int) -> Costs:
    store = Store(url)
    upgrade(store)
    steps = steps_of(store, folder, chunk=_CHUNK)
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
    with store.read() as connection:
        return stored(connection)


def _check(costs: Costs, measured: Sequence[Point]) -> None:
    """The model beside whole stacks, in milliseconds of processor time a report."""
    print(f"{'':15} {'workers':>8} {'model':>7} {'server':>7} {'model':>7}", end="")
    print(f" {'Redis':>7} {'API':>7} {'others':>7} {'reports/s':>10}")
    for each in measured:
        spent = (each.workers, costs.worker, each.server, costs.server, each.broker, each.api)
        shown = " ".join(f"{seconds * 1000:7.2f}" for seconds in (*spent, each.others))
        print(f"{each.what:15}  {shown} {each.reports_per_second:10.1f}")
    if measured:
        server, worker = (max(getattr(p, name) for p in measured) for name in ("server", "workers"))
        rate = _SERVER_CORES / server
        print(f"with the dearest of these the server bounds {rate:,.0f} reports/s, ", end="")
        print(f"as {rate * worker:,.0f} workers")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]))
