"""What is pruned is what nobody needs, and whoever asks for it is told that it is gone."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select, update

from zhibiao.store.access import audit
from zhibiao.store.database.errors import Pruned
from zhibiao.store.database.schema import publications as publication_table
from zhibiao.store.database.schema import work
from zhibiao.store.outputs import deletion, publications, retention
from zhibiao.store.outputs.accounting import account
from zhibiao.store.outputs.publications import AsOf, documents_as_of
from zhibiao.store.reprocessing import diffs
from zhibiao.store.reprocessing.diffs import DiffFilter
from zhibiao.store.work import control
from zhibiao.store.work.runs import Accounts, accounts


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
            documents_as_of(connection, AsOf(run=run))
    with pytest.raises(Pruned):
        diff_of(line, made[-1])  # what was before it is gone
    assert before[made[-1]] == 2
    with line.store.read() as connection:
        assert documents_as_of(connection, AsOf(run=made[-1])) is not None
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


def work_rows(line: Any) -> int:
    with line.store.read() as connection:
        return int(connection.execute(select(func.count()).select_from(work)).scalar_one())


def accounts_of(line: Any, *made: int) -> dict[int, Accounts]:
    with line.store.read() as connection:
        return accounts(connection, made)


def test_superseded_work_is_forgotten_and_the_accounts_of_old_runs_still_add_up(
    line: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "_BATCH_DOCUMENTS", 2)  # a run's counts come in several parts
    first = line.submit(*(f"region 甲市\ngdp {n}\na 1\nb 1\nc 1\n" for n in range(3)))
    line.work()
    made = [first, *generations(line, "a", "b", "c")]
    before = accounts_of(line, *made)
    assert work_rows(line) == 12
    would = retention.prune(line.store, keep=9, keep_work_days=1, dry_run=True).forgotten
    assert (would.work, work_rows(line)) == (6, 12)
    assert retention.prune(line.store, keep=9, keep_work_days=1).forgotten.work == 6
    # How each document stands, and what it would stand for if the last run were taken up again.
    assert work_rows(line) == 6
    assert accounts_of(line, *made) == before
    assert all(each.balanced and each.files == 3 for each in before.values())
    generations(line, "gdp 1")
    assert retention.prune(line.store, keep=9, keep_work_days=1).forgotten.work == 3
    assert accounts_of(line, *made) == before
    with line.store.read() as connection:
        found = account(connection, now=line.now)
    assert (found.unbalanced, found.without_work) == ((), 0)


def test_work_is_kept_as_long_as_asked_and_for_ever_by_default(line: Any) -> None:
    line.submit("region 甲市\ngdp 1\na 1\nb 1\n")
    line.work()
    generations(line, "a", "b")
    with line.store.write() as connection:
        now = line.store.now(connection)
        connection.execute(update(work).values(changed_at=now - 5 * 86_400))
    assert retention.prune(line.store, keep=9).forgotten.work == 0
    assert retention.prune(line.store, keep=9, keep_work_days=6).forgotten.work == 0
    assert retention.prune(line.store, keep=9, keep_work_days=4).forgotten.work == 1


def test_a_run_that_is_cancelled_after_a_pruning_lets_documents_stand_as_before(line: Any) -> None:
    line.submit("region 甲市\ngdp 1\na 1\nb 1\n")
    line.work()
    generations(line, "a", "b")
    line.indicators |= {"c"}
    run = line.reprocess()
    retention.prune(line.store, keep=9, keep_work_days=1)
    with line.store.write() as connection:
        control.cancel(connection, run, now=line.now)
    with line.store.read() as connection:
        assert account(connection, now=line.now).without_work == 0
        assert all(each.balanced for each in accounts(connection, [1, 2, 3, run]).values())


def test_a_deleted_submission_takes_what_is_only_counted_along(line: Any) -> None:
    first = line.submit("region 甲市\ngdp 1\na 1\nb 1\n")
    line.work()
    made = generations(line, "a", "b")
    retention.prune(line.store, keep=9, keep_work_days=1)
    deletion.delete_run(line.store, first)
    assert all(each.balanced for each in accounts_of(line, *made).values())
    with line.store.read() as connection:
        assert account(connection, now=line.now).unbalanced == ()


def test_old_entries_of_the_audit_log_are_forgotten(line: Any) -> None:
    with line.store.write() as connection:
        now = line.store.now(connection)
        for days in (0, 10, 40, 400):
            audit.record(
                connection,
                caller="token",
                action="export",
                path=f"/{days}",
                status=200,
                facts={},
                address="",
                request_id="",
                now=now - days * 86_400,
            )
    assert retention.prune(line.store, keep=9).forgotten.audit == 0
    asked = {"keep": 9, "keep_audit_days": 30}
    assert retention.prune(line.store, dry_run=True, **asked).forgotten.audit == 2
    assert retention.prune(line.store, **asked).forgotten.audit == 2
    with line.store.read() as connection:
        left = [row["path"] for row in audit.newest(connection, limit=9)]
    assert left == ["/10", "/0"]
