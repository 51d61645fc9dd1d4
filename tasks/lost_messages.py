"""Messages that the broker has lost: documents that count as sent, and nobody will ever hear of."""

from __future__ import annotations

from tasks.broker_backlog import waiting_messages
from tasks.queues import STAGE_QUEUES
from zhibiao.settings import Settings
from zhibiao.store import Store
from zhibiao.store.work import queue, window

# A worker with a free place takes a message at once; this leaves it time on a slow machine.
ANSWER_SECONDS = 10.0
_PATIENCE_SECONDS = 5.0


def count_lost(settings: Settings, store: Store) -> int:
    """Documents that were sent a while ago, though no queue holds a message and nobody works.

    What a busy worker has taken in advance is no message of a queue: while any document is held,
    none counts as lost.
    """
    if not _unanswered(settings, store) or waiting_messages(settings, STAGE_QUEUES) != 0:
        return 0
    return _unanswered(settings, store)  # the last message may have been taken just now


def send_lost_again(settings: Settings, store: Store) -> int:
    """Let the dispatcher send them now rather than when their time is over; how many."""
    if not count_lost(settings, store):
        return 0
    with store.write() as connection:
        now = store.now(connection)
        return window.unsend_unanswered(
            connection, now=now, resend_at=now + settings.resend_seconds, seconds=ANSWER_SECONDS
        )


def _unanswered(settings: Settings, store: Store) -> int:
    """Documents whose message nobody has answered, while nobody works on any."""
    with store.read(patience_seconds=_PATIENCE_SECONDS) as connection:
        now = store.now(connection)
        if queue.held(connection, now=now):
            return 0
        return window.unanswered(
            connection, now=now, resend_at=now + settings.resend_seconds, seconds=ANSWER_SECONDS
        )
