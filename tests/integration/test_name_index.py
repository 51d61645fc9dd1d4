"""The index of file names only narrows: a list by name has what comparing all names finds.

File names are invented.
"""

from __future__ import annotations

import random
import sqlite3

import pytest
from databases import sqlite_and_postgres_if_long
from sqlalchemy import event, select, text
from submitted import submit

from zhibiao.store import Store
from zhibiao.store.database import name_index
from zhibiao.store.database.migrate import upgrade
from zhibiao.store.database.schema import documents as documents_table
from zhibiao.store.outputs import deletion
from zhibiao.store.queries import documents
from zhibiao.store.queries.documents import DocumentFilter
from zhibiao.store.work import control

ALPHABET = "清河县报告2024 .%_\\\"'aAzZéÉſİ𠮷"
PARTS = (
    "清",
    "河县",
    "报告2",
    "a",
    "A",
    "%",
    "_",
    "\\",
    '"',
    "'",
    "é",
    "ſ",
    "𠮷",
    ".txt",
    "没有",
    "zz",
)


def names(count: int, seed: int) -> list[str]:
    chance = random.Random(seed)
    return [
        f"{number}{''.join(chance.choices(ALPHABET, k=chance.choice((1, 4, 30))))}"
        for number in range(count)
    ]


def add(store: Store, made: list[str]) -> int:
    return submit(store, {name: name.encode() for name in made})


def check(store: Store, seed: int) -> int:
    """How many documents all questions find together; those that comparing all names finds."""
    chance = random.Random(seed)
    with store.read() as connection:
        stored = dict(
            connection.execute(select(documents_table.c.id, documents_table.c.name)).all()
        )
    asked = list(PARTS)
    for _ in range(12):
        whole = chance.choice(list(stored.values()))
        at = chance.randrange(len(whole))
        asked.append(whole[at : at + chance.choice((1, 2, 3, 9))])
    total = 0
    for part in asked:
        wanted = DocumentFilter(name_contains=part)
        with store.read() as connection:
            found = {row["id"] for row in documents.page(connection, wanted, limit=1000)}
            assert documents.count(connection, wanted) == len(found)
        same = {i for i, name in stored.items() if holds(store, name, part)}
        assert found == same, part
        total += len(found)
    return total


def holds(store: Store, name: str, part: str) -> bool:
    """As LIKE compares: SQLite without the case of ASCII's letters."""
    if store.engine.dialect.name == "postgresql":
        return part in name
    return lowered(part) in lowered(name)


def lowered(written: str) -> str:
    return "".join(each.lower() if each.isascii() else each for each in written)


def known(store: Store) -> set[int]:
    """The documents that the index knows."""
    on_postgres = store.engine.dialect.name == "postgresql"
    kept = "SELECT document_id FROM name_index"
    asked = kept if on_postgres else "SELECT DISTINCT doc FROM name_trigram_terms"
    with store.read() as connection:
        return set(connection.scalars(text(asked)))


def stored(store: Store) -> set[int]:
    with store.read() as connection:
        return set(connection.scalars(select(documents_table.c.id)))


@sqlite_and_postgres_if_long
def test_a_list_by_name_has_what_comparing_all_names_finds(store: Store) -> None:
    first = add(store, names(40, seed=1))
    assert check(store, seed=1) > 100
    add(store, names(40, seed=2))
    assert known(store) == stored(store)
    before = check(store, seed=2)
    with store.write() as connection:
        control.cancel(connection, first, now=1e10)
    deletion.delete_run(store, first)
    assert known(store) == stored(store)
    assert len(stored(store)) == 40
    assert 0 < check(store, seed=2) < before


def test_only_the_documents_whose_name_may_hold_it_are_compared(store: Store) -> None:
    add(store, [f"清河县{number}号.txt" for number in range(60)])
    asked: list[str] = []
    event.listen(
        store.engine, "before_cursor_execute", lambda *given: asked.append(f"{given[2:4]}")
    )
    for part, expected in (("没有", 0), ("县17号", 1), ("没有这个文件", 0), ("号.txt", 60)):
        with store.read() as connection:
            few = name_index.few_that_may_hold(connection, part, most=60)
            assert few is not None
            assert len(few) == expected, part
            assert name_index.few_that_may_hold(connection, "清", most=59) is None
            asked.clear()
            assert len(
                documents.page(connection, DocumentFilter(name_contains=part), limit=99)
            ) == (expected)
        assert "documents.id IN" in asked[-1]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_index_without_its_triggers_is_not_asked_and_is_made_anew(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(store, names(10, seed=3))
    with store.write() as connection:  # as when its table is made anew
        connection.exec_driver_sql("DROP TRIGGER name_trigrams_of_new")
    add(store, names(10, seed=4))
    check(store, seed=3)
    upgrade(store)
    assert known(store) == stored(store)
    check(store, seed=4)

    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 31, 0))  # a library without trigrams
    check(store, seed=5)
    monkeypatch.undo()
    monkeypatch.setattr("zhibiao.store.database.trigrams._MODULE", "fts9")
    upgrade(store)
    add(store, names(10, seed=6))  # nothing keeps what cannot be read
    check(store, seed=6)
    monkeypatch.undo()
    upgrade(store)
    assert known(store) == stored(store)
    check(store, seed=7)
