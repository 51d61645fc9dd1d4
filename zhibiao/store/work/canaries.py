"""Canaries: a message a queue that has to be answered, the proof that the queue moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from zhibiao.store.database.canary_table import canaries


@dataclass(frozen=True, kw_only=True, slots=True)
class Canary:
    """How one queue answered last."""

    queue: str
    sent_at: float  # of the oldest unanswered canary, else of the last one
    answered_at: float | None
    answered_by: str | None

    def silent_seconds(self, now: float) -> float:
        """How long an answer has been owed; 0 when none is."""
        if self.answered_at is not None and self.answered_at >= self.sent_at:
            return 0.0
        return now - self.sent_at


def sent(connection: Connection, queues: Sequence[str], *, now: float) -> None:
    """Note that a canary is on its way to each queue. One that is still owed keeps its time."""
    known = {row.queue: row for row in connection.execute(select(canaries))}
    for queue in queues:
        row = known.get(queue)
        if row is None:
            connection.execute(insert(canaries).values(queue=queue, sent_at=now))
        elif row.answered_at is not None and row.answered_at >= row.sent_at:
            connection.execute(
                update(canaries).where(canaries.c.queue == queue).values(sent_at=now)
            )


def answered(connection: Connection, queue: str, *, by: str, now: float) -> None:
    connection.execute(
        update(canaries).where(canaries.c.queue == queue).values(answered_at=now, answered_by=by)
    )


def all_of(connection: Connection) -> list[Canary]:
    rows = connection.execute(select(canaries).order_by(canaries.c.queue)).mappings()
    return [Canary(**row) for row in rows]
