"""What has to happen by itself: dispatching, sweeping, canaries."""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from typing import Any

from tasks.app import EXPIRES_SECONDS, app
from tasks.context import Context, context
from tasks.dispatch import dispatch as send_due
from tasks.lost_messages import send_lost_again
from tasks.queues import QUEUES
from tasks.ringing import send_canaries
from tasks.stage_work import settle_prints
from tasks.stages import publish_whole, settle
from zhibiao.store.database.errors import NotFound
from zhibiao.store.outputs import deletion, publications, text_index
from zhibiao.store.work import canaries, control, runs, window

log = logging.getLogger(__name__)

# An upload that gave no sign of life for so long. It gives one every 10 s and is given up when it
# stands still for 45 s; whoever repeats it under its key may take over from a dead one after 65 s
# (`api.intake`, `api.routes.submissions`). This is for those that nobody repeats.
_ABANDONED_AFTER_SECONDS = 180.0
_TAKING_UP_SECONDS = 10.0  # a sweep, for each kind of what broke off; the next one goes on
# Each time; texts that the full-text index does not know yet are found all the same.
_INDEXING_SECONDS = 10.0
_INDEXING_BESIDE_SECONDS = 3.0  # where all other work has a process


@app.task(name="zhibiao.dispatch", send_events=False)
def dispatch() -> None:
    """Fill the queues up to the window."""
    here = context()
    settle(here)
    send_due(here.store, here.settings)


@app.task(name="zhibiao.sweep", send_events=False)
def sweep() -> None:
    """Bring to rest what was cancelled, take up what broke off, send a canary into each queue."""
    here = context()
    _abandon_silent(here)
    with here.store.write() as connection:
        now = here.store.now(connection)
        control.sweep_cancelled(connection, now=now)
        atomic = publications.unpublished_atomic_runs(connection)
        canaries.sent(connection, QUEUES, now=now)
    for run in atomic:
        publish_whole(here, run)  # its last two chunks may have ended at the same moment
    lost = send_lost_again(here.settings, here.store)
    if lost:
        log.warning("the messages of %s documents are lost; they are sent again", lost)
    send_canaries(QUEUES, expires_seconds=EXPIRES_SECONDS)
    _finish_deletions(here)
    settle_prints(here, seconds=_TAKING_UP_SECONDS)


@app.task(name="zhibiao.index_texts", send_events=False)
def index_texts(busy_seconds: float = 0.0) -> None:
    """Let the full-text index know the texts that it does not know yet, while nothing else waits.

    `busy_seconds`: so long also where other work waits, or comes meanwhile.
    """
    store, began = context().store, time.monotonic()

    def is_over() -> bool:
        seconds = time.monotonic() - began
        if seconds < busy_seconds:
            return False
        if seconds > _INDEXING_SECONDS:
            return True
        with store.read() as connection:
            now = store.now(connection)
            if any(window.is_waiting(connection, each, now=now) for each in runs.PRIORITIES):
                return True
            return seconds > _INDEXING_BESIDE_SECONDS and window.is_busy(connection)

    if not is_over():
        text_index.fill(store, until=is_over)


def _abandon_silent(here: Context) -> None:
    """Forget broken-off uploads, each in a transaction of its own."""
    with here.store.read() as connection:
        before = here.store.now(connection) - _ABANDONED_AFTER_SECONDS
        silent = runs.abandoned(connection, before=before)
    for run in silent:
        with here.store.write() as connection:
            if run in runs.abandoned(connection, before=before):  # it may have been heard of
                runs.abandon(connection, run)


def _finish_deletions(here: Context) -> None:
    """Go on with what was being deleted when the service was stopped."""
    deadline = time.monotonic() + _TAKING_UP_SECONDS
    with here.store.read() as connection:
        broken_off = deletion.unfinished(connection)
    for run in broken_off:
        with suppress(NotFound):  # whoever deletes it has finished just now
            deletion.delete_run(here.store, run, until=lambda: time.monotonic() > deadline)


@app.task(name="zhibiao.canary", bind=True, send_events=False)
def canary(self: Any, queue: str) -> None:
    """Prove that a queue is served."""
    here = context()
    with here.store.write() as connection:
        now = here.store.now(connection)
        canaries.answered(connection, queue, by=self.request.hostname, now=now)
