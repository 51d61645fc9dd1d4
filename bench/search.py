"""Full-text search with the index and without it: 5,000 stored reports on SQLite.

`python -m bench.search [REPORTS]`
"""

from __future__ import annotations

import sys
import time
from statistics import median

from sqlalchemy import text

from bench.stored import stored
from zhibiao.store import Store
from zhibiao.store.outputs import text_index
from zhibiao.store.queries.search import SearchFilter, search

ASKED = ("老旧小区改造", "氢能", "没有这句话", "抄本。", "营商环境")
_LIMIT = 50


def _seconds(store: Store, asked: str) -> tuple[float, int]:
    """For the first page, and how many hits it has."""
    taken = []
    for _ in range(3):
        began = time.process_time()
        with store.read() as connection:
            page = search(connection, SearchFilter(text=asked), limit=_LIMIT, seconds=600)
        taken.append(time.process_time() - began)
    return median(taken), len(page.hits)


def main(reports: int = 5000) -> None:
    with stored(reports) as store:
        plain = {asked: _seconds(store, asked) for asked in ASKED}
        pages = text("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        with store.read() as connection:
            before = connection.execute(pages).scalar_one()
        began = time.process_time()
        assert text_index.fill(store) == reports
        filling = time.process_time() - began
        with store.read() as connection:
            after = connection.execute(pages).scalar_one()
        print(f"{reports:,} reports; filling {filling / reports * 1000:.1f} ms a report")
        took, whole = ((pages / reports / 1000) for pages in (after - before, after))
        print(f"the index takes {took:.0f} of the {whole:.0f} kB that a report takes")
        for asked, (seconds, hits) in plain.items():
            indexed, same = _seconds(store, asked)
            assert hits == same
            print(f"{asked:<8} {hits:5} hits: {seconds:7.3f} s plain, {indexed:7.3f} s indexed")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]))
