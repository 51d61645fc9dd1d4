"""The Celery app. Importing has no effects: an edge (worker, API, beat) calls `configure`."""

from __future__ import annotations

from typing import Any

from celery import Celery, Task
from celery.schedules import crontab
from kombu import Exchange, Queue

from tasks.broker import broker_of
from tasks.queues import QUEUES, UPKEEP
from tasks.redis_channels import outlive_redis
from zhibiao.settings import Settings


class OutOfMemory(Exception):
    """A task found no memory outside of any document's stage."""


class BoundedTask(Task):  # type: ignore[misc]  # celery has no types
    """A task whose want of memory ends itself alone.

    A MemoryError that leaves a task is raised again in the worker's parent, and ends the worker.
    """

    abstract = True
    Request = "tasks.requests:NamedRequest"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return self.run(*args, **kwargs)
        except MemoryError:
            raise OutOfMemory from None


app = Celery(
    "zhibiao", task_cls=BoundedTask, include=["tasks.stages", "tasks.upkeep", "tasks.reprocessing"]
)

# The same broker, without events: upkeep several times a minute would bury in Flower the work
# that people watch.
quiet_app = Celery("zhibiao-upkeep")

DISPATCH_SECONDS = 2.0
SWEEP_SECONDS = 15.0
INDEX_SECONDS = 15.0
# However much work waits, the full-text index is filled for so long each minute. Of the texts that
# come meanwhile it would know few in any case.
INDEX_BUSY_EVERY_SECONDS, INDEX_BUSY_SECONDS = 60.0, 0.5
EXPIRES_SECONDS = 600.0  # of what upkeep sends


def configure(settings: Settings) -> Celery:
    """Tell the app where its broker is, and how this project uses Celery.

    Results are ignored (the store knows how things stand), a message is acknowledged after its
    task (a lost worker must not take it along), and prefetch is one message a child.
    """
    broker = broker_of(settings)
    outlive_redis()
    app.conf.update(
        broker_url=broker.url,
        broker_transport_options=broker.options,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_connection_timeout=3,
        broker_pool_acquire_timeout=5,
        task_queues=[
            Queue(
                name,
                Exchange(name),
                routing_key=name,
                queue_arguments=broker.queue_arguments or None,
            )
            for name in QUEUES
        ],
        task_default_queue=UPKEEP,
        task_create_missing_queues=False,
        task_acks_late=True,
        task_reject_on_worker_lost=False,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        task_send_sent_event=True,
        task_track_started=False,
        task_soft_time_limit=settings.task_seconds,
        task_time_limit=settings.task_seconds + settings.grace_seconds,
        worker_send_task_events=True,
        worker_prefetch_multiplier=1,
        worker_concurrency=settings.workers or None,
        worker_lost_wait=0.5,  # seconds between the death of a child and its report
        # A child that has not begun to take tasks by then is killed. Celery's own 4 s are over when
        # the parent has waited for its broker, or the machine is busy.
        worker_proc_alive_timeout=60,
        worker_max_tasks_per_child=500,
        # In kB, looked at after a task: a child near its limit makes room for a fresh one.
        worker_max_memory_per_child=settings.child_memory_mb * 1024 * 4 // 5,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        beat_schedule=_schedule(settings),
        beat_max_loop_interval=5,
    )
    quiet_app.conf.update(
        {name: app.conf[name] for name in _SHARED_WITH_QUIET}, task_send_sent_event=False
    )
    return app


def _schedule(settings: Settings) -> dict[str, object]:
    """What beat sends, and when."""
    schedule: dict[str, object] = {
        "dispatch": {
            "task": "zhibiao.dispatch",
            "schedule": DISPATCH_SECONDS,
            # A backlog of these would be of no use: each one does all there is to do. But a worker
            # whose clock is ahead by more than this would throw every one of them away.
            "options": {"queue": UPKEEP, "expires": EXPIRES_SECONDS},
        },
        "sweep": {
            "task": "zhibiao.sweep",
            "schedule": SWEEP_SECONDS,
            "options": {"queue": UPKEEP, "expires": EXPIRES_SECONDS},
        },
        "index texts": {
            "task": "zhibiao.index_texts",
            "schedule": INDEX_SECONDS,
            "options": {"queue": UPKEEP, "expires": INDEX_SECONDS},
        },
        "index some texts": {
            "task": "zhibiao.index_texts",
            "schedule": INDEX_BUSY_EVERY_SECONDS,
            "kwargs": {"busy_seconds": INDEX_BUSY_SECONDS},
            "options": {"queue": UPKEEP, "expires": INDEX_SECONDS},
        },
    }
    nightly = (
        ("nightly", "zhibiao.reprocess_outdated", settings.nightly_reprocess),
        ("nightly prune", "zhibiao.prune", settings.nightly_prune),
    )
    for name, task, at in nightly:
        if at:
            hour, minute = at.split(":")
            schedule[name] = {
                "task": task,
                "schedule": crontab(hour=hour, minute=minute),
                "options": {"queue": UPKEEP, "expires": 3600},
            }
    return schedule


_SHARED_WITH_QUIET = (
    "broker_url",
    "broker_transport_options",
    "broker_connection_timeout",
    "broker_pool_acquire_timeout",
    "task_queues",
    "task_default_queue",
    "task_create_missing_queues",
    "task_ignore_result",
    "task_serializer",
)

# One short try: the store holds the work, and the dispatcher comes back for it.
SEND_ONCE = {"max_retries": 1, "interval_start": 0.1, "interval_step": 0, "interval_max": 0.1}
