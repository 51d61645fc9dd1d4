"""A Redis that is mute, or gone, costs its worker nothing."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import psutil
import pytest
from kombu import Connection, Queue
from redis.exceptions import TimeoutError as RedisTimeout

from tasks.app import configure
from zhibiao.settings import Settings

PLACES = 2


@pytest.mark.parametrize("answer", ["ack", "reject"])
def test_an_answer_that_redis_did_not_take_frees_the_place_of_its_message(
    redis_server: Any, tmp_path: Path, answer: str
) -> None:
    configure(Settings(data_dir=tmp_path, broker_url=redis_server.url))
    redis = psutil.Process(redis_server.process.pid)
    with Connection(redis_server.url, transport_options={"socket_timeout": 0.3}) as connection:
        channel = connection.channel()
        channel.basic_qos(0, PLACES, False)
        queue = Queue(f"lost-{answer}")(channel)
        queue.declare()
        producer = connection.Producer(channel)
        for number in range(PLACES):
            producer.publish({"number": number}, routing_key=queue.name)
        held = [queue.get() for _ in range(PLACES)]
        assert not channel.qos.can_consume()
        redis.send_signal(signal.SIGSTOP)
        try:
            for message in held:
                with pytest.raises(RedisTimeout):
                    getattr(message, answer)()
        finally:
            redis.send_signal(signal.SIGCONT)
        assert channel.qos.can_consume()


def test_channels_that_wait_for_messages_and_hold_some_are_closed_when_redis_is_gone(
    redis_server: Any, tmp_path: Path
) -> None:
    configure(Settings(data_dir=tmp_path, broker_url=redis_server.url))
    connection = Connection(redis_server.url)
    channels = [connection.default_channel, connection.channel()]
    for number, channel in enumerate(channels):
        queue = Queue(f"lost-broker-{number}")(channel)
        queue.declare()
        connection.Producer(channel).publish({}, routing_key=queue.name)
        connection.Consumer(queue, channel=channel, callbacks=[lambda *_: None]).consume()
        connection.drain_events(timeout=10)
    with pytest.raises(TimeoutError):  # they ask for the next ones
        connection.drain_events(timeout=0.2)
    assert all(channel.qos._delivered and channel._in_poll for channel in channels)
    redis_server.kill()
    # As Celery does when it has lost its broker; after the second its worker begins anew.
    connection.collect()
    connection.close()
    assert channels[0].closed
