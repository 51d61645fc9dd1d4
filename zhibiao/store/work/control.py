"""What people do to runs that have begun: cancel, pause, resume, retry."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select, update

from zhibiao.domain import FAILURES, State
from zhibiao.store.database.errors import RunCancelled
from zhibiao.store.database.locks import start_work
from zhibiao.store.database.schema import IN_FLIGHT, documents, publications, runs, work
from zhibiao.store.work.runs import LONGEST_SECONDS, PART_VANISHED, get

SUPERSEDED = "superseded"  # error code of work that another run's took the place of


def cancel(connection: Connection, run: int, *, now: float) -> None:
    """Nothing more of the run starts; what runs stops at its stage's end.

    A run of which nothing is in flight stays as it is.
    """
    row = get(connection, run)
    in_flight = select(func.count()).select_from(work).where(work.c.run_id == run, IN_FLIGHT)
    if row["sealed_at"] is not None and not connection.execute(in_flight).scalar_one():
        return
    connection.execute(update(runs).where(runs.c.id == run).values(cancelled_at=now))
    sweep_cancelled(connection, now=now)


def sweep_cancelled(connection: Connection, *, now: float) -> int:
    """Bring what waits in cancelled runs to rest; the number of documents."""
    cancelled = select(runs.c.id).where(runs.c.cancelled_at.is_not(None))
    waiting = (work.c.state == State.PENDING) | (
        (work.c.state == State.RUNNING) & ~work.c.lease_until.between(now, now + LONGEST_SECONDS)
    )
    stopped = connection.execute(
        update(work)
        .where(IN_FLIGHT, work.c.run_id.in_(cancelled), waiting)
        .values(state=State.CANCELLED, lease=None, changed_at=now)
    ).rowcount
    if stopped:
        stand_back(connection, work.c.run_id.in_(cancelled) & (work.c.state == State.CANCELLED))
        just_now = and_(
            work.c.run_id.in_(cancelled), work.c.state == State.CANCELLED, work.c.changed_at == now
        )
        promote_duplicates(connection, select(work.c.document_id).where(just_now), now=now)
    return stopped


def stand_back(connection: Connection, cancelled: ColumnElement[bool]) -> None:
    """Documents whose reprocessing was cancelled stand as they did before it."""
    connection.execute(
        update(documents)
        .where(cancelled, documents.c.work_id == work.c.id, work.c.previous_id.is_not(None))
        .values(work_id=work.c.previous_id)
    )


def promote_duplicates(
    connection: Connection, originals: Select[tuple[int]], *, now: float
) -> None:
    """Give duplicates their own way whose original has just failed or been cancelled.

    One for each original, the oldest that may start; the others are duplicates of that one from
    then on. Not for an original in quarantine: the same bytes would end alike.
    """
    original, originals_work = documents.alias(), work.alias()
    rows = connection.execute(
        select(documents.c.id, documents.c.work_id, documents.c.duplicate_of)
        .join(original, original.c.id == documents.c.duplicate_of)
        .join(originals_work, originals_work.c.id == original.c.work_id)
        .join(work, work.c.id == documents.c.work_id)
        .join(runs, runs.c.id == work.c.run_id)
        .where(
            documents.c.duplicate_of.in_(originals),
            originals_work.c.state.in_([State.FAILED, State.CANCELLED]),
            work.c.state == State.DUPLICATE,
            runs.c.sealed_at.is_not(None),
            runs.c.cancelled_at.is_(None),
        )
        .order_by(documents.c.id)
    ).all()
    heirs: dict[int, int] = {}  # by original
    for row in rows:
        if row.duplicate_of in heirs:
            continue
        heirs[row.duplicate_of] = row.id
        connection.execute(
            update(documents).where(documents.c.id == row.id).values(duplicate_of=None)
        )
        connection.execute(
            update(work)
            .where(work.c.id == row.work_id, work.c.state == State.DUPLICATE)
            .values(_afresh(now) | {"error_code": None, "error_message": None})
        )
    for former, heir in heirs.items():
        others = documents.c.duplicate_of == former
        connection.execute(
            update(work)
            .where(
                work.c.id.in_(select(documents.c.work_id).where(others)),
                work.c.state == State.DUPLICATE,
            )
            .values(error_message=same_bytes_as(heir))
        )
        connection.execute(update(documents).where(others).values(duplicate_of=heir))


def same_bytes_as(document: int) -> str:
    """The message of a duplicate."""
    return f"The same bytes as document {document}."


def pause(connection: Connection, run: int, *, now: float) -> None:
    """Nothing more of the run starts until it is resumed."""
    get(connection, run)
    connection.execute(update(runs).where(runs.c.id == run).values(paused_at=now))


def resume(connection: Connection, run: int, *, now: float) -> int:
    """Undo a pause or a cancellation; the number of documents that were cancelled and go on.

    Those that moved on meanwhile, by another run or a rollback, stay cancelled: what this run
    would make of them is older than what readers see.
    """
    get(connection, run)
    start_work(connection)
    connection.execute(
        update(runs).where(runs.c.id == run).values(paused_at=None, cancelled_at=None)
    )
    # Messages that came while it was held found nothing to claim.
    connection.execute(
        update(work).where(work.c.run_id == run, work.c.state == State.PENDING).values(sent_until=0)
    )
    other = work.alias()
    busy = exists().where(
        other.c.document_id == work.c.document_id,
        other.c.state.in_([State.PENDING, State.RUNNING]),
    )
    newer = exists().where(
        publications.c.document_id == work.c.document_id,
        publications.c.cause != "print",
        publications.c.published_at > work.c.changed_at,
    )
    stands_so = exists().where(
        documents.c.id == work.c.document_id,
        or_(documents.c.work_id == work.c.id, documents.c.work_id == work.c.previous_id),
    )
    stopped = select(work.c.id).where(
        work.c.run_id == run,
        work.c.state == State.CANCELLED,
        or_(
            work.c.error_code.is_(None),
            work.c.error_code.not_in([PART_VANISHED, SUPERSEDED]),
        ),
        ~busy,
        ~newer,
        stands_so,
    )
    again = list(
        connection.scalars(
            update(work).where(work.c.id.in_(stopped)).values(_afresh(now)).returning(work.c.id)
        )
    )
    connection.execute(
        update(documents)
        .where(
            documents.c.id == work.c.document_id,
            work.c.run_id == run,
            work.c.state == State.PENDING,
        )
        .values(work_id=work.c.id)
    )
    return len(again)


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
    these. A member that was never stored (a broken zip entry) has no bytes and is left alone, and
    so is a document that another run has taken up since. Raises RunCancelled.
    """
    if get(connection, run)["cancelled_at"] is not None:
        raise RunCancelled(
            f"Run {run} is cancelled: nothing of it starts. Resume it first.", run=run
        )
    start_work(connection)
    if document_ids is not None:
        states = FAILURES
    chosen = and_(
        work.c.run_id == run,
        work.c.state.in_(states),
        exists().where(documents.c.work_id == work.c.id, documents.c.sha256.is_not(None)),
    )
    if document_ids is not None:
        chosen &= work.c.document_id.in_(document_ids)
    if error_code is not None:
        chosen &= work.c.error_code == error_code
    return connection.execute(
        update(work)
        .where(chosen)
        .values(_afresh(now) | {"error_code": None, "error_message": None})
    ).rowcount


def _afresh(now: float) -> dict[str, object]:
    """In line again at its stage, as if it had never been tried there."""
    return {
        "state": State.PENDING,
        "attempts": 0,
        "losses": 0,
        "not_before": 0,
        "sent_until": 0,
        "changed_at": now,
    }


def supersede(connection: Connection, document: int, *, by_run: int, now: float) -> None:
    """End another run's way of a document: its file is being read again, by this run."""
    connection.execute(
        update(work)
        .where(work.c.document_id == document, work.c.run_id != by_run, IN_FLIGHT)
        .values(
            state=State.CANCELLED,
            lease=None,
            lease_until=0,
            error_code=SUPERSEDED,
            error_message=f"Run {by_run} has read its file again.",
            changed_at=now,
        )
    )
    stand_back(
        connection,
        and_(
            work.c.document_id == document,
            work.c.state == State.CANCELLED,
            work.c.error_code == SUPERSEDED,
        ),
    )
