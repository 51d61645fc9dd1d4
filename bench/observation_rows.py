"""What questions cost among millions of observations.

`python -m bench.observation_rows [ROWS]`

A hundred generated reports go through all stages; the others are their rows again, eighteen reports
a region. On SQLite, whose stores have no statistics; the figures are medians of three, in
milliseconds of processor time, beside those of a twentieth of the rows: what grows with the answer
stays, what grows with the table shows.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection, func, select, text

from bench.filled_store import multiply, steps_of
from zhibiao.store import Store
from zhibiao.store.database.migrate import upgrade
from zhibiao.store.database.schema import observations as observation_table
from zhibiao.store.queries import documents, observations, panel
from zhibiao.store.queries.documents import DocumentFilter
from zhibiao.store.queries.observations import ObservationFilter
from zhibiao.testing.reports import generate

_PAGE = 100
_TIMED = "a page of what is nowhere"
_DIFFERENT = 100  # reports; the others are copies of their rows
_REPORTS = 18  # of a region
_SHARE = 20  # of the rows are in the smaller store
_MOST = 3.0  # times as long, among so many times the rows

Question = Callable[[Connection], object]
QUESTIONS: Mapping[str, Question] = {
    "a page of observations": lambda c: observations.page(c, ObservationFilter(), limit=_PAGE),
    "a page far behind": lambda c: observations.page(
        c, ObservationFilter(), limit=_PAGE, after=_last(c)
    ),
    "a page of a common indicator": lambda c: observations.page(
        c, ObservationFilter(indicators=("gdp",)), limit=_PAGE
    ),
    _TIMED: lambda c: observations.page(c, ObservationFilter(period=1900), limit=_PAGE),
    "a page of a rare indicator": lambda c: observations.page(
        c, ObservationFilter(indicators=("rare",)), limit=_PAGE
    ),
    "a report's observations": lambda c: observations.page(
        c, ObservationFilter(document=50, scope=None, open_quantities=True), limit=1000
    ),
    "a region's observations": lambda c: observations.page(
        c, ObservationFilter(documents=DocumentFilter(region_code="110005")), limit=_PAGE
    ),
    "a region's panel": lambda c: list(
        panel.statements_by_region(c, ObservationFilter(), codes=["110005"])
    ),
    "the first regions of a panel": lambda c: list(
        islice(
            panel.statements_by_region(
                c,
                ObservationFilter(),
                codes=panel.first_regions(c, ObservationFilter(), reports=20)[0],
            ),
            20,
        )
    ),
    "is an indicator stated": lambda c: observations.is_stated(c, "never_stated"),
    "a page of documents": lambda c: documents.page(c, DocumentFilter(), limit=_PAGE),
}


def main(rows: int = 2_000_000) -> None:
    small, large = _measured(max(rows // _SHARE, 20_000)), _measured(rows)
    print(f"{'question':32} {small['rows']:>12,.0f} {large['rows']:>12,.0f} rows")
    grown = []
    for name in QUESTIONS:
        ratio = large[name] / small[name]
        print(f"{name:32} {small[name]:12.1f} {large[name]:12.1f} ms {ratio:8.2f}")
        if name == _TIMED:
            ratio = large[name] / (documents.PAGE_SECONDS * 1000)  # of the time that it has
        if large[name] > 5 and ratio > _MOST:
            grown.append(name)
    print(f"a row takes {large['bytes'] / large['rows']:.0f} bytes of the store, texts included")
    if grown:
        raise SystemExit(f"grows with the table: {', '.join(grown)}")


def _measured(rows: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="zhibiao-bench-") as folder:
        path = Path(folder) / "store.db"
        store = Store(f"sqlite:///{path}")
        upgrade(store)
        _fill(store, folder, rows)
        found: dict[str, float] = {}
        with store.read() as connection:
            counted = select(func.count()).select_from(observation_table)
            found["rows"] = float(connection.execute(counted).scalar_one())
            for name, question in QUESTIONS.items():
                found[name] = statistics.median(_milliseconds(connection, question) for _ in "abc")
        store.close()
        return found | {"bytes": float(path.stat().st_size)}


def _fill(store: Store, folder: str, rows: int) -> None:
    steps = steps_of(store, folder)
    steps.submit({f"{number}.txt": generate(number).text for number in range(_DIFFERENT)})
    steps.work()
    with store.write() as connection:
        made = select(func.count()).select_from(observation_table)
        times = round(rows / connection.execute(made).scalar_one())
        multiply(connection, times * _DIFFERENT)
        connection.execute(
            text(f"UPDATE documents SET region_code = 110000 + id / {_REPORTS}, canonical_id = id")
        )
        connection.execute(text("UPDATE observations SET indicator = 'rare' WHERE id % 50000 = 7"))


def _last(connection: Connection) -> int:
    last = select(func.max(observation_table.c.id))
    return int(connection.execute(last).scalar_one()) - 2 * _PAGE


def _milliseconds(connection: Connection, question: Question) -> float:
    started = time.process_time()
    question(connection)
    return (time.process_time() - started) * 1000


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]))
