"""The store keeps its promises on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import threading
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.exc import IntegrityError

from zhibiao.analysis.cells import cells
from zhibiao.domain import (
    Bound,
    CleanText,
    Doubt,
    Extraction,
    Measure,
    Metadata,
    Observation,
    OffsetMap,
    RawDocument,
    Rejection,
    Scope,
    Span,
    Stage,
    State,
    Statement,
    StatementKind,
    Status,
    digests,
)
from zhibiao.domain.verdict import Verdict
from zhibiao.errors import EmptySource, ReadError
from zhibiao.store import (
    Store,
    control,
    documents,
    exports,
    observations,
    prints,
    publications,
    queue,
    reprocessing,
    results,
    runs,
    submissions,
    window,
)
from zhibiao.store.bulk import COLUMNS, insert_observations
from zhibiao.store.documents import DocumentFilter
from zhibiao.store.errors import KeyInUse, NotFound
from zhibiao.store.migrate import check, upgrade
from zhibiao.store.observations import ObservationFilter
from zhibiao.store.outdated import Selection
from zhibiao.store.panel import statements_by_region
from zhibiao.store.queue import Claim, Move, Step
from zhibiao.store.schema import documents as document_table
from zhibiao.store.schema import metadata, sources
from zhibiao.store.schema import observations as observation_table
from zhibiao.store.schema import statements as statement_table
from zhibiao.testing.reports import generate_many
from zhibiao.text.similarity import sketch

LEASE = "node/task/1"


def submit(store: Store, *contents: bytes | None, key: str | None = None) -> int:
    with store.write() as connection:
        run = runs.create(
            connection,
            kind="submission",
            priority="bulk",
            label="test",
            now=1.0,
            idempotency_key=key,
        )
        arrivals = [
            submissions.Arrival(
                file=position,
                name=f"{position}.txt",
                content=content,
                error=EmptySource() if content is None else None,
            )
            for position, content in enumerate(contents)
        ]
        submissions.add(connection, run, arrivals, priority="bulk", now=1.0)
        runs.seal(connection, run, priority="bulk", now=2.0)
    return run


def due(
    store: Store,
    *,
    now: float = 10.0,
    room: int = 100,
    chunk: int = 8,
    processes: int = 1,
) -> list[window.Chunk]:
    with store.write() as connection:
        return window.due(
            connection,
            priority="bulk",
            window=room,
            chunk=chunk,
            now=now,
            resend_at=now + 60,
            processes=processes,
        )


def claim(
    store: Store,
    work_ids: tuple[int, ...],
    stage: Stage = Stage.READ,
    *,
    lease: str = LEASE,
    now: float = 10.0,
    max_attempts: int = 3,
    max_losses: int = 3,
) -> list[Claim]:
    with store.write() as connection:
        return queue.claim(
            connection,
            work_ids,
            stage,
            lease=lease,
            lease_until=now + 100,
            max_attempts=max_attempts,
            max_losses=max_losses,
            now=now,
        )


def raw(text: str = "2023年甲市政府工作报告", part: int = 0) -> RawDocument:
    return RawDocument(name="0.txt", part=part, text=text, media_type="text/plain")


def observation(value: str = "6.5") -> Observation:
    return Observation(
        indicator="gdp",
        subject="生产总值",
        measure=Measure.GROWTH,
        value=Decimal(value),
        value_high=None,
        unit="%",
        bound=Bound.APPROX,
        status=Status.TARGET,
        period_start=2023,
        period_end=2023,
        scope=Scope.REGION,
        evidence="生产总值增长6.5%",
        span=Span(0, 10),
        sentence="生产总值增长6.5%左右",
        sentence_span=Span(0, 12),
        number_span=Span(6, 9),
        name_span=Span(0, 4),
        rule="name-before-number",
        doubts=(Doubt.EARLIER_CLAUSE,),
    )


DESCRIBED = Metadata(region="甲市", region_code="110101", year=2023)
CURRENT = {Stage.READ: "r", Stage.CLEAN: "c", Stage.SEGMENT: "s", Stage.EXTRACT: "e"}


def statement() -> Statement:
    return Statement(
        kind=StatementKind.RELATIVE,
        relation="above",
        indicator="gdp",
        measure=Measure.GROWTH,
        status=Status.TARGET,
        period_start=2023,
        period_end=2023,
        scope=Scope.REGION,
        reference="全省",
        value=Decimal(1),
        unit="个百分点",
        evidence="生产总值增长",
        span=Span(0, 6),
        sentence="生产总值增长6.5%左右",
        sentence_span=Span(0, 12),
        name_span=Span(0, 4),
    )


def extraction(value: str = "6.5") -> Extraction:
    return Extraction(
        statements=(statement(),),
        observations=(observation(value),),
        rejections=(Rejection(span=Span(1, 2), surface="3", reason="date"),),
    )


def save_stage(
    connection: Connection,
    held: Claim,
    stage: Stage,
    *,
    text: str = "生产总值增长6.5%左右",
    value: str = "6.5",
    parts: int = 1,
    now: float = 11.0,
    lease: str = LEASE,
    described: Metadata = DESCRIBED,
) -> list[Move]:
    """Commit a stage's output as a worker does; where the work goes."""
    whole = [raw(text, part=part) for part in range(parts)]
    clean = CleanText(text=text, offsets=OffsetMap.identity(len(text)))
    made = {
        Stage.READ: digests.of_raw(whole[0]),
        Stage.CLEAN: digests.of_clean(clean, described, sketch(text)),
        Stage.SEGMENT: digests.of_terms({text: 1}, b""),
        Stage.EXTRACT: digests.of_extraction(extraction(value)),
    }
    standing = held.standing.after(stage, version=CURRENT[stage], made=made[stage])
    to = standing.next_stage(CURRENT, after=stage)
    step = Step(held=held, at=stage, to=to, standing=standing)
    assert queue.advance(connection, [step], lease, now=now, sent=0) == {held.work_id}
    moves = [Move(work_id=held.work_id, to=to)]
    match stage:
        case Stage.READ:
            moves += results.save_raw(
                connection,
                held,
                whole,
                hashes=list(map(digests.of_raw, whole)),
                current=CURRENT,
                now=now,
                sent=0,
            )
        case Stage.CLEAN:
            results.save_clean(
                connection, held, clean, described, sketch=sketch(text), made=made[stage]
            )
        case Stage.SEGMENT:
            results.save_terms(connection, held, {text: 1}, b"", made=made[stage])
        case Stage.EXTRACT:
            results.save_extraction(
                connection, held, extraction(value), made=made[stage], version="e", now=now
            )
    publications.show(connection, [move.work_id for move in moves])
    publications.publish(connection, [m.work_id for m in moves if m.to is None], now=now)
    return moves


