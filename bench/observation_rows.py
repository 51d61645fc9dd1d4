"""What questions cost among millions of observations.

`python -m bench.observation_rows [ROWS] [postgres]`; on SQLite, whose stores have no statistics,
unless said otherwise.

A hundred generated reports go through all stages; the others are their rows again, eighteen reports
a region. The figures are milliseconds of processor time, that of a PostgreSQL server included, the
mean of at least three, beside those of a twentieth of the rows: what grows with the answer stays,
what grows with the table shows. Of PostgreSQL also the blocks of 8 kB that the question looks at:
they do not depend on the machine.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, func, select, text

from bench.database_costs import blocks, settle, sizes, stored
from bench.filled_store import multiply, steps_of
from bench.postgres_server import needed_postgres, server_seconds
from zhibiao.catalogue.loading import load_catalogue
from zhibiao.store import Store
from zhibiao.store.database.migrate import upgrade
from zhibiao.store.database.schema import observations as observation_table
from zhibiao.store.queries import coverage, documents, observations, panel, quantities
from zhibiao.store.queries.documents import DocumentFilter
from zhibiao.store.queries.observations import ObservationFilter
from zhibiao.testing.reports import generate

_PAGE = 100
_SECONDS = 1.0  # that a question is asked again and again
_DIFFERENT = 100  # reports; the others are copies of their rows
_REPORTS = 18  # of a region
_SHARE = 20  # of the rows are in the smaller store
_MOST = 3.0  # times as long, among so many times the rows
_REGION = "110005"
_REPORTS_SHOWN = 20
_FILLING_SECONDS = 1800.0

Question = Callable[[Connection], object]
_CATALOGUE = load_catalogue()
_ALL = ObservationFilter()
_OF_REGION = ObservationFilter(documents=DocumentFilter(region_code=_REGION))
_TIMED = {  # what is nowhere: they end with the time that a page has
    "a page of a year that nobody names": ObservationFilter(period=1900),
    "a page of such a year and an indicator": ObservationFilter(indicators=("gdp",), period=1900),
}


def _page(wanted: ObservationFilter, limit: int = _PAGE) -> Question:
    return lambda c: observations.page(c, wanted, limit=limit)


def _of_regions(ask: Callable[[Connection, list[str]], object]) -> Question:
    """Of so many regions as a page shows."""
    return lambda c: ask(c, panel.first_regions(c, _ALL, reports=_REPORTS_SHOWN)[0])


def _coverage(connection: Connection, codes: list[str]) -> object:
    return list(coverage.coverage_records(connection, _ALL, _CATALOGUE, codes=codes))


def _panel(connection: Connection, codes: list[str]) -> object:
    return list(panel.statements_by_region(connection, _ALL, codes=codes))


QUESTIONS: Mapping[str, Question] = {
    "a page of observations": _page(_ALL),
    "a page far behind": lambda c: observations.page(c, _ALL, limit=_PAGE, after=_last(c)),
    "a page of a common indicator": _page(ObservationFilter(indicators=("gdp",))),
    "a page of it, far behind": lambda c: observations.page(
        c, ObservationFilter(indicators=("gdp",)), limit=_PAGE, after=_last(c)
    ),
    "a page of its levels": _page(ObservationFilter(indicators=("gdp",), measure="level")),
    "a page of two indicators": _page(ObservationFilter(indicators=("gdp", "cpi"))),
    "a page of a rare indicator": _page(ObservationFilter(indicators=("rare",))),
    "a page of what is uncertain": _page(ObservationFilter(certain=False)),
    **{name: _page(wanted) for name, wanted in _TIMED.items()},
    "a report's observations": _page(
        ObservationFilter(document=50, scope=None, open_quantities=True), limit=1000
    ),
    "one observation with its text": lambda c: observations.get(c, 5000),
    "a region's observations": _page(_OF_REGION),
    "a region's panel": lambda c: _panel(c, [_REGION]),
    "a region's coverage": lambda c: _coverage(c, [_REGION]),
    "the first regions of a panel": _of_regions(_panel),
    "the first regions of the coverage": _of_regions(_coverage),
    "quantities of a name": lambda c: quantities.search_quantities(
        c, "生产总值", DocumentFilter(), limit=_PAGE
    ),
    "is an indicator stated": lambda c: observations.is_stated(c, "never_stated"),
    "a page of documents": lambda c: documents.page(c, DocumentFilter(), limit=_PAGE),
}


@dataclass(frozen=True, kw_only=True)
class Cost:
    """Of one question."""

    milliseconds: float  # of processor time
    blocks: int  # that PostgreSQL looks at; 0: another database


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A store of so many rows."""

    rows: int
    stored: float  # bytes, texts included
    tables: Mapping[str, float]  # bytes of the table of observations, and of each of its indexes
    costs: Mapping[str, Cost]


