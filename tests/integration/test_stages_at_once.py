"""Fresh documents go through all stages in one task: the same results, and a fate of their own."""

from __future__ import annotations

import threading
import time
import weakref
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.exc import DataError
from stage_line import StageLine

from bench.beside import DATA
from tasks import dispatch as dispatching
from tasks import preemption, stage_work, stages
from zhibiao import pipeline
from zhibiao.domain import RawDocument, Stage
from zhibiao.store import Store
from zhibiao.store.database.migrate import upgrade
from zhibiao.store.database.schema import metadata
from zhibiao.store.queries import documents
from zhibiao.store.queries.documents import DocumentFilter
from zhibiao.store.work import control, progress, runs, window
from zhibiao.store.work.runs import Priority
from zhibiao.store.work.window import Chunk
from zhibiao.testing.reports import generate_many


@pytest.fixture
def line(stage_line: StageLine) -> StageLine:
    return stage_line


def texts(*, every: int = 24) -> dict[str, bytes]:
    """Synthetic reports with prints of one another, a compendium, and real ones where they are."""
    made = {f"{r.name}.txt": r.text.encode() for r in generate_many(4, seed=31)}
    name, first = next(iter(made.items()))
    made |= {f"excerpt of {name}": first[: len(first) // 2], "again.txt": first + "\n完".encode()}
    made["two.txt"] = b"\n\n".join(list(made.values())[1:3])
    real = sorted(DATA.glob("*/*.txt"))[::every]
    return made | {path.name: path.read_bytes() for path in real}


@pytest.mark.parametrize("every", [24, pytest.param(1, marks=pytest.mark.exhaustive)])
def test_all_stages_at_once_store_what_one_after_the_other_do(
    line: StageLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, every: int
) -> None:
    files = texts(every=every)
    alone = Store(f"sqlite:///{tmp_path / 'alone.db'}")
    upgrade(alone)
    run = line.submit(files)
    line.work()
    # The second report of a file has work of its own from then on, alone.
    named: Counter[Stage] = Counter()
    for stage, count in line.executed:
        named[stage] += count
    assert named == {**dict.fromkeys(Stage, 1), Stage.READ: len(files)}
    with line.store.read() as connection:
        counted = progress.executions(connection, run)
    assert {stage: each.executed for stage, each in counted.items()} == {
        **dict.fromkeys(Stage, len(files) + 1),
        Stage.READ: len(files),
    }
    assert all(each.seconds > 0 for each in counted.values())
    at_once = line.contents()
    other = StageLine(alone, tmp_path, monkeypatch)
    other.submit(files)
    with alone.write() as connection:  # as if their worker had been lost
        connection.execute(metadata.tables["work"].update().values(losses=1))
    other.work(chunk=1)
    assert {*other.executed} == {(stage, 1) for stage in Stage}
    one_by_one = other.contents()
    alone.close()
    for name in at_once:
        # A publication more tells of each print that becomes the canonical one later: it depends
        # on who comes first. SQLite has its index of file names in a virtual table.
        if name not in ("publications", "name_index"):
            assert at_once[name] == one_by_one[name], name


def test_a_fresh_document_alone_goes_through_all_stages_at_once_too(line: StageLine) -> None:
    (made,) = generate_many(1, seed=38)
    line.submit({"one.txt": made.text.encode()})
    line.work()
    assert line.states() == {"one.txt": ("done", "extract", None)}
    assert line.executed == [(Stage.READ, 1)]


def test_what_waits_for_its_commit_keeps_no_terms(
    line: StageLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    # They lie scattered over the memory that the next document would take anew.
    class Counts(dict[str, int]):
        """A mapping that can be told to be gone."""

    segment, commit = pipeline.segment, stages.commit
    counted: list[weakref.ref[Counts]] = []
    kept: list[int] = []

    def watched(*arguments: Any) -> pipeline.Segmented:
        terms = segment(*arguments)
        counts = Counts(terms.counts)
        counted.append(weakref.ref(counts))
        return replace(terms, counts=counts)

    def committed(*arguments: Any) -> Any:
        kept.append(sum(counts() is not None for counts in counted))
        return commit(*arguments)

    monkeypatch.setattr(pipeline, "segment", watched)
    monkeypatch.setattr(stages, "commit", committed)
    line.submit({f"{r.name}.txt": r.text.encode() for r in generate_many(3, seed=44)})
    line.work()
    assert (len(counted), kept) == (3, [0])


def test_a_long_message_ends_early_for_a_document_of_a_person(
    line: StageLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preemption, "_LOOK_SECONDS", 0.0)
    bulk = line.submit({f"{r.name}.txt": r.text.encode() for r in generate_many(5, seed=39)})
    (wanted,) = generate_many(1, seed=40)
    genuine, begun = pipeline.clean, Counter[int]()
    own: list[int] = []

    def clean(document: RawDocument, *rest: Any) -> Any:
        if document.name == "own.txt":
            with line.store.read() as connection:
                begun.update(done=runs.accounts(connection, [bulk])[bulk].done)
        elif not own:
            own.append(line.submit({"own.txt": wanted.text.encode()}, priority="interactive"))
        return genuine(document, *rest)

    monkeypatch.setattr(pipeline, "clean", clean)
    line.work()
    assert begun["done"] == 1  # of five, when the person's was begun
    assert line.executed == [(Stage.READ, 5), (Stage.READ, 1), (Stage.READ, 4)]
    assert {state for state, _, _ in line.states().values()} == {"done"}
    with line.store.read() as connection:
        rows = documents.page(connection, DocumentFilter(), limit=10)
    assert {row["attempts"] for row in rows} == {0}  # what was not come to spent none


@pytest.mark.parametrize("why", ["paused", "not sealed", "of the same kind"])
def test_a_long_message_goes_on_where_nobody_waits_for_its_process(
    line: StageLine, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    monkeypatch.setattr(preemption, "_LOOK_SECONDS", 0.0)
    kind: Priority = "interactive" if why == "of the same kind" else "bulk"
    made = {f"{r.name}.txt": r.text.encode() for r in generate_many(4, seed=42)}
    other = line.submit(dict([made.popitem()]), priority="interactive")
    column = {"paused": "paused_at", "not sealed": "sealed_at"}.get(why)
    if column is not None:
        given = {column: None if why == "not sealed" else time.time()}
        with line.store.write() as connection:
            table = metadata.tables["runs"]
            connection.execute(table.update().where(table.c.id == other).values(given))
    line.submit(made, priority=kind)
    line.work()
    assert (Stage.READ, 3) in line.executed
    assert len(line.executed) == (2 if why == "of the same kind" else 1)


def poisoned(error: Exception) -> Any:
    genuine = pipeline.extract

    def extract(clean: Any, raw_text: str, *rest: Any) -> Any:
        if "此处有毒" in raw_text:
            raise error
        return genuine(clean, raw_text, *rest)

    return extract


def test_a_defect_in_a_later_stage_is_its_documents_alone_and_is_told_of_that_stage(
    line: StageLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = {f"{r.name}.txt": r.text.encode() for r in generate_many(5, seed=32)}
    bad = next(iter(made))
    made[bad] += "\n此处有毒。".encode()
    monkeypatch.setattr(pipeline, "extract", poisoned(IndexError("out of range")))
    run = line.submit(made)
    line.work()
    states = line.states()
    assert states.pop(bad) == ("failed", "extract", "internal_error")
    assert set(states.values()) == {("done", "extract", None)}
    # The first try was among the others, the second one alone, of that stage only.
    assert line.executed == [(Stage.READ, 5), (Stage.EXTRACT, 1)]
    with line.store.read() as connection:
        assert {s: e.executed for s, e in progress.executions(connection, run).items()} == {
            **dict.fromkeys(Stage, 5),
            Stage.EXTRACT: 6,
        }


def test_an_output_that_the_database_refuses_is_its_documents_fault_alone(
    line: StageLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = {f"{r.name}.txt": r.text.encode() for r in generate_many(4, seed=33)}
    bad = next(iter(made))
    genuine = stage_work.results.save_terms

    def save_terms(connection: Any, held: Any, *rest: Any, **more: Any) -> None:
        if held.name == bad:
            raise DataError("", {}, Exception("refused"))
        genuine(connection, held, *rest, **more)

    monkeypatch.setattr(stage_work.results, "save_terms", save_terms)
    line.submit(made)
    line.work()
    states = line.states()
    assert states.pop(bad) == ("failed", "segment", "internal_error")
    assert set(states.values()) == {("done", "extract", None)}


def test_what_is_cancelled_meanwhile_and_not_done_comes_to_rest(
    line: StageLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = {f"{r.name}.txt": r.text.encode() for r in generate_many(3, seed=34)}
    bad = next(iter(made))
    made[bad] += "\n此处有毒。".encode()
    run = line.submit(made)
    genuine = poisoned(IndexError("out of range"))

    def extract(*arguments: Any) -> Any:
        with line.store.write() as connection:
            control.cancel(connection, run, now=time.time())
        return genuine(*arguments)

    monkeypatch.setattr(pipeline, "extract", extract)
    line.work()
    states = line.states()
    assert states.pop(bad) == ("cancelled", "extract", None)
    assert {state for state, _, _ in states.values()} == {"done"}


def test_a_lease_that_is_lost_meanwhile_leaves_nothing_of_its_document(
    line: StageLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = {f"{r.name}.txt": r.text.encode() for r in generate_many(3, seed=35)}
    stolen = next(iter(made))
    line.submit(made)
    genuine = pipeline.clean

    def clean(document: RawDocument, *rest: Any) -> Any:
        if document.name == stolen:
            with line.store.write() as connection:
                held = documents.page(connection, DocumentFilter(), limit=10)
                (row,) = [each for each in held if each["name"] == stolen]
                work = metadata.tables["work"]
                connection.execute(
                    work.update().where(work.c.document_id == row["id"]).values(lease="other/1")
                )
        return genuine(document, *rest)

    monkeypatch.setattr(pipeline, "clean", clean)
    dispatching.dispatch(line.store, line.here.settings)
    (chunk,) = line.queue
    line.queue.clear()
    task = SimpleNamespace(request=SimpleNamespace(hostname="one@here", id="task"))
    stages._pass(task, chunk.stage, chunk.run, list(chunk.work_ids), chunk.priority)
    states = line.states()
    assert states.pop(stolen) == ("running", "read", None)
    assert set(states.values()) == {("done", "extract", None)}
    contents = line.contents()
    for name in ("raw_texts", "clean_texts", "term_counts", "extractions"):
        assert len(contents[name]) == 2


def test_workers_that_commit_prints_of_the_same_reports_at_once_link_them_all(
    line: StageLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = (report.text for report in generate_many(2, seed=36))
    prints = [f"{text}\n第{n}版。".encode() for n in range(4) for text in (one, two)]
    # Each chunk has prints of both reports, every other one in the other order.
    ordered = [each for n in range(0, 8, 2) for each in prints[n : n + 2][:: 1 - n % 4]]
    line.submit({f"{n}.txt": text for n, text in enumerate(ordered)})
    genuine, together = stages.commit, threading.Barrier(4)

    def commit(*arguments: Any) -> Any:
        together.wait(60)
        return genuine(*arguments)

    monkeypatch.setattr(stages, "commit", commit)
    # Each owes leases of its own.
    monkeypatch.setattr(stages, "context", lambda: replace(line.here, owed=[], failed=set()))
    dispatching.dispatch(line.store, line.here.settings)
    (whole,) = line.queue
    line.queue.clear()

    def work(chunk: Chunk) -> None:
        task = SimpleNamespace(request=SimpleNamespace(hostname="one@here", id=chunk.work_ids[0]))
        stages._pass(task, chunk.stage, chunk.run, list(chunk.work_ids), chunk.priority)

    chunks = window.chunks_of(whole.work_ids, 2, whole.run, whole.stage, whole.priority)
    with ThreadPoolExecutor(4) as workers:
        list(workers.map(work, chunks))
    assert set(line.states().values()) == {("done", "extract", None)}
    with line.store.read() as connection:
        rows = documents.page(connection, DocumentFilter(), limit=10)
    assert len({row["region_code"] for row in rows}) == 2
    assert len({(row["region_code"], row["canonical_id"]) for row in rows}) == 2
