"""What is particular to RabbitMQ; `test_worker.py` runs on it like on any broker."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kombu import Connection

from zhibiao.settings import Settings
from zhibiao.testing.reports import generate_many


def test_the_queues_are_quorum_queues(
    rabbitmq: Any, postgres_url: str, tmp_path: Path, make_stack: Any
) -> None:
    settings = Settings(data_dir=tmp_path, database_url=postgres_url, broker_url=rabbitmq.url)
    stack = make_stack(settings, rabbitmq)
    run = stack.submit({f"{r.name}.txt": r.text.encode() for r in generate_many(2, seed=41)})
    stack.start_worker()
    assert stack.wait(run).done == 2
    with Connection(rabbitmq.url) as connection, connection.channel() as channel:
        # Declared as anything but a quorum queue, it would be refused.
        arguments = {"x-queue-type": "quorum"}
        channel.queue_declare("bulk.read", durable=True, auto_delete=False, arguments=arguments)
