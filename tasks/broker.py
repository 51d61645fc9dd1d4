"""From the setting to what the transports want: Redis in all its forms, and RabbitMQ."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from kombu import Connection

from zhibiao.settings import Settings

_REDIS = ("redis", "sentinel")
_RABBITMQ_SHARE = 0.4  # a declaration, and the closing of a connection, wait so long each


@dataclass(frozen=True, kw_only=True, slots=True)
class Broker:
    """A broker as Celery takes it."""

    url: str
    options: dict[str, object] = field(default_factory=dict)  # of the transport
    queue_arguments: dict[str, object] = field(default_factory=dict)  # of each queue's declaration

    @property
    def is_redis(self) -> bool:
        return self.url.startswith(_REDIS)


@contextmanager
def connected(settings: Settings, *, seconds: float) -> Iterator[Connection]:
    """A connection for a short look, tried once. Raises whatever errors the transport has."""
    broker = broker_of(settings, timeout_seconds=seconds)
    with Connection(
        broker.url, connect_timeout=seconds, transport_options=broker.options
    ) as connection:
        connection.ensure_connection(max_retries=1, interval_start=0.1, timeout=seconds)
        yield connection


def broker_of(settings: Settings, *, timeout_seconds: float = 10.0) -> Broker:
    """Where messages go.

    Known are `redis://`, `rediss://`, `redis+socket://`, `valkey://`, `valkeys://`, `amqp://`,
    `amqps://`, and `sentinel://`: several, separated by semicolons, with `?master_name=` and
    `&sentinel_password=` at the end.

    `timeout_seconds`: how long a connected but mute broker is waited for; whoever sends waits so
    long.
    """
    url = settings.celery_broker_url
    for valkey, redis in (("valkey://", "redis://"), ("valkeys://", "rediss://")):
        url = url.replace(valkey, redis)
    if url.startswith("rediss://") and "ssl_cert_reqs" not in url:
        url += ("&" if "?" in url else "?") + "ssl_cert_reqs=required"
    if not url.startswith(_REDIS):
        # For each single answer; whoever sends tries again once, over a new connection. A worker
        # that listens is not touched: its loop asks the socket first, and reads what is there.
        seconds = timeout_seconds * _RABBITMQ_SHARE
        return Broker(
            url=url,
            options={"read_timeout": seconds, "write_timeout": seconds},
            # Kept by several nodes, where there are several; the store would bring lost ones back.
            queue_arguments={"x-queue-type": "quorum"},
        )
    # Longer than any task, or a slow one would be delivered twice; the store's leases make even
    # that harmless. The dispatcher, not this timeout, brings lost work back.
    options: dict[str, object] = {
        "visibility_timeout": max(900, int(settings.task_seconds * 4)),
        "socket_timeout": timeout_seconds,
        "socket_connect_timeout": min(3.0, timeout_seconds),
        "socket_keepalive": not url.startswith("redis+socket"),
        "health_check_interval": 15,
        "unacked_restore_throttle": 1,
        "global_keyprefix": "zhibiao:",
        "queue_order_strategy": "priority",
    }
    if url.startswith("sentinel://"):
        url, _, query = url.partition("?")
        given = parse_qs(query)
        options["master_name"] = given.get("master_name", ["mymaster"])[0]
        if "sentinel_password" in given:
            options["sentinel_kwargs"] = {"password": given["sentinel_password"][0]}
    return Broker(url=url, options=options)
