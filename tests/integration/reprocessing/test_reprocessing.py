"""Reprocessing executes what is outdated, shows it at once, compares it, and takes it back."""

from __future__ import annotations

import random
import threading
from typing import Any

import pytest
from shown import changes, report, stated, states
from sqlalchemy import select, update

from zhibiao.domain import Stage, State
from zhibiao.store.database.schema import documents as documents_table
from zhibiao.store.database.schema import work as work_table
from zhibiao.store.outputs import publications
from zhibiao.store.queries import documents, observations
from zhibiao.store.queries.observations import ObservationFilter
from zhibiao.store.reprocessing import reruns
from zhibiao.store.reprocessing.outdated import Selection
from zhibiao.store.reprocessing.plans import MISSING
from zhibiao.store.work import control, progress, runs
from zhibiao.store.work.runs import PART_VANISHED


def test_a_changed_catalogue_executes_extract_and_nothing_else(line: Any) -> None:
    line.submit(*(report(gdp=n, jobs=n) for n in range(5)))
    line.work()
    line.executed.clear()
    line.indicators |= {"jobs"}
    plan = line.plan()
    assert plan.starts == {Stage.READ: 0, Stage.CLEAN: 0, Stage.SEGMENT: 0, Stage.EXTRACT: 5}
    run = line.reprocess()
    assert line.work() == 5
    assert dict(line.executed) == {Stage.EXTRACT: 5}
    assert changes(line, run) == {(n, "jobs", "appeared") for n in range(1, 6)}
    assert line.plan().up_to_date == 5
    assert line.reprocess() is None


def test_the_plan_names_the_input_that_changed(line: Any) -> None:
    with line.store.write() as connection:
        now = line.current
        progress.remember_versions(connection, now.versions, now.inputs, now=1.0)
    line.submit(report(gdp=1))
    line.work()
    line.indicators |= {"jobs"}
    line.words = "2"
    line.code[Stage.EXTRACT] = "2"
    reasons = {reason.stage: reason.changed for reason in line.plan().reasons}
    assert reasons == {
        Stage.SEGMENT: ("user dictionary",),
        Stage.EXTRACT: ("code", "user catalogue"),
    }


def test_a_new_reader_whose_output_is_the_same_goes_no_further(line: Any) -> None:
    line.submit(report(gdp=1), "region 乙市\ngdp 2\n")
    line.work()
    line.executed.clear()
    line.drops_comments = True  # the second report has no comments
    run = line.reprocess()
    line.work()
    # The first one is another raw text, yet the same clean text: only its places have moved.
    assert line.executed == {Stage.READ: 2, Stage.CLEAN: 1, Stage.EXTRACT: 1}
    assert changes(line, run) == set()
    assert line.plan().up_to_date == 2


def test_a_new_gazetteer_does_not_count_words_anew(line: Any) -> None:
    line.submit(report(gdp=1))
    line.work()
    line.executed.clear()
    line.region_suffix = "（新）"
    line.reprocess()
    line.work()
    assert line.executed == {Stage.CLEAN: 1, Stage.EXTRACT: 1}
    with line.store.read() as connection:
        assert documents.get(connection, 1)["region"] == "甲市（新）"


def test_a_new_dictionary_leaves_observations_alone(line: Any) -> None:
    line.submit(report(gdp=1))
    line.work()
    line.executed.clear()
    line.words = "新词"
    run = line.reprocess()
    line.work()
    assert line.executed == {Stage.SEGMENT: 1}
    assert changes(line, run) == set()
    with line.store.read() as connection:
        assert "新词" in documents.terms(connection, 1)


def test_readers_keep_the_old_text_region_and_observations_until_the_end(line: Any) -> None:
    line.submit(report(gdp=1, jobs=2))
    line.work()
    line.drops_comments, line.region_suffix = True, "（新）"
    line.indicators = frozenset({"jobs"})
    line.reprocess()
    line.work(most=2)  # read and cleaned anew, not yet extracted
    with line.store.read() as connection:
        assert documents.get(connection, 1)["region"] == "甲市"
        assert documents.raw_text(connection, 1).startswith("#")
    assert stated(line) == {(1, "gdp"): "1"}
    line.work()
    with line.store.read() as connection:
        assert documents.get(connection, 1)["region"] == "甲市（新）"
        assert documents.raw_text(connection, 1).startswith("region")
    assert stated(line) == {(1, "jobs"): "2"}


