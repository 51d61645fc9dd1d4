"""Work in the store: sent, held, lost, cancelled, tried again; SQLite and PostgreSQL alike."""

from __future__ import annotations

import threading

import pytest
from stored_stages import LEASE, accounts, claim, due, read, submit

from zhibiao.domain import Stage, State
from zhibiao.domain.verdict import Verdict
from zhibiao.store import Store
from zhibiao.store.queries import documents
from zhibiao.store.queries.documents import DocumentFilter
from zhibiao.store.work import control, queue, window
from zhibiao.store.work.queue import Claim


def test_the_window_bounds_what_is_out_and_the_chunk_bounds_a_message(store: Store) -> None:
    submit(store, *[b"%d" % n for n in range(10)])
    assert [len(chunk.work_ids) for chunk in due(store, room=5, chunk=3)] == [3, 2]
    assert due(store, room=5) == []
    assert sum(len(chunk.work_ids) for chunk in due(store, room=8)) == 3


def test_the_last_messages_of_what_waits_are_smaller_so_that_all_processes_end_together(
    store: Store,
) -> None:
    submit(store, *[b"%d" % n for n in range(40)])
    full = due(store, room=16, chunk=8, processes=2)
    assert [len(chunk.work_ids) for chunk in full] == [8, 8]  # more waits
    rest = due(store, chunk=8, processes=2)
    assert [len(chunk.work_ids) for chunk in rest] == [8, 8, 4, 4]
    sent = [work_id for chunk in [*full, *rest] for work_id in chunk.work_ids]
    assert len(sent) == len(set(sent)) == 40


@pytest.mark.parametrize("waiting", range(1, 80))
def test_each_process_gets_as_many_messages_and_nearly_as_many_documents(
    store: Store, waiting: int
) -> None:
    submit(store, *[b"%d" % n for n in range(waiting)])
    sizes = [len(chunk.work_ids) for chunk in due(store, chunk=8, processes=2)]
    assert sum(sizes) == waiting
    assert max(sizes) <= 8
    assert sizes == sorted(sizes, reverse=True)
    if waiting > 8:
        assert len(sizes) % 2 == 0
        assert sum(sizes[::2]) - sum(sizes[1::2]) <= 2


@pytest.mark.parametrize("waiting", range(1, 9))
def test_no_document_travels_alone_for_being_the_last(store: Store, waiting: int) -> None:
    submit(store, *[b"%d" % n for n in range(waiting)])
    sizes = [len(chunk.work_ids) for chunk in due(store, processes=2)]
    assert sum(sizes) == waiting
    assert min(sizes) >= min(waiting, 2)


def test_an_unanswered_message_is_due_again_and_an_unsent_one_at_once(store: Store) -> None:
    submit(store, b"one")
    (chunk,) = due(store, now=10.0)
    assert due(store, now=20.0) == []
    assert len(due(store, now=71.0)) == 1
    with store.write() as connection:
        window.unsend(connection, chunk.work_ids)
    assert len(due(store, now=20.0)) == 1


