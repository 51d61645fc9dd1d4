"""What reprocessing costs: from `extract` against from `read`, and a plan over 100,000 documents.

`python -m bench.reprocess [REPORTS] [ROWS]`
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import func, insert, select

from bench.stack import BenchStack, bench_stack
from zhibiao.domain import Stage, State
from zhibiao.store import Store
from zhibiao.store.database.migrate import upgrade
from zhibiao.store.database.schema import documents, sources, work
from zhibiao.store.reprocessing import plans
from zhibiao.store.reprocessing.outdated import Current, Selection
from zhibiao.store.work import runs
from zhibiao.testing.forms import as_docx, as_html, as_pdf, as_txt, as_zip
from zhibiao.testing.reports import generate_many

MOST_OF_ALL = 0.6  # of the time from `read`, that from `extract` may take
MOST_OF_A_COUNT = 2.0  # of the time of a GROUP BY, that a plan may take


def main(reports: int = 300, rows: int = 100_000) -> None:
    ratio = measure_runs(reports)
    times = measure_plan(rows)
    if ratio > MOST_OF_ALL or times > MOST_OF_A_COUNT:
        raise SystemExit("a claim does not hold")


def measure_runs(count: int) -> float:
    """Wall time of a reprocessing from `extract` over that of one from `read`.

    Of reports in the forms that people submit: pages, text in two encodings, Word, PDF. The best of
    three each, taken in turns, so that whatever else runs on the machine meets both.
    """
    with bench_stack() as stack, stack.client() as client:
        answer = client.post(
            "/v1/runs",
            content=as_zip(_files(count)),
            headers={"Content-Type": "application/zip"},
        )
        answer.raise_for_status()
        stack.wait(client, answer.json()["id"])
        seconds: dict[str, list[float]] = {"read": [], "extract": []}
        for first in ("extract", "read") * 3:
            seconds[first].append(_reprocess(stack, client, first))
    for first, measured in seconds.items():
        shown = ", ".join(f"{each:.1f} s" for each in measured)
        print(f"reprocessing {count} reports from {first}: {shown}")
    ratio = min(seconds["extract"]) / min(seconds["read"])
    print(f"from extract / from read: {ratio:.2f} (at most {MOST_OF_ALL})")
    return ratio


def _files(count: int) -> dict[str, bytes]:
    """Of ten reports four are pages, three text, two Word, one PDF."""
    made: dict[str, bytes] = {}
    for number, report in enumerate(generate_many(count, seed=11)):
        match number % 10:
            case 0 | 1 | 2 | 3:
                made[f"{report.name}.html"] = as_html(report)
            case 4 | 5:
                made[f"{report.name}.txt"] = as_txt(report)
            case 6:
                made[f"{report.name}.txt"] = as_txt(report, "gb18030")
            case 7 | 8:
                made[f"{report.name}.docx"] = as_docx(report)
            case _:
                made[f"{report.name}.pdf"] = as_pdf(report)
    return made


def _reprocess(stack: BenchStack, client: httpx.Client, first: str) -> float:
    started = time.monotonic()
    answer = client.post("/v1/reprocess", json={"from": first})
    answer.raise_for_status()
    accounts = stack.wait(client, answer.json()["run"]["id"])
    if accounts["done"] != accounts["submitted"]:
        raise SystemExit(f"not every report is done: {accounts}")
    return time.monotonic() - started


def measure_plan(rows: int) -> float:
    """Time of a plan over that of a count by versions over the same table, medians of nine."""
    with tempfile.TemporaryDirectory(prefix="zhibiao-bench-") as folder:
        store = Store(f"sqlite:///{Path(folder) / 'plan.db'}")
        upgrade(store)
        _fill(store, rows)
        versions = [documents.c[f"{stage.value}_version"] for stage in Stage]
        count = select(*versions, func.count()).group_by(*versions)
        current = Current(versions={stage: f"{stage.value}-3" for stage in Stage})
        with store.read() as connection:
            planned = plans.plan(connection, Selection(), current)
            counted = _median(lambda: connection.execute(count).all())
            plan = _median(lambda: plans.plan(connection, Selection(), current))
        store.close()
    total = planned.outdated + planned.up_to_date + sum(planned.left_alone.values())
    print(f"plan over {total:,} documents: {planned.outdated:,} outdated, {planned.left_alone}")
    print(f"count by versions {counted * 1000:.1f} ms, plan {plan * 1000:.1f} ms")
    print(f"plan / count: {plan / counted:.2f} (at most {MOST_OF_A_COUNT})")
    return plan / counted


def _median(call: Callable[[], Any]) -> float:
    seconds = []
    for _ in range(9):
        started = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def _fill(store: Store, rows: int) -> None:
    """Documents of three generations of versions; one in a hundred is not done."""
    rng = random.Random(5)
    troubles = [State.FAILED, State.QUARANTINED, State.DUPLICATE, State.CANCELLED, State.PENDING]
    with store.write() as connection:
        run = runs.create(connection, kind="submission", priority="bulk", label="", now=1.0)
        connection.execute(
            insert(sources).values(sha256="0" * 64, size=1, content=b"x", created_at=1.0)
        )
        documents_made, work_made = [], []
        for number in range(1, rows + 1):
            generation = {stage: rng.choice((1, 2, 3, 3, 3)) for stage in Stage}
            state = rng.choice(troubles) if number % 100 == 0 else State.DONE
            documents_made.append(
                {
                    "id": number,
                    "run_id": run,
                    "file": number,
                    "part": 0,
                    "name": f"{number}.txt",
                    "sha256": "0" * 64,
                    "given": {},
                    "work_id": number,
                    "region": "示例市",
                    "region_code": str(rng.randint(110000, 659999)),
                    "year": rng.randint(2010, 2025),
                    "metadata_notes": {"decided_by": {"region": "title"}, "candidates": []},
                    "created_at": 1.0,
                }
                | {f"{s.value}_version": f"{s.value}-{n}" for s, n in generation.items()}
            )
            work_made.append(
                {
                    "id": number,
                    "run_id": run,
                    "document_id": number,
                    "priority": "bulk",
                    "state": state,
                    "stage": Stage.EXTRACT,
                    "error_version": "extract-2" if state is State.QUARANTINED else None,
                    "created_at": 1.0,
                    "changed_at": 1.0,
                }
            )
        connection.execute(insert(documents), documents_made)
        connection.execute(insert(work), work_made)
        runs.seal(connection, run, priority="bulk", now=1.0)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:3]))
