"""What is particular to RabbitMQ; `test_worker.py` runs on it like on any broker."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from kombu import Connection
from waiting import wait_until

from tasks import health
from tasks.broker_backlog import waiting_messages
from tasks.queues import UPKEEP
from tasks.ringing import ring, send_chunks
from zhibiao.domain import Stage
from zhibiao.settings import Settings
from zhibiao.store.work.window import Chunk
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


@pytest.mark.long
def test_a_mute_node_holds_up_neither_who_sends_nor_a_worker_once_it_answers_again(
    rabbitmq: Any, postgres_url: str, tmp_path: Path, make_stack: Any
) -> None:
    settings = Settings(
        data_dir=tmp_path, database_url=postgres_url, broker_url=rabbitmq.url, resend_seconds=3
    )
    stack = make_stack(settings, rabbitmq)
    first = stack.submit({f"{r.name}.txt": r.text.encode() for r in generate_many(1, seed=42)})
    stack.start_worker()
    stack.wait(first)
    second = stack.submit({f"{r.name}.txt": r.text.encode() for r in generate_many(3, seed=43)})
    unheard = Chunk(run=second, stage=Stage.EXTRACT, priority="interactive", work_ids=(1,))
    with rabbitmq.mute():
        started = time.monotonic()
        ring(settings)
        # To a queue that this process has to declare first: it waits for an answer.
        assert send_chunks([unheard]) == [unheard]
        assert time.monotonic() - started < 60  # 10 s on an idle machine
        assert not health.report(settings, stack.store)["broker"]["ok"]
    assert stack.wait(second).done == 3


def test_messages_that_nobody_takes_are_counted(
    rabbitmq: Any, tmp_path: Path, make_stack: Any
) -> None:
    settings = Settings(data_dir=tmp_path, broker_url=rabbitmq.url)
    make_stack(settings, rabbitmq)
    assert waiting_messages(settings, [UPKEEP, "bulk.read"]) == 0  # they are not even there
    ring(settings)
    ring(settings)
    wait_until(lambda: waiting_messages(settings, [UPKEEP, "bulk.read"]) == 2)
