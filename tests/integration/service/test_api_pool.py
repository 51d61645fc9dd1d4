"""Many requests at once share the store's connections."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from api import asked_tables


def test_a_pool_without_a_free_connection_is_a_passing_state(
    service: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wait_in_vain(*_: object) -> None:
        raise NoConnectionFree("QueuePool limit of size 5 overflow 10 reached")

    monkeypatch.setattr("api.routes.runs.summaries", wait_in_vain)
    answer = service.http.get("/v1/runs")
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "store_unavailable"
    assert int(answer.headers["retry-after"]) > 0
    assert "QueuePool" not in answer.text


def test_only_some_exports_are_made_at_a_time_and_nobody_else_waits_for_them(
    service: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.submit({"a.txt": b"text"})
    lock, opened, most = threading.Lock(), 0, 0
    may_end = threading.Event()
    real = asked_tables.export

    def slow(*arguments: Any) -> int:
        nonlocal opened, most
        with lock:
            opened += 1
            most = max(most, opened)
        assert may_end.wait(60)
        with lock:
            opened -= 1
        return real(*arguments)

    monkeypatch.setattr(asked_tables, "export", slow)
    with ThreadPoolExecutor(20) as pool:
        asked = [
            pool.submit(service.http.get, "/v1/exports/documents", params={"format": "csv"})
            for _ in range(12)
        ]
        while opened < 4:
            time.sleep(0.01)
        time.sleep(0.3)  # for a fifth one, if it were made
        assert service.http.get("/v1/runs").status_code == 200
        assert not any(each.done() for each in asked)  # it was answered before all of them
        may_end.set()
        assert {each.result().status_code for each in asked} == {200}
    assert most == 4
