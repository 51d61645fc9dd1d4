"""The four stage tasks: claim, work, commit, send on.

A message names documents; the store says which of them really wait for the stage. Fresh ones go
through their further stages at once, in the same process. Their outputs and new states are
committed together, under the lease, and only then is what is left of their way sent.
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Sequence
from itertools import chain
from typing import Any
from uuid import uuid4

from celery.exceptions import Reject, SoftTimeLimitExceeded
from sqlalchemy import Connection
from sqlalchemy.exc import DataError

from tasks import stage_work
from tasks.app import app
from tasks.context import Context, Owed, context
from tasks.database_outages import once_it_answers
from tasks.dispatch import dispatch, send
from tasks.leaving import leave
from tasks.outcomes import Outcome, commit, put_back
from tasks.preemption import Preemption
from tasks.retry import is_no_fault_of_a_document
from tasks.showing import show_further
from tasks.stage_work import Made, Material, goes_on
from zhibiao import tracing
from zhibiao.domain import Stage
from zhibiao.errors import place_of
from zhibiao.logs import bind_also
from zhibiao.store.outputs import publications
from zhibiao.store.work import queue, window
from zhibiao.store.work.queue import Claim, Move
from zhibiao.store.work.runs import Priority

log = logging.getLogger(__name__)

_WAIT_SHARE = 0.25  # of a task's time: how long a database that is away is waited for


@app.task(name="zhibiao.read", bind=True)
def read(self: Any, run: int, work_ids: list[int], priority: Priority) -> None:
    """Bytes to documents' raw text."""
    _pass(self, Stage.READ, run, work_ids, priority)


@app.task(name="zhibiao.clean", bind=True)
def clean(self: Any, run: int, work_ids: list[int], priority: Priority) -> None:
    """Raw text to clean text and metadata."""
    _pass(self, Stage.CLEAN, run, work_ids, priority)


@app.task(name="zhibiao.segment", bind=True)
def segment(self: Any, run: int, work_ids: list[int], priority: Priority) -> None:
    """Clean text to term counts."""
    _pass(self, Stage.SEGMENT, run, work_ids, priority)


@app.task(name="zhibiao.extract", bind=True)
def extract(self: Any, run: int, work_ids: list[int], priority: Priority) -> None:
    """Clean text to observations."""
    _pass(self, Stage.EXTRACT, run, work_ids, priority)


def _pass(task: Any, stage: Stage, run: int, work_ids: list[int], priority: Priority) -> None:
    here = context()
    with tracing.span(
        f"zhibiao.{stage.value}",
        within=stage_work.trace_of(here, run),
        run=run,
        priority=priority,
        documents=len(work_ids),
        task=task.request.id,
    ):
        _pass_on(here, task, stage, run, work_ids, priority)


def _pass_on(
    here: Context, task: Any, stage: Stage, run: int, work_ids: list[int], priority: Priority
) -> None:
    started = time.monotonic()
    work_ids = _left_to_others(here, stage, run, work_ids, priority)
    lease = f"{task.request.hostname}/{task.request.id}/{uuid4().hex[:8]}"
    claims = _claim(here, stage, run, work_ids, lease, started)
    if not claims:
        return  # somebody else did it, or the run was cancelled or paused
    try:
        outcomes = _work(here, stage, claims, started, Preemption(here.store, priority))
        with tracing.span("commit"):
            moves, failed = commit(here, lease, run, outcomes, started)
    except BaseException as error:
        log.warning("%s run %s given back: %r", stage.value, run, error)
        _give_back(here, stage, run, lease, claims, error, started)
        if isinstance(error, MemoryError | DataError):
            # A MemoryError the worker's parent would raise again, and end the worker. An output
            # that the database refuses is its document's fault alone: each is tried alone now.
            return
        raise
    _send_on(here, run, priority, moves)
    rested = failed + sum(move.to is None for move in moves)
    log.info("%s run %s: %s on, %s at rest", stage.value, run, len(moves) + failed - rested, rested)
    if rested or not all(outcome.begun for outcome in outcomes):
        dispatch(here.store, here.settings)  # there is room in the window now
    if rested:
        changed = None if publish_whole(here, run) else moves
        left = here.settings.task_seconds * 3 / 4 - (time.monotonic() - started)
        stage_work.settle_prints(here, changed, seconds=left)
    show_further(task.request, stage, run, priority, outcomes)


