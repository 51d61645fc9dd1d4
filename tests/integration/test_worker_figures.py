"""A worker tells Prometheus of its memory, and of a broker that it has lost and found again."""

from __future__ import annotations

import socket
import time
from typing import Any

import httpx

TOKEN = "a-token-of-this-test-that-is-long"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def figures(port: int, token: str = TOKEN) -> dict[str, float]:
    """Each sample by its name and labels."""
    answer = httpx.get(
        f"http://127.0.0.1:{port}/metrics",
        headers={"Authorization": f"Bearer {token}"},
        trust_env=False,
        timeout=10,
    ).raise_for_status()
    samples = (line.rsplit(" ", 1) for line in answer.text.splitlines() if line[:1] != "#")
    return {name: float(value) for name, value in samples}


def when_served(port: int, **wanted: float) -> dict[str, float]:
    deadline = time.monotonic() + 120
    while True:
        try:
            found = figures(port)
            if all(found.get(name) == value for name, value in wanted.items()):
                return found
        except httpx.TransportError:
            pass
        assert time.monotonic() < deadline
        time.sleep(0.5)


def test_a_worker_serves_its_memory_and_counts_lost_connections(stack: Any) -> None:
    port = free_port()
    stack.start_worker(
        ZHIBIAO_WORKER_METRICS_PORT=str(port), ZHIBIAO_TOKEN=TOKEN, ZHIBIAO_HOST="127.0.0.1"
    )
    found = when_served(port, zhibiao_worker_broker_reconnects_total=0)
    for part in ("parent", "children", "parsers"):
        assert found[f'zhibiao_worker_memory_bytes{{part="{part}"}}'] >= 0
    assert found['zhibiao_worker_memory_bytes{part="parent"}'] > 10_000_000
    for wrong in ("", "a-guess"):
        answer = httpx.get(
            f"http://127.0.0.1:{port}/metrics",
            headers={"Authorization": f"Bearer {wrong}"} if wrong else {},
            trust_env=False,
        )
        assert (answer.status_code, answer.content) == (401, b"")
    stack.broker.kill()
    stack.broker.start()
    when_served(port, zhibiao_worker_broker_reconnects_total=1)
