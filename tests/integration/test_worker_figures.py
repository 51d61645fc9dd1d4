"""A worker tells Prometheus of its memory, and of a broker that it has lost and found again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from waiting import wait_until

from zhibiao.testing.ports import free_port

TOKEN = "a-token-of-this-test-that-is-long"
RECONNECTS = "zhibiao_worker_broker_reconnects_total"


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


def when_served(port: int, wanted: Callable[[dict[str, float]], bool]) -> dict[str, float]:
    def served() -> dict[str, float] | None:
        try:
            found = figures(port)
        except httpx.TransportError:
            return None
        return found if wanted(found) else None

    return wait_until(served, seconds=120, every=0.5)


@pytest.mark.long
def test_a_worker_serves_its_memory_and_counts_lost_connections(stack: Any) -> None:
    port = free_port()
    stack.start_worker(
        ZHIBIAO_WORKER_METRICS_PORT=str(port), ZHIBIAO_TOKEN=TOKEN, ZHIBIAO_HOST="127.0.0.1"
    )
    parts = ("parent", "children", "parsers")
    memory = [f'zhibiao_worker_memory_bytes{{part="{part}"}}' for part in parts]
    # A child starts its parser once it is there itself.
    found = when_served(port, lambda served: all(served[part] > 10_000_000 for part in memory))
    assert found[RECONNECTS] == 0
    for wrong in ("", "a-guess"):
        answer = httpx.get(
            f"http://127.0.0.1:{port}/metrics",
            headers={"Authorization": f"Bearer {wrong}"} if wrong else {},
            trust_env=False,
        )
        assert (answer.status_code, answer.content) == (401, b"")
    stack.broker.kill()
    stack.broker.start()
    when_served(port, lambda served: served[RECONNECTS] == 1)