def test_a_cancelled_reprocessing_leaves_all_as_it_was_and_can_be_resumed(line: Any) -> None:
    line.submit(*(report(gdp=n, jobs=n) for n in range(3)))
    line.work()
    line.indicators |= {"jobs"}
    run = line.reprocess()
    line.work(most=1)
    with line.store.write() as connection:
        control.cancel(connection, run, now=line.now)
    assert line.work() == 0
    assert states(line) == ["done", "done", "done"]
    assert sum(name == "jobs" for _, name in stated(line)) == 1
    assert line.plan().starts[Stage.EXTRACT] == 2
    with line.store.write() as connection:
        assert control.resume(connection, run, now=line.now) == 2
    line.work()
    assert sum(name == "jobs" for _, name in stated(line)) == 3


def test_an_atomic_run_shows_nothing_until_all_of_it_is_done(line: Any) -> None:
    line.submit(*(report(gdp=n, jobs=n) for n in range(3)))
    line.work()
    before = stated(line)
    line.indicators |= {"jobs"}
    run = line.reprocess(atomic=True)
    line.work(most=2)
    assert stated(line) == before
    assert len(changes(line, run)) == 2  # what it would change so far
    line.work()
    assert len(stated(line)) == 6
    assert len(changes(line, run)) == 3


def test_an_atomic_run_with_a_failure_shows_nothing_until_it_is_cured(line: Any) -> None:
    line.submit(*(report(gdp=n, jobs=n) for n in range(3)))
    line.work()
    before = stated(line)
    line.indicators |= {"jobs"}
    line.broken = frozenset({"1.txt"})
    run = line.reprocess(atomic=True)
    line.work()
    assert stated(line) == before
    line.broken = frozenset()
    with line.store.write() as connection:
        control.retry(connection, run, now=line.now, document_ids=[2])
    line.work()
    assert len(stated(line)) == 6


def test_a_report_that_its_file_holds_no_longer_loses_its_observations(line: Any) -> None:
    line.submit(report("甲市", gdp=1) + "----\n" + report("乙市", gdp=2))
    line.work()
    assert len(stated(line)) == 2
    line.code[Stage.READ] = "2"
    read = line.read
    line.read = lambda content, name: read(content, name)[:1]
    run = line.reprocess()
    line.work()
    assert stated(line) == {(1, "gdp"): "1"}
    with line.store.read() as connection:
        row = documents.get(connection, 2)
        assert (row["state"], row["error_code"]) == (State.CANCELLED, PART_VANISHED)
        assert documents.raw_text(connection, 2)
    assert changes(line, run) == {(2, "gdp", "vanished")}
    assert line.plan().left_alone == {"vanished from its file": 1}
    with line.store.write() as connection:
        assert control.resume(connection, run, now=line.now) == 0
        assert publications.roll_back(connection, run, now=line.now).documents == 2
    assert len(stated(line)) == 2


def test_a_report_in_a_compendium_is_read_again_with_its_file(line: Any) -> None:
    line.submit(report("甲市", gdp=1) + "----\n" + report("乙市", gdp=2))
    line.work()
    line.executed.clear()
    line.code[Stage.READ] = "2"
    run = line.reprocess(Selection(documents=(2,)))
    line.work()
    assert line.executed == {Stage.READ: 1}
    with line.store.read() as connection:
        counted = runs.accounts(connection, [run])[run]
    assert (counted.submitted, counted.done) == (2, 2)
    assert line.plan().up_to_date == 2


def test_a_quarantined_document_waits_for_its_stage_s_next_version_or_its_name(line: Any) -> None:
    line.broken = frozenset({"0.txt"})
    line.submit(report(gdp=1))
    line.work()
    assert line.plan().left_alone == {"quarantined under this version": 1}
    assert line.reprocess() is None
    assert line.plan(Selection(documents=(1,))).starts[Stage.EXTRACT] == 1
    line.words = "2"  # another stage's version does not count
    assert line.plan().outdated == 0
    line.code[Stage.EXTRACT] = "2"
    assert line.plan().outdated == 1
    line.broken = frozenset()
    line.reprocess()
    line.work()
    assert stated(line) == {(1, "gdp"): "1"}


def test_everything_or_all_from_a_stage_can_be_demanded(line: Any) -> None:
    line.submit(report(gdp=1))
    line.work()
    line.executed.clear()
    line.reprocess(Selection(first=Stage.CLEAN))
    line.work()
    assert line.executed == {Stage.CLEAN: 1, Stage.SEGMENT: 1, Stage.EXTRACT: 1}
    line.executed.clear()
    run = line.reprocess(Selection(first=Stage.READ))
    line.work()
    assert line.executed == dict.fromkeys(Stage, 1)
    assert changes(line, run) == set()


