"""Over HTTP, on a real stack: what is submitted can be stopped, held, tried again, overtaken."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from waiting import wait_until

from bench.chaos import reports_of
from bench.chaos_stack import ChaosStack, chaos_stack
from bench.chaos_submit import submit

CHAOS = Path(__file__).resolve().parents[1] / "chaos"
MARK = "此处有毒：curable。"  # as in poisoned_workers.py


@pytest.fixture(scope="module")
def running() -> Iterator[ChaosStack]:
    with chaos_stack(
        "sqlite",
        worker_app="poisoned_workers",
        python_path=str(CHAOS),
        retry_seconds="0.2",
        window_documents="64",
    ) as stack:
        stack.await_api()
        yield stack


@pytest.fixture
def client(running: ChaosStack) -> Iterator[httpx.Client]:
    with running.client() as opened:
        yield opened


def accounts(client: httpx.Client, run: int) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/v1/runs/{run}").json()["accounts"]
    assert found["balanced"]
    return found


def wait(
    client: httpx.Client,
    run: int,
    until: Callable[[dict[str, Any]], bool],
    *,
    seconds: float = 200,
) -> dict[str, Any]:
    def so_far() -> dict[str, Any] | None:
        found = accounts(client, run)
        return found if until(found) else None

    return wait_until(so_far, seconds, every=0.1, why=lambda: accounts(client, run))


@pytest.mark.long
def test_one_document_behind_many_is_done_before_them(
    running: ChaosStack, client: httpx.Client
) -> None:
    many = submit(running, reports_of(160, seed=21), key="many")
    wait(client, many, lambda found: found["done"] > 0)
    one = submit(running, reports_of(1, seed=22), key="one")
    wait(client, one, lambda found: found["done"] == 1)
    assert accounts(client, many)["in_flight"] > 0
    wait(client, many, lambda found: found["done"] == 160)


def test_a_cancelled_run_stops_within_a_stage_and_goes_on_when_it_is_resumed(
    running: ChaosStack, client: httpx.Client
) -> None:
    run = submit(running, reports_of(80, seed=23), key="cancelled")
    wait(client, run, lambda found: found["done"] > 0)
    client.post(f"/v1/runs/{run}/cancel").raise_for_status()
    at_rest = wait(client, run, lambda found: found["in_flight"] == 0)
    assert at_rest["cancelled"] > 0
    time.sleep(3)
    assert accounts(client, run) == at_rest
    client.post(f"/v1/runs/{run}/resume").raise_for_status()
    assert wait(client, run, lambda found: found["done"] == 80)["cancelled"] == 0


def test_a_paused_run_holds_still_until_it_is_resumed(
    running: ChaosStack, client: httpx.Client
) -> None:
    run = submit(running, reports_of(60, seed=24), key="paused")
    wait(client, run, lambda found: found["done"] > 0)
    client.post(f"/v1/runs/{run}/pause").raise_for_status()
    wait(client, run, lambda found: found["running"] == 0)
    time.sleep(1)
    held = accounts(client, run)
    time.sleep(3)
    assert accounts(client, run) == held
    assert held["pending"] > 0
    client.post(f"/v1/runs/{run}/resume").raise_for_status()
    wait(client, run, lambda found: found["done"] == 60)


def test_a_broker_that_never_answers_hangs_neither_a_submission_nor_a_question(
    running: ChaosStack, client: httpx.Client
) -> None:
    redis = running.parts["redis"]
    redis.restarts = False
    redis.signal(signal.SIGSTOP)
    try:
        run = submit(running, reports_of(1, seed=27), key="mute")
        answer = client.get("/readyz")  # a hang would end in the client's timeout
        assert answer.status_code == 503
        assert not answer.json()["error"]["details"]["broker"]["ok"]
        assert accounts(client, run)["pending"] == 1
    finally:
        redis.signal(signal.SIGCONT)
        redis.restarts = True
    wait(client, run, lambda found: found["done"] == 1)


def test_failed_documents_are_retried_one_or_by_their_error(
    running: ChaosStack, client: httpx.Client
) -> None:
    reports = [(name, f"{text}\n{MARK}") for name, text in reports_of(3, seed=25)]
    run = submit(running, [*reports, *reports_of(2, seed=26)], key="failing")
    failed = wait(client, run, lambda found: found["in_flight"] == 0)
    assert (failed["done"], failed["failed"]) == (2, 3)
    listed = client.get(f"/v1/runs/{run}/documents", params={"state": "failed"}).json()
    rows = listed["documents"]
    assert {row["error_code"] for row in rows} == {"internal_error"}
    assert all("something is missing" in row["error_message"] for row in rows)
    (running.folder / "cure").touch()
    one = client.post(f"/v1/runs/{run}/retry", json={"documents": [rows[0]["id"]]})
    assert one.json()["documents"] == 1
    wait(client, run, lambda found: found["done"] == 3)
    other = client.post(f"/v1/runs/{run}/retry", json={"error_code": "time_limit"})
    assert other.json()["documents"] == 0
    rest = client.post(f"/v1/runs/{run}/retry", json={"error_code": "internal_error"})
    assert rest.json()["documents"] == 2
    wait(client, run, lambda found: found["done"] == 5)
