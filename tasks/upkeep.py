"""What has to happen by itself: dispatching, sweeping, canaries."""

from __future__ import annotations

import time
from typing import Any

from tasks.app import SWEEP_SECONDS, app
from tasks.context import context
from tasks.dispatch import dispatch as send_due
from tasks.queues import QUEUES
from tasks.ringing import send_canaries
from zhibiao.store import canaries, runs

_ABANDONED_AFTER_SECONDS = 3600.0  # an upload that gave no sign of life for so long


@app.task(name="zhibiao.dispatch", send_events=False)
def dispatch() -> None:
    """Fill the queues up to the window."""
    here = context()
    send_due(here.store, here.settings)


@app.task(name="zhibiao.sweep", send_events=False)
def sweep() -> None:
    """Bring cancelled runs to rest, forget broken-off uploads, send a canary into each queue."""
    here = context()
    now = time.time()
    with here.store.write() as connection:
        runs.sweep_cancelled(connection, now=now)
        for run in runs.abandoned(connection, before=now - _ABANDONED_AFTER_SECONDS):
            runs.abandon(connection, run)
        canaries.sent(connection, QUEUES, now=now)
    send_canaries(QUEUES, expires_seconds=SWEEP_SECONDS * 2)


@app.task(name="zhibiao.canary", bind=True, send_events=False)
def canary(self: Any, queue: str) -> None:
    """Prove that a queue is served."""
    here = context()
    with here.store.write() as connection:
        canaries.answered(connection, queue, by=self.request.hostname, now=time.time())
