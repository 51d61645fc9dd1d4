"""Ends the parts of a stack whose supervisor was killed. Started by `workers.supervisor`."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time

_POLITE_SECONDS = 3.0


def main() -> None:
    """Read lines of process group ids; at the end of the input, end the last ones named."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # it ends when its pipe does
    groups: list[int] = []
    for line in sys.stdin:
        if line.strip() == "bye":
            return
        groups = [int(word) for word in line.split()]
    _signal(groups, signal.SIGTERM)
    deadline = time.monotonic() + _POLITE_SECONDS
    while time.monotonic() < deadline and any(_alive(group) for group in groups):
        time.sleep(0.1)
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)


def _signal(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def _alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    main()
