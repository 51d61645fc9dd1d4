"""`python -m workers alive` asks a real worker's sign of life."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest


def alive(stack: Any, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "workers", "alive"],
        env={
            **os.environ,
            "ZHIBIAO_DATA_DIR": str(stack.settings.data_dir),
            "ZHIBIAO_DATABASE_URL": stack.settings.store_url,
            "TMPDIR": str(folder),
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


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_worker_is_well_until_it_is_frozen_and_gone_when_it_is_killed(
    stack: Any, folder: Path
) -> None:
    assert alive(stack, folder).returncode == 1  # nobody there
    worker = stack.start_worker(TMPDIR=str(folder))
    deadline = time.monotonic() + 30
    while (found := alive(stack, folder)).returncode != 0:
        assert time.monotonic() < deadline, found
        time.sleep(0.3)
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
