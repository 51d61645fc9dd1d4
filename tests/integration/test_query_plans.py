"""What the API and the panel ask is found by indexes: no question reads all observations.

Plans are read on a small store; `python -m bench.observation_rows` measures them on a large one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from zhibiao.store import Store
from zhibiao.store.outputs.publications import AsOf
from zhibiao.store.queries import documents, observations, panel
from zhibiao.store.queries.documents import DocumentFilter
from zhibiao.store.queries.observations import ObservationFilter
from zhibiao.store.reprocessing import diffs
from zhibiao.store.reprocessing.diffs import DiffFilter

ONE = ObservationFilter(indicators=("gdp",))
FILLING = {"indicator": {"gdp"}, "measure": {"growth"}, "status": {"target"}}
REGION = DocumentFilter(region_code="610100")

QUESTIONS: dict[str, Callable[[Connection], object]] = {
    "a page": lambda c: observations.page(c, ObservationFilter(), limit=100),
    "a page of one indicator": lambda c: observations.page(c, ONE, limit=100),
    "a page of two indicators": lambda c: observations.page(
        c, ObservationFilter(indicators=("gdp", "population")), limit=100
    ),
    "a page of a region": lambda c: observations.page(
        c, ObservationFilter(documents=REGION), limit=100
    ),
    "a report": lambda c: observations.page(
        c, ObservationFilter(document=1, scope=None, open_quantities=True), limit=100
    ),
    "is it stated": lambda c: observations.is_stated(c, "gdp"),
    "a panel of a region": lambda c: list(
        panel.statements_by_region(c, ObservationFilter(), codes=["610100"])
    ),
    "a panel": lambda c: list(panel.statements_by_region(c, ObservationFilter())),
    "a panel of a region and one indicator": lambda c: list(
        panel.statements_by_region(c, ObservationFilter(), codes=["610100"], filling=FILLING)
    ),
    "a panel of one indicator": lambda c: list(
        panel.statements_by_region(c, ObservationFilter(), filling=FILLING)
    ),
    "statements without values": lambda c: list(
        panel.without_values_by_region(c, ObservationFilter())
    ),
    "values of other years": lambda c: list(panel.of_other_years_by_region(c, ObservationFilter())),
    "documents": lambda c: documents.page(c, DocumentFilter(), limit=100),
    "a difference of two times": lambda c: list(
        diffs.between(c, AsOf(seconds=1.0), AsOf(seconds=2.0), DiffFilter())
    ),
}


@contextmanager
def asked(connection: Connection) -> Iterator[list[tuple[str, Any]]]:
    """The statements that are executed meanwhile, with their parameters."""
    found: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        found.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    yield found
    event.remove(connection, "before_cursor_execute", note)


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_question_reads_all_observations(store: Store, question: str) -> None:
    on_postgres = store.engine.dialect.name == "postgresql"
    explain = "EXPLAIN" if on_postgres else "EXPLAIN QUERY PLAN"
    with store.read() as connection:
        if on_postgres:  # of an empty table it would rather read all there is
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        with asked(connection) as statements:
            QUESTIONS[question](connection)
        plans = [
            str(row[-1])
            for statement, parameters in statements
            for row in connection.exec_driver_sql(f"{explain} {statement}", parameters)
        ]
    assert plans
    whole = [
        step
        for step in plans
        if step.strip().startswith(("SCAN observations", "SCAN statements"))
        or "Seq Scan on observations" in step
        or "Seq Scan on statements" in step
    ]
    assert whole == []


def last_plan(store: Store, question: Callable[[Connection], object]) -> list[str]:
    """How SQLite goes about the last statement of the question."""
    if store.engine.dialect.name == "postgresql":
        pytest.skip("which of several indexes it takes depends on what the tables hold")
    with store.read() as connection:
        with asked(connection) as statements:
            question(connection)
        statement, parameters = statements[-1]
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return [row[3] for row in rows]


def test_pages_of_one_indicator_come_from_its_index_in_their_order(store: Store) -> None:
    plan = last_plan(store, lambda c: observations.page(c, ONE, limit=100))
    assert any("ix_observations_of_indicator" in step for step in plan)
    assert not any("TEMP B-TREE" in step for step in plan)


@pytest.mark.parametrize(
    ("wanted", "codes"),
    [(ONE, ["610100"]), (replace(ONE, documents=REGION), None)],
    ids=["codes", "a filter"],
)
def test_the_grid_of_some_regions_begins_with_their_reports(
    store: Store, wanted: ObservationFilter, codes: list[str] | None
) -> None:
    plan = last_plan(store, lambda c: list(panel.of_other_years_by_region(c, wanted, codes=codes)))
    assert plan[0].startswith("SEARCH documents")
    # Of each report then only what it states of the indicator, not all that it states.
    assert any(
        "ix_observations_of_indicator (indicator=? AND document_id=?)" in step for step in plan
    )
