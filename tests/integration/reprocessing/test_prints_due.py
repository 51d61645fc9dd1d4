"""Whatever dies after it has published a report: the report finds its prints again."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from zhibiao.domain import CleanText, Metadata, Stage
from zhibiao.store.database.schema import documents
from zhibiao.store.outputs import prints, publications
from zhibiao.store.reprocessing import plans
from zhibiao.store.reprocessing.outdated import Selection

TEXT = "region 甲市\ngdp 1\n一年来我们坚持稳中求进工作总基调，完整准确全面贯彻新发展理念。\n"


def canonical(line: Any) -> dict[int, int | None]:
    with line.store.read() as connection:
        found = connection.execute(select(documents.c.id, documents.c.canonical_id))
        return {row.id: row.canonical_id for row in found}


def due(line: Any) -> list[int]:
    with line.store.read() as connection:
        return prints.due(connection, limit=100)


def years_by_file(line: Any, years: dict[str, int], version: str) -> None:
    """Let the cleaner know other years, without another text."""
    clean = line.clean

    def with_years(raw: Any) -> tuple[CleanText, Metadata]:
        text, _ = clean(raw)
        return text, Metadata(region="甲市", region_code="110101", year=years[raw.name])

    line.clean = with_years
    line.code[Stage.CLEAN] = version


def two_prints(line: Any) -> None:
    years_by_file(line, {"0.txt": 2023, "1.txt": 2023}, "1")
    line.submit(TEXT, TEXT + "谢谢大家！\n")


def settle_as_segment_does(line: Any) -> None:
    for document in (1, 2):
        with line.store.write() as connection:
            prints.regroup(connection, [document], now=line.now)


def test_a_first_run_leaves_nothing_to_settle(line: Any) -> None:
    two_prints(line)
    line.work(most=4)  # both are read and cleaned
    settle_as_segment_does(line)
    line.work()
    assert due(line) == []
    assert canonical(line) == {1: 2, 2: 2}


def test_prints_are_settled_by_whoever_comes_next_when_a_worker_died_before_it(line: Any) -> None:
    two_prints(line)
    line.work()
    prints.settle_due(line.store)
    assert canonical(line) == {1: 2, 2: 2}
    years_by_file(line, {"0.txt": 2022, "1.txt": 2023}, "2")
    line.reprocess()
    line.work()  # and here it dies
    assert canonical(line) == {1: 2, 2: 2}
    assert due(line) == [1]
    prints.settle_due(line.store)
    assert canonical(line) == {1: 1, 2: 2}
    assert due(line) == []


def test_a_report_that_failed_at_first_and_then_changed_its_year_keeps_its_place(line: Any) -> None:
    two_prints(line)
    line.broken = frozenset({"0.txt"})
    line.work()
    settle_as_segment_does(line)
    assert canonical(line) == {1: 2, 2: 2}
    line.broken = frozenset()
    years_by_file(line, {"0.txt": 2022, "1.txt": 2023}, "2")
    line.reprocess(Selection(documents=(1, 2)))
    line.work()
    prints.settle_due(line.store)
    assert canonical(line) == {1: 1, 2: 2}
    with line.store.read() as connection:
        assert plans.plan(connection, Selection(), line.current).outdated == 0


def test_a_rollback_to_a_former_canonical_print_is_settled_anew(line: Any) -> None:
    two_prints(line)
    line.work()
    years_by_file(line, {"0.txt": 2022, "1.txt": 2023}, "2")
    run = line.reprocess()
    line.work()
    prints.settle_due(line.store)
    assert canonical(line) == {1: 1, 2: 2}
    with line.store.write() as connection:
        assert publications.roll_back(connection, run, now=line.now).documents == 2
    assert due(line)
    prints.settle_due(line.store)
    assert canonical(line) == {1: 2, 2: 2}
