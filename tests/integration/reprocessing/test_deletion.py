"""A submission is deleted with all that came of it, and with nothing that others need."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import delete, func, select
from stored_stages import accounts

from zhibiao.domain import CleanText, Metadata
from zhibiao.store import Store
from zhibiao.store.database.errors import NotFound, RunNotDeletable
from zhibiao.store.database.schema import documents as document_table
from zhibiao.store.database.schema import metadata
from zhibiao.store.database.stage_tables import stage_versions
from zhibiao.store.outputs import deletion, prints
from zhibiao.store.outputs.publications import AsOf, documents_as_of
from zhibiao.store.queries import documents, observations
from zhibiao.store.queries.observations import ObservationFilter
from zhibiao.store.work import control, runs, submissions

ONE, TWO = "region 甲市\ngdp 1\njobs 1\n", "region 乙市\ngdp 2\njobs 2\n"


def rows(store: Store) -> dict[str, int]:
    """How many rows each table has, where it has any."""
    with store.read() as connection:
        counted = {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in metadata.tables.items()
        }
    return {name: count for name, count in counted.items() if count}


def stated(line: Any) -> list[str]:
    with line.store.read() as connection:
        found = observations.page(connection, ObservationFilter(), limit=100).rows
    return [f"{row['document_id']} {row['indicator']}" for row in found]


def refusal(line: Any, run: int) -> RunNotDeletable:
    with pytest.raises(RunNotDeletable) as caught:
        deletion.delete_run(line.store, run)
    return caught.value


def test_of_a_deleted_submission_nothing_is_left(line: Any) -> None:
    run = line.submit(ONE + "----\n" + TWO, ONE, ONE)
    line.work()
    deleted = deletion.delete_run(line.store, run)
    assert (deleted.documents, deleted.sources, deleted.finished) == (4, 2, True)
    with line.store.write() as connection:
        connection.execute(delete(stage_versions))
    assert rows(line.store) == {}
    with pytest.raises(NotFound):
        deletion.delete_run(line.store, run)


def test_other_submissions_keep_what_is_theirs_and_the_accounts_still_balance(line: Any) -> None:
    mistaken = line.submit(ONE, "nothing known\n")
    line.work()
    kept = line.submit(TWO)
    line.work()
    line.indicators |= {"jobs"}
    again = line.reprocess()
    line.work()
    assert accounts(line.store, again).submitted == 3
    deletion.delete_run(line.store, mistaken)
    assert stated(line) == ["3 gdp", "3 jobs"]
    assert accounts(line.store, again).submitted == 1
    assert accounts(line.store, again).balanced
    assert accounts(line.store, kept).done == 1
    assert line.submit(ONE) > again
    assert line.work() == 4  # the same bytes may come again, and are processed


def test_a_run_is_not_deleted_while_anything_of_it_is_in_flight(line: Any) -> None:
    run = line.submit(ONE, TWO)
    assert refusal(line, run).details["in_flight"] == 2
    line.work()
    line.indicators |= {"jobs"}
    again = line.reprocess()
    refused = refusal(line, run)
    assert (refused.details["in_flight"], refused.details["runs"]) == (2, [again])
    with line.store.write() as connection:
        control.cancel(connection, again, now=line.now)
    assert deletion.delete_run(line.store, run).documents == 2


def test_a_run_is_not_deleted_while_another_one_holds_duplicates_of_its_documents(
    line: Any,
) -> None:
    run = line.submit(ONE, TWO)
    line.work()
    other = line.submit(ONE)
    line.work()
    refused = refusal(line, run)
    assert (refused.details["duplicates"], refused.details["runs"]) == (1, [other])
    assert deletion.delete_run(line.store, other).sources == 0
    assert deletion.delete_run(line.store, run).sources == 2


def test_neither_a_reprocessing_nor_what_is_still_received_is_deleted(line: Any) -> None:
    line.submit(ONE)
    line.work()
    line.indicators |= {"jobs"}
    assert "reprocessing" in str(refusal(line, line.reprocess()))
    with line.store.write() as connection:
        half = runs.create(connection, kind="submission", priority="bulk", label="", now=1.0)
    assert "received" in str(refusal(line, half))


def test_a_deletion_that_broke_off_is_gone_for_readers_and_is_finished_later(
    line: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deletion, "_BATCH_DOCUMENTS", 1)
    run = line.submit(ONE, TWO)
    line.work()
    looks = iter((False, True))
    deleted = deletion.delete_run(line.store, run, until=lambda: next(looks))
    assert (deleted.documents, deleted.finished) == (1, False)
    with line.store.read() as connection:
        with pytest.raises(NotFound):
            runs.get(connection, run)
        assert runs.newest(connection, limit=9) == []
        assert deletion.unfinished(connection) == [run]
    line.submit(TWO)  # no duplicate of what is going
    assert line.work() == 4
    assert deletion.delete_run(line.store, run).documents == 1
    assert stated(line) == ["3 gdp"]
    with line.store.read() as connection:
        assert deletion.unfinished(connection) == []
        assert documents.get(connection, 3)["duplicate_of"] is None


def test_the_other_prints_of_a_report_count_when_the_canonical_one_is_deleted(line: Any) -> None:
    clean = line.clean
    line.clean = lambda raw: (clean(raw)[0], _somewhere(clean(raw)[0]))
    text = "gdp 1\n一年来我们坚持稳中求进工作总基调，完整准确全面贯彻新发展理念。\n"
    line.submit(text)
    line.work()
    fuller = line.submit(text + "谢谢大家！\n")
    line.work()
    prints.settle_due(line.store)
    then = line.now
    assert counted(line) == [2]
    deletion.delete_run(line.store, fuller)
    assert counted(line) == [1]
    with line.store.read() as connection:
        before = documents_as_of(connection, AsOf(seconds=then))
        wanted = ObservationFilter(canonical=True)
        found = connection.execute(observations.query(wanted, before)).all()
        assert [row.document_id for row in found] == [1]


def counted(line: Any) -> list[int]:
    with line.store.read() as connection:
        found = observations.page(connection, ObservationFilter(canonical=True), limit=9).rows
    return [row["document_id"] for row in found]


def _somewhere(_clean: CleanText) -> Metadata:
    return Metadata(region="甲市", region_code="110101", year=2023)


class TestBesideOthers:
    """On PostgreSQL: SQLite has one writer at a time."""

    @pytest.fixture
    def database_url(self, postgres_url: str) -> str:
        return postgres_url

    def test_an_upload_of_the_same_bytes_loses_nothing(
        self, line: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run = line.submit(ONE)
        line.work()
        look, deleting = submissions._documents_of, threading.Thread(target=_try, args=(line, run))

        def look_beside_it(*args: Any) -> dict[Any, Any]:
            deleting.start()
            deleting.join(1.5)
            found: dict[Any, Any] = look(*args)
            return found

        monkeypatch.setattr(submissions, "_documents_of", look_beside_it)
        other = line.submit(ONE)
        deleting.join()
        line.work()
        with line.store.read() as connection:
            alive = connection.execute(select(document_table.c.duplicate_of)).all()
        assert (accounts(line.store, other).duplicate, len(alive)) == (1, 2)
        assert stated(line) == ["1 gdp"]

    def test_an_upload_that_comes_while_a_run_is_marked_is_no_duplicate(self, line: Any) -> None:
        run = line.submit(ONE)
        line.work()
        uploading = threading.Thread(target=line.submit, args=(ONE,))
        with line.store.write() as connection:
            deletion.mark(connection, run, now=line.now)
            uploading.start()
            uploading.join(1.5)
        uploading.join()
        deletion.delete_run(line.store, run)
        line.work()
        assert stated(line) == ["2 gdp"]


def _try(line: Any, run: int) -> None:
    with pytest.raises(RunNotDeletable):
        deletion.delete_run(line.store, run)
