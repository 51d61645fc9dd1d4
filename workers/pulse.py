"""What a worker's parent looks after every second, between its messages; and who looks after it.

The parent notes in a file that its loop turns, what it works on and when it last received
something. `python -m workers alive` reads that file: in a container, a health check.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import time
from dataclasses import asdict, dataclass
from typing import Any

from celery import bootsteps
from celery.worker import state as worker_state

from tasks.broker_backlog import waiting_messages
from tasks.loss import settle
from workers.folders import UnsafeFolder, check_private, make_private, runtime_folder
from zhibiao.settings import Settings

log = logging.getLogger(__name__)

_SECONDS = 1.0
_WRITE_SECONDS = 5.0
STUCK_SECONDS = 30.0  # the loop turns every second, unless the process is frozen or hangs
# Beat sends a dispatch every two seconds and some ten canaries every fifteen, so that each of fifty
# idle workers hears something within this time.
DEAF_SECONDS = 40.0
# Celery tries a broker that went every half minute at the latest.
LOST_SECONDS = 90.0
_LISTEN_SECONDS = 10.0  # between two looks into the broker
_DEAF_EXIT = 70


@dataclass(frozen=True, kw_only=True, slots=True)
class Sign:
    """A worker's last sign of life; times are of the machine's monotonic clock, in seconds."""

    pid: int
    at: float
    received_at: float  # the last message, else the start
    busy: int  # tasks that are worked on or reserved
    connected: bool  # False: since then it tries to reach the broker


def diagnose(sign: Sign, *, now: float, others_hear: bool, broker_answers: bool) -> str | None:
    """What is wrong with a worker; None: nothing.

    `others_hear`: messages do come, as the store tells. When beat is down, nobody hears anything.
    `broker_answers`: a worker without its broker is well while there is none.
    """
    silent = now - sign.at
    if not sign.connected and broker_answers and silent > LOST_SECONDS:
        return f"the broker answers, and it has not reached it for {silent:.0f} s"
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
    settings: Settings | None = None  # set where the app is configured

    def __init__(self, parent: Any, **options: Any) -> None:
        super().__init__(parent, **options)
        self.timer: Any = None
        self.written_at = 0.0
        self.listened_at = 0.0
        self.unheard = 0  # looks in a row that found messages which should have come here

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
        self._listen(parent)

    def _listen(self, parent: Any) -> None:
        """End this process if it is deaf: whatever started it starts another one.

        An idle worker takes what waits in its queues at once. One that has received nothing for
        a while, and finds messages waiting there at two looks, does not hear.
        """
        now = time.monotonic()
        idle = not worker_state.reserved_requests and worker_state.should_stop is None
        if not idle or self.settings is None or now - self.received_at <= DEAF_SECONDS:
            self.unheard = 0
            return
        if now - self.listened_at < _LISTEN_SECONDS:
            return
        queues = [queue.name for queue in parent.task_consumer.queues]
        waiting = waiting_messages(self.settings, queues)
        self.listened_at = time.monotonic()
        self.unheard = self.unheard + 1 if waiting else 0
        if self.unheard >= 2:
            log.critical(
                "%s is deaf: it is idle and received nothing for %.0f s, while %s messages wait "
                "for it; it ends, to be started again",
                *(parent.hostname, now - self.received_at, waiting),
            )
            os._exit(_DEAF_EXIT)  # a farewell to the broker could last; it holds nothing

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
    """Replace the node's file as a whole; a full disk costs no more than the note.

    Into a folder that is not this user's alone nothing is written; the worker said so when it
    started, and `python -m workers alive` does.
    """
    with contextlib.suppress(OSError, UnsafeFolder):
        folder = runtime_folder()
        make_private(folder)
        draft = folder / f".{node}.{os.getpid()}"
        draft.unlink(missing_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        with os.fdopen(os.open(draft, flags, 0o600), "w") as file:
            file.write(json.dumps(asdict(sign)))
        draft.replace(folder / f"{node}.json")


def signs() -> dict[str, Sign]:
    """The last signs of the workers on this machine whose process still runs, by node.

    Raises UnsafeFolder where somebody else could have written them.
    """
    found: dict[str, Sign] = {}
    folder = runtime_folder()
    with contextlib.suppress(FileNotFoundError):
        check_private(folder)
    for path in sorted(folder.glob("*.json")):
        with contextlib.suppress(OSError, ValueError, TypeError):
            sign = Sign(**json.loads(path.read_text()))
            os.kill(sign.pid, 0)
            found[path.stem] = sign
    return found