def test_two_workers_never_hold_the_same_document(store: Store) -> None:
    submit(store, *[b"%d" % n for n in range(20)])
    ids = tuple(i for chunk in due(store) for i in chunk.work_ids)
    taken: list[list[Claim]] = []
    start = threading.Barrier(4)

    def worker(number: int) -> None:
        start.wait()
        taken.append(claim(store, ids, lease=f"node/{number}"))

    threads = [threading.Thread(target=worker, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(held.work_id for claims in taken for held in claims) == sorted(ids)


def test_a_late_worker_cannot_commit_after_its_lease_was_taken_over(store: Store) -> None:
    run = submit(store, b"one")
    ids = due(store)[0].work_ids
    (late,) = claim(store, ids, lease="late", now=10.0)
    assert claim(store, ids, lease="early", now=50.0) == []
    (taker,) = claim(store, ids, lease="taker", now=111.0)
    # Nobody knows why the first one was late: it does not count against the document.
    assert (taker.attempts, taker.losses) == (1, 1)
    with store.write() as connection:
        assert not queue.advance(connection, [read(late)], "late", now=112.0, sent=0)
        assert queue.advance(connection, [read(taker)], "taker", now=112.0, sent=0)
    assert accounts(store, run).pending == 1


def test_a_document_whose_worker_dies_each_time_is_quarantined_alone(store: Store) -> None:
    run = submit(store, b"poison", b"good")
    (chunk,) = due(store)
    claim(store, chunk.work_ids)
    now = 200.0
    chunks = due(store, now=now)
    assert [len(c.work_ids) for c in chunks] == [1, 1]  # what was tried travels alone
    poison, good = chunks
    (held,) = claim(store, good.work_ids, now=now)
    with store.write() as connection:
        queue.advance(connection, [read(held, to=None)], LEASE, now=now, sent=0)
    for _ in range(4):  # at most three losses here
        claim(store, poison.work_ids, now=now)
        now += 200.0
    counted = accounts(store, run)
    assert (counted.done, counted.quarantined) == (1, 1)
    with store.read() as connection:
        row = documents.page(connection, DocumentFilter(states=("quarantined",)), limit=1)[0]
    assert row["error_code"] == "worker_lost"


def test_the_leases_of_a_dead_worker_end_at_once(store: Store) -> None:
    submit(store, b"one")
    ids = due(store)[0].work_ids
    claim(store, ids, lease="node-1/task/x")
    with store.write() as connection:
        assert queue.give_back(connection, "node-2/", now=11.0, not_before=11.0, lost=True) == 0
        assert queue.give_back(connection, "node-1/", now=11.0, not_before=11.0, lost=True) == 1
    assert len(due(store, now=11.5)) == 1


def test_a_cancelled_run_comes_to_rest_and_can_be_resumed(store: Store) -> None:
    run = submit(store, b"one", b"two")
    ids = due(store, chunk=1)[0].work_ids
    (held,) = claim(store, ids)
    with store.write() as connection:
        control.cancel(connection, run, now=11.0)
    assert (accounts(store, run).running, accounts(store, run).cancelled) == (1, 1)
    with store.write() as connection:
        assert queue.advance(connection, [read(held)], LEASE, now=12.0, sent=0)
    assert accounts(store, run).cancelled == 2
    assert due(store, now=500.0) == []
    with store.write() as connection:
        assert control.resume(connection, run, now=13.0) == 2
    assert {chunk.stage for chunk in due(store, now=500.0)} == {Stage.READ, Stage.CLEAN}


def test_a_paused_run_waits(store: Store) -> None:
    run = submit(store, b"one")
    with store.write() as connection:
        control.pause(connection, run, now=3.0)
    assert due(store) == []
    with store.write() as connection:
        control.resume(connection, run, now=4.0)
    assert len(due(store)) == 1


def test_failed_documents_are_retried_all_selected_or_by_error(store: Store) -> None:
    run = submit(store, b"one", b"two", None)
    held = claim(store, due(store)[0].work_ids)
    with store.write() as connection:
        for claimed, code in zip(held, ("time_limit", "internal_error"), strict=True):
            queue.put_back(
                connection,
                claimed,
                LEASE,
                Verdict(state=State.FAILED, code=code, message=""),
                now=11.0,
            )
    with store.write() as connection:
        assert control.retry(connection, run, now=12.0, error_code="time_limit") == 1
        assert control.retry(connection, run, now=12.0) == 1
        # The third has no bytes: there is nothing to try again.
        rows = documents.page(connection, DocumentFilter(run=run, states=("quarantined",)), limit=9)
        ids = [row["id"] for row in rows]
        assert len(ids) == 1
        assert control.retry(connection, run, now=12.0, document_ids=ids) == 0
