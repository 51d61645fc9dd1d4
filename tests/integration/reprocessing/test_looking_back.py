"""Looking back at runs and times, and going back to them; what is pruned is gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from shown import changes, exported, report, stated
from sqlalchemy import update

from zhibiao.store.database.errors import NotFound, NoTimeTravel, Pruned
from zhibiao.store.database.schema import documents as documents_table
from zhibiao.store.outputs import publications, retention
from zhibiao.store.outputs.publications import AsOf
from zhibiao.store.queries.exports import ExportFilter, export
from zhibiao.store.reprocessing import diffs
from zhibiao.store.reprocessing.diffs import DiffFilter


def test_rollback_restores_the_export_byte_for_byte(line: Any, tmp_path: Path) -> None:
    line.submit(*(report(gdp=n, jobs=n) for n in range(4)))
    line.work()
    before = exported(line, tmp_path / "a.csv")
    line.indicators = frozenset({"jobs"})
    line.region_suffix = "（新）"
    run = line.reprocess()
    line.work()
    assert exported(line, tmp_path / "b.csv") != before
    with line.store.write() as connection:
        back = publications.roll_back(connection, run, now=line.now)
    assert (back.documents, back.superseded, back.first) == (4, 0, 0)
    assert exported(line, tmp_path / "c.csv") == before
    with line.store.write() as connection:
        assert publications.roll_back(connection, run, now=line.now).documents == 0
    assert line.plan().outdated == 4


def test_one_document_can_be_taken_back_and_a_first_run_cannot(line: Any) -> None:
    first = line.submit(report(gdp=1, jobs=1), report(gdp=2, jobs=2))
    line.work()
    line.indicators = frozenset({"jobs"})
    run = line.reprocess()
    line.work()
    with line.store.write() as connection:
        assert publications.roll_back(connection, run, now=line.now, document=2).documents == 1
        back = publications.roll_back(connection, first, now=line.now)
        assert (back.documents, back.superseded) == (0, 2)
        with pytest.raises(NotFound):
            publications.roll_back(connection, run, now=line.now, document=9)
    assert stated(line) == {(1, "jobs"): "1", (2, "gdp"): "2"}


def test_another_canonical_print_neither_moves_a_run_s_moment_nor_blocks_its_rollback(
    line: Any, tmp_path: Path
) -> None:
    line.submit(report(gdp=1, jobs=1), report(gdp=2, jobs=2))
    line.work()
    before = exported(line, tmp_path / "before.csv")
    line.indicators |= {"jobs"}
    run = line.reprocess()
    line.work()
    then = exported(line, tmp_path / "then.csv")
    with line.store.write() as connection:
        connection.execute(update(documents_table).values(canonical_id=2))
        publications.rename_canonical(connection, [1, 2], now=line.now + 1)
    assert len(stated(line)) == 2
    assert exported(line, tmp_path / "as_of.csv", AsOf(run=run)) == then
    assert len(changes(line, run)) == 2
    with line.store.write() as connection:
        assert publications.roll_back(connection, run, now=line.now + 2).documents == 2
    assert exported(line, tmp_path / "again.csv") == before


def test_exports_and_diffs_look_back_at_runs_and_times(line: Any, tmp_path: Path) -> None:
    first = line.submit(report(gdp=1, jobs=1))
    line.work()
    then, at = exported(line, tmp_path / "then.csv"), line.now
    line.now += 1000
    line.indicators |= {"jobs"}
    second = line.reprocess()
    line.work()
    now = exported(line, tmp_path / "now.csv")
    assert now != then
    for as_of, expected in (
        (AsOf(run=first), then),
        (AsOf(seconds=at), then),
        (AsOf(run=second), now),
        (AsOf(seconds=line.now), now),
    ):
        assert exported(line, tmp_path / "as_of.csv", as_of) == expected
    with line.store.read() as connection:
        (found,) = diffs.between(connection, AsOf(seconds=at), AsOf(run=second), DiffFilter())
        assert [change.kind for change in found.changes] == ["appeared"]
        (back,) = diffs.between(connection, AsOf(run=second), AsOf(run=first), DiffFilter())
        assert [change.kind for change in back.changes] == ["vanished"]
        wanted = ExportFilter(as_of=AsOf(run=first))
        with pytest.raises(NoTimeTravel):
            export(connection, "documents", "csv", tmp_path / "d.csv", wanted)


def test_pruning_keeps_what_is_asked_for_and_can_be_rehearsed(line: Any, tmp_path: Path) -> None:
    first = line.submit(report(gdp=1, jobs=1, roads=1))
    line.work()
    run = first
    for name in ("jobs", "roads"):
        line.indicators |= {name}
        run = line.reprocess()
        line.work()
    would = retention.prune(line.store, keep=1, dry_run=True).forgotten
    assert retention.prune(line.store, keep=1).forgotten == would
    assert (would.publications, would.extractions, would.texts) == (1, 1, 0)
    assert retention.prune(line.store, keep=1).forgotten.extractions == 0
    with pytest.raises(Pruned):
        exported(line, tmp_path / "a.csv", AsOf(run=first))
    assert len(stated(line)) == 3
    with line.store.write() as connection:
        assert publications.roll_back(connection, run, now=line.now).documents == 1
    assert len(stated(line)) == 2
