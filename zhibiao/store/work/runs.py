"""Runs: begun, sealed, counted, cancelled, resumed, retried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

from sqlalchemy import (
    Connection,
    RowMapping,
    delete,
    insert,
    select,
    update,
)

from zhibiao import tracing
from zhibiao.domain import Stage, State
from zhibiao.store.database.errors import KeyInUse, NotFound
from zhibiao.store.database.schema import runs, work
from zhibiao.store.work.run_statements import (
    ACCOUNTS,
    FINISHED,
    KNOWN,
    ONE_IN_FLIGHT,
    STAGES,
    SUBMITTED,
)
from zhibiao.store.work.sources import drop_orphans, seize

Priority = Literal["interactive", "bulk", "reprocess"]
# No lease and no back-off lasts longer; what ends later was set by a clock that was ahead then.
LONGEST_SECONDS = 3600.0
PRIORITIES: tuple[Priority, ...] = ("interactive", "bulk", "reprocess")  # first one first

_FINGERPRINT = "fingerprint"  # in a submission's options
TRACE = "trace"  # in a run's options: the W3C traceparent of what began it, if that is traced
SPARED = "spared"  # in a reprocessing's options: documents that it left as they are

PART_VANISHED = "part_vanished"  # error code of a report that its file does not hold any more


@dataclass(frozen=True, kw_only=True, slots=True)
class Accounts:
    """How the documents of a run stand. The states always add up to `submitted`.

    A file counts as one document until it has been read; then each report in it counts.
    """

    files: int  # files in the submission
    submitted: int  # documents, counted when they came and when they were found in their files
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
    owner: str | None = None,
    idempotency_key: str | None = None,
    options: Mapping[str, Any] | None = None,
    atomic: bool = False,
) -> int:
    """Begin a run; it starts only when it is sealed. Of an atomic one nothing is visible before
    all of it is done."""
    trace = tracing.carried()
    made: int = connection.execute(
        insert(runs)
        .values(
            kind=kind,
            priority=priority,
            label=label,
            owner=owner,
            idempotency_key=idempotency_key,
            options={**(options or {}), **({} if trace is None else {TRACE: trace})},
            atomic=atomic,
            created_at=now,
            touched_at=now,
        )
        .returning(runs.c.id)
    ).scalar_one()
    return made


def owner_of(connection: Connection, run: int) -> str | None:
    """Who began the run; None also where there is no such run."""
    return connection.execute(
        select(runs.c.owner).where(runs.c.id == run, runs.c.deleted_at.is_(None))
    ).scalar_one_or_none()


@dataclass(frozen=True, kw_only=True, slots=True)
class Submitted:
    """A run that was submitted under a key."""

    run: int
    fingerprint: str | None  # of what was submitted; older runs have none


def with_key(connection: Connection, idempotency_key: str) -> Submitted | None:
    """The run that was submitted under this key; None when there is none.

    Raises KeyInUse while its upload still goes on.
    """
    row = connection.execute(
        select(runs.c.id, runs.c.sealed_at, runs.c.options).where(
            runs.c.idempotency_key == idempotency_key
        )
    ).one_or_none()
    if row is None:
        return None
    if row.sealed_at is None:
        raise KeyInUse(idempotency_key=idempotency_key, run=row.id)
    return Submitted(run=row.id, fingerprint=row.options.get(_FINGERPRINT))


def remember_fingerprint(connection: Connection, run: int, fingerprint: str) -> None:
    """Note what a submission with a key says, before it is sealed."""
    _add_options(connection, run, {_FINGERPRINT: fingerprint})


def remember_spared(connection: Connection, run: int, documents: int) -> None:
    """Note how many documents a reprocessing has left as they are."""
    _add_options(connection, run, {SPARED: documents})


def _add_options(connection: Connection, run: int, more: Mapping[str, Any]) -> None:
    found = connection.execute(select(runs.c.options).where(runs.c.id == run)).scalar_one()
    connection.execute(update(runs).where(runs.c.id == run).values(options={**found, **more}))


def trace_of(connection: Connection, run: int) -> str | None:
    """The W3C traceparent of what began it; None: nothing that was traced."""
    found = connection.execute(select(runs.c.options).where(runs.c.id == run)).scalar_one_or_none()
    trace = (found or {}).get(TRACE)
    return None if trace is None else str(trace)


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
    brought = seize(connection, run, unshared=True)
    connection.execute(delete(runs).where(runs.c.id == run, runs.c.sealed_at.is_(None)))
    drop_orphans(connection, brought)


def abandoned(connection: Connection, *, before: float) -> Sequence[int]:
    """Runs whose upload broke off: not sealed, and no sign of life since `before`."""
    return list(
        connection.scalars(
            select(runs.c.id).where(runs.c.sealed_at.is_(None), runs.c.touched_at < before)
        )
    )


def get(connection: Connection, run: int) -> RowMapping:
    """One run's row. Raises NotFound."""
    row = connection.execute(KNOWN, {"run": run}).mappings().one_or_none()
    if row is None:
        raise NotFound(f"There is no run {run}.", run=run)
    return row


def newest(connection: Connection, *, limit: int, before: int | None = None) -> list[RowMapping]:
    """Runs, newest first."""
    query = select(runs).where(runs.c.deleted_at.is_(None)).order_by(runs.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(runs.c.id < before)
    return list(connection.execute(query).mappings())


def in_flight(connection: Connection, run: int) -> bool:
    """Is any document of the run to be worked on, or being worked on?"""
    return connection.execute(ONE_IN_FLIGHT, {"run": run}).first() is not None


def accounts(connection: Connection, wanted: Sequence[int]) -> dict[int, Accounts]:
    """The accounts of some runs, from one statement."""
    counts: dict[int, dict[str, int]] = {run: {} for run in wanted}
    files: dict[int, int] = dict.fromkeys(wanted, 0)
    for row in connection.execute(ACCOUNTS, {"wanted": list(wanted)}):
        if row.state is not None:
            counts[row.run_id][row.state] = counts[row.run_id].get(row.state, 0) + row.documents
        files[row.run_id] += row.files
    return {
        run: Accounts(
            files=files[run],
            submitted=states.get(SUBMITTED, 0),
            **{state.value: states.get(state.value, 0) for state in State},
        )
        for run, states in counts.items()
    }


def stages(connection: Connection, run: int) -> dict[str, dict[str, int]]:
    """How many unfinished documents stand at each stage, `{stage: {state: count}}`."""
    found: dict[str, dict[str, int]] = {stage.value: {} for stage in Stage}
    for row in connection.execute(STAGES, {"run": run}):
        found[row.stage][row.state] = row.documents
    return found


def finished_between(connection: Connection, run: int, since: float) -> tuple[int, float | None]:
    """How many documents workers were through with since then; when the last one came to rest."""
    row = connection.execute(FINISHED, {"run": run, "since": since}).one()
    return int(row[0]), row[1]
