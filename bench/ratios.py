"""The whole stack against a plain build and against its own limit, interleaved in one run.

`python -m bench.ratios [REPORTS] [ROUNDS]`; `python -m bench ab` prints the same rows, of 24 and of
240 reports, for what a stack does each second weighs more in a short run. Real reports
where `../shared` has them, else generated ones. The plain build is `bench.plain_app`; the limit is
the same stage functions in a pool of two processes, without broker or store. On a shared machine
read processor time: it counts all processes of each side, but the one that measures.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import cycle, islice

import httpx
import psutil
import redis

from bench.beside import DATA
from bench.redis_server import redis_server
from bench.row import Row, show
from bench.stack import BenchStack, bench_stack, submit_reports
from zhibiao import pipeline
from zhibiao.pipeline import Language
from zhibiao.testing.reports import generate_many

_WORKERS = 2
_PLAIN, _WHOLE, _LIMIT = "plain build", "whole stack", "limit"


@dataclass(frozen=True)
class Taken:
    """What a batch took."""

    seconds: float  # by the clock
    cpu: float  # seconds of all processes


Run = Callable[[list[tuple[str, str]]], Taken]  # runs reports, names and texts, on one side
Sides = dict[str, Run]


def texts(count: int) -> list[tuple[str, str]]:
    """(name, text), all different: where a text comes again, a sentence is added to it."""
    known = [
        (path.stem, path.read_text("utf-8"))
        for folder in ("reports", "more", "unlabelled")
        for path in sorted((DATA / folder).glob("*.txt"))
    ] or [(report.name, report.text) for report in generate_many(100, seed=7)]
    chosen = enumerate(islice(cycle(known), count))
    return [(f"{n} {name}.txt", f"{text}\n本文为第{n}号抄本。") for n, (name, text) in chosen]


def cpu_of(pids: list[int]) -> float:
    """Of processes and all their descendants, those that have ended and were waited for too."""
    total = 0.0
    for pid in pids:
        with contextlib.suppress(psutil.Error):
            leader = psutil.Process(pid)
            for each in [leader, *leader.children(recursive=True)]:
                with contextlib.suppress(psutil.Error):
                    times = each.cpu_times()
                    total += times.user + times.system
                    total += times.children_user + times.children_system
    return total


def timed(pids: list[int], action: Callable[[], None]) -> Taken:
    before, began = cpu_of(pids), time.monotonic()
    action()
    seconds = time.monotonic() - began
    return Taken(seconds=seconds, cpu=cpu_of(pids) - before)


@contextlib.contextmanager
def _whole() -> Iterator[Run]:
    with bench_stack(ZHIBIAO_WORKERS=str(_WORKERS)) as stack, stack.client() as client:

        def run(batch: list[tuple[str, str]]) -> Taken:
            return timed(list(stack.parts.values()), lambda: process(stack, client, batch))

        yield run


def process(stack: BenchStack, client: httpx.Client, batch: list[tuple[str, str]]) -> None:
    """Submit reports and wait until all of them are done."""
    run = submit_reports(client, batch)
    accounts = stack.wait(client, run)
    if accounts["done"] != len(batch):
        raise SystemExit(f"not every report is done: {accounts}")


@contextlib.contextmanager
def _plain() -> Iterator[Run]:
    with tempfile.TemporaryDirectory(prefix="zhibiao-plain-") as folder:
        socket = f"{folder}/redis.sock"
        os.environ["PLAIN_REDIS"] = f"redis+socket://{socket}"
        client = redis.Redis(unix_socket_path=socket)
        with redis_server(folder, client, "--port", "0", "--unixsocket", socket) as server:
            worker = subprocess.Popen(
                [
                    *(sys.executable, "-m", "celery", "-A", "bench.plain_app", "worker"),
                    *(f"--concurrency={_WORKERS}", "--loglevel=ERROR", "--without-gossip"),
                ],
            )
            try:
                from bench import plain_app  # reads where its Redis is

                def run(batch: list[tuple[str, str]]) -> Taken:
                    def all_of_it() -> None:
                        for sent in [plain_app.way(name, text) for name, text in batch]:
                            sent.get(timeout=600)

                    return timed([server, worker.pid], all_of_it)

                yield run
            finally:
                worker.terminate()
                worker.wait(30)


_language: Language | None = None  # of a process of the pool, forked after it was loaded


def _functions(report: tuple[str, str]) -> int:
    assert _language is not None
    name, text = report
    document = pipeline.read(text.encode(), name)[0]
    described = pipeline.clean(document, {})
    pipeline.segment(described.clean, _language)
    found = pipeline.extract(described.clean, document.text, described.metadata, _language)
    return len(found.observations)


@contextlib.contextmanager
def _limit() -> Iterator[Run]:
    global _language  # the pool's processes are forked, and find it there
    _language = Language.load()
    pipeline.rehearse(_language)
    with ProcessPoolExecutor(_WORKERS) as pool:
        list(pool.map(_functions, [("a.txt", "2023年政府工作报告\n增长6%。")] * 8))
        pids = list(pool._processes or ())

        def run(batch: list[tuple[str, str]]) -> Taken:
            return timed(pids, lambda: list(pool.map(_functions, batch, chunksize=4)).clear())

        yield run


@contextlib.contextmanager
def _sides() -> Iterator[Sides]:
    """What runs reports on each side: begun once, for Celery holds on to its first Redis."""
    with _plain() as plain, _whole() as whole, _limit() as limit:
        yield {_PLAIN: plain, _WHOLE: whole, _LIMIT: limit}


def measured(sides: Sides, reports: list[tuple[str, str]], rounds: int) -> dict[str, list[Taken]]:
    """What each side took in each round; the stack takes no report twice, so that there are as many
    reports for each round, and before the first."""
    count = len(reports) // (rounds + 1)
    taken: dict[str, list[Taken]] = {name: [] for name in sides}
    for run in sides.values():
        run(reports[: min(8, count)])  # children have loaded what they need
    for number in range(rounds):
        batch = reports[(number + 1) * count :][:count]
        for name, run in sides.items():
            taken[name].append(run(batch))
    return taken


def ratio(one: list[Taken], other: list[Taken], of: str) -> float:
    """The median of the rounds' ratios; `of`: "cpu" or "seconds"."""
    return statistics.median(
        getattr(a, of) / getattr(b, of) for a, b in zip(one, other, strict=True)
    )


