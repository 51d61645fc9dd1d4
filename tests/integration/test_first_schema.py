"""A store of the first schema, with a row in each of its tables, is upgraded to this version's."""

from __future__ import annotations

from typing import Any

from sqlalchemy import MetaData, Table, insert, select

from zhibiao.domain import OffsetMap
from zhibiao.store import Store
from zhibiao.store.database.migrate import altering, current, head, upgrade, upgrade_to
from zhibiao.store.database.types import CompressedBytes, CompressedJSON, CompressedText
from zhibiao.store.outputs.accounting import account
from zhibiao.store.queries.documents import DocumentFilter
from zhibiao.store.queries.exports import document_records, observation_records
from zhibiao.store.queries.observations import ObservationFilter
from zhibiao.store.work import figures, runs

TEXT = "2022年，全市地区生产总值增长6.5%。"
NUMBER = TEXT.index("6.5%")
HASHES = {"read_hash": "r", "clean_hash": "c", "segment_hash": "s", "extract_hash": "e"}
VERSIONS = {
    "read_version": "1",
    "clean_version": "1",
    "segment_version": "1",
    "extract_version": "1",
}

# As workers of the first version wrote them.
ROWS: dict[str, dict[str, Any]] = {
    "sources": {
        "sha256": "a" * 64,
        "size": 3,
        "created_at": 1.0,
        "content": CompressedBytes().process_bind_param(b"one", None),
    },
    "runs": {
        "kind": "submission",
        "priority": "bulk",
        "label": "第一批",
        "options": {},
        "created_at": 1.0,
        "touched_at": 1.0,
        "received": 1,
        "sealed_at": 1.0,
    },
    "documents": {
        "run_id": 1,
        "file": 0,
        "part": 0,
        "name": "甲.txt",
        "sha256": "a" * 64,
        "given": {},
        "work_id": 1,
        "publication_id": 1,
        "extraction_id": 1,
        **HASHES,
        **VERSIONS,
        "region": "甲市",
        "region_code": "610100",
        "year": 2023,
        "partial": False,
        "canonical_id": 1,
        "settled_hash": "c",
        "created_at": 1.0,
    },
    "work": {
        "run_id": 1,
        "document_id": 1,
        "priority": "bulk",
        "state": "done",
        "stage": "extract",
        "created_at": 1.0,
        "changed_at": 2.0,
    },
    "raw_texts": {
        "document_id": 1,
        "hash": "r",
        "characters": len(TEXT),
        "media_type": "text/plain",
        "given": {},
        "text": CompressedText().process_bind_param(TEXT, None),
    },
    "clean_texts": {
        "document_id": 1,
        "hash": "c",
        "characters": len(TEXT),
        "partial": False,
        "text": CompressedText().process_bind_param(TEXT, None),
        "offsets": CompressedBytes().process_bind_param(
            OffsetMap([(0, 0, len(TEXT))]).to_bytes(), None
        ),
    },
    "term_counts": {
        "document_id": 1,
        "hash": "s",
        "tokens": 1,
        "counts": CompressedJSON().process_bind_param({"增长": 1}, None),
    },
    "extractions": {
        "document_id": 1,
        "run_id": 1,
        "version": "1",
        "made_at": 2.0,
        "numbers": 1,
        "hash": "e",
        "rejections": CompressedJSON().process_bind_param([], None),
    },
    "publications": {
        "document_id": 1,
        "run_id": 1,
        "cause": "run",
        "published_at": 2.0,
        **HASHES,
        **VERSIONS,
        "extraction_id": 1,
        "canonical_id": 1,
    },
    "observations": {
        "extraction_id": 1,
        "document_id": 1,
        "ordinal": 0,
        "indicator": "gdp",
        "subject": "地区生产总值",
        "measure": "growth",
        "value": "6.5",
        "unit": "%",
        "bound": "eq",
        "status": "actual",
        "period_start": 2022,
        "period_end": 2022,
        "scope": "region",
        "evidence": "6.5%",
        "start": NUMBER,
        "end": NUMBER + 4,
        "number_start": NUMBER,
        "number_end": NUMBER + 3,
        "flags": [],
        "rule": "",
        "context": "增长6.5%",
    },
}


def make_first(store: Store) -> None:
    """The store as the first schema has it, with these rows."""
    with altering(store) as connection:
        upgrade_to(connection, "0001")
        there = MetaData()
        there.reflect(connection)
        for name, row in ROWS.items():
            table: Table = there.tables[name]
            fitting = {column: value for column, value in row.items() if column in table.columns}
            connection.execute(insert(table).values(fitting))


def test_a_store_of_the_first_schema_is_upgraded_with_all_that_is_in_it(
    empty_database_url: str,
) -> None:
    store = Store(empty_database_url)
    make_first(store)
    upgrade(store)
    upgrade(store)  # whoever comes second finds nothing to do
    with store.read() as connection:
        assert current(connection) == head()
        accounts = runs.accounts(connection, [1])[1]
        assert (accounts.balanced, accounts.done) == (True, 1)
        found = account(connection, now=3.0)
        assert (found.documents, found.unbalanced, found.without_work) == (1, (), 0)
        assert found.missing_outputs == {}
        assert figures.figures(connection, now=3.0).taken_over == 0
        (observation,) = observation_records(connection, ObservationFilter())
        assert str(observation["value"]) == "6.5"
        assert observation["indicator"] == "gdp"
        assert TEXT[observation["start"] : observation["end"]] == "6.5%"
        (document,) = document_records(connection, DocumentFilter())
        assert (document["region"], document["state"], document["year"]) == ("甲市", "done", 2023)
    store.close()


def test_rows_are_as_they_were_after_the_upgrade(empty_database_url: str) -> None:
    store = Store(empty_database_url)
    make_first(store)

    def contents() -> dict[str, list[dict[str, Any]]]:
        with store.read() as connection:
            there = MetaData()
            there.reflect(connection)
            return {
                name: [
                    dict(row) for row in connection.execute(select(there.tables[name])).mappings()
                ]
                for name in ROWS
            }

    before = contents()
    upgrade(store)
    after = contents()
    for name, rows in before.items():
        assert len(rows) == 1
        kept = [{column: row[column] for column in rows[0] if column in row} for row in after[name]]
        shared = [{column: row[column] for column in kept[0]} for row in rows]
        assert kept == shared, name
    store.close()
