"""What a worker's parent looks after every second, between its messages; and who looks after it.

The parent notes in a file that its loop turns, what it works on and when it last received
something. `python -m workers alive` reads that file: in a container, a health check.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from celery import bootsteps
from celery.worker import state as worker_state

from tasks.loss import settle

_SECONDS = 1.0
_WRITE_SECONDS = 5.0
STUCK_SECONDS = 30.0  # the loop turns every second, unless the process is frozen or hangs
# Beat sends a dispatch every two seconds and some ten canaries every fifteen, so that each of fifty
# idle workers hears something within this time.
DEAF_SECONDS = 40.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Sign:
    """A worker's last sign of life; times are of the machine's monotonic clock, in seconds."""

    pid: int
    at: float
    received_at: float  # the last message, else the start
    busy: int  # tasks that are worked on or reserved
    connected: bool  # False: it tries to reach the broker, which a restart would not help


def sign_file() -> Path:
    """Of the workers of this user on this machine."""
    return Path(tempfile.gettempdir()) / f"zhibiao-{os.getuid()}-workers"


def diagnose(sign: Sign, *, now: float, others_hear: bool) -> str | None:
    """What is wrong with a worker; None: nothing.

    `others_hear`: messages do come, as the store tells. When beat is down, nobody hears anything.
    """
    silent = now - sign.at
    if silent > STUCK_SECONDS and sign.connected:
        return f"its loop has not turned for {silent:.0f} s"
    unheard = now - sign.received_at
    if sign.connected and not sign.busy and others_hear and unheard > DEAF_SECONDS:
        return f"it is connected, idle, and has received nothing for {unheard:.0f} s"
    return None


class Pulse(bootsteps.StartStopStep):  # type: ignore[misc]  # celery has no types
    """Started anew with every connection to the broker, as the consumer's timer is."""

    requires = ("celery.worker.consumer.tasks:Tasks",)
    received_at = 0.0  # set by the signal of a received message

    def __init__(self, parent: Any, **options: Any) -> None:
        super().__init__(parent, **options)
        self.timer: Any = None
        self.written_at = 0.0

    def start(self, parent: Any) -> None:
        Pulse.received_at = time.monotonic()
        self.timer = parent.timer.call_repeatedly(_SECONDS, self.beat, (parent,))
        write_sign(parent.hostname, self._sign(connected=True))

    def stop(self, parent: Any) -> None:
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
        write_sign(parent.hostname, self._sign(connected=False))

    def beat(self, parent: Any) -> None:
        # Celery itself looks for dead children every five seconds: what a task may take could be
        # over by then, and a crash be taken for a hang.
        parent.pool.maintain_pool()
        settle()
        if time.monotonic() - self.written_at >= _WRITE_SECONDS:
            self.written_at = time.monotonic()
            write_sign(parent.hostname, self._sign(connected=True))

    def _sign(self, *, connected: bool) -> Sign:
        return Sign(
            pid=os.getpid(),
            at=time.monotonic(),
            received_at=self.received_at,
            busy=len(worker_state.reserved_requests),
            connected=connected,
        )


def when_received(**_: Any) -> None:
    """A message has come."""
    Pulse.received_at = time.monotonic()


def write_sign(node: str, sign: Sign) -> None:
    """Replace the node's file as a whole; a full disk costs no more than the note."""
    with contextlib.suppress(OSError):
        folder = sign_file()
        folder.mkdir(mode=0o700, exist_ok=True)
        draft = folder / f".{node}.{os.getpid()}"
        draft.write_text(json.dumps(asdict(sign)))
        draft.replace(folder / f"{node}.json")


def signs() -> dict[str, Sign]:
    """The last signs of the workers on this machine whose process still runs, by node."""
    found: dict[str, Sign] = {}
    for path in sorted(sign_file().glob("*.json")):
        with contextlib.suppress(OSError, ValueError, TypeError):
            sign = Sign(**json.loads(path.read_text()))
            os.kill(sign.pid, 0)
            found[path.stem] = sign
    return found
