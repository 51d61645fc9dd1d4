"""Notice a worker that is connected but deaf, and have it started again."""

from __future__ import annotations

import logging
import time

from sqlalchemy.exc import SQLAlchemyError

from tasks.app import SWEEP_SECONDS
from tasks.broker_backlog import waiting_messages
from tasks.queues import UPKEEP
from workers.supervisor import Supervisor
from zhibiao.settings import Settings
from zhibiao.store import Store
from zhibiao.store.work import canaries, queue
from zhibiao.store.work.canaries import Canary

log = logging.getLogger(__name__)

_LOOK_SECONDS = 5.0
# Beat sends a canary every SWEEP_SECONDS and a dispatch every two: whoever owes an answer for so
# long does not listen.
DEAF_SECONDS = SWEEP_SECONDS * 1.5
_JUMP_SECONDS = 5.0
_PATIENCE_SECONDS = 5.0  # the supervisor looks after nothing else meanwhile
_GRACE_SECONDS = 60.0  # a worker that was just started again loads its dictionaries first


def is_deaf(*, owed_seconds: float, held_documents: int) -> bool:
    """Decide from the time for which upkeep has owed an answer, or was not even asked.

    A worker whose children are all busy does not answer either: it holds leases, which end with
    its tasks' time limit, so that it is deaf at the latest when they have expired.
    """
    return owed_seconds > DEAF_SECONDS and held_documents == 0


def _unasked_seconds(canary: Canary, now: float) -> float:
    """For how long no question has been noted, beyond the time at which one is due."""
    since = canary.sent_at if canary.answered_at is None else canary.answered_at
    return now - since - SWEEP_SECONDS


class Watchdog:
    """Looks every few seconds, from the supervisor's loop."""

    def __init__(self, settings: Settings, supervisor: Supervisor) -> None:
        self._settings = settings
        self._supervisor = supervisor
        self._next_look = time.monotonic() + _GRACE_SECONDS
        self._gap = time.time() - time.monotonic()

    def look(self) -> None:
        if time.monotonic() < self._next_look:
            return
        self._next_look = time.monotonic() + _LOOK_SECONDS
        gap = time.time() - time.monotonic()
        if abs(gap - self._gap) > _JUMP_SECONDS:
            # The machine slept, or its clock was set: what is owed is so by the clock only.
            self._gap = gap
            self._next_look = time.monotonic() + DEAF_SECONDS
            return
        store = Store(self._settings.store_url, patience_seconds=_PATIENCE_SECONDS)
        try:
            silent = self._silent_seconds(store)
        finally:
            store.close()
        if silent > 0:
            self._next_look = time.monotonic() + _GRACE_SECONDS
            self._supervisor.restart("worker", f"it has not answered for {silent:.0f} s")

    def _silent_seconds(self, store: Store) -> float:
        """For how long the worker has not answered; 0 unless it is its own fault."""
        try:
            with store.read() as connection:
                found = [c for c in canaries.all_of(connection) if c.queue == UPKEEP]
                now = store.now(connection)
                held = queue.held(connection, now=now)
        except SQLAlchemyError as error:  # without the database nobody can tell
            log.warning("watchdog: the database does not answer: %s", error)
            return 0.0
        owed = max((canary.silent_seconds(now) for canary in found), default=0.0)
        if is_deaf(owed_seconds=owed, held_documents=held):
            return owed
        unasked = max((_unasked_seconds(canary, now) for canary in found), default=0.0)
        if not is_deaf(owed_seconds=unasked, held_documents=held):
            return 0.0
        # It is the worker that notes the questions, so that a deaf one owes no answer. Nor does
        # one that was never asked, because beat is down.
        rung = bool(waiting_messages(self._settings, [UPKEEP]))
        return unasked if rung or not _can_write(store) else 0.0


def _can_write(store: Store) -> bool:
    """A worker frozen inside a transaction keeps everybody else from writing to SQLite."""
    try:
        with store.write():
            return True
    except SQLAlchemyError:
        return False
