"""The real thing: `zhibiao up` as a process, used through its command line and over HTTP."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from zhibiao.domain import State

ZHIBIAO = str(Path(sys.executable).with_name("zhibiao"))


@dataclass
class LiveStack:
    """A running embedded stack in a data dir of its own."""

    data_dir: Path
    process: subprocess.Popen[str]
    log: Path
    address: dict[str, Any] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("ZHIBIAO_")}
        return {**kept, "ZHIBIAO_DATA_DIR": str(self.data_dir)}

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """A command of the CLI, as a person would type it."""
        done = subprocess.run(
            [ZHIBIAO, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=180,
        )
        if check and done.returncode != 0:
            raise AssertionError(f"zhibiao {arguments}: {done.returncode}\n{done.stderr}")
        return done

    def client(self) -> httpx.Client:
        token = (self.data_dir / "token").read_text().strip()
        return httpx.Client(
            base_url=self.address["url"],
            headers={"Authorization": f"Bearer {token}"},
            timeout=60,
        )

    def family(self) -> list[psutil.Process]:
        """Every process of the stack, the supervisor and its reaper included."""
        leader = psutil.Process(self.process.pid)
        return [leader, *leader.children(recursive=True)]

    def wait_ready(self, seconds: float = 200) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(f"zhibiao up ended:\n{self.log.read_text()[-3000:]}")
            try:
                self.address = json.loads((self.data_dir / "stack.json").read_text())
            except (OSError, ValueError):
                time.sleep(0.1)
            else:
                return
        raise AssertionError(f"zhibiao up is not ready:\n{self.log.read_text()[-3000:]}")

    def wait_run(self, run: int, seconds: float = 200) -> dict[str, int]:
        """Until the run is at rest; its accounts, which balance at every look."""
        with self.client() as client:
            deadline = time.monotonic() + seconds
            while True:
                accounts: dict[str, int] = client.get(f"/v1/runs/{run}").json()["accounts"]
                assert accounts["submitted"] == sum(accounts[state] for state in State)
                if accounts["in_flight"] == 0:
                    return accounts
                assert time.monotonic() < deadline, accounts
                time.sleep(0.3)

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


StackStarter = Callable[..., LiveStack]


def begin(data_dir: Path, *options: str, environment: Mapping[str, str] | None = None) -> LiveStack:
    """Start a stack with options of `zhibiao up`; whoever does ends it."""
    log = data_dir.parent / f"{data_dir.name}.log"
    kept = {k: v for k, v in os.environ.items() if not k.startswith("ZHIBIAO_")}
    options = options or ("--port", "0", "--flower-port", "0")
    with log.open("a") as sink:
        process = subprocess.Popen(
            [ZHIBIAO, "up", "--data-dir", str(data_dir), *options],
            env={**kept, **(environment or {})},
            stdout=sink,
            stderr=sink,
            text=True,
            start_new_session=True,
        )
    return LiveStack(data_dir=data_dir, process=process, log=log)


@pytest.fixture
def start_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackStarter]:
    """Start stacks with options of `zhibiao up`; all of them end with the test."""
    started: list[LiveStack] = []

    def start(
        *options: str,
        data_dir: Path | None = None,
        wait: bool = True,
        environment: Mapping[str, str] | None = None,
    ) -> LiveStack:
        folder = data_dir or tmp_path_factory.mktemp("stack")
        stack = begin(folder, *options, environment=environment)
        started.append(stack)
        if wait:
            stack.wait_ready()
        return stack

    yield start
    for stack in started:
        stack.end()


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveStack]:
    """One stack that the tests of a module share."""
    folder = tmp_path_factory.mktemp("live")
    stack = begin(folder)
    stack.wait_ready()
    yield stack
    stack.end()
