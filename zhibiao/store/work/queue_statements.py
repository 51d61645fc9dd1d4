"""The statements of `queue` that every message takes, made once.

To make one takes longer than SQLite takes to execute it.
"""

from __future__ import annotations

from functools import cache

from sqlalchemy import Update, bindparam, case, func, or_, select, update

from zhibiao.domain import Stage, State
from zhibiao.store.database.schema import OUTPUT_COLUMNS, documents, runs, work

NAMED = select(documents.c.id, documents.c.name).where(
    documents.c.id.in_(bindparam("ids", expanding=True))
)
CLAIMED = frozenset(
    {"id", "document_id", "run_id", "attempts", "losses", "error_code", *OUTPUT_COLUMNS}
)


@cache
def claiming(stage: Stage) -> tuple[Update, Update]:
    """Give up what is out of attempts, and take the rest. Made once: every message takes both."""
    held = work.c.lease_until.between(bindparam("at"), bindparam("latest"))
    lost = (work.c.state == State.RUNNING) & ~held
    mine = (
        work.c.id.in_(bindparam("work_ids", expanding=True))
        & (work.c.stage == stage)
        & (lost | (work.c.state == State.PENDING))
    )
    spent = or_(
        (work.c.state == State.PENDING) & (work.c.attempts >= bindparam("most_attempts")),
        work.c.losses >= bindparam("most_losses"),
    )
    give_up = (
        update(work)
        .where(mine, spent)
        .values(
            state=State.QUARANTINED,
            error_code=func.coalesce(work.c.error_code, "worker_lost"),
            error_message=func.coalesce(
                work.c.error_message,
                f"Its worker was lost with it again and again during {stage.value}.",
            ),
            error_version=bindparam("of_version"),
            lease=None,
            lease_until=0,
            changed_at=bindparam("at"),
        )
    )
    open_runs = select(runs.c.id).where(runs.c.cancelled_at.is_(None), runs.c.paused_at.is_(None))
    take = (
        update(work)
        .where(mine, work.c.run_id.in_(open_runs))
        .values(
            state=State.RUNNING,
            attempts=case((lost, work.c.attempts), else_=work.c.attempts + 1),
            losses=case((lost, work.c.losses + 1), else_=work.c.losses),
            lease=bindparam("by"),
            lease_until=bindparam("until"),
            changed_at=bindparam("at"),
        )
        .returning(*(column for column in work.c if column.name in CLAIMED))
    )
    return give_up, take


CANCELLED = select(runs.c.id).where(
    runs.c.id.in_(bindparam("ids", expanding=True)), runs.c.cancelled_at.is_not(None)
)
STILL_HELD = (
    select(work.c.id)
    .where(
        work.c.id.in_(bindparam("ids", expanding=True)),
        work.c.lease == bindparam("by"),
        work.c.state == State.RUNNING,
    )
    .order_by(work.c.id)
    .with_for_update()
)


@cache
def changing(names: tuple[str, ...]) -> Update:
    changed = update(work).where(work.c.id == bindparam("this"))
    return changed.values({name: bindparam(name) for name in names})
