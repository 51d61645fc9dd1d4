"""A worker child died or was ended for its time: note it, so that its documents go on at once."""

from __future__ import annotations

import logging
import time

from billiard.exceptions import TimeLimitExceeded

from zhibiao.settings import Settings
from zhibiao.store import Store, queue

log = logging.getLogger(__name__)

_parent: tuple[Settings, str] | None = None


def remember_parent(settings: Settings, node: str) -> None:
    """Called in the worker's parent, which has no context and no current request of its own."""
    global _parent
    _parent = (settings, node)


def report_loss(error: BaseException, *, task_id: str) -> None:
    """End the leases of a task whose process is gone.

    Runs in the parent: the database is opened for this alone and closed again, so that children
    forked later inherit no connection.
    """
    if _parent is None:
        return
    settings, node = _parent
    if isinstance(error, TimeLimitExceeded):
        code, message = "time_limit", "It hung its worker beyond ZHIBIAO_TASK_SECONDS."
    else:
        code, message = "worker_lost", f"Its worker process died: {error}"
    store = Store(settings.store_url)
    try:
        with store.write() as connection:
            queue.release(
                connection, f"{node}/{task_id}/", now=time.time(), code=code, message=message
            )
    except Exception:  # the lease expires by itself
        log.warning("leases of task %s not ended", task_id, exc_info=True)
    finally:
        store.close()
