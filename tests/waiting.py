"""Waiting for what other processes and threads do, with an end."""

from __future__ import annotations

import time
from collections.abc import Callable

from bench.chaos_stack import Postgres


def wait_until(
    condition: Callable[[], object],
    seconds: float = 60,
    *,
    why: Callable[[], object] = lambda: "it did not happen in time",
) -> None:
    """Look twenty times a second; after so many seconds fail with what `why` says then."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, why()
        time.sleep(0.05)


def start_again(server: Postgres, seconds: float = 30) -> None:
    """A server that was killed, as soon as nothing is left of it that is in the way."""

    def started() -> bool:
        try:
            server.start()
        except Exception:  # the remains of the old one are still there
            return False
        return True

    wait_until(started, seconds, why=lambda: "the server does not start again")
