"""A real worker takes documents through all stages, whatever is killed meanwhile."""

from __future__ import annotations

import os
import signal
import time
from typing import Any

import pytest
from sqlalchemy import func, select
from waiting import wait_until

from tasks.app import quiet_app
from tasks.queues import UPKEEP
from zhibiao.domain import Stage
from zhibiao.store.database.index_tables import text_index
from zhibiao.store.database.schema import extractions, observations
from zhibiao.store.queries import documents
from zhibiao.store.queries.documents import DocumentFilter
from zhibiao.testing.reports import generate_many


def reports(count: int, seed: int = 1) -> dict[str, bytes]:
    return {f"{r.name}.txt": r.text.encode() for r in generate_many(count, seed)}


def extracted_once(stack: Any, run: int) -> bool:
    """Every document has exactly one generation of observations, and none an observation twice."""
    with stack.store.read() as connection:
        generations = connection.execute(
            select(func.count(), func.count(extractions.c.document_id.distinct()))
        ).one()
        stored = connection.execute(select(func.count()).select_from(observations)).scalar_one()
        place = select(observations.c.document_id, observations.c.ordinal).distinct().subquery()
        places = connection.execute(select(func.count()).select_from(place)).scalar_one()
    return bool(generations[0] == generations[1] and stored == places > 0)


def count_of_texts(stack: Any) -> int:
    """Those that the full-text index knows."""
    with stack.store.read() as connection:
        return connection.execute(select(func.count()).select_from(text_index)).scalar_one()


def test_documents_go_through_all_stages_and_unreadable_ones_do_not_touch_them(
    any_stack: Any,
) -> None:
    stack = any_stack
    run = stack.submit(reports(10) | {"empty.txt": b"", "random.bin": bytes(range(256)) * 40})
    stack.start_worker()
    counted = stack.wait(run)
    assert (counted.done, counted.quarantined) == (10, 2)
    with stack.store.read() as connection:
        rows = documents.page(connection, DocumentFilter(states=("done",)), limit=20)
        assert all(row["region_code"] and row["year"] for row in rows)
        for stage in Stage:
            assert all(row[f"{stage.value}_version"] for row in rows)
        assert len(documents.terms(connection, rows[0]["id"])) > 100
        bad = documents.page(connection, DocumentFilter(states=("quarantined",)), limit=20)
    assert {row["name"]: row["stage"] for row in bad} == {
        "empty.txt": "read",
        "random.bin": "read",
    }
    assert all(row["error_code"] and row["error_message"] for row in bad)
    assert extracted_once(stack, run)
    quiet_app.send_task("zhibiao.index_texts", queue=UPKEEP, ignore_result=True)
    wait_until(lambda: count_of_texts(stack) >= 10, why=lambda: "the full-text index is not filled")


@pytest.mark.long
def test_killing_a_child_then_the_broker_loses_and_doubles_nothing(
    any_stack: Any,
) -> None:
    stack = any_stack
    run = stack.submit(reports(60))
    stack.start_worker()
    stack.wait(run, until=lambda accounts: accounts.done >= 5)
    os.kill(stack.children()[0].pid, signal.SIGKILL)
    stack.wait(run, until=lambda accounts: accounts.done >= 15)
    stack.broker.kill()
    time.sleep(1)
    stack.broker.start()
    counted = stack.wait(run, seconds=200)
    assert counted.done == counted.submitted == 60
    assert extracted_once(stack, run)


@pytest.mark.long
def test_killing_a_whole_worker_loses_nothing(any_stack: Any) -> None:
    stack = any_stack
    run = stack.submit(reports(40))
    worker = stack.start_worker()
    stack.wait(run, until=lambda accounts: accounts.done >= 3)
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    stack.workers.remove(worker)
    stack.start_worker()
    assert stack.wait(run, seconds=200).done == 40
    assert extracted_once(stack, run)


def test_a_submission_while_the_broker_is_down_is_processed_when_it_is_back(any_stack: Any) -> None:
    stack = any_stack
    stack.broker.kill()
    run = stack.submit(reports(3))
    stack.wait(run, until=lambda accounts: accounts.pending == 3)
    stack.broker.start()
    stack.start_worker()
    assert stack.wait(run).done == 3
