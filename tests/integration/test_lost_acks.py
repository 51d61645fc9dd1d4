"""A Redis that is mute while a task ends costs its worker nothing."""

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
