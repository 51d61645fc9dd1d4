"""Where tests and benchmarks put what listens on a unix socket."""

from __future__ import annotations

import os
import tempfile

_LONGEST_BYTES = 55  # a socket's path may have about 100 bytes; some 40 follow


def short_base() -> str:
    """The system's temporary folder, or /tmp where that one's path leaves a socket no room."""
    base = tempfile.gettempdir()
    return base if len(os.fsencode(base)) <= _LONGEST_BYTES else "/tmp"
