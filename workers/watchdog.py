"""Notice a worker that is connected but deaf, and have it started again."""

from __future__ import annotations

import logging
import time

from sqlalchemy.exc import SQLAlchemyError

from tasks.app import SWEEP_SECONDS
from tasks.queues import UPKEEP
from workers.supervisor import Supervisor
from zhibiao.settings import Settings
from zhibiao.store import Store, canaries, queue
from zhibiao.store.canaries import Canary

log = logging.getLogger(__name__)

_LOOK_SECONDS = 5.0
# Beat sends a canary every SWEEP_SECONDS and a dispatch every two: whoever owes an answer for so
# long does not listen.
DEAF_SECONDS = SWEEP_SECONDS * 1.5
_GRACE_SECONDS = 60.0  # a worker that was just started again loads its dictionaries first


def is_deaf(*, owed_seconds: float, held_documents: int) -> bool:
    """Decide from the oldest unanswered upkeep canary.

    A worker whose children are all busy does not answer either: it holds leases, which end with
    its tasks' time limit, so that it is deaf at the latest when they have expired.
    """
    return owed_seconds > DEAF_SECONDS and held_documents == 0


def _owed_seconds(canary: Canary, now: float) -> float:
    """How long an answer is owed, also where not even the question could be noted.

    A worker frozen inside a transaction keeps everybody else from writing to SQLite.
    """
    since = canary.sent_at if canary.answered_at is None else canary.answered_at
    return max(canary.silent_seconds(now), now - since - SWEEP_SECONDS)


class Watchdog:
    """Looks every few seconds, from the supervisor's loop."""

    def __init__(self, settings: Settings, supervisor: Supervisor) -> None:
        self._settings = settings
        self._supervisor = supervisor
        self._next_look = time.monotonic() + _GRACE_SECONDS

    def look(self) -> None:
        if time.monotonic() < self._next_look:
            return
        self._next_look = time.monotonic() + _LOOK_SECONDS
        store = Store(self._settings.store_url)
        try:
            with store.read() as connection:
                found = canaries.all_of(connection)
                now = store.now(connection)
                held = queue.held(connection, now=now)
        except SQLAlchemyError as error:  # without the database nobody can tell
            log.warning("watchdog: the database does not answer: %s", error)
            return
        finally:
            store.close()
        owed = max((_owed_seconds(c, now) for c in found if c.queue == UPKEEP), default=0.0)
        if is_deaf(owed_seconds=owed, held_documents=held):
            self._next_look = time.monotonic() + _GRACE_SECONDS
            self._supervisor.restart("worker", f"it has not answered for {owed:.0f} s")
