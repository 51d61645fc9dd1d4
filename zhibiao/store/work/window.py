"""What should be in the broker's queues: a bounded window of the work that waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby, islice
from math import ceil
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    bindparam,
    func,
    or_,
    select,
    update,
)

from zhibiao.domain import Stage, State
from zhibiao.store.database.batches import in_batches
from zhibiao.store.database.locks import fill_window
from zhibiao.store.database.schema import IN_FLIGHT, documents, runs, work
from zhibiao.store.work.runs import LONGEST_SECONDS, PRIORITIES, Priority

_CLOCK_SLACK_SECONDS = 5.0
_LEAST = 2  # documents of a message: one alone may go stage by stage
# Statements that are executed with every message, or several times a second, are made once: to make
# one takes longer.
_AT_WORK = select(work.c.id).where(IN_FLIGHT, work.c.priority == bindparam("priority")).limit(1)
_MARK_SENT = (
    update(work)
    .where(work.c.id.in_(bindparam("ids", expanding=True)))
    .values(sent_until=bindparam("until"))
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Chunk:
    """Work that one message names: of one run, one stage."""

    run: int
    stage: Stage
    priority: Priority
    work_ids: tuple[int, ...]


def is_busy(connection: Connection) -> bool:
    """Is there work that is to be done or is being done?"""
    found = select(work.c.id).where(IN_FLIGHT, work.c.run_id.in_(_open_runs())).limit(1)
    return connection.execute(found).one_or_none() is not None


def priorities_at_work(connection: Connection) -> list[Priority]:
    """Those of which anything is to be done or is being done: of no other can anything be due."""
    return [
        priority
        for priority in PRIORITIES
        if connection.execute(_AT_WORK, {"priority": priority}).first() is not None
    ]


def is_waiting(connection: Connection, priority: Priority, *, now: float) -> bool:
    """Does work of this priority wait for nothing but a process?"""
    asked = {"priority": priority, "now": now, "latest": now + LONGEST_SECONDS}
    return connection.execute(_waiting_of_priority(), asked).first() is not None


@cache
def _waiting_of_priority() -> Select[tuple[int]]:
    return (
        select(work.c.id)
        .where(
            IN_FLIGHT,
            work.c.priority == bindparam("priority"),
            _is_ready(bindparam("now"), bindparam("latest")),
            work.c.run_id.in_(_open_runs()),
        )
        .limit(1)
    )


def due(
    connection: Connection,
    *,
    priority: Priority,
    window: int,
    chunk: int,
    now: float,
    resend_at: float,
    processes: int = 1,
) -> list[Chunk]:
    """Take what should be in the queue of a priority and is not, up to the window.

    Due is: pending, its back-off over, and no message out for it (or one that went unanswered);
    or running under an expired lease. What was tried or lost before travels alone, so that a
    document which kills its worker takes no neighbour along. Marks what it returns as sent until
    `resend_at`; two dispatchers at once do no harm. A time further ahead than any that would be
    set now was set before the clock was put back, and counts as over.

    `processes`: those that take messages. Where all that waits is taken, the last messages name
    fewer documents, so that no process ends long before the others.
    """
    if not fill_window(connection, PRIORITIES.index(priority)):
        return []
    asked = {
        "priority": priority,
        "now": now,
        "latest": now + LONGEST_SECONDS,
        "latest_sent": resend_at + _CLOCK_SLACK_SECONDS,
    }
    counting, taking = _filling()
    room = window - int(connection.execute(counting, asked).scalar_one())
    if room <= 0:
        return []
    rows = connection.execute(taking, asked | {"room": room}).all()
    if not rows:
        return []
    _mark_sent(connection, [row.id for row in rows], resend_at)
    chunks: list[Chunk] = []
    shared = processes if len(rows) < room else 1  # more waits: only full ones
    ordered = sorted(rows, key=lambda row: (row.run_id, row.stage, row.tried > 0, row.id))
    for (run, stage, tried), group in groupby(
        ordered, key=lambda row: (row.run_id, row.stage, row.tried > 0)
    ):
        ids = [row.id for row in group]
        sizes = _shared_out(len(ids), 1 if tried else chunk, shared)
        left = iter(ids)
        chunks += [
            Chunk(
                run=run, stage=Stage(stage), priority=priority, work_ids=tuple(islice(left, size))
            )
            for size in sizes
        ]
    return chunks


@cache
def _filling() -> tuple[Select[Any], Select[Any]]:
    """Count what of a priority is out, and take what is due."""
    of_priority = (work.c.priority == bindparam("priority"), IN_FLIGHT)
    sent = work.c.sent_until.between(bindparam("now"), bindparam("latest_sent"))
    held = work.c.lease_until.between(bindparam("now"), bindparam("latest"))
    running = work.c.state == State.RUNNING
    waiting = _is_ready(bindparam("now"), bindparam("latest")) & ~sent
    counting = select(func.count()).select_from(work).where(*of_priority, or_(sent, running & held))
    tried = (work.c.attempts + work.c.losses).label("tried")
    taking = (
        select(work.c.id, work.c.run_id, work.c.stage, tried)
        .where(*of_priority, or_(waiting, running & ~held & ~sent), work.c.run_id.in_(_open_runs()))
        .order_by(work.c.id)
        .limit(bindparam("room"))
        .with_for_update(skip_locked=True)
    )
    return counting, taking


def _shared_out(count: int, most: int, processes: int) -> list[int]:
    """Sizes of messages: full ones, as many for each process, then smaller ones of equal size."""
    a_round = most * processes
    full, rest = divmod(count, a_round)
    if full and 0 < rest < _LEAST * processes:
        full -= 1  # not enough for a message each
    sizes = [most] * (full * processes)
    count -= full * a_round
    for left in range(ceil(count / a_round) * processes, 0, -1):
        if not count:
            break
        size = min(most, max(_LEAST, ceil(count / left)))
        if count - size < _LEAST <= most:
            size = min(count, most)
        sizes.append(size)
        count -= size
    return sizes


def chunks_of(
    work_ids: Sequence[int], size: int, run: int, stage: Stage, priority: Priority
) -> list[Chunk]:
    """Work of one run and stage, at most `size` documents a message."""
    return [
        Chunk(run=run, stage=stage, priority=priority, work_ids=tuple(some))
        for some in in_batches(work_ids, size)
    ]


def unsend(connection: Connection, work_ids: Sequence[int]) -> None:
    """The message could not be sent: whoever dispatches next may try again at once."""
    _mark_sent(connection, work_ids, 0)


def unsend_files(connection: Connection, run: int, document_ids: Sequence[int]) -> None:
    """Nobody knows whether messages were sent for these documents, or for others of their files.

    Whoever dispatches next may send again at once what is pending; a message too many does no harm.
    """
    other = documents.alias()
    of_their_files = (
        select(other.c.id)
        .join(
            documents, (documents.c.run_id == other.c.run_id) & (documents.c.file == other.c.file)
        )
        .where(documents.c.id.in_(document_ids))
    )
    connection.execute(
        update(work)
        .where(
            work.c.run_id == run,
            work.c.state == State.PENDING,
            work.c.document_id.in_(of_their_files),
        )
        .values(sent_until=0)
    )


def unanswered(connection: Connection, *, now: float, resend_at: float, seconds: float) -> int:
    """Documents whose message was sent longer ago than that and found no taker.

    `resend_at`: when a message that is sent now would be sent again.
    """
    query = select(func.count()).select_from(work)
    return connection.execute(query.where(*_unanswered(now, resend_at, seconds))).scalar_one()


def unsend_unanswered(
    connection: Connection, *, now: float, resend_at: float, seconds: float
) -> int:
    """Their messages are lost: whoever dispatches next sends them again; how many."""
    held_back = _unanswered(now, resend_at, seconds)
    return connection.execute(update(work).where(*held_back).values(sent_until=0)).rowcount


def _unanswered(now: float, resend_at: float, seconds: float) -> tuple[ColumnElement[bool], ...]:
    return (
        work.c.state == State.PENDING,
        work.c.sent_until.between(now, resend_at - seconds),
        work.c.run_id.in_(_open_runs()),
    )


_Instant = float | BindParameter[float]


def _is_ready(now: _Instant, latest: _Instant) -> ColumnElement[bool]:
    """Pending, and its back-off over: none lasts until after `latest`."""
    return (work.c.state == State.PENDING) & ~work.c.not_before.between(now, latest)


def _open_runs() -> Select[tuple[int]]:
    return select(runs.c.id).where(
        runs.c.sealed_at.is_not(None), runs.c.cancelled_at.is_(None), runs.c.paused_at.is_(None)
    )


def _mark_sent(connection: Connection, ids: Sequence[int], until: float) -> None:
    for some in in_batches(ids):
        connection.execute(_MARK_SENT, {"ids": some, "until": until})