def read(held: Claim, *, to: Stage | None = Stage.CLEAN) -> Step:
    """It has been read, and nothing has come of it."""
    return Step(held=held, at=Stage.READ, to=to, standing=held.standing)


def advance_all(store: Store, text: str = "生产总值增长6.5%左右") -> None:
    """Take every document through all stages."""
    for stage in Stage:
        ids = tuple(i for chunk in due(store) for i in chunk.work_ids)
        held = claim(store, ids, stage)
        with store.write() as connection:
            for claimed in held:
                save_stage(connection, claimed, stage, text=text)


def accounts(store: Store, run: int) -> runs.Accounts:
    with store.read() as connection:
        return runs.accounts(connection, [run])[run]


def test_the_schema_from_migrations_equals_the_schema_from_the_models(store: Store) -> None:
    with store.write() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_every_table_with_ids_has_ids_that_are_never_used_again(tmp_path: Path) -> None:
    migrated, made = Store(f"sqlite:///{tmp_path}/a.db"), Store(f"sqlite:///{tmp_path}/b.db")
    upgrade(migrated)
    with made.write() as connection:
        metadata.create_all(connection)
    for store in (migrated, made):
        with store.read() as connection:
            written = dict(
                connection.exec_driver_sql(
                    "SELECT name, sql FROM sqlite_schema WHERE type = 'table'"
                ).all()
            )
        store.close()
        assert {name for name, sql in written.items() if "AUTOINCREMENT" in sql} == {
            table.name for table in metadata.tables.values() if "id" in table.c
        }


def test_upgrading_twice_changes_nothing_and_the_check_passes(store: Store) -> None:
    upgrade(store)
    with store.read() as connection:
        check(connection)


