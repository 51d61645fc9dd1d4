"""A child process that ends after its current task, so that another one takes what it could not do.

Billiard ends a child after so many tasks or so much memory, and has no call for "after this one".
What it asks for its next job is replaced here by something that ends the process instead, as an
order of the parent's would; a job that is on its way to it goes to another child.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from billiard.pool import EX_RECYCLE
from billiard.process import current_process

_possible = False
_leaving = False


def make_leaving_possible() -> None:
    """Called in a child of a worker's pool, before it asks for its first job."""
    global _possible
    pool_worker: Any = getattr(current_process(), "_target", None)
    wait_for_job: Callable[..., Any] | None = getattr(pool_worker, "wait_for_job", None)
    if wait_for_job is None:  # no pool, or not this one
        return

    def next_job(*arguments: Any, **options: Any) -> Any:
        if _leaving:
            raise SystemExit(EX_RECYCLE)
        return wait_for_job(*arguments, **options)

    pool_worker.wait_for_job = next_job
    _possible = True


def leave() -> bool:
    """End this process after its current task; False where no other one would take its place."""
    global _leaving
    _leaving = _possible
    return _leaving