def main(rows: int = 2_000_000, database: str = "sqlite") -> None:
    with _databases(database) as urls:
        small, large = (_measured(next(urls), n) for n in (max(rows // _SHARE, 20_000), rows))
    print(
        f"{database}: {small.rows:,} and {large.rows:,} rows: ms of processor time, ratio", end=""
    )
    print("; blocks" if database == "postgres" else "")
    grown = []
    for name in QUESTIONS:
        few, many = small.costs[name], large.costs[name]
        ratio = many.milliseconds / few.milliseconds
        print(
            f"{name:38} {few.milliseconds:9.1f} {many.milliseconds:9.1f} {ratio:8.2f}"
            + (f" {few.blocks:9,} {many.blocks:9,}" if many.blocks else "")
        )
        if name in _TIMED:
            ratio = many.milliseconds / (documents.PAGE_SECONDS * 1000)
        if many.milliseconds > 5 and ratio > _MOST:
            grown.append(name)
    print(f"a row takes {large.stored / large.rows:.0f} bytes of the store, texts included:")
    for name, size in large.tables.items():
        print(f"  {size / large.rows:6.1f}  {name}")
    if grown:
        raise SystemExit(f"grows with the table: {', '.join(grown)}")


@contextlib.contextmanager
def _databases(kind: str) -> Iterator[Iterator[str]]:
    with tempfile.TemporaryDirectory(prefix="zhibiao-bench-") as folder:
        if kind == "sqlite":
            yield iter([f"sqlite:///{folder}/{name}.db" for name in ("small", "large")])
        else:
            with needed_postgres(Path(folder), "small", "large") as urls:
                yield iter(urls)


def _measured(url: str, rows: int) -> Measured:
    with tempfile.TemporaryDirectory(prefix="zhibiao-bench-") as folder:
        store = Store(url)
        upgrade(store)
        began = time.monotonic()
        _fill(store, folder, rows)
        settle(store)
        print(
            f"{rows:,} rows made in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True
        )
        with store.read() as connection:
            counted = select(func.count()).select_from(observation_table)
            found = Measured(
                rows=connection.execute(counted).scalar_one(),
                stored=stored(connection),
                tables=sizes(connection, observation_table),
                costs={name: _cost(store, connection, name) for name in QUESTIONS},
            )
        store.close()
        return found


def _fill(store: Store, folder: str, rows: int) -> None:
    steps = steps_of(store, folder)
    steps.submit({f"{number}.txt": generate(number).text for number in range(_DIFFERENT)})
    steps.work()
    with store.write(patience_seconds=_FILLING_SECONDS) as connection:
        made = select(func.count()).select_from(observation_table)
        times = round(rows / connection.execute(made).scalar_one())
        multiply(connection, times * _DIFFERENT)
        connection.execute(
            text(f"UPDATE documents SET region_code = 110000 + id / {_REPORTS}, canonical_id = id")
        )
        connection.execute(text("UPDATE observations SET indicator = 'rare' WHERE id % 50000 = 7"))


def _last(connection: Connection) -> int:
    """An observation of a common indicator with two pages of others behind it."""
    found = select(observation_table.c.id).where(observation_table.c.indicator == "gdp")
    order = (observation_table.c.document_id.desc(), observation_table.c.ordinal.desc())
    return int(connection.execute(found.order_by(*order).offset(2 * _PAGE).limit(1)).scalar_one())


def _cost(store: Store, connection: Connection, name: str) -> Cost:
    question = QUESTIONS[name]
    looked_at = blocks(connection, lambda: question(connection))  # and what is read once is read
    times = 0
    server, own, deadline = server_seconds(store), time.process_time(), time.monotonic() + _SECONDS
    while times < 3 or time.monotonic() < deadline:
        question(connection)
        times += 1
    own = time.process_time() - own
    return Cost(
        milliseconds=(own + server_seconds(store) - server) * 1000 / times, blocks=looked_at
    )


if __name__ == "__main__":
    main(*(int(each) if each.isdecimal() else each for each in sys.argv[1:3]))
