"""Files of the same bytes share one source, whoever brings or forgets them at the same time."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import select

from zhibiao.store import Store
from zhibiao.store.database.schema import documents, sources
from zhibiao.store.work import runs, submissions
from zhibiao.store.work.submissions import Arrival


@pytest.fixture
def database_url(postgres_url: str) -> str:
    """SQLite has one writer at a time."""
    return postgres_url


def begin(store: Store) -> int:
    with store.write() as connection:
        return runs.create(connection, kind="submission", priority="bulk", label="", now=1.0)


def add(store: Store, run: int, content: bytes = b"same") -> None:
    with store.write() as connection:
        arrival = Arrival(file=0, name="a.txt", content=content)
        submissions.add(connection, run, [arrival], priority="bulk", now=1.0)


def stored(store: Store) -> list[tuple[int, int]]:
    """(run, bytes of its source) of each document."""
    query = select(documents.c.run_id, sources.c.size).join(
        sources, sources.c.sha256 == documents.c.sha256
    )
    with store.read() as connection:
        return [(row.run_id, row.size) for row in connection.execute(query)]


def test_an_upload_keeps_its_bytes_when_another_one_of_the_same_is_abandoned_beside_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken_off, whole = begin(store), begin(store)
    add(store, broken_off)
    look = submissions._documents_of

    def abandon() -> None:
        with store.write() as connection:
            runs.abandon(connection, broken_off)

    abandoning = threading.Thread(target=abandon)

    def look_beside_it(*args: Any) -> dict[str, int]:
        abandoning.start()
        abandoning.join(1.5)
        return look(*args)

    monkeypatch.setattr(submissions, "_documents_of", look_beside_it)
    add(store, whole)
    abandoning.join()
    assert stored(store) == [(whole, 4)]


def test_an_upload_brings_its_bytes_again_that_were_being_forgotten_when_it_came(
    store: Store,
) -> None:
    broken_off, whole = begin(store), begin(store)
    add(store, broken_off)
    adding = threading.Thread(target=add, args=(store, whole))
    with store.write() as connection:
        runs.abandon(connection, broken_off)
        adding.start()
        adding.join(1.5)
    adding.join()
    assert stored(store) == [(whole, 4)]
