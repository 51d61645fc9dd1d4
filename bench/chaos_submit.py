"""A submitter that does not give up: the same key until there is an answer."""

from __future__ import annotations

import time
from collections.abc import Sequence

import httpx

from bench.chaos_stack import ChaosStack
from bench.stack import ndjson


def submit(
    stack: ChaosStack,
    reports: Sequence[tuple[str, str]],
    *,
    key: str,
    seconds: float = 300,
    metadata: str = "",
) -> int:
    """Submit (name, text) pairs; the run's id, once the service has confirmed it."""
    body = b"".join(ndjson(reports))
    deadline = time.monotonic() + seconds
    answer = "nothing"
    while time.monotonic() < deadline:
        try:
            with stack.client() as client:
                response = client.post(
                    "/v1/runs",
                    content=body,
                    headers={"Content-Type": "application/x-ndjson", "Idempotency-Key": key},
                )
            if response.is_success:
                return int(response.json()["id"])
            answer = response.text
            # Somebody else's upload under the key, a full backlog, or no database: all pass.
            if response.status_code not in (409, 429, 500, 503):
                raise RuntimeError(answer)
        except httpx.HTTPError as error:
            answer = repr(error)
        time.sleep(0.3)
    raise TimeoutError(f"not accepted in {seconds:.0f} s; the last answer: {answer}")
