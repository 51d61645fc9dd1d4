"""What a second worker process brings, and a second node: `python -m bench g`.

The nodes share a Redis that listens on TCP and, where its wheel is installed, a PostgreSQL. Here
both are on one machine: on one of two cores their clock tells little, and the processor time that
a report takes tells what sharing costs.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import redis

from bench.postgres_server import postgres
from bench.ratios import Taken, process, texts, timed
from bench.redis_server import redis_server
from bench.row import Row
from bench.stack import BenchStack, bench_stack
from zhibiao.testing.ports import free_port

_ROUNDS = 3
_JOINED_SECONDS = 60.0


def rows(*, small: bool) -> list[Row]:
    """(g)."""
    count = 32 if small else 160
    reports = texts(count * _ROUNDS + 16)
    with bench_stack(ZHIBIAO_WORKERS="1") as one, bench_stack(ZHIBIAO_WORKERS="2") as two:
        found = _rows("two worker processes", _in_turns((one, two), reports, count), count)
    with (
        tempfile.TemporaryDirectory(prefix="zhibiao-bench-") as folder,
        postgres(Path(folder), "bench") as urls,
        redis_on_tcp(folder) as broker,
    ):
        for url in urls:
            shared = {"ZHIBIAO_DATABASE_URL": url, "ZHIBIAO_BROKER_URL": broker}
            found += _nodes(count, shared)
    return found


def _in_turns(
    stacks: tuple[BenchStack, BenchStack], reports: list[tuple[str, str]], count: int
) -> list[tuple[Taken, Taken]]:
    for stack in stacks:
        _run(stack, reports[:16])
    batches = [reports[16 + number * count :][:count] for number in range(_ROUNDS)]
    return [(_run(stacks[0], batch), _run(stacks[1], batch)) for batch in batches]


def _run(stack: BenchStack, batch: list[tuple[str, str]]) -> Taken:
    with stack.client() as client:
        return timed(list(stack.parts.values()), lambda: process(stack, client, batch))


def _rows(what: str, taken: list[tuple[Taken, Taken]], count: int) -> list[Row]:
    return [
        Row(letter="g", what=f"documents a second: {what} ÷ one",
            ratio=statistics.median(one.seconds / two.seconds for one, two in taken),
            detail=f"{count} reports"),
        Row(letter="g", what=f"processor time a report: {what} ÷ one",
            ratio=statistics.median(two.cpu / one.cpu for one, two in taken),
            detail=f"{count} reports"),
    ]  # fmt: skip


def _nodes(count: int, shared: dict[str, str]) -> list[Row]:
    """One stack with a worker process of its own; then a second node joins it."""
    reports = texts(2 * count * _ROUNDS + 32)
    taken: list[tuple[Taken, Taken]] = []
    with bench_stack(ZHIBIAO_WORKERS="1", **shared) as stack:
        _run(stack, reports[:16])
        for number in range(_ROUNDS):
            batches = reports[32 + 2 * number * count :]
            alone = _run(stack, batches[:count])
            with further_node(stack, shared, number):
                taken.append((alone, _run(stack, batches[count:][:count])))
    return _rows("two nodes, messages over TCP,", taken, count)


@contextlib.contextmanager
def further_node(stack: BenchStack, shared: dict[str, str], number: int) -> Iterator[None]:
    """A node with one worker process beside a stack, as a part of it. `shared`: their settings."""
    name = f"node{number}"
    log = stack.data_dir / f"{name}.log"
    with log.open("wb") as sink:
        node = subprocess.Popen(
            [
                *(sys.executable, "-m", "celery", "-A", "workers", "worker"),
                *(f"--hostname={name}@%h", "--concurrency=1", "--without-mingle"),
            ],
            env={**os.environ, "ZHIBIAO_DATA_DIR": str(stack.data_dir), **shared},
            stdout=sink,
            stderr=sink,
        )
        stack.parts[name] = node.pid
        try:
            deadline = time.monotonic() + _JOINED_SECONDS
            while "ready." not in log.read_text(errors="replace"):
                if node.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit(f"{name} did not come up:\n{log.read_text()[-2000:]}")
                time.sleep(0.2)
            yield
        finally:
            del stack.parts[name]
            node.terminate()
            node.wait(60)


@contextlib.contextmanager
def redis_on_tcp(folder: str) -> Iterator[str]:
    """The URL of a Redis whose files are in a folder."""
    port = free_port()
    options = ("--bind", "127.0.0.1", "--port", str(port))
    with redis_server(folder, redis.Redis(port=port), *options):
        yield f"redis://127.0.0.1:{port}/0"
