"""Documents of a store taken through the stages by hand, with outputs that are made up."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import Connection

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
    Statement,
    StatementKind,
    Status,
    digests,
)
from zhibiao.errors import EmptySource
from zhibiao.store import Store
from zhibiao.store.outputs import publications, results
from zhibiao.store.outputs.batch import Batch
from zhibiao.store.work import queue, runs, submissions, window
from zhibiao.store.work.queue import Claim, Move, Step
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
    outputs = held.outputs.after(stage, version=CURRENT[stage], made=made[stage])
    to = outputs.next_stage(CURRENT, after=stage)
    step = Step(held=held, at=stage, to=to, outputs=outputs)
    assert queue.advance(connection, [step], lease, now=now, sent=0) == {held.work_id}
    moves = [Move(work_id=held.work_id, to=to)]
    batch = Batch(connection)
    match stage:
        case Stage.READ:
            rows = [results.raw_row(report, made=digests.of_raw(report)) for report in whole]
            moves += results.save_raw(batch, held, rows, current=CURRENT, now=now, sent=0)
        case Stage.CLEAN:
            row = results.clean_row(clean, described, sketch=sketch(text), made=made[stage])
            results.save_clean(batch, held, row)
        case Stage.SEGMENT:
            counts = digests.written_terms({text: 1})
            row = results.terms_row(counts, b"", tokens=1, made=made[stage])
            results.save_terms(batch, held, row)
        case Stage.EXTRACT:
            row = results.generation_row(extraction(value), made=made[stage], version="e")
            results.save_extraction(batch, held, extraction(value), row, now=now)
    batch.write()
    publications.show(connection, [move.work_id for move in moves])
    publications.publish(connection, [m.work_id for m in moves if m.to is None], now=now)
    return moves


def read(held: Claim, *, to: Stage | None = Stage.CLEAN) -> Step:
    """It has been read, and nothing has come of it."""
    return Step(held=held, at=Stage.READ, to=to, outputs=held.outputs)


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
