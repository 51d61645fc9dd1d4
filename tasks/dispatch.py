"""Keep a bounded window of work in the queues, refilled from the store."""

from __future__ import annotations

import os
from collections.abc import Iterable

from tasks.ringing import send_chunks
from zhibiao.settings import Settings
from zhibiao.store import Store
from zhibiao.store.work import window
from zhibiao.store.work.window import Chunk


def dispatch(store: Store, settings: Settings) -> int:
    """Send what is due: never sent, unanswered, or held by a lease that expired.

    Returns the number of documents sent. Anyone may call it at any time, several at once.
    """
    total = 0
    with store.read() as connection:
        waiting = window.priorities_at_work(connection)
    for priority in waiting:
        with store.write() as connection:
            now = store.now(connection)
            chunks = window.due(
                connection,
                priority=priority,
                window=settings.window_documents,
                chunk=settings.chunk_documents,
                now=now,
                resend_at=now + settings.resend_seconds,
                processes=settings.workers or os.cpu_count() or 1,
            )
        total += send(store, chunks)
    return total


def send(store: Store, chunks: Iterable[Chunk]) -> int:
    """Send a message a chunk; the number of documents sent.

    What the broker does not take may be sent by the next one who dispatches.
    """
    asked = list(chunks)
    unsent = send_chunks(asked)
    if unsent:
        with store.write() as connection:
            for chunk in unsent:
                window.unsend(connection, chunk.work_ids)
    return sum(len(chunk.work_ids) for chunk in asked if chunk not in unsent)
