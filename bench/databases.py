"""What a report costs on PostgreSQL, beside SQLite: `python -m bench f`.

The workers' own steps in one process, in turns: its processor time, and the server's.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from bench.filled_store import Steps, steps_of
from bench.postgres_server import postgres, server_seconds
from bench.ratios import texts
from bench.row import Row
from zhibiao.store import Store
from zhibiao.store.database.migrate import upgrade

_ROUNDS = 3


def rows(*, small: bool) -> list[Row]:
    """(f); none where the wheel that brings PostgreSQL is not installed."""
    count = 40 if small else 200
    reports = texts(count * (_ROUNDS + 1))
    with (
        tempfile.TemporaryDirectory(prefix="zhibiao-bench-") as folder,
        postgres(Path(folder), "bench") as urls,
    ):
        if not urls:
            return []
        sides = [_opened(each, folder) for each in (*urls, f"sqlite:///{folder}/store.db")]
        taken = [
            [_cost(side, reports[n * count :][:count]) for side in sides]
            for n in range(_ROUNDS + 1)
        ][1:]  # in the first round each builds what it builds once
        for side in sides:
            side.here.store.close()
    found = statistics.median(on_server / on_file for on_server, on_file in taken)
    what = "PostgreSQL ÷ SQLite, processor time a report"
    return [Row(letter="f", what=what, ratio=found, most=1.25, detail=f"{count} reports")]


def _opened(url: str, folder: str) -> Steps:
    store = Store(url)
    upgrade(store)
    return steps_of(store, folder)


def _cost(steps: Steps, batch: list[tuple[str, str]]) -> float:
    steps.submit(dict(batch))
    began, server = time.process_time(), server_seconds(steps.here.store)
    steps.work()
    return time.process_time() - began + server_seconds(steps.here.store) - server
