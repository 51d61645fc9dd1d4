"""What waits in the broker for somebody to take it: the proof that a silent worker is deaf."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterable

from kombu import Connection

from tasks.broker import broker_of
from zhibiao.settings import Settings

log = logging.getLogger(__name__)

_SECONDS = 2.0


def waiting_messages(settings: Settings, queues: Iterable[str]) -> int:
    """How many messages no worker has taken yet, over a connection of its own.

    0 where the broker does not answer: then nobody is to blame.
    """
    broker = broker_of(settings, timeout_seconds=_SECONDS)
    count = 0
    try:
        with Connection(
            broker.url, connect_timeout=_SECONDS, transport_options=broker.options
        ) as connection:
            connection.ensure_connection(max_retries=1, interval_start=0.1, timeout=_SECONDS)
            for name in queues:
                absent = contextlib.suppress(connection.channel_errors)  # it is not there yet
                with absent, connection.channel() as channel:
                    # Redis has nothing to declare, and finds no queue if asked passively.
                    found = channel.queue_declare(name, passive=not broker.is_redis)
                    count += found.message_count
    except Exception as error:  # each transport has its own errors
        log.warning("cannot tell what waits in the broker: %s", error)
        return 0
    return count