def _claim(
    here: Context, stage: Stage, run: int, work_ids: list[int], lease: str, started: float
) -> list[Claim]:
    """What of the documents is to be done here, under the lease.

    Raises Reject where the database stays away: the message goes back into its queue. It would be
    missed if it were acknowledged, for the documents count as sent.
    """
    owed = Owed(lease=lease, run=run)

    def attempt() -> list[Claim]:
        settle(here)
        here.owed.append(owed)  # it may be taken and the answer be lost
        with here.store.write() as connection:
            now = here.store.now(connection)
            claims = queue.claim(
                connection,
                work_ids,
                stage,
                lease=lease,
                lease_until=now + here.settings.lease_seconds,
                max_attempts=here.settings.max_attempts,
                max_losses=here.settings.max_losses,
                now=now,
                version=here.versions[stage],
            )
        here.owed.remove(owed)
        return claims

    try:
        return once_it_answers(attempt, until=started + here.settings.task_seconds * _WAIT_SHARE)
    except Exception as error:
        if not is_no_fault_of_a_document(error) and not isinstance(error, SoftTimeLimitExceeded):
            raise
        log.warning("%s run %s goes back to the broker: %r", stage.value, run, error)
        raise Reject("the database is away", requeue=True) from None


def _left_to_others(
    here: Context, stage: Stage, run: int, work_ids: list[int], priority: Priority
) -> list[int]:
    """What is to be done here: not what failed in this process before, if it can make room."""
    failed = [work_id for work_id in work_ids if work_id in here.failed]
    if not failed or not leave():
        return work_ids
    send(here.store, window.chunks_of(failed, 1, run, stage, priority))
    return [work_id for work_id in work_ids if work_id not in here.failed]


def _send_on(here: Context, run: int, priority: Priority, moves: Sequence[Move]) -> None:
    """One message a chunk of work that goes to the same stage."""
    forward: dict[Stage, list[int]] = defaultdict(list)
    for move in moves:
        if move.to is not None:
            forward[move.to].append(move.work_id)
    size = here.settings.chunk_documents
    chunks = [window.chunks_of(ids, size, run, to, priority) for to, ids in forward.items()]
    send(here.store, chain.from_iterable(chunks))


def publish_whole(here: Context, run: int) -> bool:
    """Show an atomic run, if that was the last of it. Its own transaction sees all commits."""
    with here.store.read() as connection:
        if not publications.may_be_whole(connection, run):
            return False  # nearly always: nobody has to wait for the right to write
    with here.store.write() as connection:
        visible = publications.publish_whole(connection, run, now=here.store.now(connection))
    if visible:
        log.info("run %s: all of it is visible now", run)
    return visible


def _work(
    here: Context,
    stage: Stage,
    claims: Sequence[Claim],
    started: float,
    preemption: Preemption,
) -> list[Outcome]:
    """Process each document apart, so that neighbours do not share a fate.

    After a time limit the rest of the chunk goes back untouched, and so does what would begin in
    the second half of the time, when each document has at least the other half to itself, or while
    a person's document waits for a process.
    """
    on = goes_on(stage, claims)
    materials = stage_work.load(here, stage, claims, on=on)
    if on and stage is Stage.READ and len(claims) > 1:
        stage_work.read_together(here, claims, materials)
    half = started + here.settings.task_seconds / 2
    outcomes: list[Outcome] = []
    for held in claims:
        if outcomes and (time.monotonic() > half or preemption.is_due()):
            break
        material = materials.pop(held.document_id)
        outcome = _way(here, stage, held, material, started, half if on else started)
        outcomes.append(outcome)
        if isinstance(outcome.error, SoftTimeLimitExceeded):
            break
    return outcomes + [Outcome(held=held) for held in claims[len(outcomes) :]]