def test_selectors_narrow_the_plan_and_the_run_alike(line: Any) -> None:
    first = line.submit(*(report(gdp=n) for n in range(3)))
    line.submit(report(gdp=7))
    line.work()
    line.indicators |= {"jobs"}
    for selection, expected in (
        (Selection(run=first), 3),
        (Selection(documents=(1, 4)), 2),
        (Selection(region_code="11"), 4),
        (Selection(region_code="12"), 0),
        (Selection(year_from=2024), 0),
        (Selection(year_to=2023, name_contains="0.t"), 2),
        (Selection(states=(State.DONE,)), 4),
        (Selection(states=(State.FAILED,)), 0),
        (Selection(error_code="broken"), 0),
    ):
        assert line.plan(selection).outdated == expected
        with line.store.write() as connection:
            savepoint = connection.begin_nested()
            run = reruns.begin(connection, selection, line.current, now=line.now)
            counted = 0
            if run is not None:
                counted = runs.accounts(connection, [run])[run].submitted
            savepoint.rollback()
        assert counted == expected


def test_what_was_never_finished_is_outdated_at_the_stage_that_it_lacks(line: Any) -> None:
    line.submit(report(gdp=1))
    line.work(most=2)
    assert line.plan().left_alone == {"in flight": 1}
    with line.store.write() as connection:
        control.cancel(connection, 1, now=line.now)
    assert line.plan().left_alone == {"cancelled": 1}
    plan = line.plan(Selection(states=(State.CANCELLED,)))
    assert plan.starts[Stage.SEGMENT] == 1
    assert {reason.changed for reason in plan.reasons} == {(MISSING,)}


@pytest.mark.long
@pytest.mark.parametrize("atomic", [False, True])
def test_readers_never_see_a_mixture_or_nothing(line: Any, atomic: bool) -> None:
    count = 40
    names = [f"i{n}" for n in range(7)]
    line.indicators = frozenset(names)
    line.submit(*(report(**dict.fromkeys(names, n)) + "old 1\n" for n in range(count)))
    line.work()
    line.indicators |= {"old"}
    old, new = frozenset(names), frozenset(line.indicators)
    stop = threading.Event()
    faults: list[str] = []
    seen: set[frozenset[str]] = set()

    def poll(seed: int) -> None:
        rng = random.Random(seed)
        while not stop.is_set():
            after, found = 0, {}
            limit = rng.randint(2, 30)
            while True:
                with line.store.read() as connection:
                    rows = observations.page(
                        connection, ObservationFilter(), limit=limit, after=after
                    ).rows
                for row in rows:
                    found.setdefault(row["document_id"], []).append(row["indicator"])
                if len(rows) < limit:
                    break
                after = rows[-1]["id"]
            if len(found) != count:
                faults.append(f"{len(found)} documents")
            for document, stated_names in found.items():
                whole = frozenset(stated_names)
                seen.add(whole)
                if whole not in (old, new) or len(stated_names) != len(whole):
                    faults.append(f"document {document}: {sorted(stated_names)}")

    readers = [threading.Thread(target=poll, args=(n,)) for n in range(3)]
    for reader in readers:
        reader.start()
    try:
        line.reprocess(atomic=atomic)
        line.work()
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert faults == []
    assert old in seen
    assert {name for _, name in stated(line)} == new


@pytest.mark.parametrize("changed", [0, 1, 2, 4])
def test_a_plan_of_all_counts_as_one_that_looks_at_each(line: Any, changed: int) -> None:
    """Few of them, or most, are outdated; some are broken, cancelled or not finished."""
    line.broken = frozenset({"0.txt"})
    for n in range(4):
        line.submit(report(gdp=n), report(gdp=n + 10))
    line.work()
    line.submit(report(gdp=20))
    line.submit(report(gdp=30))
    with line.store.write() as connection:
        control.cancel(connection, 5, now=line.now)
        for number in range(1, changed + 1):  # the first of each pair is broken
            outdated = update(documents_table).where(documents_table.c.work_id == number)
            connection.execute(outdated.values(clean_version="0"))
    every = Selection(name_contains="")  # chooses all, which only a look at each can tell
    assert line.plan() == line.plan(every)
    line.words = "2"
    assert line.plan() == line.plan(every)
    with line.store.read() as connection:
        assert len(set(connection.scalars(select(work_table.c.state)))) == 4
