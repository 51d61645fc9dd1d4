"""The pool of a worker's children: Celery's, but for a child that dies as the broker goes.

Celery stops watching a child once it has noticed its end, and takes it out of the pool when the
system says how it ended: a moment later on a busy machine. Where the broker is lost in between, the
child is still in the pool after the reconnection, when all are to be watched anew. Celery then
watches a file descriptor that is None, and the whole worker ends.
"""

from __future__ import annotations

from typing import Any

from celery.concurrency.asynpool import AsynPool
from celery.concurrency.prefork import TaskPool


class _Children(AsynPool):  # type: ignore[misc]  # celery has no types
    def _track_child_process(self, proc: Any, hub: Any) -> None:
        if getattr(proc, "_sentinel_poll", proc) is None:
            return  # its end was noticed; `maintain_pool`, called each second, takes it out
        super()._track_child_process(proc, hub)


class Pool(TaskPool):  # type: ignore[misc]  # celery has no types
    """Named by Celery's setting `worker_pool`."""

    Pool = _Children
