"""An embedded stack in a temporary data dir, for benchmarks: started, watched, ended."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

_LOG_CHARACTERS = 6000


@dataclass
class BenchStack:
    """A running stack and what its processes took."""

    url: str
    token: str
    data_dir: Path
    parts: dict[str, int]
    peak_bytes: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def client(self) -> httpx.Client:
        return client_of(self.url, self.token, seconds=120)

    def sample(self) -> None:
        """Note each process's resident memory, where it is the most so far."""
        for label, process in self.processes():
            with contextlib.suppress(psutil.Error):
                resident = process.memory_info().rss
                self.peak_bytes[label] = max(self.peak_bytes[label], resident)

    def processes(self) -> Iterator[tuple[str, psutil.Process]]:
        """Each part that runs, by its name, and all that have come of it, numbered."""
        for name, pid in self.parts.items():
            with contextlib.suppress(psutil.Error):
                leader = psutil.Process(pid)
                children = leader.children(recursive=True)
                yield name, leader
                for number, child in enumerate(children):
                    yield f"{name} child {number}", child

    def accounts(self, client: httpx.Client, run: int) -> dict[str, int]:
        answer = client.get(f"/v1/runs/{run}")
        answer.raise_for_status()
        accounts: dict[str, int] = answer.json()["accounts"]
        return accounts

    def wait(self, client: httpx.Client, run: int, *, seconds: float = 1200) -> dict[str, int]:
        """Sample memory at all news until the run is at rest; its accounts."""
        deadline = time.monotonic() + seconds
        with client.stream("GET", f"/v1/runs/{run}/events") as answer:
            for line in answer.iter_lines():
                if line.startswith("data: "):
                    self.sample()
                    found = json.loads(line.removeprefix("data: "))
                    accounts: dict[str, int] = found["accounts"]
                    if found["finished"]:
                        return accounts
                if time.monotonic() > deadline:
                    break
        raise TimeoutError(f"run {run} is not at rest after {seconds:.0f} s")


def client_of(url: str, token: str, *, seconds: float) -> httpx.Client:
    """Of a service of our own: no proxy lies between."""
    return httpx.Client(
        base_url=url,
        headers={"Authorization": f"Bearer {token}"},
        timeout=seconds,
        trust_env=False,
    )


def logs_in(folder: Path) -> str:
    """How the log of each part ends."""
    return "\n".join(
        f"== {path.name}\n" + path.read_text(errors="replace")[-_LOG_CHARACTERS:]
        for path in sorted(folder.glob("*.log"))
    )


@contextlib.contextmanager
def bench_stack(**environment: str) -> Iterator[BenchStack]:
    """Start a stack on free ports, yield it when it is ready, end it by its own process id."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # a bench that is ended ends its stack
    with tempfile.TemporaryDirectory(prefix="zhibiao-bench-") as folder:
        data_dir = Path(folder)
        log = data_dir / "stack.log"
        with log.open("wb") as sink:
            process = subprocess.Popen(
                [sys.executable, "-m", "workers", "up"],
                env={
                    **os.environ,
                    "ZHIBIAO_DATA_DIR": folder,
                    "ZHIBIAO_PORT": "0",
                    "ZHIBIAO_FLOWER_PORT": "0",
                    **environment,
                },
                stdout=sink,
                stderr=sink,
            )
            try:
                address = _await_address(data_dir, process, log)
                yield BenchStack(
                    url=address["url"],
                    token=(data_dir / "token").read_text().strip(),
                    data_dir=data_dir,
                    parts=address["parts"],
                )
            finally:
                process.terminate()
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


def _await_address(
    data_dir: Path, process: subprocess.Popen[bytes], log: Path
) -> dict[str, object]:
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError, ValueError):
            found: dict[str, object] = json.loads((data_dir / "stack.json").read_text())
            return found
        time.sleep(0.1)
    raise RuntimeError("the stack did not come up:\n" + log.read_text(errors="replace")[-3000:])


def ndjson(reports: Iterable[tuple[str, str]]) -> Iterator[bytes]:
    """(name, text) pairs, a line each."""
    for name, text in reports:
        yield json.dumps({"name": name, "text": text}, ensure_ascii=False).encode() + b"\n"


def submit_reports(
    client: httpx.Client, reports: Iterable[tuple[str, str]], *, label: str = "bench"
) -> int:
    """Submit (name, text) pairs as NDJSON, streamed; the run's id."""
    answer = client.post(
        "/v1/runs",
        params={"label": label},
        content=ndjson(reports),
        headers={"Content-Type": "application/x-ndjson"},
    )
    answer.raise_for_status()
    return int(answer.json()["id"])
