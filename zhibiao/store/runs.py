"""Runs: begun, sealed, counted, cancelled, resumed, retried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, func, insert, select, update

from zhibiao.domain import Stage, State
from zhibiao.store.errors import KeyInUse, NotFound
from zhibiao.store.schema import documents, runs, sources, work

Priority = Literal["interactive", "bulk", "reprocess"]
# No lease and no back-off lasts longer; what ends later was set by a clock that was ahead then.
LONGEST_SECONDS = 3600.0
PRIORITIES: tuple[Priority, ...] = ("interactive", "bulk", "reprocess")  # first one first

PART_VANISHED = "part_vanished"  # error code of a report that its file does not hold any more


@dataclass(frozen=True, kw_only=True, slots=True)
class Accounts:
    """How the documents of a run stand. The states always add up to `submitted`.

    A file counts as one document until it has been read; then each report in it counts.
    """

    files: int  # files in the submission
    submitted: int  # documents
    pending: int
    running: int
    done: int
    failed: int
    quarantined: int
    duplicate: int
    cancelled: int

    @property
    def in_flight(self) -> int:
        return self.pending + self.running

    @property
    def balanced(self) -> bool:
        return self.submitted == sum(int(getattr(self, state.value)) for state in State)

    def as_dict(self) -> dict[str, int]:
        counts: dict[str, int] = {f.name: getattr(self, f.name) for f in fields(self)}
        return counts | {"in_flight": self.in_flight}


def create(
    connection: Connection,
    *,
    kind: Literal["submission", "reprocessing"],
    priority: Priority,
    label: str,
    now: float,
    idempotency_key: str | None = None,
    options: Mapping[str, Any] | None = None,
    atomic: bool = False,
) -> int:
    """Begin a run; it starts only when it is sealed. Of an atomic one nothing is visible before
    all of it is done."""
    made: int = connection.execute(
        insert(runs)
        .values(
            kind=kind,
            priority=priority,
            label=label,
            idempotency_key=idempotency_key,
            options=dict(options or {}),
            atomic=atomic,
            created_at=now,
            touched_at=now,
        )
        .returning(runs.c.id)
    ).scalar_one()
    return made


def with_key(connection: Connection, idempotency_key: str) -> int | None:
    """The run that was submitted under this key; None when there is none.

    Raises KeyInUse while its upload still goes on.
    """
    row = connection.execute(
        select(runs.c.id, runs.c.sealed_at).where(runs.c.idempotency_key == idempotency_key)
    ).one_or_none()
    if row is None:
        return None
    if row.sealed_at is None:
        raise KeyInUse(idempotency_key=idempotency_key, run=row.id)
    return int(row.id)


def touch(connection: Connection, run: int, *, now: float) -> None:
    """A sign of life of a run that is still received."""
    connection.execute(update(runs).where(runs.c.id == run).values(touched_at=now))


def name(connection: Connection, run: int, label: str) -> None:
    """Give a run the name that people see."""
    connection.execute(update(runs).where(runs.c.id == run).values(label=label))


def seal(connection: Connection, run: int, *, priority: Priority, now: float) -> None:
    """All of the run has arrived: it may start."""
    connection.execute(
        update(runs)
        .where(runs.c.id == run)
        .values(sealed_at=now, touched_at=now, priority=priority)
    )
    connection.execute(update(work).where(work.c.run_id == run).values(priority=priority))


def abandon(connection: Connection, run: int) -> None:
    """Forget a run that was never sealed, with all that it brought."""
    brought = list(
        connection.scalars(
            select(documents.c.sha256)
            .where(documents.c.run_id == run, documents.c.sha256.is_not(None))
            .distinct()
        )
    )
    connection.execute(delete(runs).where(runs.c.id == run, runs.c.sealed_at.is_(None)))
    for start in range(0, len(brought), 500):
        connection.execute(
            delete(sources).where(
                sources.c.sha256.in_(brought[start : start + 500]),
                ~select(documents.c.id).where(documents.c.sha256 == sources.c.sha256).exists(),
            )
        )


def abandoned(connection: Connection, *, before: float) -> Sequence[int]:
    """Runs whose upload broke off: not sealed, and no sign of life since `before`."""
    return list(
        connection.scalars(
            select(runs.c.id).where(runs.c.sealed_at.is_(None), runs.c.touched_at < before)
        )
    )


def get(connection: Connection, run: int) -> RowMapping:
    """One run's row. Raises NotFound."""
    row = connection.execute(select(runs).where(runs.c.id == run)).mappings().one_or_none()
    if row is None:
        raise NotFound(f"There is no run {run}.", run=run)
    return row


