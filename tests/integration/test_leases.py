"""Whose fault a loss is, and what a clock that jumps does to leases and back-offs."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
import submitted
from sqlalchemy import select

from tasks import loss
from zhibiao.domain import Stage, State
from zhibiao.domain.verdict import Verdict
from zhibiao.settings import Settings, SettingsError, load_settings
from zhibiao.store import Store
from zhibiao.store.database.schema import work
from zhibiao.store.queries import documents
from zhibiao.store.queries.documents import DocumentFilter
from zhibiao.store.work import queue, runs, window
from zhibiao.store.work.queue import Claim, Step

NOON = 1_800_000_000.0
DAY = 86_400.0


def submit(store: Store, count: int) -> int:
    return submitted.submit(store, {f"{n}.txt": b"%d" % n for n in range(count)}, now=NOON)


def due(store: Store, now: float) -> list[window.Chunk]:
    with store.write() as connection:
        return window.due(
            connection, priority="bulk", window=100, chunk=8, now=now, resend_at=now + 60
        )


def claim(
    store: Store, ids: tuple[int, ...], now: float, *, lease: str = "node/task/1"
) -> list[Claim]:
    with store.write() as connection:
        return queue.claim(
            connection,
            ids,
            Stage.READ,
            lease=lease,
            lease_until=now + 120,
            max_attempts=3,
            max_losses=5,
            now=now,
        )


@pytest.mark.parametrize("jump", [DAY, -DAY])
def test_a_lease_outlives_no_jump_of_the_clock(store: Store, jump: float) -> None:
    submit(store, 2)
    (chunk,) = due(store, NOON)
    assert len(claim(store, chunk.work_ids, NOON)) == 2
    later = NOON + jump
    again = due(store, later)
    assert [len(each.work_ids) for each in again] == [1, 1]
    (taken,) = claim(store, again[0].work_ids, later, lease="other/task/2")
    assert (taken.attempts, taken.losses) == (1, 1)


@pytest.mark.parametrize("jump", [DAY, -DAY])
def test_a_back_off_and_a_message_outlive_no_jump_of_the_clock(store: Store, jump: float) -> None:
    submit(store, 2)
    (chunk,) = due(store, NOON)
    held = claim(store, chunk.work_ids[:1], NOON)
    with store.write() as connection:
        queue.put_back(
            connection,
            held[0],
            "node/task/1",
            Verdict(state=State.PENDING, code="time_limit", message="", delay_seconds=300),
            now=NOON,
        )
    assert due(store, NOON + 30) == []
    assert sum(len(each.work_ids) for each in due(store, NOON + jump)) == 2


def test_a_small_step_of_the_clock_takes_no_lease_away(store: Store) -> None:
    submit(store, 1)
    (chunk,) = due(store, NOON)
    claim(store, chunk.work_ids, NOON)
    assert claim(store, chunk.work_ids, NOON - 60) == []
    assert claim(store, chunk.work_ids, NOON + 60) == []


def test_many_lost_workers_exhaust_no_healthy_document_but_not_for_ever(store: Store) -> None:
    run = submit(store, 1)
    (chunk,) = due(store, NOON)
    now = NOON
    for losses in range(6):
        (held,) = claim(store, chunk.work_ids, now)
        assert (held.attempts, held.losses) == (1, losses)
        now += 200
        if losses == 5:
            break
    assert claim(store, chunk.work_ids, now) == []
    with store.read() as connection:
        assert runs.accounts(connection, [run])[run].quarantined == 1


def lose(store: Store, tmp_path: Path, error: Exception) -> None:
    settings = Settings(data_dir=tmp_path, database_url=store.url)
    loss.remember_parent(settings, "node", {Stage.READ: "v1"})
    loss.report_loss(error, task_id="task")


def test_of_several_documents_none_is_blamed_for_a_dead_child(store: Store, tmp_path: Path) -> None:
    submit(store, 3)
    (chunk,) = due(store, NOON)
    claim(store, chunk.work_ids, time.time())
    lose(store, tmp_path, RuntimeError("Worker exited prematurely: signal 11 (SIGSEGV) Job: 3."))
    chunks = due(store, time.time() + 1)
    assert [len(each.work_ids) for each in chunks] == [1, 1, 1]
    (held,) = claim(store, chunks[0].work_ids, time.time() + 1)
    assert (held.attempts, held.losses) == (1, 1)


def test_a_child_that_died_with_one_document_died_of_it(store: Store, tmp_path: Path) -> None:
    submit(store, 1)
    (chunk,) = due(store, NOON)
    told = []
    for _ in range(3):
        assert len(claim(store, chunk.work_ids, time.time())) == 1
        lose(store, tmp_path, RuntimeError("Worker exited prematurely: signal 11 (SIGSEGV) Job: 3"))
        with store.read() as connection:
            told += [
                row["error_message"]
                for row in documents.page(connection, DocumentFilter(), limit=2)
            ]
    # The first time it would have gone through all stages in that process.
    assert "died during read or a later stage: signal 11" in told[0]
    with store.read() as connection:
        (row,) = documents.page(connection, DocumentFilter(states=("quarantined",)), limit=2)
    assert row["error_code"] == "worker_lost"
    assert row["error_message"] == "Its worker process died during read: signal 11 (SIGSEGV)."
    assert row["attempts"] == 3
    with store.read() as connection:
        assert connection.execute(select(work.c.error_version)).scalar_one() == "v1"


def test_a_loss_that_could_not_be_noted_is_noted_when_the_store_is_back(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    submit(store, 2)
    (chunk,) = due(store, NOON)
    claim(store, chunk.work_ids, time.time())
    loss.remember_parent(
        Settings(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path}"), "node"
    )  # a folder is no database
    loss.report_loss(RuntimeError("signal 9 (SIGKILL)"), task_id="task")
    assert "not noted yet" in caplog.text
    assert due(store, time.time() + 1) == []
    loss.remember_parent(Settings(data_dir=tmp_path, database_url=store.url), "node")
    loss.settle()
    assert len(due(store, time.time() + 1)) == 2


def test_the_accounts_balance_at_every_instant_while_workers_claim_and_lose(store: Store) -> None:
    run = submit(store, 60)
    stop = threading.Event()
    unbalanced: list[object] = []

    def watch() -> None:
        while not stop.is_set():
            with store.read() as connection:
                found = runs.accounts(connection, [run])[run]
            if not found.balanced or found.submitted != 60:
                unbalanced.append(found)

    watcher = threading.Thread(target=watch)
    watcher.start()
    now = NOON
    for turn in range(12):
        for chunk in due(store, now):
            lease = f"node/{turn}/{chunk.work_ids[0]}"
            held = claim(store, chunk.work_ids, now, lease=lease)
            with store.write() as connection:
                if turn % 3:
                    steps = [
                        Step(held=each, at=Stage.READ, to=None, outputs=each.outputs)
                        for each in held
                    ]
                    queue.advance(connection, steps, lease, now=now, sent=0)
                else:
                    queue.give_back(connection, lease, now=now, not_before=now, lost=True)
        now += 200
    stop.set()
    watcher.join()
    assert unbalanced == []
    with store.read() as connection:
        assert runs.accounts(connection, [run])[run].done == 60


def test_a_lease_that_ends_before_its_task_may_is_refused() -> None:
    with pytest.raises(SettingsError, match="ZHIBIAO_LEASE_SECONDS=50"):
        load_settings({}, lease_seconds=50)


def test_several_dispatchers_at_once_send_each_document_once(store: Store) -> None:
    submit(store, 80)
    sent: list[int] = []
    start = threading.Barrier(4)

    def dispatcher() -> None:
        start.wait()
        for _ in range(3):
            sent.extend(work_id for chunk in due(store, NOON) for work_id in chunk.work_ids)

    threads = [threading.Thread(target=dispatcher) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sent) == sorted(set(sent))
    assert len(sent) == 80
