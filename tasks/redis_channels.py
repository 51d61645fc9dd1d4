"""A Redis that does not answer must cost the worker neither a place for good, nor its life.

A worker holds as many unacknowledged messages as it has places, and Celery goes on after "Couldn't
ack". Kombu frees the message's place only once Redis has answered: after as many such moments as
there are places (a Redis that is mute for longer than the socket's timeout while tasks end), the
worker is connected, answers pings, and receives nothing more until it is restarted.

When the broker is lost, Celery closes its channels twice: once to let go of the sockets, and then
as one closes a connection. Kombu's first closing stops half-way where it finds that the channel's
request for messages cannot be answered any more; its second closing goes on with the messages that
are held, has no address to return them to by then, and the whole worker ends.
"""

from __future__ import annotations

from typing import Any

from kombu.transport import redis, virtual

_close = redis.Channel.close


class FreeingQoS(redis.QoS):  # type: ignore[misc]  # kombu has no types
    """Frees the place whatever Redis says.

    The message stays with Redis and is delivered once more after the visibility timeout; then it
    finds nothing to claim.
    """

    def ack(self, delivery_tag: str) -> None:
        try:
            super().ack(delivery_tag)
        except Exception:
            virtual.QoS.ack(self, delivery_tag)
            raise

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        try:
            super().reject(delivery_tag, requeue=requeue)
        except Exception:
            virtual.QoS.ack(self, delivery_tag)
            raise


def _close_whole(channel: Any) -> None:
    try:
        _close(channel)
    except channel.connection_errors:
        _close(channel)  # its request for messages is given up by now, so this goes to the end


def outlive_redis() -> None:
    """Use both on every Redis connection of this process; kombu has no setting for them."""
    channel: Any = redis.Channel
    channel.QoS = FreeingQoS
    channel.close = _close_whole