def test_the_accounts_balance_for_every_kind_of_arrival(store: Store) -> None:
    submit(store, b"one", b"two")
    advance_all(store)
    run = submit(store, b"three", b"one", None, b"three")
    counted = accounts(store, run)
    assert counted.submitted == counted.files == 4
    assert (counted.pending, counted.duplicate, counted.quarantined) == (1, 2, 1)
    assert counted.balanced


def test_the_same_bytes_with_something_new_told_of_them_are_no_duplicate(store: Store) -> None:
    told = ({}, {"region": "甲市"}, {"region": "甲市"}, {}, {"region": "甲市", "year": 2023})
    with store.write() as connection:
        run = runs.create(connection, kind="submission", priority="bulk", label="", now=1.0)
        for number, given in enumerate(told):
            arrival = submissions.Arrival(
                file=number, name=f"{number}.txt", content=b"one", given=given
            )
            submissions.add(connection, run, [arrival], priority="bulk", now=1.0)
        runs.seal(connection, run, priority="bulk", now=2.0)
        rows = documents.page(connection, DocumentFilter(run=run), limit=9)
    of = [row["duplicate_of"] for row in sorted(rows, key=lambda row: row["id"])]
    first, second = sorted(row["id"] for row in rows)[:2]
    assert of == [None, None, second, first, None]


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("a.pdf", {"region": "清河县", "year": 2019}, ("清河县", "130534", 2019)),
        ("2021年溧阳市政府工作报告.pdf", {}, ("溧阳市", "320481", 2021)),
        ("溧阳市2021.pdf", {"year": 2020}, ("溧阳市", "320481", 2020)),
        ("合作资源.pdf", {"year": "soon"}, (None, None, None)),
    ],
)
def test_a_file_that_cannot_be_read_keeps_what_was_given_and_what_its_name_states(
    store: Store, name: str, given: dict[str, Any], expected: tuple[object, ...]
) -> None:
    arrival = submissions.Arrival(
        file=0, name=name, content=None, given=given, error=ReadError("It is damaged.")
    )
    with store.write() as connection:
        run = runs.create(connection, kind="submission", priority="bulk", label="", now=1.0)
        submissions.add(connection, run, [arrival], priority="bulk", now=1.0)
        runs.seal(connection, run, priority="bulk", now=2.0)
        (row,) = documents.page(connection, DocumentFilter(run=run), limit=9)

    assert row["state"] == State.QUARANTINED
    assert (row["region"], row["region_code"], row["year"]) == expected


def test_a_duplicate_names_the_document_it_equals(store: Store) -> None:
    run = submit(store, b"one", b"one")
    with store.read() as connection:
        rows = documents.page(connection, DocumentFilter(run=run), limit=10)
        assert [row["state"] for row in rows] == [State.PENDING, State.DUPLICATE]
        assert rows[1]["duplicate_of"] == rows[0]["id"]
        assert connection.execute(select(func.count()).select_from(sources)).scalar_one() == 1


def test_the_bytes_of_a_quarantined_document_may_be_submitted_again(store: Store) -> None:
    run = submit(store, b"one")
    held = claim(store, due(store)[0].work_ids)
    with store.write() as connection:
        assert queue.put_back(
            connection,
            held[0],
            LEASE,
            Verdict(state=State.QUARANTINED, code="empty", message=""),
            now=11.0,
        )
    assert accounts(store, run).quarantined == 1
    assert accounts(store, submit(store, b"one")).pending == 1


def test_nothing_is_due_before_a_run_is_sealed(store: Store) -> None:
    with store.write() as connection:
        run = runs.create(connection, kind="submission", priority="bulk", label="", now=1.0)
        arrival = submissions.Arrival(file=0, name="a", content=b"a")
        submissions.add(connection, run, [arrival], priority="bulk", now=1.0)
    assert due(store) == []
    with store.write() as connection:
        runs.seal(connection, run, priority="bulk", now=2.0)
    assert len(due(store)) == 1


