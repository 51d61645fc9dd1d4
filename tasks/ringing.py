"""Sending messages. The broker is a doorbell: when it is down, work is late but never lost."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from celery import Celery
from kombu.exceptions import KombuError, OperationalError

from tasks.app import SEND_ONCE, app, configure, quiet_app
from tasks.queues import UPKEEP, queue_name
from zhibiao.settings import Settings
from zhibiao.store.work.runs import Priority
from zhibiao.store.work.window import Chunk

log = logging.getLogger(__name__)

UNREACHABLE = (OperationalError, KombuError, ConnectionError, TimeoutError, OSError)


def ring(settings: Settings) -> bool:
    """Wake the dispatcher now rather than at its next beat. False when the broker is down."""
    configure(settings)
    return _send(quiet_app, "zhibiao.dispatch", {}, queue=UPKEEP, shown="")


def send_chunks(chunks: Iterable[Chunk]) -> list[Chunk]:
    """One message a chunk; those that could not be sent."""
    unsent: list[Chunk] = []
    for chunk in chunks:
        # After the first refusal the rest would each wait for the same time-out.
        if unsent or not _send_chunk(chunk):
            unsent.append(chunk)
    return unsent


def _send_chunk(chunk: Chunk) -> bool:
    return _send(
        app,
        f"zhibiao.{chunk.stage.value}",
        {"run": chunk.run, "work_ids": list(chunk.work_ids), "priority": chunk.priority},
        queue=queue_name(chunk.priority, chunk.stage),
        shown=shown(chunk.run, len(chunk.work_ids), chunk.priority),
    )


def shown(run: int, documents: int, priority: Priority) -> str:
    """What people read in Flower."""
    return f"{shown_run(run)} {documents} document{'s' if documents != 1 else ''}, {priority}"


def shown_run(run: int) -> str:
    """What the arguments of a run's tasks have, and those of no other run's."""
    return f"run {run},"


def send_canaries(queues: Iterable[str], *, expires_seconds: float) -> bool:
    """One canary into each queue."""
    return all(
        _send(
            quiet_app,
            "zhibiao.canary",
            {"queue": queue},
            queue=queue,
            shown=queue,
            expires_seconds=expires_seconds,
        )
        for queue in queues
    )


def _send(
    sender: Celery,
    name: str,
    arguments: dict[str, object],
    *,
    queue: str,
    shown: str,
    expires_seconds: float | None = None,
) -> bool:
    try:
        sender.send_task(
            name,
            kwargs=arguments,
            queue=queue,
            argsrepr="()",
            kwargsrepr=shown,
            retry=True,
            retry_policy=SEND_ONCE,
            expires=expires_seconds,
            ignore_result=True,
        )
    except UNREACHABLE as error:
        log.warning("broker unreachable: %s not sent (%s)", name, error)
        return False
    return True
