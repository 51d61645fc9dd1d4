"""`python -m workers alive` asks a real worker's sign of life."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest
from databases import sqlite_and_postgres_if_long
from sqlalchemy import select
from waiting import wait_until

from tasks.ringing import ring
from zhibiao.domain import Stage
from zhibiao.store.database.schema import work as work_table
from zhibiao.store.work import queue


def alive(stack: Any, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "workers", "alive"],
        env={
            **os.environ,
            "ZHIBIAO_DATA_DIR": str(stack.settings.data_dir),
            "ZHIBIAO_DATABASE_URL": stack.settings.store_url,
            "XDG_RUNTIME_DIR": str(folder),
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "tmp"
    found.mkdir()
    return found


@pytest.mark.long
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_worker_is_well_until_it_is_frozen_and_gone_when_it_is_killed(
    stack: Any, folder: Path
) -> None:
    assert alive(stack, folder).returncode == 1  # nobody there
    worker = stack.start_worker(XDG_RUNTIME_DIR=str(folder))

    def well() -> subprocess.CompletedProcess[str] | None:
        asked = alive(stack, folder)
        return asked if asked.returncode == 0 else None

    found = wait_until(well, seconds=90, every=0.3, why=lambda: alive(stack, folder))
    assert found.stdout.startswith("one@")
    os.killpg(worker.pid, signal.SIGSTOP)
    (path,) = folder.glob("*/one@*.json")
    sign = json.loads(path.read_text())
    path.write_text(json.dumps({**sign, "at": sign["at"] - 60}))  # a minute has passed
    found = alive(stack, folder)
    assert (found.returncode, "its loop has not turned" in found.stdout) == (1, True)
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    stack.workers.remove(worker)
    assert "no worker" in alive(stack, folder).stdout


def signed_by(folder: Path, worker: Any) -> bool:
    signs = [json.loads(path.read_text()) for path in folder.glob("*/*.json")]
    return any(sign["pid"] == worker.pid for sign in signs)


def await_sign(folder: Path, worker: Any) -> None:
    wait_until(lambda: signed_by(folder, worker), seconds=90)


@pytest.mark.long
@sqlite_and_postgres_if_long
def test_a_worker_ends_the_leases_of_its_dead_namesake_and_not_those_of_a_living_one(
    stack: Any, folder: Path
) -> None:
    first = stack.start_worker(XDG_RUNTIME_DIR=str(folder))
    await_sign(folder, first)
    (path,) = folder.glob("*/one@*.json")
    run = stack.submit({"a.txt": b"text"})
    with stack.store.write() as connection:  # what a child of the first one would do
        now = stack.store.now(connection)
        of_run = select(work_table.c.id).where(work_table.c.run_id == run)
        (work,) = connection.execute(of_run).one()
        taken = queue.claim(
            connection,
            [work],
            Stage.READ,
            lease=f"{path.stem}/task/1",
            lease_until=now + 300,
            max_attempts=3,
            max_losses=3,
            now=now,
        )
    assert len(taken) == 1

    def held() -> int:
        with stack.store.read() as connection:
            return len(queue.holdings(connection, f"{path.stem}/task/"))

    second = stack.start_worker(XDG_RUNTIME_DIR=str(folder))
    await_sign(folder, second)
    assert held() == 1
    for worker in (first, second):
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        stack.workers.remove(worker)
    await_sign(folder, stack.start_worker(XDG_RUNTIME_DIR=str(folder)))
    assert held() == 0


DEAF = """
from celery.signals import worker_ready
from kombu.transport.redis import QoS
from workers import pulse
from workers.celery import app
pulse.DEAF_SECONDS, pulse._LISTEN_SECONDS = 2.0, 0.5

@worker_ready.connect
def stop_listening(**_):
    QoS.can_consume = lambda self: False
"""


@pytest.mark.long
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_worker_that_hears_nothing_of_what_waits_for_it_ends(
    stack: Any, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "deaf_workers.py").write_text(DEAF)
    path = os.pathsep.join(filter(None, (str(tmp_path), os.environ.get("PYTHONPATH"))))
    environment = {"XDG_RUNTIME_DIR": str(folder), "PYTHONPATH": path}
    worker = stack.start_worker(app="deaf_workers", **environment)
    await_sign(folder, worker)

    def ended() -> bool:
        ring(stack.settings)  # as beat does
        return worker.poll() is not None

    wait_until(ended, seconds=90, every=0.5)
    assert worker.returncode == 70
    # Its children need some seconds to find out.
    wait_until(lambda: not children_left(worker), every=0.2, why=lambda: children_left(worker))


def children_left(worker: Any) -> list[psutil.Process]:
    """Of the worker's process group."""
    return [p for p in psutil.process_iter() if p.pid != worker.pid and group(p) == worker.pid]


def group(process: psutil.Process) -> int | None:
    try:
        return os.getpgid(process.pid)
    except ProcessLookupError:
        return None
