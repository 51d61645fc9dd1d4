"""What waits in the broker for somebody to take it.

The proof that a silent worker is deaf, or that messages got lost.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterable

from tasks.broker import broker_of, connected
from zhibiao.settings import Settings

log = logging.getLogger(__name__)

_SECONDS = 2.0


def waiting_messages(settings: Settings, queues: Iterable[str]) -> int | None:
    """How many messages no worker has taken yet, over a connection of its own.

    None where the broker does not answer: then nobody can tell.
    """
    # Redis has nothing to declare, and finds no queue if asked passively.
    passive = not broker_of(settings).is_redis
    count = 0
    try:
        with connected(settings, seconds=_SECONDS) as connection:
            for name in queues:
                absent = contextlib.suppress(connection.channel_errors)  # it is not there yet
                with absent, connection.channel() as channel:
                    found = channel.queue_declare(name, passive=passive)
                    count += found.message_count
    except Exception as error:  # each transport has its own errors
        log.warning("cannot tell what waits in the broker: %s", error)
        return None
    return count