def _way(
    here: Context, first: Stage, held: Claim, material: Material, started: float, until: float
) -> Outcome:
    """One document through a stage, and through the next ones while there is time for more."""
    made: list[Made] = []
    outputs = held.outputs
    seconds: dict[Stage, float] = {}
    stage: Stage | None = first
    bind_also(document=held.document_id)
    while stage is not None:
        began = time.monotonic() - (material.reading_seconds if stage is Stage.READ else 0)
        with tracing.span(
            stage.value, document=held.document_id, name=held.name, attempt=held.attempts
        ) as span:
            try:
                made.append(stage_work.process(here, stage, held, material))
            except Exception as error:
                if is_no_fault_of_a_document(error):
                    raise
                # What took the time limit for an error of its own says something else.
                late = time.monotonic() - started >= here.settings.task_seconds
                found = SoftTimeLimitExceeded() if late else _without_frames(error)
                log.warning("%s of %s: %r", stage.value, held.name, found)
                span.fail(repr(found))
                seconds[stage] = time.monotonic() - began
                return Outcome(held=held, made=made, error=found, failed=stage, seconds=seconds)
        ended = time.monotonic()
        seconds[stage] = ended - began
        outputs = outputs.after(stage, version=here.versions[stage], made=made[-1].digest)
        stage = outputs.next_stage(here.versions, after=stage) if ended < until else None
    return Outcome(held=held, made=made, seconds=seconds)


def _without_frames(error: Exception) -> Exception:
    """The frames hold what the document filled the memory with: its neighbours need the room."""
    place = place_of(error)
    if place is not None:
        error.add_note(place)
    error.__traceback__ = error.__context__ = error.__cause__ = None
    return error


def _give_back(
    here: Context,
    stage: Stage,
    run: int,
    lease: str,
    claims: Sequence[Claim],
    error: BaseException,
    started: float,
) -> None:
    """The chunk as a whole came to nothing: it waits again.

    Where the database or the machine was in the way, no attempt is counted. Anything else may be
    one document's doing: alone it is blamed, among others each is tried alone next.
    """
    blamed = error if isinstance(error, Exception) else None
    if is_no_fault_of_a_document(error):
        blamed = None
    owed = Owed(lease=lease, run=run, documents=tuple(held.document_id for held in claims))

    def attempt() -> None:
        with here.store.write() as connection:
            now = here.store.now(connection)
            if blamed is not None and len(claims) == 1:
                put_back(here, connection, stage, claims[0], lease, blamed, now)
            else:
                pause = here.settings.retry_seconds if blamed is None else 0.0
                _end_lease(connection, owed, now=now, pause=pause, lost=blamed is not None)

    limit = here.settings.task_seconds
    until = min(time.monotonic() + limit * _WAIT_SHARE, started + limit)
    try:
        once_it_answers(attempt, until=until)
    except Exception:
        log.warning("lease %s not given back yet", lease, exc_info=True)
        here.owed.append(owed)


def settle(here: Context) -> None:
    """Give back what this process owes; at the latest the leases expire."""
    while here.owed:
        with here.store.write() as connection:
            _end_lease(connection, here.owed[-1], now=here.store.now(connection))
        here.owed.pop()


def _end_lease(
    connection: Connection, owed: Owed, *, now: float, pause: float = 0.0, lost: bool = False
) -> None:
    ended = queue.give_back(connection, owed.lease, now=now, not_before=now + pause, lost=lost)
    if ended < len(owed.documents):
        # The rest was committed, its answer was lost, and nothing was sent on.
        window.unsend_files(connection, owed.run, owed.documents)
