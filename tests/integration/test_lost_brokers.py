"""A worker that has lost its broker takes up work again, whatever else happens at that moment."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest
from waiting import wait_until

from zhibiao.testing.reports import generate_many

# How a child ended is known only after the next connection to the broker, as on a busy machine.
DYING_SLOWLY = """
from pathlib import Path
from billiard.popen_fork import Popen
from celery.concurrency.asynpool import AsynPool
from workers.celery import app

connections = []
poll, register = Popen.poll, AsynPool.register_with_event_loop

def poll_late(self, *flags):
    ended = poll(self, *flags)
    if ended is None or len(connections) > 1:
        return ended
    Path(__file__).with_name("noticed").touch()
    return None

def register_and_count(self, hub):
    register(self, hub)
    connections.append(hub)

Popen.poll, AsynPool.register_with_event_loop = poll_late, register_and_count
"""


@pytest.mark.long
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_child_that_dies_as_the_broker_does_ends_neither_the_worker_nor_its_work(
    stack: Any, tmp_path: Path
) -> None:
    (tmp_path / "dying_workers.py").write_text(DYING_SLOWLY)
    path = os.pathsep.join(filter(None, (str(tmp_path), os.environ.get("PYTHONPATH"))))
    worker = stack.start_worker(app="dying_workers", PYTHONPATH=path)
    run = stack.submit({f"{r.name}.txt": r.text.encode() for r in generate_many(40, seed=44)})
    stack.wait(run, until=lambda accounts: accounts.done >= 2)
    os.kill(stack.children()[0].pid, signal.SIGKILL)
    wait_until((tmp_path / "noticed").exists, every=0.01)
    stack.broker.kill()
    stack.broker.start()
    ended = stack.wait(run, until=lambda a: a.in_flight == 0 or worker.poll() is not None)
    assert worker.poll() is None
    assert ended.done == 40
