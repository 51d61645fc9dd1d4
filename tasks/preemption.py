"""Long chunks end early while a person's document waits: for one document of theirs, not sixteen.

A chunk of bulk work takes seconds, and a submission of a few files would wait for the end of one
before each message of its own. A process kept free for it would be idle most of the time.
"""

from __future__ import annotations

import logging
import time

from sqlalchemy.exc import SQLAlchemyError

from zhibiao.store import Store
from zhibiao.store.work import window
from zhibiao.store.work.runs import PRIORITIES, Priority

log = logging.getLogger(__name__)

_FIRST = PRIORITIES[0]
_LOOK_SECONDS = 0.1  # between two looks: about the time that a document takes


class Preemption:
    """Tells a chunk of a priority, between two of its documents, when to end."""

    def __init__(self, store: Store, priority: Priority) -> None:
        self._store = store
        self._possible = priority != _FIRST
        self._next_look = time.monotonic() + _LOOK_SECONDS

    def is_due(self) -> bool:
        """Whether work of the first priority waits. Not while the database does not say."""
        if not self._possible or time.monotonic() < self._next_look:
            return False
        self._next_look = time.monotonic() + _LOOK_SECONDS
        try:
            with self._store.read() as connection:
                # By this machine's clock: a wrong one makes a chunk end early, or not.
                return window.is_waiting(connection, _FIRST, now=time.time())
        except SQLAlchemyError as error:
            log.warning("the database does not say whether anybody waits: %s", error)
            return False