def newest(connection: Connection, *, limit: int, before: int | None = None) -> list[RowMapping]:
    """Runs, newest first."""
    query = select(runs).order_by(runs.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(runs.c.id < before)
    return list(connection.execute(query).mappings())


def accounts(connection: Connection, wanted: Sequence[int]) -> dict[int, Accounts]:
    """The accounts of some runs, from one statement."""
    counts: dict[int, dict[str, int]] = {run: {} for run in wanted}
    files: dict[int, int] = dict.fromkeys(wanted, 0)
    query = (
        select(
            work.c.run_id,
            work.c.state,
            func.count().label("documents"),
            # Every file's first report has part 0, so these are the files.
            func.count().filter(documents.c.part == 0).label("files"),
        )
        .join(documents, documents.c.id == work.c.document_id)
        .where(work.c.run_id.in_(wanted))
        .group_by(work.c.run_id, work.c.state)
    )
    for row in connection.execute(query):
        counts[row.run_id][row.state] = row.documents
        files[row.run_id] += row.files
    return {
        run: Accounts(
            files=files[run],
            submitted=sum(states.values()),
            **{state.value: states.get(state.value, 0) for state in State},
        )
        for run, states in counts.items()
    }


def stages(connection: Connection, run: int) -> dict[str, dict[str, int]]:
    """How many unfinished documents stand at each stage, `{stage: {state: count}}`."""
    found: dict[str, dict[str, int]] = {stage.value: {} for stage in Stage}
    query = (
        select(work.c.stage, work.c.state, func.count().label("documents"))
        .where(work.c.run_id == run, work.c.state.in_([State.PENDING, State.RUNNING]))
        .group_by(work.c.stage, work.c.state)
    )
    for row in connection.execute(query):
        found[row.stage][row.state] = row.documents
    return found


def finished_between(connection: Connection, run: int, since: float) -> tuple[int, float | None]:
    """How many documents came to rest since then, and when the last one did."""
    row = connection.execute(
        select(func.count().filter(work.c.changed_at >= since), func.max(work.c.changed_at)).where(
            work.c.run_id == run, work.c.state.not_in([State.PENDING, State.RUNNING])
        )
    ).one()
    return int(row[0]), row[1]


def cancel(connection: Connection, run: int, *, now: float) -> None:
    """Nothing more of the run starts; what runs stops at its stage's end."""
    get(connection, run)
    connection.execute(update(runs).where(runs.c.id == run).values(cancelled_at=now))
    sweep_cancelled(connection, now=now)


def sweep_cancelled(connection: Connection, *, now: float) -> int:
    """Bring what is pending in cancelled runs to rest; the number of documents."""
    cancelled = select(runs.c.id).where(runs.c.cancelled_at.is_not(None))
    waiting = (work.c.state == State.PENDING) | (
        (work.c.state == State.RUNNING) & ~work.c.lease_until.between(now, now + LONGEST_SECONDS)
    )
    stopped = connection.execute(
        update(work)
        .where(work.c.run_id.in_(cancelled), waiting)
        .values(state=State.CANCELLED, lease=None, changed_at=now)
    ).rowcount
    if stopped:
        stand_back(connection, work.c.run_id.in_(cancelled) & (work.c.state == State.CANCELLED))
    return stopped


def stand_back(connection: Connection, cancelled: ColumnElement[bool]) -> None:
    """Documents whose reprocessing was cancelled stand as they did before it."""
    connection.execute(
        update(documents)
        .where(cancelled, documents.c.work_id == work.c.id, work.c.previous_id.is_not(None))
        .values(work_id=work.c.previous_id)
    )


def pause(connection: Connection, run: int, *, now: float) -> None:
    """Nothing more of the run starts until it is resumed."""
    get(connection, run)
    connection.execute(update(runs).where(runs.c.id == run).values(paused_at=now))


def resume(connection: Connection, run: int, *, now: float) -> int:
    """Undo a pause or a cancellation; the number of documents that go on."""
    get(connection, run)
    connection.execute(
        update(runs).where(runs.c.id == run).values(paused_at=None, cancelled_at=None)
    )
    busy = select(work.c.document_id).where(
        work.c.run_id != run, work.c.state.in_([State.PENDING, State.RUNNING])
    )
    stopped = (
        (work.c.run_id == run)
        & (work.c.state == State.CANCELLED)
        & work.c.error_code.is_distinct_from(PART_VANISHED)
        & work.c.document_id.not_in(busy)  # another run has taken it up meanwhile
    )
    connection.execute(
        update(documents)
        .where(stopped, documents.c.id == work.c.document_id)
        .values(work_id=work.c.id)
    )
    return connection.execute(
        update(work)
        .where(stopped)
        .values(
            state=State.PENDING, attempts=0, losses=0, not_before=0, sent_until=0, changed_at=now
        )
    ).rowcount


def retry(
    connection: Connection,
    run: int,
    *,
    now: float,
    document_ids: Sequence[int] | None = None,
    error_code: str | None = None,
    states: Sequence[State] = (State.FAILED,),
) -> int:
    """Send documents that came to rest through their stage again; how many.

    Default: all failed ones of the run. With `document_ids`, failed and quarantined ones of
    these. A member that was never stored (a broken zip entry) has no bytes and is left alone.
    """
    get(connection, run)
    if document_ids is not None:
        states = (State.FAILED, State.QUARANTINED)
    has_bytes = select(documents.c.id).where(documents.c.sha256.is_not(None))
    query = (
        update(work)
        .where(work.c.run_id == run, work.c.state.in_(states), work.c.document_id.in_(has_bytes))
        .values(
            state=State.PENDING,
            attempts=0,
            losses=0,
            not_before=0,
            sent_until=0,
            error_code=None,
            error_message=None,
            changed_at=now,
        )
    )
    if document_ids is not None:
        query = query.where(work.c.document_id.in_(document_ids))
    if error_code is not None:
        query = query.where(work.c.error_code == error_code)
    return connection.execute(query).rowcount
