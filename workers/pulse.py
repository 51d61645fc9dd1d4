"""What a worker's parent looks after every second, between its messages."""

from __future__ import annotations

from typing import Any

from celery import bootsteps

from tasks.loss import settle

_SECONDS = 1.0


class Pulse(bootsteps.StartStopStep):  # type: ignore[misc]  # celery has no types
    """Started anew with every connection to the broker, as the consumer's timer is."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, parent: Any, **options: Any) -> None:
        super().__init__(parent, **options)
        self.timer: Any = None

    def start(self, parent: Any) -> None:
        self.timer = parent.timer.call_repeatedly(_SECONDS, self.beat, (parent,))

    def stop(self, parent: Any) -> None:
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None

    def beat(self, parent: Any) -> None:
        # Celery itself looks for dead children every five seconds: what a task may take could be
        # over by then, and a crash be taken for a hang.
        parent.pool.maintain_pool()
        settle()
