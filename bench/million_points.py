"""What a report costs a whole stack of one or two processes, or of two nodes: points of a model.

The stack shares a PostgreSQL and a Redis over TCP, as nodes do.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import redis

from bench.growing import further_node, redis_on_tcp
from bench.pieces import cpu_of_parts
from bench.postgres_server import postgres, server_seconds
from bench.ratios import process
from bench.stack import BenchStack, bench_stack, submit_reports
from zhibiao.store import Store

_WARM = 20  # reports, at which processes load what they need


@dataclass(frozen=True, kw_only=True)
class Point:
    """Of one report, in seconds of processor time, but for the last."""

    what: str
    workers: float  # the processes that take reports
    server: float  # of the database
    broker: float
    api: float  # until all are accepted
    others: float  # parents of the workers, beat, Flower, whoever waits for news: mostly by time
    reports_per_second: float  # by the clock


def points(reports: list[tuple[str, str]]) -> list[Point]:
    """Of one worker process, of two, and of two nodes; none where PostgreSQL is not installed."""
    return list(_points(reports))


def _points(reports: list[tuple[str, str]]) -> Iterator[Point]:
    for what, workers, nodes in (
        ("one process", "1", 1),
        ("two processes", "2", 1),
        ("two nodes", "1", 2),
    ):
        with (
            ExitStack() as ending,
            tempfile.TemporaryDirectory(prefix="zhibiao-bench-") as folder,
            postgres(Path(folder), "million") as urls,
            redis_on_tcp(folder) as broker,
        ):
            for url in urls:
                shared = {"ZHIBIAO_DATABASE_URL": url, "ZHIBIAO_BROKER_URL": broker}
                stack = ending.enter_context(bench_stack(ZHIBIAO_WORKERS=workers, **shared))
                for number in range(1, nodes):
                    ending.enter_context(further_node(stack, shared, number))
                yield _point(what, stack, Store(url), redis.Redis.from_url(broker), reports)
                ending.close()  # before what they share


def _point(
    what: str, stack: BenchStack, store: Store, broker: redis.Redis, reports: list[tuple[str, str]]
) -> Point:
    with stack.client() as client:
        process(stack, client, reports[:_WARM])
        before, server, queues = cpu_of_parts(stack), server_seconds(store), _seconds(broker)
        began = time.monotonic()
        run = submit_reports(client, reports[_WARM:])
        taken = cpu_of_parts(stack)["api"] - before["api"]
        stack.wait(client, run)
        took = time.monotonic() - began
    count = len(reports) - _WARM
    spent = {
        name: (seconds - before[name]) / count for name, seconds in cpu_of_parts(stack).items()
    }
    workers = sum(spent[name] for name in spent if name.endswith("'s children"))
    found = Point(
        what=what,
        workers=workers,
        server=(server_seconds(store) - server) / count,
        broker=(_seconds(broker) - queues) / count,
        api=taken / count,
        others=sum(spent.values()) - workers - taken / count,
        reports_per_second=count / took,
    )
    store.close()
    broker.close()
    return found


def _seconds(broker: redis.Redis) -> float:
    """Of Redis's processor."""
    said = broker.info("cpu")
    return float(said["used_cpu_sys"]) + float(said["used_cpu_user"])
