"""Exit codes, for scripts."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """What a command's exit code says."""

    OK = 0
    FAILURES = 1  # it ran, but some documents failed, or the service refused
    USAGE = 2  # a wrong option, setting or path
    UNREACHABLE = 3  # no service answers, or there is no token for it
