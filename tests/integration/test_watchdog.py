"""The embedded stack's watchdog reads from the store whether the worker listens."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tasks import health
from tasks.app import configure, quiet_app
from tasks.queues import QUEUES, UPKEEP
from workers import watchdog
from workers.watchdog import Watchdog
from zhibiao.domain import Stage
from zhibiao.settings import Settings
from zhibiao.store import Store
from zhibiao.store.database.schema import work
from zhibiao.store.work import canaries, queue, runs, submissions


class Supervisor:
    """Remembers what it was asked for."""

    def __init__(self) -> None:
        self.restarted: list[str] = []

    def restart(self, name: str, reason: str) -> None:
        self.restarted.append(name)


@pytest.fixture
def look(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """One look, a good while after the start; the parts that it had started again."""

    def looking(settings: Settings | None = None) -> list[str]:
        supervisor = Supervisor()
        if settings is None:
            settings = Settings(data_dir=tmp_path, database_url=store.url)
        dog = Watchdog(settings, supervisor)  # type: ignore[arg-type]
        dog._next_look = 0.0
        dog.look()
        return supervisor.restarted

    return looking


def note(store: Store, *, sent_ago: float, answered_ago: float | None) -> None:
    with store.write() as connection:
        now = store.now(connection)
        canaries.sent(connection, QUEUES, now=now - sent_ago)
        if answered_ago is not None:
            for name in QUEUES:
                canaries.answered(connection, name, by="one@host", now=now - answered_ago)


def test_a_worker_that_answers_is_left_alone(store: Store, look: Any) -> None:
    note(store, sent_ago=10, answered_ago=9)
    assert look() == []


def test_a_worker_that_owes_an_answer_is_started_again(store: Store, look: Any) -> None:
    note(store, sent_ago=40, answered_ago=None)
    assert look() == ["worker"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_worker_that_keeps_everybody_from_asking_is_started_again(
    store: Store, look: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watchdog, "_PATIENCE_SECONDS", 0.5)
    note(store, sent_ago=90, answered_ago=89)
    with store.write():
        assert look() == ["worker"]


def test_a_worker_that_nobody_asked_is_left_alone(store: Store, look: Any) -> None:
    """Beat is down, or the machine woke up from its sleep."""
    note(store, sent_ago=90, answered_ago=89)
    assert look() == []


def test_a_worker_that_does_not_take_what_beat_sends_is_started_again(
    store: Store, look: Any, redis_server: Any
) -> None:
    note(store, sent_ago=90, answered_ago=89)
    settings = Settings(database_url=store.url, broker_url=redis_server.url)
    assert look(settings) == []
    configure(settings)
    quiet_app.__dict__.pop("amqp", None)
    try:
        quiet_app.send_task("zhibiao.dispatch", queue=UPKEEP, ignore_result=True)
    finally:
        quiet_app.pool.force_close_all()
        quiet_app.amqp._producer_pool = None
    assert look(settings) == ["worker"]


def test_nothing_is_decided_at_the_first_look_after_the_clock_jumped(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note(store, sent_ago=40, answered_ago=None)
    supervisor = Supervisor()
    dog = Watchdog(Settings(data_dir=tmp_path, database_url=store.url), supervisor)  # type: ignore[arg-type]
    steady, wall = time.monotonic(), time.time()
    for later, asleep, expected in ((100, 7200, []), (110, 7200, []), (130, 7200, ["worker"])):
        with monkeypatch.context() as patched:
            patched.setattr(time, "monotonic", lambda now=steady + later: now)
            patched.setattr(time, "time", lambda now=wall + later + asleep: now)
            dog.look()
        assert supervisor.restarted == expected


def test_readiness_says_since_when_a_queue_does_not_move_and_why(store: Store) -> None:
    note(store, sent_ago=200, answered_ago=199)
    note(store, sent_ago=100, answered_ago=None)
    found = health._workers(store)
    assert not found["ok"]
    assert "no worker listens" in str(found["detail"])
    waiting: Any = found["waiting"]
    assert waiting[UPKEEP]["seconds"] == pytest.approx(100, abs=5)
    assert waiting[UPKEEP]["since"].startswith("20")


def test_workers_that_are_all_busy_are_ready(store: Store) -> None:
    note(store, sent_ago=65, answered_ago=50)
    note(store, sent_ago=45, answered_ago=None)
    assert not health._workers(store)["ok"]
    with store.write() as connection:
        now = store.now(connection)
        run = runs.create(connection, kind="submission", priority="bulk", label="", now=now)
        arrivals = [submissions.Arrival(file=0, name="a.txt", content=b"text")]
        submissions.add(connection, run, arrivals, priority="bulk", now=now)
        runs.seal(connection, run, priority="bulk", now=now)
        queue.claim(
            connection,
            list(connection.execute(select(work.c.id)).scalars()),
            Stage.READ,
            lease="one@host/task/1",
            lease_until=now + 100,
            max_attempts=3,
            max_losses=3,
            now=now,
        )
    found = health._workers(store)
    assert found["ok"]
    assert "all workers are busy" in str(found["detail"])


def test_readiness_gives_away_nothing_of_where_things_are(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(
        data_dir=tmp_path,
        database_url="postgresql+psycopg://somebody:secret@127.0.0.1:1/somewhere",
        broker_url="redis://:hidden@127.0.0.1:2/0",
    )
    nowhere = Store(settings.store_url)
    told = str(health.report(settings, nowhere))
    nowhere.close()
    assert "127.0.0.1" not in told
    assert "127.0.0.1" in caplog.text


def test_readiness_tells_a_missing_beat_from_a_missing_worker(store: Store) -> None:
    note(store, sent_ago=200, answered_ago=199)
    assert "beat is down" in str(health._workers(store)["detail"])
