"""Fills a store with reports that nobody has read, as rows: made by SQL from the rows of one."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    String,
    Table,
    case,
    cast,
    insert,
    literal,
    select,
    text,
)

from zhibiao.domain import OffsetMap, Stage, State
from zhibiao.store import Store
from zhibiao.store.database.schema import (
    clean_texts,
    documents,
    extractions,
    observations,
    publications,
    raw_texts,
    runs,
    sources,
    term_counts,
    work,
)

TEXT = "清河县政府工作报告\n去年，全县地区生产总值达到321亿元，增长6.8%。\n"
INDICATORS = ("gdp", "fiscal_revenue", "fixed_asset_investment", "retail_sales", "urban_income")
_YEARS = 34  # of each region, however many reports there are: a page of a region shows the same
_VACUUM_SECONDS = 600.0  # at most, of millions of rows
_AT_ONCE = 5000  # reports whose observations are one statement: a server ends longer ones
_HASH = "0" * 40
_TROUBLES = {1: State.FAILED, 2: State.QUARANTINED, 3: State.DUPLICATE}  # of a hundred
_BARREN = 4  # of a hundred: nothing is stated in it
_UNPLACED = 5  # of a hundred: nobody knows of which region it is
_AT = 1_700_000_000.0


def fill(
    store: Store,
    reports: int,
    *,
    stated: int = 10,
    versions: Mapping[Stage, str],
) -> None:
    """Reports of 34 years: half of them of one run, the others of nineteen.

    `stated`: observations of each. Of a hundred three are not done, and one states nothing.
    """
    with store.write() as connection:
        connection.execute(
            insert(sources).values(sha256="0" * 64, size=1, content=b"x", created_at=_AT)
        )
        _runs(connection, reports)
        _documents(connection, reports, versions)
        _texts(connection)
        _observations(connection, reports, stated)
    vacuum(store)


def vacuum(store: Store) -> None:
    """What PostgreSQL does by itself a while after so many rows were written.

    SQLite has no statistics.
    """
    if store.engine.dialect.name != "postgresql":
        return
    from zhibiao.store.database.postgres import be_patient  # psycopg is an extra

    with store.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        be_patient(connection.connection.driver_connection, seconds=_VACUUM_SECONDS)
        connection.execute(text("VACUUM ANALYZE"))


def _insert(connection: Connection, table: Table, values: Mapping[str, Any], query: Any) -> None:
    """Rows of the query, with what `values` says of each."""
    columns = [
        value if isinstance(value, ColumnElement) else literal(value, table.c[name].type)
        for name, value in values.items()
    ]
    connection.execute(insert(table).from_select(list(values), query.with_only_columns(*columns)))


def _runs(connection: Connection, reports: int) -> None:
    rows = [
        {
            "id": number,
            "kind": "submission",
            "priority": "bulk",
            "label": f"reports {number}",
            "options": {},
            "created_at": _AT + number,
            "touched_at": _AT,
            "sealed_at": _AT,
            "received": reports // 2 if number == 1 else reports // 2 // 19,
        }
        for number in range(1, 21)
    ]
    connection.execute(insert(runs), rows)


def _documents(connection: Connection, reports: int, versions: Mapping[Stage, str]) -> None:
    numbers = select(literal(1).label("n")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < reports))
    n = numbers.c.n
    half = max(reports // 2, 1)
    outputs = {f"{stage.value}_version": version for stage, version in versions.items()} | {
        f"{stage.value}_hash": _HASH for stage in Stage
    }
    run = case((n <= half, 1), else_=2 + (n - half - 1) * 19 // max(reports - half, 1))
    regions = min(max(reports // _YEARS, 1), 8000)  # of codes of six digits
    year = 1990 + cast(n / regions, Integer)
    placed = n % 100 != _UNPLACED
    _insert(
        connection,
        documents,
        {
            "id": n,
            "run_id": run,
            "file": n,
            "part": 0,
            "name": cast(n, String) + literal(".txt"),
            "sha256": "0" * 64,
            "given": {},
            "work_id": n,
            "publication_id": n,
            **outputs,
            "extraction_id": n,
            "region": case((placed, literal("示例") + cast(n % regions, String) + literal("市"))),
            "region_code": case((placed, cast(110000 + n % regions * 100, String))),
            "province": "示例省",
            "level": "city",
            "year": year,
            "review_year": year - 1,
            "metadata_notes": {"decided_by": {"region": "title"}, "candidates": []},
            "partial": False,
            "canonical_id": n,
            "settled_hash": _HASH,
            "barren": n % 100 == _BARREN,
            "created_at": _AT,
        },
        select(n),
    )
    trouble = case(*((n % 100 == at, state) for at, state in _TROUBLES.items()), else_=State.DONE)
    failed = n % 100 == 1
    _insert(
        connection,
        work,
        {
            "id": n,
            "run_id": run,
            "document_id": n,
            "priority": "bulk",
            "state": trouble,
            "stage": Stage.EXTRACT,
            "error_code": case((failed, "internal_error"), (n % 100 == 2, "broken_file")),
            "error_message": case((failed, "IndexError"), (n % 100 == 2, "It is broken.")),
            **outputs,
            "extraction_id": n,
            "created_at": _AT,
            "changed_at": _AT + n / 100,
        },
        select(n),
    )
    generation = {"id": n, "document_id": n, "run_id": run}
    _insert(
        connection,
        extractions,
        generation
        | {"version": versions[Stage.EXTRACT], "made_at": _AT, "numbers": 10}
        | {"rejections": [], "hash": _HASH},
        select(n),
    )
    _insert(
        connection,
        publications,
        generation
        | {"cause": "run", "published_at": _AT, "extraction_id": n, "canonical_id": n}
        | {f"{stage.value}_hash": _HASH for stage in Stage},
        select(n),
    )


def _texts(connection: Connection) -> None:
    own = {"document_id": documents.c.id, "hash": _HASH}
    read = own | {"text": TEXT, "characters": len(TEXT)}
    _insert(
        connection, raw_texts, read | {"media_type": "text/plain", "given": {}}, select(documents)
    )
    offsets = OffsetMap.identity(len(TEXT)).to_bytes()
    _insert(
        connection, clean_texts, read | {"offsets": offsets, "partial": False}, select(documents)
    )
    _insert(connection, term_counts, own | {"tokens": 2, "counts": {"全县": 2}}, select(documents))


def _observations(connection: Connection, reports: int, stated: int) -> None:
    """A report's rows one after the other, as they come: so no page of an index is written twice.

    One of ten is of a level, one of ten is of a part of the region.
    """
    start = TEXT.index("地区生产总值")
    end = TEXT.index("，增长")
    ordinals = select(literal(0).label("n")).cte("ordinals", recursive=True)
    ordinals = ordinals.union_all(select(ordinals.c.n + 1).where(ordinals.c.n + 1 < stated))
    n = ordinals.c.n
    year = case((n % 2 == 0, documents.c.review_year), else_=documents.c.year)
    pairs = range(len(INDICATORS))
    indicator = case({pair: INDICATORS[pair] for pair in pairs}, value=n // 2 % len(INDICATORS))
    values = {
        "extraction_id": documents.c.extraction_id,
        "document_id": documents.c.id,
        "ordinal": n,
        "indicator": indicator,
        "subject": "地区生产总值",
        "measure": case((n % 10 == 3, "level"), else_="growth"),
        "value": Decimal("6.5"),
        "unit": "%",
        "bound": "eq",
        "status": case((n % 2 == 0, "actual"), else_="target"),
        "period_start": year,
        "period_end": year,
        "scope": case((n % 10 == 6, "part"), else_="region"),
        "evidence": TEXT[start:end],
        "start": start,
        "end": end,
        "number_start": end - 5,
        "number_end": end - 2,
        "flags": [],
        "rule": "bench",
        "sentence_start": start - 6,
        "sentence_end": end,
        # Few are doubtful: one indicator's target in every fourth report.
        "certain": case((documents.c.id % 4 == 0, n != 1), else_=True),
        "doubts": [],
        "stretch": False,
    }
    every = select(documents.c.id).join(ordinals, literal(True)).where(~documents.c.barren)
    every = every.order_by(documents.c.id, n)
    for first in range(1, reports + 1, _AT_ONCE):
        some = every.where(documents.c.id.between(first, first + _AT_ONCE - 1))
        _insert(connection, observations, values, some)
