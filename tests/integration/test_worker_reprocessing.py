"""Real workers notice a changed catalogue, reprocess what is outdated, and may die meanwhile."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from typing import Any

import pytest
from databases import sqlite_and_postgres_if_long

from tasks.app import app, configure
from tasks.queues import UPKEEP
from zhibiao.domain import Stage
from zhibiao.settings import Settings
from zhibiao.store.queries import observations
from zhibiao.store.queries.observations import ObservationFilter
from zhibiao.store.work import progress, runs
from zhibiao.testing.places import PLACES

OWN = '[[indicator]]\nid = "gdp"\naliases = ["全域产出总值"]\n'
COUNT = 60


def report(number: int) -> bytes:
    place, year = PLACES[number % len(PLACES)], 2020 + number // len(PLACES)
    return (
        f"{year}年{place.name}政府工作报告\n各位代表：\n一、{year - 1}年工作回顾\n"
        f"全市固定资产投资增长{number % 9 + 1}.2%。全域产出总值达到{number + 1}00亿元。\n"
    ).encode()


def indicators(stack: Any) -> dict[int, list[str]]:
    with stack.store.read() as connection:
        rows = observations.page(connection, ObservationFilter(), limit=10_000).rows
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row["document_id"], []).append(row["indicator"])
    return {document: sorted(names) for document, names in found.items()}


@pytest.mark.long
@sqlite_and_postgres_if_long
def test_the_nightly_task_brings_up_to_date_what_a_catalogue_has_made_outdated(
    stack: Any, tmp_path: Path
) -> None:
    own = tmp_path / "own.toml"
    own.write_text("# nothing yet\n", "utf-8")
    stack.submit({f"{number}.txt": report(number) for number in range(COUNT)})
    stack.start_worker(ZHIBIAO_CATALOGUE=str(own))
    assert stack.wait(1).done == COUNT
    old = ["fixed_asset_investment"]
    assert set(map(tuple, indicators(stack).values())) == {tuple(old)}
    own.write_text(OWN, "utf-8")
    faults: list[dict[int, list[str]]] = []
    stop = threading.Event()

    def poll() -> None:
        while not stop.is_set():
            found = indicators(stack)
            if len(found) != COUNT or any(v not in (old, [*old, "gdp"]) for v in found.values()):
                faults.append(found)

    reader = threading.Thread(target=poll)
    reader.start()
    try:
        app.send_task("zhibiao.reprocess_outdated", queue=UPKEEP)
        stack.wait(2, until=lambda accounts: accounts.done >= 5)
        os.kill(stack.children()[0].pid, signal.SIGKILL)
        counted = stack.wait(2)
    finally:
        stop.set()
        reader.join()
    assert counted.done == counted.submitted == COUNT
    assert faults == []
    assert set(map(tuple, indicators(stack).values())) == {(*old, "gdp")}
    with stack.store.read() as connection:
        executed = progress.executions(connection, 2)
        assert runs.get(connection, 2)["kind"] == "reprocessing"
    # What the killed child had not committed was executed once more, and counted once.
    assert {stage: done.executed for stage, done in executed.items()} == {Stage.EXTRACT: COUNT}


@pytest.mark.parametrize(("at", "expected"), [("", set()), ("02:30", {"nightly"})])
def test_beat_reprocesses_at_night_only_when_it_is_told_to(
    tmp_path: Path, at: str, expected: set[str]
) -> None:
    schedule = configure(Settings(data_dir=tmp_path, nightly_reprocess=at)).conf.beat_schedule
    usual = {"dispatch", "sweep", "index texts", "index some texts"}
    assert set(schedule) - usual == expected
    if at:
        nightly = schedule["nightly"]["schedule"]
        assert (nightly.hour, nightly.minute) == ({2}, {30})
