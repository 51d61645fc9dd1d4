"""The full-text index only narrows a search: what is found is what all texts hold, at all times."""

from __future__ import annotations

import random
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from databases import sqlite_and_postgres_if_long
from sqlalchemy import func, select, text

from zhibiao.backups import back_up, restore
from zhibiao.domain import CleanText, Metadata, OffsetMap, RawDocument, Stage
from zhibiao.settings import Settings
from zhibiao.store import Store
from zhibiao.store.database import trigrams
from zhibiao.store.database.index_tables import text_index as index_table
from zhibiao.store.outputs import deletion, publications, text_index
from zhibiao.store.outputs.retention import prune
from zhibiao.store.queries import documents
from zhibiao.store.queries.documents import DocumentFilter
from zhibiao.store.queries.search import SearchFilter, search
from zhibiao.text.caseless import folded

# Few characters, so that stretches of them come again; letters whose case has its own rules.
ALPHABET = "老旧小区改造5Gg%_\"'*()ſsKkıiİΣσςß𠮷　 "
Places = list[tuple[int, int, int]]


def texts(count: int, seed: int) -> list[str]:
    chance = random.Random(seed)
    made = []
    for number in range(count):
        words = "".join(chance.choices(ALPHABET, k=chance.choice((3, 40, 160))))
        made.append(f"region {number}市\ngdp {number + 1}\n#氢能\n{words}")
    return made


def questions(found: list[str], seed: int) -> list[str]:
    """Stretches of the texts in any case, and some that none of them holds."""
    chance = random.Random(seed)
    asked = ["老", "氢能", "氢", "区改造老旧", "没有", 'g"g', "k", "S", "老 旧", "造\n区"]
    for _ in range(40):
        whole = chance.choice(found)
        at = chance.randrange(len(whole))
        stretch = whole[at : at + chance.choice((1, 2, 3, 5, 9, 40))]
        asked.append(chance.choice((str.upper, str.lower, str))(stretch))
    return [each for each in asked if each.strip()]


def clean_texts(store: Store) -> dict[int, str]:
    with store.read() as connection:
        rows = documents.page(connection, DocumentFilter(), limit=1000)
        return {
            row["id"]: documents.clean_text(connection, row["id"])
            for row in rows
            if row["clean_hash"] and row["canonical_id"] in (None, row["id"])
        }


def read_through(stored: dict[int, str], asked: str) -> Places:
    pattern = re.compile(r"\s*".join(map(re.escape, asked.split())), re.IGNORECASE)
    return [
        (document, *match.span())
        for document, whole in sorted(stored.items())
        for match in pattern.finditer(whole)
    ]


def found_by_search(store: Store, asked: str) -> Places:
    with store.read() as connection:
        page = search(connection, SearchFilter(text=asked), limit=100_000, seconds=600)
    assert page.after is None
    return [(hit.document_id, hit.clean_start, hit.clean_end) for hit in page.hits]


def check(store: Store, asked: list[str]) -> int:
    """How many places are found; those that reading all texts finds."""
    total = 0
    stored = clean_texts(store)
    for each in asked:
        found = found_by_search(store, each)
        assert found == read_through(stored, each), each
        total += len(found)
    return total


def known(store: Store) -> int:
    with store.read() as connection:
        return connection.execute(select(func.count()).select_from(index_table)).scalar_one()


@sqlite_and_postgres_if_long
def test_what_is_found_is_what_all_texts_hold_with_and_without_an_index(line: Any) -> None:
    made = texts(23, seed=1)
    line.submit(*made)
    line.work()
    asked = questions(made, seed=2)
    before = check(line.store, asked)
    assert before > 500
    several = iter((False, False, True))
    assert text_index.fill(line.store, until=lambda: next(several)) == 10  # half of it
    assert known(line.store) == 10
    assert check(line.store, asked) == before
    assert text_index.fill(line.store) == 13
    assert text_index.fill(line.store) == 0
    assert check(line.store, asked) == before


def test_the_index_narrows_what_is_read(line: Any) -> None:
    line.submit(*(f"region {n}市\ngdp 1\n改造老旧小区{n:03}处与氢能" for n in range(30)))
    line.work()
    text_index.fill(line.store)
    with line.store.read() as connection:
        for word, most in (("小区007处", 3), ("007", 3), ("09", 4), ("没有这句话", 0)):
            rule = text_index.may_hold(connection, [word])
            passed = connection.execute(
                select(func.count()).select_from(index_table).where(rule)
            ).scalar_one()
            assert passed <= most, word


