"""What stages have made comes back as it was saved, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from invented import catalogue
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from stored_stages import (
    CURRENT,
    accounts,
    advance_all,
    claim,
    due,
    observation,
    raw,
    save_stage,
    submit,
)

from zhibiao.analysis.cells import cells
from zhibiao.domain import Stage, digests
from zhibiao.store import Store
from zhibiao.store.database.schema import documents as document_table
from zhibiao.store.database.schema import observations as observation_table
from zhibiao.store.database.schema import statements as statement_table
from zhibiao.store.outputs import results
from zhibiao.store.outputs.batch import Batch
from zhibiao.store.outputs.bulk import COLUMNS, insert_observations
from zhibiao.store.queries import documents, exports, observations
from zhibiao.store.queries.documents import DocumentFilter
from zhibiao.store.queries.observations import ObservationFilter
from zhibiao.store.queries.panel import (  # fmt: skip
    of_other_years_by_region,
    statements_by_region,
    without_values_by_region,
)
from zhibiao.store.reprocessing import reruns
from zhibiao.store.reprocessing.outdated import Selection
from zhibiao.store.work import runs


def test_reading_a_compendium_twice_makes_its_documents_once(store: Store) -> None:
    run = submit(store, b"book")
    ids = due(store)[0].work_ids
    for lease, now in (("a", 10.0), ("b", 200.0)):
        (held,) = claim(store, ids, lease=lease, now=now)
        with store.write() as connection:
            parts = [raw("report", part=n) for n in range(3)]
            rows = [results.raw_row(part, made=digests.of_raw(part)) for part in parts]
            batch = Batch(connection)
            results.save_raw(batch, held, rows, current=CURRENT, now=now, sent=0)
            batch.write()
    with store.write() as connection:
        save_stage(connection, held, Stage.READ, text="report", parts=3, now=201.0, lease="b")
    counted = accounts(store, run)
    assert (counted.files, counted.submitted, counted.pending) == (1, 3, 3)
    with store.read() as connection:
        rows = documents.page(connection, DocumentFilter(run=run), limit=10)
        assert documents.raw_text(connection, rows[2]["id"]) == "report"


def test_observations_come_back_as_they_were_saved(store: Store) -> None:
    run = submit(store, b"one")
    advance_all(store)
    assert accounts(store, run).done == 1
    with store.read() as connection:
        (row,) = observations.page(connection, ObservationFilter(), limit=10).rows
        assert row["value"] == Decimal("6.5")
        assert (row["region"], row["year"], row["source"]) == ("甲市", 2023, "0.txt")
        assert (row["measure"], row["status"], row["bound"]) == ("growth", "target", "approx")
        assert (row["certain"], row["doubts"]) == (False, ["earlier_clause"])
        document = documents.get(connection, row["document_id"])
        assert document["numbers"] == 2
        assert (document["region_code"], document["year"]) == ("110101", 2023)


def test_the_bulk_insert_fills_every_column_but_those_of_corrections() -> None:
    laid_over = {"correction_id", "corrected", "layer"}  # by people, later
    assert {"id", *COLUMNS} | laid_over == set(observation_table.c.keys())


def test_statements_without_a_value_have_a_table_of_their_own(store: Store) -> None:
    run = submit(store, b"one")
    advance_all(store)
    with store.read() as connection:
        (record,) = exports.statement_records(connection, ObservationFilter())
        assert list(exports.statement_records(connection, ObservationFilter(status="actual"))) == []
        assert list(exports.statement_records(connection, ObservationFilter(scope="part"))) == []
    assert (record["kind"], record["relation"], record["reference"]) == (
        "relative",
        "above",
        "全省",
    )
    assert (record["value"], record["sentence"]) == (Decimal(1), "生产总值增长6.5%左右")
    assert (record["region"], record["year"], record["source"]) == ("甲市", 2023, "0.txt")
    with store.write() as connection:
        connection.execute(delete(document_table).where(document_table.c.run_id == run))
        assert connection.execute(select(func.count()).select_from(statement_table)).scalar() == 0


def test_a_stretch_target_is_in_no_panel(store: Store) -> None:
    submit(store, b"one")
    advance_all(store)
    with store.read() as connection:
        (region,) = statements_by_region(connection, ObservationFilter())
    (target,) = [
        cell for cell in cells(region, catalogue=catalogue()) if cell.key.status == "target"
    ]
    assert (target.chosen.value, target.chosen.fit) == (Decimal("6.5"), True)
    with store.write() as connection:
        connection.execute(update(observation_table).values(stretch=True))
    with store.read() as connection:
        (region,) = statements_by_region(connection, ObservationFilter())
    assert [cell.chosen.fit for cell in cells(region, catalogue=catalogue())] == [False]


@pytest.mark.parametrize(
    "question", [statements_by_region, without_values_by_region, of_other_years_by_region]
)
def test_what_some_regions_state_is_read_of_no_others(
    store: Store, question: Callable[..., Any]
) -> None:
    submit(store, b"one")
    advance_all(store)
    with store.write() as connection:
        (code,) = connection.scalars(select(document_table.c.region_code))
        if question is of_other_years_by_region:
            connection.execute(update(observation_table).values(period_start=2018))
    with store.read() as connection:
        (region,) = question(connection, ObservationFilter())
        assert list(question(connection, ObservationFilter(), codes=[code])) == [region]
        assert list(question(connection, ObservationFilter(), codes=["999999"])) == []


@pytest.mark.parametrize(("kind", "regions"), [("mentioned", 1), ("qualitative", 0)])
def test_a_mention_gives_no_value_whatever_its_year(store: Store, kind: str, regions: int) -> None:
    submit(store, b"one")
    advance_all(store)
    with store.write() as connection:
        connection.execute(update(statement_table).values(kind=kind, period_start=2018))
    with store.read() as connection:
        assert len(list(without_values_by_region(connection, ObservationFilter()))) == regions


def test_every_field_of_an_observation_comes_back_as_it_was_saved(store: Store) -> None:
    full = replace(
        observation("-0.000001"),
        value_high=Decimal("12345678901234567890.10"),
        evidence="一\t二\\三\n\"四'",
        base_value=Decimal("1E+10"),
        base_unit="元",
        tone="力争",
        stretch=True,
        conflict=3,
        flags=("conflict", "implausible"),
        doubts=(),
    )
    bare = replace(full, indicator=None, name_span=None, value_high=None, base_value=None)
    submit(store, b"one")
    advance_all(store)
    with store.write() as connection:
        (old,) = connection.execute(select(observation_table)).mappings()
        connection.execute(delete(observation_table))
        found = (old["extraction_id"], old["document_id"], [full, bare])
        insert_observations(connection, [found])
    with store.read() as connection:
        rows = list(connection.execute(select(observation_table)).mappings())
    for ordinal, (row, saved) in enumerate(zip(rows, (full, bare), strict=True)):
        name_span = saved.name_span
        assert dict(row) == {
            **{name: getattr(saved, name, None) for name in row},
            "id": row["id"],
            "ordinal": ordinal,
            "extraction_id": old["extraction_id"],
            "document_id": old["document_id"],
            "start": saved.span.start,
            "end": saved.span.end,
            "sentence_start": saved.sentence_span.start,
            "sentence_end": saved.sentence_span.end,
            "number_start": saved.number_span.start,
            "number_end": saved.number_span.end,
            "name_start": None if name_span is None else name_span.start,
            "name_end": None if name_span is None else name_span.end,
            "flags": list(saved.flags),
            "doubts": list(saved.doubts),
        }


def test_an_observation_that_the_database_refuses_is_refused_as_any_row(store: Store) -> None:
    submit(store, b"one")
    advance_all(store)
    with store.read() as connection:
        (old,) = connection.execute(select(observation_table)).mappings()
    found = (old["extraction_id"], old["document_id"], [observation("1")])
    with pytest.raises(IntegrityError), store.write() as connection:
        insert_observations(connection, [found])
    with store.read() as connection:
        assert [dict(row) for row in connection.execute(select(observation_table)).mappings()] == [
            dict(old)
        ]


def test_readers_see_one_generation_of_a_document_only(store: Store) -> None:
    submit(store, b"one")
    advance_all(store)
    with store.write() as connection:
        again = runs.create(connection, kind="reprocessing", priority="bulk", label="", now=12.0)
        everything = Selection(first=Stage.EXTRACT)
        assert reruns.add(connection, again, everything, CURRENT, now=12.0) == 1
        runs.seal(connection, again, priority="bulk", now=12.0)
    (held,) = claim(store, due(store)[0].work_ids, Stage.EXTRACT)
    with store.write() as connection:
        save_stage(connection, held, Stage.EXTRACT, value="7")
    with store.read() as connection:
        assert [
            row["value"]
            for row in observations.page(connection, ObservationFilter(), limit=10).rows
        ] == [Decimal(7)]
        stored = select(func.count()).select_from(observation_table)
        assert connection.execute(stored).scalar_one() == 2


def test_a_failed_transaction_leaves_nothing_half_written(store: Store) -> None:
    def fail_half_way() -> None:
        with store.write() as connection:
            runs.create(connection, kind="submission", priority="bulk", label="", now=1.0)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    with store.read() as connection:
        assert runs.newest(connection, limit=5) == []
