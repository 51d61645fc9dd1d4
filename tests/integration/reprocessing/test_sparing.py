"""A changed catalogue executes only the reports that hold something of what has changed.

The reports are made up; they go through the real stages.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from catalogue_reports import ALIAS, TEA, Reports, report
from databases import sqlite_and_postgres_if_long
from sqlalchemy import select

from zhibiao.domain import Stage
from zhibiao.store import Store
from zhibiao.store.database.schema import extractions
from zhibiao.store.outputs import publications
from zhibiao.store.outputs.publications import AsOf
from zhibiao.store.queries.exports import ExportFilter, export
from zhibiao.store.reprocessing import reruns, sparing
from zhibiao.store.reprocessing.outdated import Current, Selection
from zhibiao.store.work import runs


@pytest.fixture
def reports(store: Store) -> Reports:
    """Ten reports of the catalogue without a user's own, done."""
    line = Reports(store)
    line.note()
    line.submit(*map(report, range(10)))
    line.work()
    line.executed.clear()
    return line


@sqlite_and_postgres_if_long
def test_only_reports_that_hold_a_new_name_are_executed(reports: Reports) -> None:
    reports.users = ALIAS
    plan = reports.plan()
    assert plan.executions == {Stage.READ: 0, Stage.CLEAN: 0, Stage.SEGMENT: 0, Stage.EXTRACT: 2}
    assert (plan.outdated, plan.up_to_date) == (2, 0)
    (spared,) = plan.spared
    assert len(spared.documents) == 8
    assert spared.changed == ("user catalogue",)
    assert spared.change.names == ("全域产出总值",)
    run = reports.reprocess()
    assert run is not None
    assert reports.work() == 2
    assert dict(reports.executed) == {Stage.EXTRACT: 2}
    with reports.store.read() as connection:
        counted = runs.accounts(connection, [run])[run]
        assert (counted.submitted, counted.done, counted.balanced) == (2, 2, True)
        assert runs.get(connection, run)["options"][runs.SPARED] == 8


def test_afterwards_all_stands_as_up_to_date_and_equals_a_full_run(reports: Reports) -> None:
    reports.users = ALIAS
    reports.note()
    reports.reprocess()
    reports.work()
    assert reports.plan().up_to_date == 10
    assert reports.reprocess() is None
    spared = reports.hashes()
    reports.executed.clear()
    reports.reprocess(Selection(first=Stage.EXTRACT))
    reports.work()
    assert dict(reports.executed) == {Stage.EXTRACT: 10}
    assert reports.hashes() == spared


def test_a_second_change_is_compared_with_the_catalogue_that_vouches_now(reports: Reports) -> None:
    reports.users = ALIAS
    reports.note()
    reports.reprocess()
    reports.work()
    reports.users = ALIAS + TEA  # every report names it
    plan = reports.plan()
    assert (plan.outdated, plan.spared) == (10, ())
    reports.users = None  # back to before the first change
    plan = reports.plan()
    assert plan.outdated == 2
    assert [len(each.documents) for each in plan.spared] == [8]


def test_a_run_that_spares_all_takes_nothing_up_and_is_a_run_all_the_same(reports: Reports) -> None:
    reports.users = '[[indicator]]\nid = "gdp"\naliases = ["无人用过的名称"]\n'
    plan = reports.plan()
    assert (plan.outdated, len(plan.spared[0].documents)) == (0, 10)
    run = reports.reprocess()
    assert run is not None
    assert reports.work() == 0
    assert reports.plan().up_to_date == 10


def test_rolling_a_run_back_makes_what_it_spared_outdated_again(reports: Reports) -> None:
    reports.users = ALIAS
    reports.note()
    run = reports.reprocess()
    reports.work()
    assert run is not None
    with reports.store.write() as connection:
        back = publications.roll_back(connection, run, now=reports.now)
    assert (back.documents, back.superseded, back.pruned) == (10, 0, 0)
    plan = reports.plan()
    assert (plan.outdated, plan.up_to_date) == (2, 0)
    assert [len(each.documents) for each in plan.spared] == [8]


def test_looking_back_finds_the_catalogue_that_vouched_then(
    reports: Reports, tmp_path: Path
) -> None:
    def exported(run: int | None) -> tuple[bytes, dict[str, int]]:
        path = tmp_path / "o.csv"
        as_of = None if run is None else AsOf(run=run)
        with reports.store.read() as connection:
            export(connection, "observations", "csv", path, ExportFilter(as_of=as_of))
            shown = publications.documents_as_of(connection, as_of)
            versions = list(connection.scalars(select(shown.c.extract_version)))
        return path.read_bytes(), {version: versions.count(version) for version in versions}

    before, (first,) = exported(None)[0], {reports.current.versions[Stage.EXTRACT]}
    reports.users = ALIAS
    run = reports.reprocess()
    reports.work()
    second = reports.current.versions[Stage.EXTRACT]
    assert exported(1) == (before, {first: 10})
    assert exported(run) == exported(None)
    assert exported(run)[1] == {second: 10}


def test_everything_that_is_asked_for_is_executed(reports: Reports) -> None:
    reports.users = ALIAS
    for first in (Stage.READ, Stage.EXTRACT):
        plan = reports.plan(Selection(first=first))
        assert (plan.outdated, plan.spared) == (10, ())


@pytest.mark.parametrize("change", ["code", "never noted", "broken"])
def test_what_cannot_be_told_is_executed(store: Store, change: str) -> None:
    line = Reports(store)
    if change != "never noted":
        line.note()
    if change == "broken":  # what is kept of the former catalogue cannot be read any more
        with store.write() as connection:
            digest = line.current.inputs[Stage.EXTRACT]["catalogue"]
            connection.exec_driver_sql("DELETE FROM catalogue_files")
            sparing.remember_catalogues(connection, {digest: "[[indicator]]\n"})
    line.submit(*map(report, range(5)))
    line.work()
    line.users = ALIAS
    if change == "code":
        line.code[Stage.EXTRACT] = "2"
    current = line.current
    if change == "broken":
        current = Current(versions=current.versions, inputs=current.inputs)
    with store.read() as connection:
        assert sparing.find(connection, Selection(), current) == ()


def test_a_report_published_meanwhile_is_executed(reports: Reports) -> None:
    reports.users = ALIAS
    current = reports.current
    with reports.store.read() as connection:
        spared = sparing.find(connection, Selection(), current)
    with reports.store.write() as connection:
        publications.rename_canonical(connection, [2], now=reports.now)
    with reports.store.write() as connection:
        reruns.begin(connection, Selection(), current, now=reports.now, spared=spared)
    assert reports.work() == 3


def test_a_failed_report_is_executed_though_nothing_in_it_has_changed(store: Store) -> None:
    line = Reports(store)
    line.note()
    line.broken = frozenset({"1.txt"})
    line.submit(*map(report, range(1, 4)))
    line.work()
    line.broken = frozenset()
    line.users = ALIAS
    plan = line.plan()
    assert (plan.outdated, [len(each.documents) for each in plan.spared]) == (1, [2])


def test_nothing_is_stored_anew_of_what_is_spared(reports: Reports) -> None:
    def generations() -> int:
        with reports.store.read() as connection:
            return len(connection.execute(select(extractions.c.id)).all())

    before = generations()
    reports.users = ALIAS
    reports.reprocess()
    reports.work()
    assert generations() == before + 2
