"""What a worker does when it starts and ends: load before the fork, open after it."""

from __future__ import annotations

import gc
import logging
import os
import resource
import sys
import warnings
from typing import Any

from billiard.exceptions import TimeLimitExceeded, WorkerLostError
from celery import Celery
from celery.exceptions import SecurityWarning
from celery.signals import (
    beat_init,
    celeryd_init,
    setup_logging,
    task_failure,
    task_postrun,
    task_prerun,
    task_received,
    worker_init,
    worker_process_init,
    worker_process_shutdown,
    worker_ready,
)

from tasks.app import quiet_app
from tasks.context import close_context, load_language, open_context
from tasks.leaving import make_leaving_possible
from tasks.loss import remember_parent, report_loss
from tasks.outages import log_outages_once
from workers.figures import Figures
from workers.names import take_name
from workers.pulse import Pulse, when_received
from zhibiao import pipeline, tracing
from zhibiao.logs import bind, configure_logging
from zhibiao.settings import Settings
from zhibiao.store import Store
from zhibiao.store.database.migrate import check
from zhibiao.store.work import queue
from zhibiao.watching import WatchedLanguage

log = logging.getLogger(__name__)

# Objects made since the last collection. A report makes thousands, none of them a cycle: Python's
# own 700 would have it look through them again and again. A message's outputs are fewer than this.
_COLLECTED_AFTER = 60_000


def connect(app: Celery, settings: Settings) -> None:
    """Hook the worker's life into Celery's signals. Flower sends none of these."""
    life = _Life(app, settings)
    setup_logging.connect(life.set_up_logging, weak=False)
    celeryd_init.connect(leave_root_to_us, weak=False)
    beat_init.connect(life.when_beat_starts, weak=False)
    worker_init.connect(life.before_fork, weak=False)
    worker_process_init.connect(life.after_fork, weak=False)
    worker_process_shutdown.connect(life.before_child_ends, weak=False)
    worker_ready.connect(life.when_ready, weak=False)
    task_received.connect(when_received, weak=False)
    task_prerun.connect(_bind_task, weak=False)
    task_postrun.connect(_bind_nothing, weak=False)
    task_failure.connect(life.when_a_task_failed, weak=False)
    Pulse.settings = settings
    app.steps["consumer"].add(Pulse)
    Figures.settings = settings
    app.steps["consumer"].add(Figures)


def _bind_task(
    task_id: str = "", task: Any = None, kwargs: dict[str, Any] | None = None, **_: Any
) -> None:
    """Log lines of a task say which it is and what it works on."""
    given = kwargs or {}
    bind(task=task_id, name=task.name, run=given.get("run"))


def _bind_nothing(**_: Any) -> None:
    bind()


class _Life:
    def __init__(self, app: Celery, settings: Settings) -> None:
        self.app = app
        self.settings = settings
        self.language: WatchedLanguage | None = None

    def set_up_logging(self, **_: Any) -> None:
        configure_logging(self.settings.log_level, self.settings.log_format)
        log_outages_once()

    def when_beat_starts(self, **_: Any) -> None:
        """Beat sends upkeep only: without events, see `tasks.app.quiet_app`."""
        self.app.conf.task_send_sent_event = False

    def before_fork(self, sender: Any = None, **_: Any) -> None:
        """In the parent: dictionaries and catalogue, shared by all children copy-on-write."""
        if self.settings.traces_url:
            tracing.check()
        self.language = load_language(self.settings)
        node = str(getattr(sender, "hostname", sender))
        remember_parent(self.settings, node, pipeline.versions(self.language.current()))
        store = Store(self.settings.store_url)
        try:
            with store.read() as connection:
                check(connection)
            if take_name(node, self.settings.store_url):
                # It has no children yet: leases in its name are a dead one's.
                self._end_leases(store, node)
            else:
                log.warning(
                    "another worker is called %s: give each its own name (--hostname), or leases "
                    "of one that dies last until they expire",
                    node,
                )
        finally:
            store.close()  # no database connection may cross the fork
        # What is loaded by now stays: collections need not go through it, here or in any child,
        # where they would also copy its memory.
        gc.collect()
        gc.freeze()

    def _end_leases(self, store: Store, node: str) -> None:
        with store.write() as connection:
            now = store.now(connection)
            freed = queue.give_back(connection, f"{node}/", now=now, not_before=now, lost=True)
        if freed:
            log.info("ended %s leases of a worker that died", freed)

    def after_fork(self, **_: Any) -> None:
        """In the child: its memory limit and its own database."""
        make_leaving_possible()
        _limit_memory(self.settings.child_memory_bytes)
        if self.language is None:
            self.language = load_language(self.settings)
        if self.settings.traces_url:
            tracing.start(self.settings.traces_url, share=self.settings.traces_share, part="worker")
        parser = open_context(self.settings, self.language).parser
        assert parser is not None
        parser.start()
        collect_seldom()

    def before_child_ends(self, **_: Any) -> None:
        close_context()
        tracing.stop()

    def when_ready(self, **_: Any) -> None:
        """Begin at once, rather than at beat's next tick."""
        tell_of_root()
        for name in ("zhibiao.sweep", "zhibiao.dispatch"):
            quiet_app.send_task(name, ignore_result=True, expires=60)

    def when_a_task_failed(
        self, task_id: str = "", exception: BaseException | None = None, **_: Any
    ) -> None:
        """Of a child that died or was ended for its time, the parent is told; nobody else is."""
        if isinstance(exception, WorkerLostError | TimeLimitExceeded):
            report_loss(exception, task_id=task_id)


def leave_root_to_us(**_: Any) -> None:
    """Before Celery looks who runs it: what it would say in ten lines, `tell_of_root` says in one.

    Its other warnings of users and groups stay.
    """
    warnings.filterwarnings(
        "ignore", message="You're running the worker with superuser", category=SecurityWarning
    )


def tell_of_root() -> None:
    """Where a worker runs as root, say so."""
    if os.geteuid() == 0:
        log.warning("this worker runs as root; as a user of its own it could do less harm")


def collect_seldom() -> None:
    """Leave what is loaded out of garbage collections, and let there be few of them."""
    gc.freeze()
    gc.set_threshold(_COLLECTED_AFTER)


def _limit_memory(limit: int) -> None:
    if sys.platform != "linux":
        return  # elsewhere RLIMIT_DATA does not count what malloc maps
    # Beyond it an allocation fails inside the child, which survives and names the document;
    # without it the kernel would end an innocent process.
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))
