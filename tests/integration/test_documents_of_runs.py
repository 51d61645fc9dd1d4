"""What is asked of one run has that run's documents, wherever the ids of other runs' lie."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, insert, literal, select

from bench.rows import fill
from zhibiao.domain import State
from zhibiao.pipeline import Language, versions
from zhibiao.store import Store
from zhibiao.store.database import schema
from zhibiao.store.database.schema import runs, work
from zhibiao.store.queries import documents, panel
from zhibiao.store.queries.documents import DocumentFilter
from zhibiao.store.queries.observations import ObservationFilter

REPORTS = 1200
REPROCESSED = 21
AGAIN = (4, 7, 105, 250, 1105)  # one that states nothing, two of no region, between many others
RUNS = (1, 2, 20, REPROCESSED)


@pytest.fixture
def filled(store: Store) -> Store:
    fill(store, REPORTS, stated=10, versions=versions(Language.load()))
    with store.write() as connection:
        _reprocess(connection)
    return store


def _reprocess(connection: Connection) -> None:
    """A run of a few documents that others have brought."""
    fresh = {"id": REPROCESSED, "kind": "reprocessing", "label": "again"}
    copied = ("priority", "options", "created_at", "touched_at", "sealed_at")
    row = connection.execute(select(*(runs.c[name] for name in copied))).mappings().first()
    connection.execute(insert(runs).values(**(row or {}), **fresh))
    own = {"id": work.c.id + REPORTS, "run_id": literal(REPROCESSED)}
    values = dict(work.c.items()) | own
    query = select(*values.values()).where(work.c.document_id.in_(AGAIN))
    connection.execute(insert(work).from_select(list(values), query))


def _of(connection: Connection, run: int) -> list[Any]:
    """The run's documents, one by one."""
    every = select(schema.documents, work.c.state, work.c.run_id.label("run"))
    every = every.join(work, work.c.document_id == schema.documents.c.id)
    rows = connection.execute(every.order_by(schema.documents.c.id)).all()
    return [row for row in rows if row.run == run]


def _no_place(row: Any) -> bool:
    known = row.region_code is not None and row.year is not None
    return row.extraction_id is not None and not row.barren and not known


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("which", ["barren", "unplaced"])
def test_the_few_of_a_run_are_its_own(filled: Store, run: int, which: str) -> None:
    wanted = DocumentFilter(run=run, barren=which == "barren", unplaced=which == "unplaced")
    with filled.read() as connection:
        own = [row for row in _of(connection, run) if row.state == State.DONE]
        few = [row.id for row in own if (row.barren if which == "barren" else _no_place(row))]
        assert documents.has_any(connection, wanted) is bool(few)
        assert documents.count(connection, wanted) == len(few)
        listed = documents.page(connection, wanted, limit=REPORTS)
        assert [row["id"] for row in listed] == few
        newest = documents.page(connection, wanted, limit=REPORTS, newest_first=True)
        assert [row["id"] for row in newest] == few[::-1]
    assert bool(few) is (run != 20)  # which has neither


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("large", [False, True])
def test_the_regions_of_a_run_are_its_own_however_it_is_looked_through(
    filled: Store, run: int, large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(panel, "_LOOKED_THROUGH", 0 if large else REPORTS)
    wanted = ObservationFilter(documents=DocumentFilter(run=run))
    found: list[str] = []
    more = True
    with filled.read() as connection:
        own = {row.region_code for row in _of(connection, run)} - {None}
        while more:
            after = found[-1] if found else ""
            some, more = panel.first_regions(connection, wanted, reports=40, after=after)
            found += some
    assert found == sorted(own)
