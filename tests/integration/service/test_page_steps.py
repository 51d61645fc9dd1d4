"""Pages do as much with many reports as with few: SQLite's own steps are counted, not seconds.

A plan tells which index finds rows, and not how many of them it finds: this does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.pool import Pool

from bench.pages import OUTDATED, PAGES, TIMED, outdate
from bench.rows import fill
from zhibiao.pipeline import Language, versions
from zhibiao.store.outputs import text_index

FEW, MANY = 1500, 6000
GRAIN = 100  # steps that are counted at once
# Over an index, a step or two each: how many reports there are of each state or run, which are not
# done, which may hold a word that most have.
COUNTED = (
    *("/", "/runs", "/runs/1", "/runs/20", "/failures", "/reprocess", "/reprocess?run=20"),
    *("/keywords", "/keywords?terms=不存在", "/search?text=地区生产总值"),
    *("/runs/20/changes", "/panel?run=20"),
)
MOST_COUNTED = 13  # steps for each further report
MOST = 1
LOOKED_THROUGH = "/observations?period=1900"  # a page that does look through all reports


class Steps:
    """Of all SQLite connections of this process."""

    def __init__(self) -> None:
        self.taken = 0

    def count(self) -> int:
        self.taken += GRAIN
        return 0  # go on

    def watch(self, connection: Any, *_: Any) -> None:
        connection.set_progress_handler(self.count, GRAIN)


@pytest.fixture
def steps() -> Iterator[Steps]:
    found = Steps()
    event.listen(Pool, "checkout", found.watch)
    try:
        yield found
    finally:
        event.remove(Pool, "checkout", found.watch)


@pytest.mark.long
def test_no_page_does_more_for_each_report_that_it_does_not_show(
    serve: Callable[..., Any], steps: Steps
) -> None:
    services = {number: serve() for number in (FEW, MANY)}
    for number, service in services.items():
        fill(service.store, number, versions=versions(Language.load()))
        text_index.fill(service.store, at_once=MANY)
    slow = {}
    for number, page in enumerate([*PAGES, OUTDATED]):
        if page in TIMED and page != LOOKED_THROUGH:
            continue
        if number == len(PAGES):
            for service in services.values():
                outdate(service.settings.store_url)
        taken = {}
        for number, service in services.items():
            steps.taken = 0
            answer = service.http.get(page, headers={"Accept": "text/html"})
            assert answer.status_code == 200, page
            taken[number] = steps.taken
        each = (taken[MANY] - taken[FEW]) / (MANY - FEW)
        if each > (MOST_COUNTED if page in COUNTED else MOST):
            slow[page] = round(each, 1)
    assert list(slow) == [LOOKED_THROUGH]