def test_an_abandoned_run_leaves_nothing_but_what_others_need(store: Store) -> None:
    submit(store, b"kept")
    with store.write() as connection:
        run = runs.create(connection, kind="submission", priority="bulk", label="", now=1.0)
        arrivals = [
            submissions.Arrival(file=0, name="a", content=b"gone"),
            submissions.Arrival(file=1, name="b", content=b"kept"),
        ]
        submissions.add(connection, run, arrivals, priority="bulk", now=1.0)
        assert list(runs.abandoned(connection, before=2.0)) == [run]
        runs.abandon(connection, run)
    with store.read() as connection:
        with pytest.raises(NotFound):
            runs.get(connection, run)
        assert connection.execute(select(func.count()).select_from(sources)).scalar_one() == 1


def test_a_key_gives_the_same_run_and_is_refused_while_it_is_received(store: Store) -> None:
    run = submit(store, b"one", key="k")
    with store.write() as connection:
        found = runs.with_key(connection, "k")
        assert found is not None
        assert found.run == run
        assert runs.with_key(connection, "other") is None
        runs.create(
            connection,
            kind="submission",
            priority="bulk",
            label="",
            now=1.0,
            idempotency_key="half",
        )
        with pytest.raises(KeyInUse):
            runs.with_key(connection, "half")


def test_the_window_bounds_what_is_out_and_the_chunk_bounds_a_message(store: Store) -> None:
    submit(store, *[b"%d" % n for n in range(10)])
    assert [len(chunk.work_ids) for chunk in due(store, room=5, chunk=3)] == [3, 2]
    assert due(store, room=5) == []
    assert sum(len(chunk.work_ids) for chunk in due(store, room=8)) == 3


def test_the_last_messages_of_what_waits_are_smaller_so_that_all_processes_end_together(
    store: Store,
) -> None:
    submit(store, *[b"%d" % n for n in range(40)])
    full = due(store, room=16, chunk=8, processes=2)
    assert [len(chunk.work_ids) for chunk in full] == [8, 8]  # more waits
    rest = due(store, chunk=8, processes=2)
    assert [len(chunk.work_ids) for chunk in rest] == [6, 5, 4, 3, 3, 3]
    sent = [work_id for chunk in [*full, *rest] for work_id in chunk.work_ids]
    assert len(sent) == len(set(sent)) == 40


@pytest.mark.parametrize("waiting", range(1, 9))
def test_no_document_travels_alone_for_being_the_last(store: Store, waiting: int) -> None:
    submit(store, *[b"%d" % n for n in range(waiting)])
    sizes = [len(chunk.work_ids) for chunk in due(store, processes=2)]
    assert sum(sizes) == waiting
    assert min(sizes) >= min(waiting, 3)


def test_an_unanswered_message_is_due_again_and_an_unsent_one_at_once(store: Store) -> None:
    submit(store, b"one")
    (chunk,) = due(store, now=10.0)
    assert due(store, now=20.0) == []
    assert len(due(store, now=71.0)) == 1
    with store.write() as connection:
        window.unsend(connection, chunk.work_ids)
    assert len(due(store, now=20.0)) == 1


