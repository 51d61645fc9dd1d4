"""Showing in Flower the stages that a task executes beyond its own.

Fresh documents go through all of their stages in one task. Whoever watches sees each stage all the
same: as a task of its name, with its documents and the time that it took.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from tasks.app import SEND_ONCE, app
from tasks.outcomes import Outcome
from tasks.ringing import UNREACHABLE, shown
from zhibiao.domain import Stage
from zhibiao.store.work.runs import Priority

log = logging.getLogger(__name__)


def show_further(
    request: Any, first: Stage, run: int, priority: Priority, outcomes: Sequence[Outcome]
) -> None:
    """Tell of the stages after the first one. A broker that is away leaves them untold."""
    seconds = {
        stage: [each.seconds[stage] for each in outcomes if stage in each.seconds]
        for stage in Stage
        if stage is not first
    }
    if not any(seconds.values()):
        return
    try:
        with (
            app.amqp.producer_pool.acquire(block=True) as producer,
            _dispatcher(producer, request.hostname) as events,
        ):
            for stage, taken in seconds.items():
                if taken:
                    task = str(uuid4())
                    events.send(
                        "task-received",
                        uuid=task,
                        name=f"zhibiao.{stage.value}",
                        args="()",
                        kwargs=shown(run, len(taken), priority),
                        retries=0,
                        parent_id=request.id,
                        root_id=request.id,
                    )
                    events.send("task-started", uuid=task)
                    events.send("task-succeeded", uuid=task, result="None", runtime=sum(taken))
            events.flush()
    except UNREACHABLE as error:
        log.warning("broker unreachable: stages of run %s not shown (%s)", run, error)


def _dispatcher(producer: Any, hostname: str) -> Any:
    # Without this, its channel would be waited for as long as the broker is away.
    producer.connection.ensure_connection(**SEND_ONCE)
    return app.events.Dispatcher(
        producer.connection,
        hostname,
        channel=producer.channel,
        # Until they are flushed: all of them are one message, so whoever listens has the first too.
        buffer_group={"task"},
    )
