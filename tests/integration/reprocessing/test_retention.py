"""What is pruned is what nobody needs, and whoever asks for it is told that it is gone."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from zhibiao.store import diffs, publications, retention
from zhibiao.store.diffs import DiffFilter
from zhibiao.store.errors import Pruned
from zhibiao.store.publications import AsOf, standing_documents
from zhibiao.store.schema import publications as publication_table


def generations(line: Any, *names: str) -> list[int]:
    """A run for each; every one finds one more indicator."""
    runs = []
    for name in names:
        line.indicators |= {name}
        runs.append(line.reprocess())
        line.work()
    return runs


def publications_of(line: Any) -> int:
    with line.store.read() as connection:
        query = select(func.count()).select_from(publication_table)
        return int(connection.execute(query).scalar_one())


def test_pruning_drops_moments_that_nobody_needs_and_tells_who_asks_that_they_are_gone(
    line: Any,
) -> None:
    first = line.submit(*(f"region 甲市\ngdp {n}\na 1\nb 1\nc 1\nd 1\n" for n in (1, 2)))
    line.work()
    made = [first, *generations(line, "a", "b", "c", "d")]
    assert publications_of(line) == 10
    before = {run: diff_of(line, run) for run in made}
    retention.prune(line.store, keep=0)
    # The first one of each document, the last one of each run, the current one, and what that
    # took the place of.
    assert publications_of(line) == 8
    for run in made[:-1]:
        with pytest.raises(Pruned):
            diff_of(line, run)
        with pytest.raises(Pruned), line.store.read() as connection:
            standing_documents(connection, AsOf(run=run))
    with pytest.raises(Pruned):
        diff_of(line, made[-1])  # what was before it is gone
    assert before[made[-1]] == 2
    with line.store.read() as connection:
        assert standing_documents(connection, AsOf(run=made[-1])) is not None
    with line.store.write() as connection:
        back = publications.roll_back(connection, made[2], now=line.now)
        assert (back.documents, back.superseded) == (0, 2)
        back = publications.roll_back(connection, made[-1], now=line.now)
        assert (back.documents, back.pruned) == (0, 2)
    assert publications_of(line) == 8
    retention.prune(line.store, keep=0)
    assert publications_of(line) == 8


def diff_of(line: Any, run: int) -> int:
    with line.store.read() as connection:
        return sum(len(each.changes) for each in diffs.of_run(connection, run, DiffFilter()))


def test_a_pruning_with_little_time_goes_on_where_it_ended(
    line: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "_BATCH_DOCUMENTS", 2)
    line.submit(*(f"region 甲市\ngdp {n}\na 1\n" for n in range(5)))
    line.work()
    generations(line, "a")
    steps, last, forgotten = 0, 0, 0
    while last is not None:
        looks = iter((False, True))
        pruning = retention.prune(
            line.store, keep=0, after=last, until=lambda looks=looks: next(looks)
        )
        steps, last = steps + 1, pruning.last
        forgotten += pruning.forgotten.extractions
    assert (steps, forgotten) == (4, 5)
