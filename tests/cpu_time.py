"""What something costs, whatever else the machine does at the same moment."""

from __future__ import annotations

import time
from collections.abc import Callable


def cpu_seconds(action: Callable[[], object], *, times: int = 3) -> float:
    """The least time on the processor that `action` took in so many tries."""
    spent = []
    for _ in range(times):
        began = time.process_time()
        action()
        spent.append(time.process_time() - began)
    return min(spent)
