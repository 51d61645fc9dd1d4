"""Documents of the store, chosen and grouped as prints, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from sqlalchemy import update
from stored_stages import accounts, advance_all, claim, due, save_stage, submit

from zhibiao.domain import Metadata, Stage
from zhibiao.store import Store
from zhibiao.store.database.schema import documents as document_table
from zhibiao.store.outputs import prints
from zhibiao.store.queries import documents
from zhibiao.store.queries.documents import DocumentFilter
from zhibiao.testing.reports import generate_many


def test_filters_narrow_documents(store: Store) -> None:
    run = submit(store, b"one", b"two")
    advance_all(store)
    with store.read() as connection:
        assert documents.count(connection, DocumentFilter(region_code="11")) == 2
        assert documents.count(connection, DocumentFilter(region_code="12")) == 0
        assert documents.count(connection, DocumentFilter(year_from=2024)) == 0
        assert documents.count(connection, DocumentFilter(name_contains="0.t")) == 1
        assert documents.count(connection, DocumentFilter(states=("done",), run=run)) == 2


def stored_print(store: Store, text: str, *, year: int = 2023, partial: bool = False) -> int:
    """A document with this clean text; its id."""
    run = submit(store, f"{text}{year}{partial}".encode())
    described = Metadata(region="甲市", region_code="110101", year=year, partial=partial)
    chunk = next(chunk for chunk in due(store) if chunk.stage is Stage.READ)
    for stage in (Stage.READ, Stage.CLEAN):
        (held,) = claim(store, chunk.work_ids, stage)
        with store.write() as connection:
            save_stage(connection, held, stage, text=text, described=described)
            prints.regroup(connection, [held.document_id], now=11.0)
    assert accounts(store, run).balanced
    return held.document_id


def canonical_ids(store: Store) -> dict[int, int]:
    with store.read() as connection:
        rows = documents.page(connection, DocumentFilter(), limit=50)
    return {row["id"]: row["canonical_id"] for row in rows}


def test_prints_of_one_report_are_linked_and_the_fullest_is_canonical(store: Store) -> None:
    first, other = (report.text for report in generate_many(2, seed=5))
    half = stored_print(store, first[: len(first) // 2], partial=True)
    whole = stored_print(store, first)
    copy = stored_print(store, "某某论坛 " + first[: -len(first) // 20])
    another = stored_print(store, other)
    next_year = stored_print(store, first, year=2024)
    assert canonical_ids(store) == {
        half: whole,
        whole: whole,
        copy: whole,
        another: another,
        next_year: next_year,
    }


def test_a_print_that_moves_to_another_year_leaves_its_group(store: Store) -> None:
    (text,) = (report.text for report in generate_many(1, seed=5))
    first, second = stored_print(store, text), stored_print(store, text + "谢谢大家！")
    assert canonical_ids(store) == {first: second, second: second}
    with store.write() as connection:
        connection.execute(
            update(document_table).where(document_table.c.id == second).values(year=2020)
        )
        prints.regroup(connection, [second], now=12.0)
        prints.regroup(connection, [first], now=12.0)
    assert canonical_ids(store) == {first: first, second: second}