def test_two_workers_never_hold_the_same_document(store: Store) -> None:
    submit(store, *[b"%d" % n for n in range(20)])
    ids = tuple(i for chunk in due(store) for i in chunk.work_ids)
    taken: list[list[Claim]] = []
    start = threading.Barrier(4)

    def worker(number: int) -> None:
        start.wait()
        taken.append(claim(store, ids, lease=f"node/{number}"))

    threads = [threading.Thread(target=worker, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(held.work_id for claims in taken for held in claims) == sorted(ids)


def test_a_late_worker_cannot_commit_after_its_lease_was_taken_over(store: Store) -> None:
    run = submit(store, b"one")
    ids = due(store)[0].work_ids
    (late,) = claim(store, ids, lease="late", now=10.0)
    assert claim(store, ids, lease="early", now=50.0) == []
    (taker,) = claim(store, ids, lease="taker", now=111.0)
    # Nobody knows why the first one was late: it does not count against the document.
    assert (taker.attempts, taker.losses) == (1, 1)
    with store.write() as connection:
        assert not queue.advance(connection, [read(late)], "late", now=112.0, sent=0)
        assert queue.advance(connection, [read(taker)], "taker", now=112.0, sent=0)
    assert accounts(store, run).pending == 1


def test_a_document_whose_worker_dies_each_time_is_quarantined_alone(store: Store) -> None:
    run = submit(store, b"poison", b"good")
    (chunk,) = due(store)
    claim(store, chunk.work_ids)
    now = 200.0
    chunks = due(store, now=now)
    assert [len(c.work_ids) for c in chunks] == [1, 1]  # what was tried travels alone
    poison, good = chunks
    (held,) = claim(store, good.work_ids, now=now)
    with store.write() as connection:
        queue.advance(connection, [read(held, to=None)], LEASE, now=now, sent=0)
    for _ in range(4):  # at most three losses here
        claim(store, poison.work_ids, now=now)
        now += 200.0
    counted = accounts(store, run)
    assert (counted.done, counted.quarantined) == (1, 1)
    with store.read() as connection:
        row = documents.page(connection, DocumentFilter(states=("quarantined",)), limit=1)[0]
    assert row["error_code"] == "worker_lost"


def test_the_leases_of_a_dead_worker_end_at_once(store: Store) -> None:
    submit(store, b"one")
    ids = due(store)[0].work_ids
    claim(store, ids, lease="node-1/task/x")
    with store.write() as connection:
        assert queue.give_back(connection, "node-2/", now=11.0, not_before=11.0, lost=True) == 0
        assert queue.give_back(connection, "node-1/", now=11.0, not_before=11.0, lost=True) == 1
    assert len(due(store, now=11.5)) == 1


def test_a_cancelled_run_comes_to_rest_and_can_be_resumed(store: Store) -> None:
    run = submit(store, b"one", b"two")
    ids = due(store, chunk=1)[0].work_ids
    (held,) = claim(store, ids)
    with store.write() as connection:
        control.cancel(connection, run, now=11.0)
    assert (accounts(store, run).running, accounts(store, run).cancelled) == (1, 1)
    with store.write() as connection:
        assert queue.advance(connection, [read(held)], LEASE, now=12.0, sent=0)
    assert accounts(store, run).cancelled == 2
    assert due(store, now=500.0) == []
    with store.write() as connection:
        assert control.resume(connection, run, now=13.0) == 2
    assert {chunk.stage for chunk in due(store, now=500.0)} == {Stage.READ, Stage.CLEAN}


def test_a_paused_run_waits(store: Store) -> None:
    run = submit(store, b"one")
    with store.write() as connection:
        control.pause(connection, run, now=3.0)
    assert due(store) == []
    with store.write() as connection:
        control.resume(connection, run, now=4.0)
    assert len(due(store)) == 1


def test_failed_documents_are_retried_all_selected_or_by_error(store: Store) -> None:
    run = submit(store, b"one", b"two", None)
    held = claim(store, due(store)[0].work_ids)
    with store.write() as connection:
        for claimed, code in zip(held, ("time_limit", "internal_error"), strict=True):
            queue.put_back(
                connection,
                claimed,
                LEASE,
                Verdict(state=State.FAILED, code=code, message=""),
                now=11.0,
            )
    with store.write() as connection:
        assert control.retry(connection, run, now=12.0, error_code="time_limit") == 1
        assert control.retry(connection, run, now=12.0) == 1
        # The third has no bytes: there is nothing to try again.
        rows = documents.page(connection, DocumentFilter(run=run, states=("quarantined",)), limit=9)
        ids = [row["id"] for row in rows]
        assert len(ids) == 1
        assert control.retry(connection, run, now=12.0, document_ids=ids) == 0


def test_reading_a_compendium_twice_makes_its_documents_once(store: Store) -> None:
    run = submit(store, b"book")
    ids = due(store)[0].work_ids
    for lease, now in (("a", 10.0), ("b", 200.0)):
        (held,) = claim(store, ids, lease=lease, now=now)
        with store.write() as connection:
            parts = [raw("report", part=n) for n in range(3)]
            results.save_raw(
                connection,
                held,
                parts,
                hashes=list(map(digests.of_raw, parts)),
                current=CURRENT,
                now=now,
                sent=0,
            )
    with store.write() as connection:
        save_stage(connection, held, Stage.READ, text="report", parts=3, now=201.0, lease="b")
    counted = accounts(store, run)
    assert (counted.files, counted.submitted, counted.pending) == (1, 3, 3)
    with store.read() as connection:
        rows = documents.page(connection, DocumentFilter(run=run), limit=10)
        assert documents.raw_text(connection, rows[2]["id"]) == "report"


def test_observations_come_back_as_they_were_saved(store: Store) -> None:
    run = submit(store, b"one")
    advance_all(store)
    assert accounts(store, run).done == 1
    with store.read() as connection:
        (row,) = observations.page(connection, ObservationFilter(), limit=10)
        assert row["value"] == Decimal("6.5")
        assert (row["region"], row["year"], row["source"]) == ("甲市", 2023, "0.txt")
        assert (row["measure"], row["status"], row["bound"]) == ("growth", "target", "approx")
        assert (row["certain"], row["doubts"]) == (False, ["earlier_clause"])
        document = documents.get(connection, row["document_id"])
        assert document["numbers"] == 2
        assert (document["region_code"], document["year"]) == ("110101", 2023)


def test_the_bulk_insert_fills_every_column_but_those_of_corrections() -> None:
    laid_over = {"correction_id", "corrected", "layer"}  # by people, later
    assert {"id", *COLUMNS} | laid_over == set(observation_table.c.keys())


def test_statements_without_a_value_have_a_table_of_their_own(store: Store) -> None:
    run = submit(store, b"one")
    advance_all(store)
    with store.read() as connection:
        (record,) = exports.statement_records(connection, ObservationFilter())
        assert list(exports.statement_records(connection, ObservationFilter(status="actual"))) == []
        assert list(exports.statement_records(connection, ObservationFilter(scope="part"))) == []
    assert (record["kind"], record["relation"], record["reference"]) == (
        "relative",
        "above",
        "全省",
    )
    assert (record["value"], record["sentence"]) == (Decimal(1), "生产总值增长6.5%左右")
    assert (record["region"], record["year"], record["source"]) == ("甲市", 2023, "0.txt")
    with store.write() as connection:
        connection.execute(delete(document_table).where(document_table.c.run_id == run))
        assert connection.execute(select(func.count()).select_from(statement_table)).scalar() == 0


def test_a_stretch_target_is_in_no_panel(store: Store) -> None:
    submit(store, b"one")
    advance_all(store)
    with store.read() as connection:
        (region,) = statements_by_region(connection, ObservationFilter())
    (target,) = [cell for cell in cells(region) if cell.key.status == "target"]
    assert (target.chosen.value, target.chosen.fit) == (Decimal("6.5"), True)
    with store.write() as connection:
        connection.execute(update(observation_table).values(stretch=True))
    with store.read() as connection:
        (region,) = statements_by_region(connection, ObservationFilter())
    assert [cell.chosen.fit for cell in cells(region)] == [False]


def test_every_field_of_an_observation_comes_back_as_it_was_saved(store: Store) -> None:
    full = replace(
        observation("-0.000001"),
        value_high=Decimal("12345678901234567890.10"),
        evidence="一\t二\\三\n\"四'",
        base_value=Decimal("1E+10"),
        base_unit="元",
        tone="力争",
        stretch=True,
        conflict=3,
        flags=("conflict", "implausible"),
        doubts=(),
    )
    bare = replace(full, indicator=None, name_span=None, value_high=None, base_value=None)
    submit(store, b"one")
    advance_all(store)
    with store.write() as connection:
        (old,) = connection.execute(select(observation_table)).mappings()
        connection.execute(delete(observation_table))
        insert_observations(
            connection, [full, bare], extraction=old["extraction_id"], document=old["document_id"]
        )
    with store.read() as connection:
        rows = list(connection.execute(select(observation_table)).mappings())
    for ordinal, (row, saved) in enumerate(zip(rows, (full, bare), strict=True)):
        name_span = saved.name_span
        assert dict(row) == {
            **{name: getattr(saved, name, None) for name in row},
            "id": row["id"],
            "ordinal": ordinal,
            "extraction_id": old["extraction_id"],
            "document_id": old["document_id"],
            "start": saved.span.start,
            "end": saved.span.end,
            "sentence_start": saved.sentence_span.start,
            "sentence_end": saved.sentence_span.end,
            "number_start": saved.number_span.start,
            "number_end": saved.number_span.end,
            "name_start": None if name_span is None else name_span.start,
            "name_end": None if name_span is None else name_span.end,
            "flags": list(saved.flags),
            "doubts": list(saved.doubts),
        }


def test_an_observation_that_the_database_refuses_is_refused_as_any_row(store: Store) -> None:
    submit(store, b"one")
    advance_all(store)
    with store.read() as connection:
        (old,) = connection.execute(select(observation_table)).mappings()
    with pytest.raises(IntegrityError), store.write() as connection:
        insert_observations(
            connection,
            [observation("1")],
            extraction=old["extraction_id"],
            document=old["document_id"],
        )
    with store.read() as connection:
        assert [dict(row) for row in connection.execute(select(observation_table)).mappings()] == [
            dict(old)
        ]


def test_readers_see_one_generation_of_a_document_only(store: Store) -> None:
    submit(store, b"one")
    advance_all(store)
    with store.write() as connection:
        again = runs.create(connection, kind="reprocessing", priority="bulk", label="", now=12.0)
        everything = Selection(first=Stage.EXTRACT)
        assert reprocessing.add(connection, again, everything, CURRENT, now=12.0) == 1
        runs.seal(connection, again, priority="bulk", now=12.0)
    (held,) = claim(store, due(store)[0].work_ids, Stage.EXTRACT)
    with store.write() as connection:
        save_stage(connection, held, Stage.EXTRACT, value="7")
    with store.read() as connection:
        assert [
            row["value"] for row in observations.page(connection, ObservationFilter(), limit=10)
        ] == [Decimal(7)]
        stored = select(func.count()).select_from(observation_table)
        assert connection.execute(stored).scalar_one() == 2


def test_a_failed_transaction_leaves_nothing_half_written(store: Store) -> None:
    def fail_half_way() -> None:
        with store.write() as connection:
            runs.create(connection, kind="submission", priority="bulk", label="", now=1.0)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    with store.read() as connection:
        assert runs.newest(connection, limit=5) == []


def test_filters_narrow_documents(store: Store) -> None:
    run = submit(store, b"one", b"two")
    advance_all(store)
    with store.read() as connection:
        assert documents.count(connection, DocumentFilter(region_code="11")) == 2
        assert documents.count(connection, DocumentFilter(region_code="12")) == 0
        assert documents.count(connection, DocumentFilter(year_from=2024)) == 0
        assert documents.count(connection, DocumentFilter(name_contains="0.t")) == 1
        assert documents.count(connection, DocumentFilter(states=("done",), run=run)) == 2


def stored_print(store: Store, text: str, *, year: int = 2023, partial: bool = False) -> int:
    """A document with this clean text; its id."""
    run = submit(store, f"{text}{year}{partial}".encode())
    described = Metadata(region="甲市", region_code="110101", year=year, partial=partial)
    chunk = next(chunk for chunk in due(store) if chunk.stage is Stage.READ)
    for stage in (Stage.READ, Stage.CLEAN):
        (held,) = claim(store, chunk.work_ids, stage)
        with store.write() as connection:
            save_stage(connection, held, stage, text=text, described=described)
            prints.regroup(connection, [held.document_id], now=11.0)
    assert accounts(store, run).balanced
    return held.document_id


def canonical_ids(store: Store) -> dict[int, int]:
    with store.read() as connection:
        rows = documents.page(connection, DocumentFilter(), limit=50)
    return {row["id"]: row["canonical_id"] for row in rows}


def test_prints_of_one_report_are_linked_and_the_fullest_is_canonical(store: Store) -> None:
    first, other = (report.text for report in generate_many(2, seed=5))
    half = stored_print(store, first[: len(first) // 2], partial=True)
    whole = stored_print(store, first)
    copy = stored_print(store, "某某论坛 " + first[: -len(first) // 20])
    another = stored_print(store, other)
    next_year = stored_print(store, first, year=2024)
    assert canonical_ids(store) == {
        half: whole,
        whole: whole,
        copy: whole,
        another: another,
        next_year: next_year,
    }


def test_a_print_that_moves_to_another_year_leaves_its_group(store: Store) -> None:
    (text,) = (report.text for report in generate_many(1, seed=5))
    first, second = stored_print(store, text), stored_print(store, text + "谢谢大家！")
    assert canonical_ids(store) == {first: second, second: second}
    with store.write() as connection:
        connection.execute(
            update(document_table).where(document_table.c.id == second).values(year=2020)
        )
        prints.regroup(connection, [second], now=12.0)
        prints.regroup(connection, [first], now=12.0)
    assert canonical_ids(store) == {first: first, second: second}
