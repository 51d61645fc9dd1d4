"""Beat by the monotonic clock: what is due every few seconds is, whatever happens to the time.

Celery's own scheduler remembers when it last sent by the wall clock; put back by two hours, it
sends nothing for two hours.
"""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from celery.beat import ScheduleEntry, Scheduler
from celery.schedules import schedule

from workers.folders import UnsafeFolder, make_private, runtime_folder

_SHORTEST_SECONDS = 0.1
_SILENT_SECONDS = 60.0  # it looks every few seconds; a broker that is away holds it up for some


def _sign() -> Path:
    return runtime_folder() / "beat"


def _leave_sign() -> None:
    """For `python -m workers beats`; beat itself goes on where it cannot be left."""
    with suppress(OSError, UnsafeFolder):
        make_private(_sign().parent)
        _sign().touch()


def check_beats() -> int:
    """Say whether beat on this machine does its work; 0 when it does, 1 when not."""
    try:
        age = time.time() - _sign().stat().st_mtime
    except OSError:
        sys.stdout.write("no beat of this user runs here\n")
        return 1
    well = abs(age) < _SILENT_SECONDS
    sys.stdout.write(f"beat {'does its work' if well else f'has done nothing for {age:.0f} s'}\n")
    return 0 if well else 1


class SteadyScheduler(Scheduler):  # type: ignore[misc]  # celery has no types
    """Looks at every entry each time: there are but a few. Keeps nothing on disk."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._sent_at: dict[str, float] = {}
        super().__init__(*args, **kwargs)

    def tick(self, **_: Any) -> float:
        """Send what is due; the seconds until something may be again."""
        _leave_sign()
        wait = float(self.max_interval)
        for entry in list(self.schedule.values()):
            due, seconds = self.is_due(entry)
            if due:
                self._sent_at[entry.name] = time.monotonic()
                self.apply_entry(entry, producer=self.producer)
                self.reserve(entry)
            wait = min(wait, seconds)
        return max(wait, _SHORTEST_SECONDS)

    def is_due(self, entry: ScheduleEntry) -> tuple[bool, float]:
        """An interval goes by the monotonic clock, a time of day (crontab) by the wall's."""
        if type(entry.schedule) is not schedule:
            due, seconds = entry.is_due()
            return bool(due), float(seconds)
        interval = float(entry.schedule.seconds)
        sent_at = self._sent_at.get(entry.name)
        left = 0.0 if sent_at is None else sent_at + interval - time.monotonic()
        return (True, interval) if left <= 0 else (False, left)
