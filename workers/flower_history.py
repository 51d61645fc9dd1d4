"""What Flower has seen, kept in the data dir, so that it survives restarts and crashes of Flower.

Flower's own persistent mode writes when Flower ends in order, or at every interval, whether
anything has happened or not. A worker's heartbeat every two seconds is no reason to write.
"""

from __future__ import annotations

import fcntl
import logging
import os
import time
from pathlib import Path
from typing import Any

import flower.app
from flower.events import Events
from flower.options import options

log = logging.getLogger(__name__)

# Saving takes at most one part in so many of the time. All of the history is written each time, so
# more would grow with it: 100 tasks take 4 ms, and 5,000 take 130, twice a minute.
_SHARE = 200

_held: list[int] = []  # open as long as the process lives


class SavedEvents(Events):  # type: ignore[misc]  # flower has no types
    """Saves what tasks did, soon after they did it."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._changed = False
        self._due_at = 0.0
        super().__init__(*arguments, **options)

    def on_event(self, event: dict[str, Any]) -> None:
        self.io_loop.add_callback(self._take, event)

    def _take(self, event: dict[str, Any]) -> None:
        self.state.event(event)
        self._changed = self._changed or event["type"].startswith("task-")

    def save_state(self) -> None:
        began = time.monotonic()
        if not self._changed or began < self._due_at:
            return
        super().save_state()
        self._changed = False
        ended = time.monotonic()
        self._due_at = ended + (ended - began) * _SHARE

    def stop(self) -> None:
        self._due_at = 0.0
        super().stop()


def keep_history() -> None:
    """Have Flower keep its history where its options say, if no other Flower does so already."""
    flower.app.Events = SavedEvents
    if not options.persistent or _held:
        return
    folder = Path(options.db).absolute().parent
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(f"{options.db}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        _held.append(lock)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        log.warning("another Flower keeps its history in %s; this one keeps none", folder)
        options.persistent = False
    except OSError as error:
        log.warning("Flower keeps no history: %s", error)
        options.persistent = False