@sqlite_and_postgres_if_long
def test_texts_that_change_go_or_come_back_are_found_as_they_are(
    line: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = texts(12, seed=3)
    first = line.submit(*made[:6])
    line.submit(*made[6:])
    line.work()
    text_index.fill(line.store)
    asked = [*questions(made, seed=4), "绿色发展", "绿色"]
    before = check(line.store, asked)

    plain = type(line).clean

    def cleaned_otherwise(self: Any, raw: RawDocument) -> tuple[CleanText, Metadata]:
        clean, metadata = plain(self, raw)
        changed = clean.text.replace("老旧", "绿色发展", 1)
        return CleanText(text=changed, offsets=OffsetMap.identity(len(changed))), metadata

    monkeypatch.setattr(type(line), "clean", cleaned_otherwise)
    line.code[Stage.CLEAN] = "2"
    run = line.reprocess()
    line.work()
    assert found_by_search(line.store, "绿色发展")
    changed = check(line.store, asked)  # the index knows the former texts
    text_index.fill(line.store)
    assert check(line.store, asked) == changed
    assert known(line.store) == 12  # and no former ones

    with line.store.write() as connection:
        publications.roll_back(connection, run, now=line.now)
    assert not found_by_search(line.store, "绿色发展")
    text_index.fill(line.store)
    assert check(line.store, asked) == before

    prune(line.store, keep=0)
    deletion.delete_run(line.store, first)
    assert known(line.store) == 6
    left = check(line.store, asked)
    assert left < before
    line.submit(*texts(3, seed=5))
    line.work()
    text_index.fill(line.store)
    assert check(line.store, asked) > left


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_restored_store_has_no_index_yet_and_all_its_texts_are_found(
    line: Any, tmp_path: Path
) -> None:
    made = texts(5, seed=10)
    line.submit(*made)
    line.work()
    text_index.fill(line.store)
    asked = questions(made, seed=10)
    before = check(line.store, asked)
    url = line.store.engine.url.render_as_string(hide_password=False)
    back_up(Settings(data_dir=tmp_path, database_url=url), tmp_path / "a.zip")
    place = Settings(data_dir=tmp_path / "elsewhere")
    restore(place, tmp_path / "a.zip")
    restored = Store(place.store_url)
    try:
        assert known(restored) == 0
        assert check(restored, asked) == before
        assert text_index.fill(restored) == 5
        assert check(restored, asked) == before
    finally:
        restored.close()


def test_an_index_that_is_mostly_of_gone_texts_is_made_anew(
    line: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_index, "_FEWEST_STALE", 3)
    made = texts(8, seed=6)
    first = line.submit(*made[:5])
    line.submit(*made[5:])
    line.work()
    text_index.fill(line.store)
    deletion.delete_run(line.store, first)
    line.submit(*texts(1, seed=7))
    line.work()
    text_index.fill(line.store)
    assert known(line.store) == 4
    check(line.store, questions(made, seed=8))
    if line.store.engine.dialect.name == "sqlite":
        with line.store.read() as connection:
            rows = connection.execute(text("SELECT DISTINCT doc FROM text_trigram_terms"))
            assert sorted(rows.scalars()) == [1, 2, 3, 4]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_library_without_trigrams_reads_all_texts(
    line: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    made = texts(6, seed=9)
    line.submit(*made)
    line.work()
    monkeypatch.setattr(trigrams, "_MODULE", "fts9")
    assert text_index.fill(line.store) == 0
    assert "no FTS5" in caplog.text
    before = check(line.store, questions(made, seed=9))
    monkeypatch.undo()
    text_index.fill(line.store)
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 31, 0))  # a file from elsewhere
    assert check(line.store, questions(made, seed=9)) == before


def test_every_letter_that_a_pattern_takes_for_another_is_folded_to_it() -> None:
    every = "".join(map(chr, range(0x110000)))
    for letter in "abcdefghijklmnopqrstuvwxyz":
        taken = re.findall(letter, every, re.IGNORECASE)
        assert len(taken) >= 2
        assert {folded(each) for each in taken} == {letter}
