"""Who works on what, under which lease, and how it ended.

The broker only rings: every decision about who works on what is made by these statements.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from zhibiao.domain import Stage, State
from zhibiao.domain.stage_outputs import StageOutputs
from zhibiao.domain.verdict import Verdict
from zhibiao.store.database.joins import work_of
from zhibiao.store.database.schema import (
    IN_FLIGHT,
    IS_NOT_DONE,
    documents,
    runs,
    work,
)
from zhibiao.store.work.control import promote_duplicates, stand_back
from zhibiao.store.work.queue_statements import CANCELLED, NAMED, STILL_HELD, changing, claiming
from zhibiao.store.work.runs import LONGEST_SECONDS


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """One document that the holder of a lease may work on."""

    work_id: int
    document_id: int
    run: int
    name: str
    attempts: int  # this one included
    losses: int = 0  # times its worker was lost, through no known fault of its own
    outputs: StageOutputs = field(default_factory=StageOutputs)  # the outputs it has to build on
    extraction: int | None = None  # its observations, so far those that it had before
    error_code: str | None = None  # of the attempt before this one, where that failed

    def hash_of(self, stage: Stage) -> str:
        """Of an output that an earlier stage has left. Raises ValueError where there is none."""
        made = self.outputs.hashes.get(stage)
        if made is None:
            raise ValueError(f"{self.name} has no output of {stage.value}")
        return made


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """Where work goes when a stage has been committed."""

    work_id: int
    to: Stage | None  # None: it is done


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """How far work under a lease has come."""

    held: Claim
    at: Stage  # the last stage that was executed
    to: Stage | None  # None: it is done
    outputs: StageOutputs  # the outputs that it has now
    tried: bool = False  # the next stage was tried, too, and failed: the lease is kept for that


def claim(
    connection: Connection,
    work_ids: Sequence[int],
    stage: Stage,
    *,
    lease: str,
    lease_until: float,
    max_attempts: int,
    max_losses: int,
    now: float,
    version: str | None = None,
) -> list[Claim]:
    """Take a lease on those of the documents that still wait for this stage.

    The attempt is counted before the work starts. One that ended with nobody to tell how (the
    whole worker is gone: its lease expired) becomes a loss, of which a document may have many
    more: machines are restarted for reasons of their own. Who is out of either is quarantined
    here instead of being claimed, until the stage has another version.
    """
    given = {
        "work_ids": work_ids,
        "at": now,
        "latest": now + LONGEST_SECONDS,
        "most_attempts": max_attempts,
        "most_losses": max_losses,
        "of_version": version,
        "by": lease,
        "until": lease_until,
    }
    give_up, take = claiming(stage)
    connection.execute(give_up, given)
    taken = connection.execute(take, given).all()
    if not taken:
        return []
    ids = [row.document_id for row in taken]
    names = {row.id: row.name for row in connection.execute(NAMED, {"ids": ids})}
    return sorted(
        (
            Claim(
                work_id=row.id,
                document_id=row.document_id,
                run=row.run_id,
                name=names[row.document_id],
                attempts=row.attempts,
                losses=row.losses,
                outputs=outputs_of(row),
                extraction=row.extraction_id,
                error_code=row.error_code,
            )
            for row in taken
        ),
        key=lambda claimed: claimed.work_id,
    )


def outputs_of(row: Row[Any]) -> StageOutputs:
    """Of a row of documents, work or publications."""
    known = row._mapping
    return StageOutputs(
        versions={stage: known[f"{stage.value}_version"] for stage in Stage},
        hashes={stage: known[f"{stage.value}_hash"] for stage in Stage},
    )


def columns_of(outputs: StageOutputs) -> dict[str, str | None]:
    """The columns that hold it."""
    return {f"{stage.value}_version": outputs.versions.get(stage) for stage in Stage} | {
        f"{stage.value}_hash": outputs.hashes.get(stage) for stage in Stage
    }


def advance(
    connection: Connection, steps: Sequence[Step], lease: str, *, now: float, sent: float
) -> set[int]:
    """End stages: on to the next one, or done; the work whose lease was not lost meanwhile.

    Call it first in the transaction that writes the stages' output, and write nothing of any other
    work: another worker holds its document. In a cancelled run a document comes to rest here.
    """
    runs_of = {step.held.run for step in steps}
    cancelled = set(connection.scalars(CANCELLED, {"ids": list(runs_of)}))
    ids = [step.held.work_id for step in steps]
    mine = set(connection.scalars(STILL_HELD, {"ids": ids, "by": lease}))
    alike: dict[tuple[str, ...], list[dict[str, object]]] = defaultdict(list)
    stopped: list[Claim] = []
    for step in steps:
        if step.held.work_id not in mine:
            continue
        values = _advanced(step, now, sent)
        if step.to is not None and step.held.run in cancelled:
            values |= {"lease": None, "lease_until": 0, "attempts": 0, "state": State.CANCELLED}
            stopped.append(step.held)
        alike[tuple(values)].append(values | {"this": step.held.work_id})
    for names, rows in alike.items():
        connection.execute(changing(names), rows)
    if stopped:
        stand_back(connection, work.c.id.in_([held.work_id for held in stopped]))
        for held in stopped:
            _leave_to_duplicates(connection, held, now)
    return mine


def _advanced(step: Step, now: float, sent: float) -> dict[str, object]:
    values: dict[str, object] = {
        "attempts": 0,
        "losses": 0,
        "not_before": 0,
        "error_code": None,
        "error_message": None,
        "error_version": None,
        "changed_at": now,
        **columns_of(step.outputs),
    }
    if step.tried:
        return values | {"stage": step.to, "attempts": 1}
    values |= {"lease": None, "lease_until": 0}
    if step.to is None:
        return values | {"stage": step.at, "state": State.DONE}
    return values | {"stage": step.to, "sent_until": sent, "state": State.PENDING}


def _leave_to_duplicates(connection: Connection, held: Claim, now: float) -> None:
    this = select(documents.c.id).where(documents.c.id == held.document_id)
    promote_duplicates(connection, this, now=now)


def put_back(
    connection: Connection,
    held: Claim,
    lease: str,
    verdict: Verdict,
    *,
    now: float,
    version: str | None = None,
) -> bool:
    """A stage of that version ended in an error: pending again after a back-off, or at rest."""
    committed = _under_lease(
        connection,
        held,
        lease,
        {
            "state": verdict.state,
            # A longer one would be taken for a jump of the clock.
            "not_before": now + min(verdict.delay_seconds, LONGEST_SECONDS),
            "sent_until": 0,
            "lease": None,
            "lease_until": 0,
            "error_code": verdict.code,
            "error_message": verdict.message[:2000],
            "error_version": version,
            "changed_at": now,
        },
    )
    if committed and verdict.state is State.FAILED:
        _leave_to_duplicates(connection, held, now)
    return committed


def untouched(connection: Connection, held: Claim, lease: str, *, now: float) -> bool:
    """The holder never came to this document: back in line, and the attempt is not counted."""
    return _under_lease(
        connection,
        held,
        lease,
        {
            "state": State.PENDING,
            "attempts": held.attempts - 1,
            "sent_until": 0,
            "lease": None,
            "lease_until": 0,
            "changed_at": now,
        },
    )


def _under_lease(
    connection: Connection, held: Claim, lease: str, values: dict[str, object]
) -> bool:
    changed = connection.execute(
        update(work)
        .where(work.c.id == held.work_id, work.c.lease == lease, work.c.state == State.RUNNING)
        .values(**values)
    ).rowcount
    return changed == 1


def holdings(connection: Connection, holder: str) -> list[tuple[Claim, str, Stage]]:
    """What a holder holds: each document with its lease and stage.

    A holder is a prefix of lease tokens: a worker node, or a node and a task.
    """
    query = (
        select(work, documents.c.name)
        .join(documents, documents.c.id == work.c.document_id)
        .where(work.c.state == State.RUNNING, work.c.lease.startswith(holder, autoescape=True))
        .order_by(work.c.id)
    )
    return [
        (
            Claim(
                work_id=row.id,
                document_id=row.document_id,
                run=row.run_id,
                name=row.name,
                attempts=row.attempts,
                losses=row.losses,
            ),
            row.lease,
            Stage(row.stage),
        )
        for row in connection.execute(query)
    ]


def give_back(
    connection: Connection, holder: str, *, now: float, not_before: float, lost: bool
) -> int:
    """All that a holder holds waits again, and its attempt is not counted; how many.

    `lost`: the holder died with it, so that it travels alone from now on; otherwise something
    that no document can help (the database, the disk) was in the way.
    """
    return connection.execute(
        update(work)
        .where(work.c.state == State.RUNNING, work.c.lease.startswith(holder, autoescape=True))
        .values(
            state=State.PENDING,
            attempts=work.c.attempts - 1,
            losses=work.c.losses + (1 if lost else 0),
            not_before=not_before,
            sent_until=0,
            lease=None,
            lease_until=0,
            changed_at=now,
        )
    ).rowcount


def held(connection: Connection, *, now: float) -> int:
    """Documents under a lease that has not expired: proof that somebody works, or did just now."""
    return connection.execute(
        select(func.count())
        .select_from(work)
        .where(
            IN_FLIGHT,
            work.c.state == State.RUNNING,
            work.c.lease_until.between(now, now + LONGEST_SECONDS),
        )
    ).scalar_one()


def backlog(connection: Connection) -> int:
    """Submitted documents that are not at rest and may go on: what a new submission waits behind.

    A reprocessing stands back for submissions anyway, and a paused run may stay so for ever.
    """
    paused = select(runs.c.id).where(runs.c.paused_at.is_not(None))
    return connection.execute(
        select(func.count())
        .select_from(work)
        .where(IN_FLIGHT, work.c.priority != "reprocess", work.c.run_id.not_in(paused))
    ).scalar_one()


def counts(connection: Connection) -> dict[str, int]:
    """How many documents are in each state now, over all runs, `{state: count}`."""
    # Few are not done, of many: those are looked at, and all others only counted.
    query = select(work.c.state, func.count()).join(documents, work_of(None)).where(*IS_NOT_DONE)
    found = {state.value: 0 for state in State} | {
        str(state): int(count) for state, count in connection.execute(query.group_by(work.c.state))
    }
    total = connection.execute(select(func.count()).select_from(documents)).scalar_one()
    return found | {State.DONE.value: int(total) - sum(found.values())}
