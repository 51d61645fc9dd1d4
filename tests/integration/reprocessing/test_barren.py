"""Whether a document is barren is stored, and is always what its observations say.

Reports are invented.
"""

from __future__ import annotations

from typing import Any

from databases import sqlite_and_postgres_if_long
from sqlalchemy import select

from zhibiao.domain.corrections import CorrectionKind
from zhibiao.store import Store
from zhibiao.store.corrections import observation_corrections
from zhibiao.store.database.schema import documents as documents_table
from zhibiao.store.database.schema import observations, work
from zhibiao.store.outputs import deletion, publications
from zhibiao.store.outputs.retention import prune
from zhibiao.store.queries import documents
from zhibiao.store.queries.documents import DocumentFilter
from zhibiao.store.reprocessing.outdated import Selection
from zhibiao.store.work import control

REPORTS = (
    "region 甲市\ngdp 1\n",
    "region 乙市\njobs 2\n",  # no indicator at first
    "region 丙市\ngdp 3\njobs 3\n",
    "region 丁市\ngdp 4\n----\nregion 戊市\nno number\n",  # two reports
    "region 己市\nnothing at all\n",
    "region 甲市\ngdp 1\n",  # a duplicate
)


def defined(store: Store) -> set[int]:
    """The documents that are done and extracted, and of which nothing is stated."""
    with store.read() as connection:
        seen = connection.execute(
            select(documents_table.c.id, documents_table.c.extraction_id)
            .join(work, work.c.id == documents_table.c.work_id)
            .where(work.c.state == "done", documents_table.c.extraction_id.is_not(None))
        ).all()
        stating = {
            row.extraction_id
            for row in connection.execute(select(observations))
            if row.indicator is not None and row.scope == "region" and row.layer != "overruled"
        }
    return {row.id for row in seen if row.extraction_id not in stating}


def barren(line: Any) -> set[int]:
    """Those that the list has, which are those of the definition, in whichever way they are asked.

    Documents that are shown as not done count by what was found in them last.
    """
    wanted = DocumentFilter(barren=True)
    with line.store.read() as connection:
        listed = {row["id"] for row in documents.page(connection, wanted, limit=1000)}
        assert documents.count(connection, wanted) == len(listed)
        every = connection.scalars(select(documents_table.c.id)).all()
        assert set(documents.barren(connection, every)) == listed
        runs = set(connection.scalars(select(work.c.run_id)))
        of_runs = [DocumentFilter(barren=True, run=run) for run in runs]
        found = [documents.page(connection, each, limit=1000) for each in of_runs]
    assert {row["id"] for rows in found for row in rows} >= listed
    assert listed == defined(line.store)
    return listed


def correct(line: Any, document: int, kind: CorrectionKind, **meant: Any) -> int:
    with line.store.write() as connection:
        known = observation_corrections.correctable(connection, document)
        row = connection.execute(
            select(observations).where(
                observations.c.extraction_id == known["extraction_id"],
                observations.c.layer.is_distinct_from("inserted"),
            )
        ).mappings()
        row = None if kind is CorrectionKind.ADDED else row.first()
        made = observation_corrections.make(
            connection, known, kind, observation=row, meant=meant or None, by="a", now=line.now
        )
    assert made is not None
    return made


def take_back(line: Any, document: int, correction: int) -> None:
    with line.store.write() as connection:
        known = observation_corrections.correctable(connection, document)
        observation_corrections.end(connection, known, correction, by="a", now=line.now)


def roll_back(line: Any, run: int, document: int | None = None) -> None:
    with line.store.write() as connection:
        publications.roll_back(connection, run, now=line.now, document=document)


def ids(line: Any) -> dict[str, int]:
    """By region."""
    with line.store.read() as connection:
        rows = documents.page(connection, DocumentFilter(), limit=1000)
    return {row["region"][:2]: row["id"] for row in rows if row["region"] and row["file"] != 5}