def rows(*, small: bool) -> list[Row]:
    """(a) and (b), of a short run and, unless it is to be small, of a longer one."""
    return _rows((24,) if small else (24, 240), 3)


def _rows(counts: tuple[int, ...], rounds: int) -> list[Row]:
    made = iter(texts(sum(counts) * (rounds + 1)))
    with _sides() as sides:
        return [
            row
            for count in counts
            for row in _rows_of(
                measured(sides, list(islice(made, count * (rounds + 1))), rounds), count
            )
        ]


def _rows_of(taken: dict[str, list[Taken]], count: int) -> list[Row]:
    plain, whole, limit = (taken[name] for name in (_PLAIN, _WHOLE, _LIMIT))
    cost = {
        name: statistics.median(each.cpu / count * 1000 for each in found)
        for name, found in taken.items()
    }
    pace = {
        name: statistics.median(count / each.seconds for each in found)
        for name, found in taken.items()
    }

    def cost_of(name: str) -> str:
        return f"{count} reports; {cost[name]:.1f}, {cost[_WHOLE]:.1f} ms a report"

    def pace_of(name: str) -> str:
        return f"{count} reports; {pace[name]:.1f}, {pace[_WHOLE]:.1f} reports/s"

    return [
        Row(letter="a", what="plain build ÷ whole stack, processor time", least=4.0,
            ratio=ratio(plain, whole, "cpu"), detail=cost_of(_PLAIN)),
        Row(letter="a", what="plain build ÷ whole stack, by the clock",
            ratio=ratio(plain, whole, "seconds"), detail=pace_of(_PLAIN)),
        Row(letter="b", what="limit ÷ whole stack, processor time", least=0.7,
            ratio=ratio(limit, whole, "cpu"), detail=cost_of(_LIMIT)),
        Row(letter="b", what="limit ÷ whole stack, by the clock",
            ratio=ratio(limit, whole, "seconds"), detail=pace_of(_LIMIT)),
    ]  # fmt: skip


def main(count: int = 120, rounds: int = 3) -> None:
    print(f"{rounds} rounds, {_WORKERS} workers, load {os.getloadavg()[0]:.1f} before")
    show(_rows((count,), rounds))


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:3]))
