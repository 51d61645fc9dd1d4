"""What people ask for at cross purposes: nothing is done twice, nothing newer is written over."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import delete, event, select
from stored_stages import accounts

from zhibiao.domain import Stage, State
from zhibiao.domain.verdict import Verdict
from zhibiao.store.database.errors import RunCancelled
from zhibiao.store.database.schema import documents as document_table
from zhibiao.store.database.schema import work
from zhibiao.store.outputs import publications
from zhibiao.store.queries import documents, observations
from zhibiao.store.queries.observations import ObservationFilter
from zhibiao.store.reprocessing.outdated import Selection
from zhibiao.store.work import control, queue, runs, window

REPORT = "region 甲市\ngdp {gdp}\njobs {jobs}\n"


def report(gdp: int, jobs: int = 0) -> str:
    return REPORT.format(gdp=gdp, jobs=jobs)


def do(line: Any, verb: Any, run: int, **options: Any) -> int:
    line.now += 1
    with line.store.write() as connection:
        return int(verb(connection, run, now=line.now, **options) or 0)


def names_shown(line: Any) -> list[str | None]:
    with line.store.read() as connection:
        rows = observations.page(connection, ObservationFilter(), limit=99).rows
        return [row["indicator"] for row in rows]


def error_codes(line: Any, run: int) -> list[str | None]:
    with line.store.read() as connection:
        return list(connection.scalars(select(work.c.error_code).where(work.c.run_id == run)))


def held_at_once(line: Any) -> int:
    """How many documents are on more than one way."""
    with line.store.read() as connection:
        busy = list(
            connection.scalars(
                select(work.c.document_id).where(work.c.state.in_([State.PENDING, State.RUNNING]))
            )
        )
    return len(busy) - len(set(busy))


def test_what_another_run_has_taken_up_is_not_retried(line: Any) -> None:
    line.broken = frozenset({"0.txt"})
    first = line.submit(report(1))
    line.work()
    line.broken = frozenset()
    second = line.reprocess(Selection(documents=(1,)))
    assert do(line, control.retry, first, document_ids=[1]) == 0
    assert held_at_once(line) == 0
    line.work()
    assert accounts(line.store, second).done == 1
    assert do(line, control.retry, first, document_ids=[1]) == 0  # it is done: nothing to cure


def test_a_resumed_run_does_not_write_over_what_a_later_one_made(line: Any) -> None:
    line.submit(report(1, 2), report(3, 4))
    line.work()
    line.indicators |= {"jobs"}
    early = line.reprocess()
    do(line, control.cancel, early)
    line.indicators |= {"none"}
    line.reprocess(Selection(documents=(1,)))
    line.work()
    assert do(line, control.resume, early) == 1  # the other document
    line.work()
    counted = accounts(line.store, early)
    assert (counted.done, counted.cancelled, counted.balanced) == (1, 1, True)
    assert sorted(map(str, names_shown(line))) == ["gdp", "gdp", "jobs", "jobs"]


def test_a_rollback_is_not_undone_by_resuming_what_was_cancelled_before(line: Any) -> None:
    line.submit(report(1, 2))
    line.work()
    line.indicators |= {"jobs"}
    done = line.reprocess()
    line.work()
    line.indicators |= {"none"}
    cancelled = line.reprocess()
    do(line, control.cancel, cancelled)
    line.now += 1
    with line.store.write() as connection:
        publications.roll_back(connection, done, now=line.now)
    assert do(line, control.resume, cancelled) == 0
    line.work()
    assert names_shown(line) == ["gdp"]


def test_a_cancelled_run_refuses_to_retry_and_keeps_its_reasons(line: Any) -> None:
    line.broken = frozenset({"0.txt"})
    run = line.submit(report(1), report(2))
    line.work(most=7)
    do(line, control.cancel, run)
    reasons = error_codes(line, run)
    with pytest.raises(RunCancelled, match=f"Run {run} .* Resume it"):
        do(line, control.retry, run, document_ids=[1])
    assert error_codes(line, run) == reasons
    do(line, control.resume, run)
    line.broken = frozenset()
    assert do(line, control.retry, run, document_ids=[1]) == 1
    line.work()
    assert accounts(line.store, run).done == 2


def test_a_run_that_is_over_is_not_cancelled(line: Any) -> None:
    run = line.submit(report(1))
    line.work()
    do(line, control.cancel, run)
    with line.store.read() as connection:
        assert runs.get(connection, run)["cancelled_at"] is None


def test_a_duplicate_goes_its_own_way_when_its_original_is_cancelled(line: Any) -> None:
    first = line.submit(report(1))
    second, third = line.submit(report(1)), line.submit(report(1))
    assert (accounts(line.store, second).duplicate, accounts(line.store, third).duplicate) == (1, 1)
    do(line, control.cancel, first)
    line.work()
    assert (accounts(line.store, first).cancelled, accounts(line.store, second).done) == (1, 1)
    assert accounts(line.store, third).duplicate == 1
    with line.store.read() as connection:
        assert documents.get(connection, 3)["duplicate_of"] == 2
        assert "document 2" in documents.get(connection, 3)["error_message"]


def test_a_duplicate_goes_its_own_way_when_its_original_fails(line: Any) -> None:
    first = line.submit(report(1))
    second = line.submit(report(1))
    _, held = line._claim()
    verdict = Verdict(state=State.FAILED, code="internal_error", message="x")
    with line.store.write() as connection:
        assert queue.put_back(connection, held, "line/1", verdict, now=line.now)
    line.work()
    assert (accounts(line.store, first).failed, accounts(line.store, second).done) == (1, 1)


def test_a_duplicate_of_what_is_in_quarantine_stays_one(line: Any) -> None:
    line.submit(report(1))
    second = line.submit(report(1))
    line.broken = frozenset({"0.txt"})
    line.work()
    assert accounts(line.store, second).duplicate == 1


def together(times: int, work_of_each: Any) -> list[Any]:
    """What several threads come to that begin at the same moment."""
    gate, found = Barrier(times), []

    def one(number: int) -> None:
        gate.wait()
        found.append(work_of_each(number))

    threads = [Thread(target=one, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.long
def test_two_who_reprocess_everything_at_once_do_it_once(line: Any) -> None:
    line.submit(*(report(n) for n in range(30)))
    line.work()
    line.indicators |= {"jobs"}
    begun = together(4, lambda _: line.reprocess())
    assert sum(run is not None for run in begun) == 1
    assert held_at_once(line) == 0
    (run,) = filter(None, begun)
    line.work()
    assert accounts(line.store, run).done == accounts(line.store, run).submitted == 30


def test_the_window_is_a_bound_however_many_fill_it(line: Any) -> None:
    line.submit(*(report(n) for n in range(100)))

    def fill(_: int) -> int:
        with line.store.write() as connection:
            chunks = window.due(
                connection, priority="bulk", window=16, chunk=4, now=200.0, resend_at=260.0
            )
        return sum(len(chunk.work_ids) for chunk in chunks)

    assert sum(together(8, fill)) == 16


def test_what_waits_in_a_paused_run_is_sent_at_once_when_it_is_resumed(line: Any) -> None:
    run = line.submit(report(1))

    def due() -> Sequence[window.Chunk]:
        with line.store.write() as connection:
            return window.due(
                connection, priority="bulk", window=9, chunk=9, now=200.0, resend_at=260.0
            )

    assert due()
    do(line, control.pause, run)  # the message comes, and there is nothing to claim
    do(line, control.resume, run)
    assert due()


def test_a_long_back_off_is_not_taken_for_a_jump_of_the_clock(line: Any) -> None:
    line.submit(report(1))
    stage, held = line._claim()
    verdict = Verdict(state=State.PENDING, code="x", message="x", delay_seconds=9_999.0)
    with line.store.write() as connection:
        assert queue.put_back(connection, held, "line/1", verdict, now=line.now)
    assert stage is Stage.READ
    line.now += 60
    assert line._claim() is None
    line.now += 3600
    assert line._claim() is not None


def test_a_lost_document_unbalances_the_accounts(line: Any) -> None:
    run = line.submit(report(1), report(2) + "----\n" + report(3))
    assert accounts(line.store, run).balanced
    line.work()
    counted = accounts(line.store, run)
    assert (counted.files, counted.submitted, counted.done) == (2, 3, 3)
    assert counted.balanced
    with line.store.write() as connection:
        connection.execute(delete(work).where(work.c.document_id == 2))
    assert not accounts(line.store, run).balanced


def test_new_submissions_wait_only_behind_what_goes_before_them(line: Any) -> None:
    def backlog() -> int:
        with line.store.read() as connection:
            return queue.backlog(connection)

    line.submit(report(1), report(2))
    line.work()
    line.indicators |= {"jobs"}
    line.reprocess()
    assert backlog() == 0
    run = line.submit(report(3))
    assert backlog() == 1
    do(line, control.pause, run)
    assert backlog() == 0


def test_a_file_that_is_read_again_takes_its_reports_from_other_runs(line: Any) -> None:
    line.submit(report(1) + "----\n" + report(2))
    line.work()
    line.indicators |= {"jobs"}
    with line.store.read() as connection:
        second_report = connection.execute(
            select(document_table.c.id).where(document_table.c.part == 1)
        ).scalar_one()
    narrow = line.reprocess(Selection(documents=(second_report,)))
    line.code[Stage.READ] = "2"
    wide = line.reprocess(Selection(documents=(1,)))
    do(line, control.pause, narrow)
    line.work()
    assert held_at_once(line) == 0
    assert (accounts(line.store, narrow).cancelled, accounts(line.store, wide).in_flight) == (1, 0)
    assert all(accounts(line.store, run).balanced for run in (1, narrow, wide))
    assert do(line, control.resume, narrow) == 0


@pytest.mark.long
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_queue_is_asked_without_a_look_at_what_is_done(line: Any, database_url: str) -> None:
    line.submit(*(report(n) for n in range(50)))
    line.work()
    asked: list[str] = []
    with line.store.write() as connection:
        said: list[tuple[str, Any]] = []
        event.listen(
            connection,
            "before_cursor_execute",
            lambda _connection, _cursor, statement, given, *_: said.append((statement, given)),
        )
        window.due(connection, priority="bulk", window=9, chunk=9, now=1.0, resend_at=2.0)
        queue.backlog(connection)
        queue.held(connection, now=1.0)
        control.sweep_cancelled(connection, now=1.0)
        for statement, given in tuple(said):
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
            asked.extend(row.detail for row in plan)
    assert len(asked) > 4
    assert [
        detail for detail in asked if detail.startswith("SCAN work") and "INDEX" not in detail
    ] == []