@sqlite_and_postgres_if_long
def test_every_way_to_other_observations_keeps_which_documents_are_barren(line: Any) -> None:
    line.submit(*REPORTS)
    while line.work(most=1):  # at every step between the stages
        barren(line)
    of = ids(line)
    assert barren(line) == {of["乙市"], of["戊市"], of["己市"]}

    line.indicators = frozenset({"jobs"})
    second = line.reprocess()
    assert second is not None
    while line.work(most=1):
        barren(line)
    assert barren(line) == {of["甲市"], of["丁市"], of["戊市"], of["己市"]}

    roll_back(line, second, of["甲市"])
    assert of["甲市"] not in barren(line)
    roll_back(line, second)
    assert barren(line) == {of["乙市"], of["戊市"], of["己市"]}

    third = line.reprocess(atomic=True)
    line.work(most=2)
    assert barren(line) <= {of["乙市"], of["戊市"], of["己市"]}  # nothing of it is visible yet
    line.work()
    assert barren(line) == {of["甲市"], of["丁市"], of["戊市"], of["己市"]}
    assert third is not None
    roll_back(line, third)
    assert barren(line) == {of["乙市"], of["戊市"], of["己市"]}


@sqlite_and_postgres_if_long
def test_corrections_make_documents_barren_and_others_not(line: Any) -> None:
    line.submit(*REPORTS)
    line.work()
    of = ids(line)
    before = barren(line)
    wrong = correct(line, of["甲市"], CorrectionKind.WRONG)
    assert barren(line) == {*before, of["甲市"]}
    line.indicators = frozenset({"gdp", "jobs"})
    again = line.reprocess()
    line.work()
    assert barren(line) == {*before, of["甲市"]} - {of["乙市"]}
    take_back(line, of["甲市"], wrong)
    assert of["甲市"] not in barren(line)
    correct(line, of["甲市"], CorrectionKind.WRONG)
    assert again is not None
    roll_back(line, again)
    assert barren(line) == {*before, of["甲市"]}

    with line.store.read() as connection:
        row = connection.execute(
            select(observations).where(observations.c.document_id == of["丙市"])
        ).mappings()
        found = row.first()
    assert found is not None
    stated = {name: found[name] for name in observation_corrections.STATED}
    added = correct(line, of["己市"], CorrectionKind.ADDED, **stated)
    assert of["己市"] not in barren(line)
    take_back(line, of["己市"], added)
    assert of["己市"] in barren(line)
    part = correct(line, of["丙市"], CorrectionKind.EDITED, **stated | {"scope": "part"})
    assert of["丙市"] in barren(line)
    take_back(line, of["丙市"], part)
    assert of["丙市"] not in barren(line)


@sqlite_and_postgres_if_long
def test_what_is_pruned_vanishes_or_is_deleted_leaves_the_others_as_they_are(line: Any) -> None:
    first = line.submit(*REPORTS)
    line.work()
    of = ids(line)
    for words in ("2", "3", "4"):
        line.words, line.indicators = words, frozenset({"jobs" if words == "3" else "gdp"})
        line.reprocess()
        line.work()
        prune(line.store, keep=0)
        barren(line)
    read = line.read
    line.read = lambda content, name: read(content, name)[:1]
    line.drops_comments = True
    line.reprocess(Selection(documents=(of["丁市"],)))
    line.work()
    assert barren(line) == {of["乙市"], of["己市"]}  # the second report of its file is gone

    line.words = "5"
    stopped = line.reprocess()
    line.work(most=3)
    barren(line)
    assert stopped is not None
    with line.store.write() as connection:
        control.cancel(connection, stopped, now=line.now)
    assert barren(line) == {of["乙市"], of["己市"]}
    line.broken = frozenset({"4.txt"})
    line.code["extract"] = "2"
    line.reprocess()
    line.work()
    assert barren(line) == {of["乙市"]}  # the other one is quarantined now
    line.submit("region 庚市\nnothing\n")
    line.work()
    assert len(barren(line)) == 2
    deletion.delete_run(line.store, first)
    assert len(barren(line)) == 1
