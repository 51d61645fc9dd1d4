"""What has to happen by itself: dispatching, sweeping, canaries."""

from __future__ import annotations

from typing import Any

from tasks.app import EXPIRES_SECONDS, app
from tasks.context import context
from tasks.dispatch import dispatch as send_due
from tasks.queues import QUEUES
from tasks.ringing import send_canaries
from tasks.stages import publish_whole, settle
from zhibiao.store import canaries, control, publications, runs

# An upload that gave no sign of life for so long. It gives one every 10 s and is given up when it
# stands still for 45 s; whoever repeats it under its key may take over from a dead one after 65 s
# (`api.intake`, `api.routes.submissions`). This is for those that nobody repeats.
_ABANDONED_AFTER_SECONDS = 180.0


@app.task(name="zhibiao.dispatch", send_events=False)
def dispatch() -> None:
    """Fill the queues up to the window."""
    here = context()
    settle(here)
    send_due(here.store, here.settings)


@app.task(name="zhibiao.sweep", send_events=False)
def sweep() -> None:
    """Bring cancelled runs to rest, forget broken-off uploads, send a canary into each queue."""
    here = context()
    with here.store.write() as connection:
        now = here.store.now(connection)
        control.sweep_cancelled(connection, now=now)
        for run in runs.abandoned(connection, before=now - _ABANDONED_AFTER_SECONDS):
            runs.abandon(connection, run)
        atomic = publications.unpublished_atomic_runs(connection)
        canaries.sent(connection, QUEUES, now=now)
    for run in atomic:
        publish_whole(here, run)  # its last two chunks may have ended at the same moment
    send_canaries(QUEUES, expires_seconds=EXPIRES_SECONDS)


@app.task(name="zhibiao.canary", bind=True, send_events=False)
def canary(self: Any, queue: str) -> None:
    """Prove that a queue is served."""
    here = context()
    with here.store.write() as connection:
        now = here.store.now(connection)
        canaries.answered(connection, queue, by=self.request.hostname, now=now)
