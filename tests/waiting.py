"""Waiting for what other processes and threads do, with an end."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from bench.chaos_stack import Postgres

Found = TypeVar("Found")


def wait_until(
    condition: Callable[[], Found | None],
    seconds: float = 60,
    *,
    every: float = 0.05,
    why: Callable[[], object] = lambda: "it did not happen in time",
) -> Found:
    """Look again and again, `every` so many seconds; what the condition has found at last.

    After `seconds` the test fails with what `why` says then.
    """
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, why()
        time.sleep(every)
    return found


def start_again(server: Postgres, seconds: float = 30) -> None:
    """A server that was killed, as soon as nothing is left of it that is in the way."""

    def started() -> bool:
        try:
            server.start()
        except Exception:  # the remains of the old one are still there
            return False
        return True

    wait_until(started, seconds, why=lambda: "the server does not start again")
