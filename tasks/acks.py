"""An acknowledgement that Redis did not take must not cost the worker a place for good.

A worker holds as many unacknowledged messages as it has places, and Celery goes on after "Couldn't
ack". Kombu frees the message's place only once Redis has answered: after as many such moments as
there are places (a Redis that is mute for longer than the socket's timeout while tasks end), the
worker is connected, answers pings, and receives nothing more until it is restarted.
"""

from __future__ import annotations

from typing import Any

from kombu.transport import redis, virtual


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


def free_places_of_lost_acks() -> None:
    """Use it on every Redis connection of this process; kombu has no setting for it."""
    channel: Any = redis.Channel
    channel.QoS = FreeingQoS
