"""The pages' statements find rows by indexes, so that they take no longer with 100,000 reports.

With few rows a database reads them all, whatever indexes there are. SQLite has no statistics, and
takes an index; PostgreSQL is told to take an index wherever there is one that serves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select

from bench.pages import PAGES
from bench.rows import fill, vacuum
from zhibiao.pipeline import Language, versions
from zhibiao.store import Store
from zhibiao.store.database.schema import documents, work
from zhibiao.store.outputs import text_index
from zhibiao.store.queries.documents import DocumentFilter, of_reports

REPORTS = 3000
LARGE = (
    *("documents", "work", "observations", "statements", "sources", "extractions"),
    *("publications", "raw_texts", "clean_texts", "term_counts"),
)
# A page of the list of all: from one end of the table, as many rows as it shows.
PAGED = re.compile(r"ORDER BY documents\.id[^()]*LIMIT", re.DOTALL)
# From one end to the other, or from one row on.
WHOLE = re.compile(
    rf"SCAN ({'|'.join(LARGE)})"
    rf"|SEARCH ({'|'.join(LARGE)}) USING INTEGER PRIMARY KEY \(rowid[<>]\?\)"
)
# A few reports, which may be far from either end.
NARROWED = re.compile(r"[?&](?:region|region_code|run)=")
# Reports in a stream, which ends when the page has enough of them.
STREAMED = (
    *("/keywords", "/keywords?terms=不存在"),
    "/search?text=地区生产总值",
)

Asked = list[tuple[str, Any]]


def filled(store: Store) -> None:
    fill(store, REPORTS, versions=versions(Language.load()))
    text_index.fill(store, at_once=REPORTS)
    vacuum(store)  # it has written each document


@pytest.fixture(scope="module")
def sqlite(serve: Callable[..., Any]) -> Any:
    service = serve()
    filled(service.store)
    return service


@pytest.fixture(scope="module")
def postgres(serve: Callable[..., Any], postgres_server: str) -> Any:
    import psycopg
    from sqlalchemy.engine import make_url

    plain = postgres_server.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("CREATE DATABASE page_plans")
    url = make_url(postgres_server).set(database="page_plans")
    service = serve(database_url=url.render_as_string(hide_password=False))
    filled(service.store)
    return service


@contextmanager
def noted() -> Iterator[Asked]:
    """What is asked of any database meanwhile."""
    asked: Asked = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def statements_of(service: Any, page: str) -> Asked:
    with noted() as asked:
        answer = service.http.get(page, headers={"Accept": "text/html"})
    assert answer.status_code == 200, page
    found = [each for each in asked if each[0].startswith(("SELECT", "WITH"))]
    return [each for each in found if any(f" {table}" in each[0] for table in LARGE)]


@pytest.mark.parametrize("page", PAGES)
def test_on_sqlite_no_page_reads_a_whole_table(sqlite: Any, page: str) -> None:
    with sqlite.store.engine.connect() as connection:
        for statement, parameters in statements_of(sqlite, page):
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps = [row[-1] for row in plan]
            read = [step for step in steps if WHOLE.fullmatch(step)]
            sorted_too = any("FOR ORDER BY" in step for step in steps)
            stops = page in STREAMED or PAGED.search(statement)
            stops = stops and not NARROWED.search(page)
            if read and stops and not sorted_too:  # it stops when it has enough
                continue
            assert read == [], (statement, steps)


@pytest.mark.parametrize("page", PAGES)
def test_on_postgresql_no_page_has_to_read_a_whole_table(postgres: Any, page: str) -> None:
    with postgres.store.engine.connect() as connection:
        connection.exec_driver_sql("SET enable_seqscan = off")
        for statement, parameters in statements_of(postgres, page):
            plan = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
            steps = [str(row[0]) for row in plan]
            read = [s for s in steps if re.search(rf"Seq Scan on ({'|'.join(LARGE)})\b", s)]
            assert read == [], (statement, steps)


def test_postgresql_expects_as_many_reports_as_there_are(postgres: Any) -> None:
    """Where it expects few, it takes them all to sort them, even for the first of them."""
    query = of_reports(select(documents.c.id), DocumentFilter())
    with postgres.store.engine.connect() as connection:
        there = len(connection.execute(query).all())
        statement = query.compile(connection)
        plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}").scalar_one()
    assert there / 3 <= plan[0]["Plan"]["Plan Rows"] <= there * 3


@pytest.mark.parametrize("page", ["/observations", "/observations?period=1990", "/coverage"])
def test_on_postgresql_the_first_reports_are_found_without_sorting_all(
    postgres: Any, page: str
) -> None:
    with postgres.store.engine.connect() as connection:
        for statement, parameters in statements_of(postgres, page):
            explain = f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}"
            (plan,) = connection.exec_driver_sql(explain, parameters).scalar_one()
            most = max(_sorted(plan["Plan"]), default=0)
            assert most < REPORTS / 2, statement


def _sorted(plan: dict[str, Any]) -> Iterator[float]:
    """How many rows each step of a plan that sorts all of its rows has to sort."""
    for part in plan.get("Plans", ()):
        if plan["Node Type"] == "Sort":
            yield part["Actual Rows"]
        yield from _sorted(part)


@pytest.mark.parametrize(
    ("page", "part"),
    [("/runs/20", "documents.barren"), ("/panel?run=20", "GROUP BY documents.region_code")],
)
def test_on_postgresql_a_run_is_found_without_going_through_the_others(
    postgres: Any, page: str, part: str
) -> None:
    """As where there are many: then it takes an index that has the order, not to sort a few."""
    asked = [each for each in statements_of(postgres, page) if part in each[0]]
    assert asked
    with postgres.store.read() as connection:
        connection.exec_driver_sql("SET LOCAL enable_sort = off")
        of_run = connection.execute(select(func.count()).where(work.c.run_id == 20)).scalar_one()
        for statement, parameters in asked:
            explain = f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}"
            (plan,) = connection.exec_driver_sql(explain, parameters).scalar_one()
            assert max(_looked_at(plan["Plan"]), default=0) <= of_run, statement


def _looked_at(plan: dict[str, Any]) -> Iterator[float]:
    """How many documents, or rows of work, each step looks at, the ones that it drops included."""
    if plan.get("Relation Name") in ("documents", "work"):
        each = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)
        yield each * plan["Actual Loops"]
    for part in plan.get("Plans", ()):
        yield from _looked_at(part)


def test_postgresql_expects_as_many_failed_documents_as_there_are(postgres: Any) -> None:
    """Of two conditions on their state it expected a thirtieth, and sorted them all for a page."""
    asked = statements_of(postgres, "/documents?state=failed")
    listing = [each for each in asked if "ORDER BY work.document_id" in each[0]]
    assert listing
    with postgres.store.engine.connect() as connection:
        for statement, parameters in listing:
            explain = f"EXPLAIN (FORMAT JSON) {statement}"
            (plan,) = connection.exec_driver_sql(explain, parameters).scalar_one()
            assert plan["Plan"]["Plan Rows"] >= REPORTS / 100 / 3
