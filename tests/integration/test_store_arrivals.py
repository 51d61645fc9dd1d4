"""What is submitted is in the store once and in one state, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select
from stored_stages import LEASE, accounts, advance_all, claim, due, submit

from zhibiao.domain import State
from zhibiao.domain.verdict import Verdict
from zhibiao.errors import ReadError
from zhibiao.store import Store
from zhibiao.store.database.errors import KeyInUse, NotFound
from zhibiao.store.database.schema import sources
from zhibiao.store.queries import documents
from zhibiao.store.queries.documents import DocumentFilter
from zhibiao.store.work import queue, runs, submissions


def test_the_accounts_balance_for_every_kind_of_arrival(store: Store) -> None:
    submit(store, b"one", b"two")
    advance_all(store)
    run = submit(store, b"three", b"one", None, b"three")
    counted = accounts(store, run)
    assert counted.submitted == counted.files == 4
    assert (counted.pending, counted.duplicate, counted.quarantined) == (1, 2, 1)
    assert counted.balanced


def test_the_same_bytes_with_something_new_told_of_them_are_no_duplicate(store: Store) -> None:
    told = ({}, {"region": "甲市"}, {"region": "甲市"}, {}, {"region": "甲市", "year": 2023})
    with store.write() as connection:
        run = runs.create(connection, kind="submission", priority="bulk", label="", now=1.0)
        for number, given in enumerate(told):
            arrival = submissions.Arrival(
                file=number, name=f"{number}.txt", content=b"one", given=given
            )
            submissions.add(connection, run, [arrival], priority="bulk", now=1.0)
        runs.seal(connection, run, priority="bulk", now=2.0)
        rows = documents.page(connection, DocumentFilter(run=run), limit=9)
    of = [row["duplicate_of"] for row in sorted(rows, key=lambda row: row["id"])]
    first, second = sorted(row["id"] for row in rows)[:2]
    assert of == [None, None, second, first, None]


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("a.pdf", {"region": "清河县", "year": 2019}, ("清河县", "130534", 2019)),
        ("2021年溧阳市政府工作报告.pdf", {}, ("溧阳市", "320481", 2021)),
        ("溧阳市2021.pdf", {"year": 2020}, ("溧阳市", "320481", 2020)),
        ("合作资源.pdf", {"year": "soon"}, (None, None, None)),
    ],
)
def test_a_file_that_cannot_be_read_keeps_what_was_given_and_what_its_name_states(
    store: Store, name: str, given: dict[str, Any], expected: tuple[object, ...]
) -> None:
    arrival = submissions.Arrival(
        file=0, name=name, content=None, given=given, error=ReadError("It is damaged.")
    )
    with store.write() as connection:
        run = runs.create(connection, kind="submission", priority="bulk", label="", now=1.0)
        submissions.add(connection, run, [arrival], priority="bulk", now=1.0)
        runs.seal(connection, run, priority="bulk", now=2.0)
        (row,) = documents.page(connection, DocumentFilter(run=run), limit=9)

    assert row["state"] == State.QUARANTINED
    assert (row["region"], row["region_code"], row["year"]) == expected


def test_a_duplicate_names_the_document_it_equals(store: Store) -> None:
    run = submit(store, b"one", b"one")
    with store.read() as connection:
        rows = documents.page(connection, DocumentFilter(run=run), limit=10)
        assert [row["state"] for row in rows] == [State.PENDING, State.DUPLICATE]
        assert rows[1]["duplicate_of"] == rows[0]["id"]
        assert connection.execute(select(func.count()).select_from(sources)).scalar_one() == 1


def test_the_bytes_of_a_quarantined_document_may_be_submitted_again(store: Store) -> None:
    run = submit(store, b"one")
    held = claim(store, due(store)[0].work_ids)
    with store.write() as connection:
        assert queue.put_back(
            connection,
            held[0],
            LEASE,
            Verdict(state=State.QUARANTINED, code="empty", message=""),
            now=11.0,
        )
    assert accounts(store, run).quarantined == 1
    assert accounts(store, submit(store, b"one")).pending == 1


def test_nothing_is_due_before_a_run_is_sealed(store: Store) -> None:
    with store.write() as connection:
        run = runs.create(connection, kind="submission", priority="bulk", label="", now=1.0)
        arrival = submissions.Arrival(file=0, name="a", content=b"a")
        submissions.add(connection, run, [arrival], priority="bulk", now=1.0)
    assert due(store) == []
    with store.write() as connection:
        runs.seal(connection, run, priority="bulk", now=2.0)
    assert len(due(store)) == 1


def test_an_abandoned_run_leaves_nothing_but_what_others_need(store: Store) -> None:
    submit(store, b"kept")
    with store.write() as connection:
        run = runs.create(connection, kind="submission", priority="bulk", label="", now=1.0)
        arrivals = [
            submissions.Arrival(file=0, name="a", content=b"gone"),
            submissions.Arrival(file=1, name="b", content=b"kept"),
        ]
        submissions.add(connection, run, arrivals, priority="bulk", now=1.0)
        assert list(runs.abandoned(connection, before=2.0)) == [run]
        runs.abandon(connection, run)
    with store.read() as connection:
        with pytest.raises(NotFound):
            runs.get(connection, run)
        assert connection.execute(select(func.count()).select_from(sources)).scalar_one() == 1


def test_a_key_gives_the_same_run_and_is_refused_while_it_is_received(store: Store) -> None:
    run = submit(store, b"one", key="k")
    with store.write() as connection:
        found = runs.with_key(connection, "k")
        assert found is not None
        assert found.run == run
        assert runs.with_key(connection, "other") is None
        runs.create(
            connection,
            kind="submission",
            priority="bulk",
            label="",
            now=1.0,
            idempotency_key="half",
        )
        with pytest.raises(KeyInUse):
            runs.with_key(connection, "half")
