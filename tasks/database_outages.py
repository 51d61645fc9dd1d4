"""Waiting for a database that is away: it is restarted more often than it is lost."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from tasks.retry import is_no_fault_of_a_document

log = logging.getLogger(__name__)

A = TypeVar("A")

_AGAIN_SECONDS = 0.5


def once_it_answers(attempt: Callable[[], A], *, until: float) -> A:
    """Make a transaction, and make it again while the database is away, locked or full.

    `until`: of the monotonic clock; raises what the last try raised when it has passed. Where the
    answer to a commit is lost, the transaction is made twice: `attempt` has to allow for that.
    """
    waits = False
    while True:
        try:
            return attempt()
        except Exception as error:
            if not is_no_fault_of_a_document(error) or time.monotonic() >= until:
                raise
            if not waits:
                log.warning("waiting for the database: %r", error)
            waits = True
        time.sleep(_AGAIN_SECONDS)
