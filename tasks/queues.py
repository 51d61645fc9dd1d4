"""The queues: one a priority and stage, in the order in which a worker looks into them."""

from __future__ import annotations

from zhibiao.domain import Stage
from zhibiao.store.work.runs import PRIORITIES, Priority

UPKEEP = "upkeep"  # dispatching, sweeping: short, and everything else waits for it


def queue_name(priority: Priority, stage: Stage) -> str:
    return f"{priority}.{stage.value}"


# Later stages first: what is nearly done is finished before anything new is begun.
STAGE_QUEUES: tuple[str, ...] = tuple(
    queue_name(priority, stage) for priority in PRIORITIES for stage in reversed(Stage)
)
QUEUES: tuple[str, ...] = (UPKEEP, *STAGE_QUEUES)
