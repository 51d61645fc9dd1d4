"""The embedded stack's watchdog reads from the store whether the worker listens."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from tasks import health
from tasks.queues import QUEUES, UPKEEP
from workers import watchdog
from workers.watchdog import Watchdog
from zhibiao.settings import Settings
from zhibiao.store import Store, canaries


class Supervisor:
    """Remembers what it was asked for."""

    def __init__(self) -> None:
        self.restarted: list[str] = []

    def restart(self, name: str, reason: str) -> None:
        self.restarted.append(name)


@pytest.fixture
def look(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """One look, a good while after the start; the parts that it had started again."""

    def looking() -> list[str]:
        supervisor = Supervisor()
        settings = Settings(data_dir=tmp_path, database_url=store.url)
        dog = Watchdog(settings, supervisor)  # type: ignore[arg-type]
        later = time.monotonic() + 100
        with monkeypatch.context() as patched:
            patched.setattr(watchdog.time, "monotonic", lambda: later)
            dog.look()
        return supervisor.restarted

    return looking


def note(store: Store, *, sent_ago: float, answered_ago: float | None) -> None:
    with store.write() as connection:
        now = store.now(connection)
        canaries.sent(connection, QUEUES, now=now - sent_ago)
        if answered_ago is not None:
            for queue in QUEUES:
                canaries.answered(connection, queue, by="one@host", now=now - answered_ago)


def test_a_worker_that_answers_is_left_alone(store: Store, look: Any) -> None:
    note(store, sent_ago=10, answered_ago=9)
    assert look() == []


def test_a_worker_that_owes_an_answer_is_started_again(store: Store, look: Any) -> None:
    note(store, sent_ago=40, answered_ago=None)
    assert look() == ["worker"]


def test_a_worker_that_keeps_everybody_from_asking_is_started_again(
    store: Store, look: Any
) -> None:
    note(store, sent_ago=90, answered_ago=89)
    assert look() == ["worker"]


def test_readiness_says_since_when_a_queue_does_not_move_and_why(store: Store) -> None:
    note(store, sent_ago=200, answered_ago=199)
    note(store, sent_ago=100, answered_ago=None)
    found = health._workers(store)
    assert not found["ok"]
    assert "no worker listens" in str(found["detail"])
    waiting: Any = found["waiting"]
    assert waiting[UPKEEP]["seconds"] == pytest.approx(100, abs=5)
    assert waiting[UPKEEP]["since"].startswith("20")


def test_readiness_tells_a_missing_beat_from_a_missing_worker(store: Store) -> None:
    note(store, sent_ago=200, answered_ago=199)
    assert "beat is down" in str(health._workers(store)["detail"])
