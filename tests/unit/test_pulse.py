"""A worker that hangs or is deaf is told from one that works, rests or waits for its broker."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from celery import Celery
from celery.schedules import crontab
from celery.worker import state as worker_state

from workers import beat, pulse
from workers.pulse import Sign, diagnose
from zhibiao.settings import Settings

WELL = Sign(pid=1, at=1000.0, received_at=995.0, busy=0, connected=True)


@pytest.mark.parametrize(
    ("sign", "now", "others_hear", "ill"),
    [
        (WELL, 1001, True, False),
        (WELL, 1040, True, True),  # its loop stands still
        (replace(WELL, connected=False), 1060, True, False),  # it waits for the broker
        (replace(WELL, connected=False), 1400, True, True),  # which is there
        (replace(WELL, received_at=930), 1001, True, True),  # deaf
        (replace(WELL, received_at=970), 1001, True, False),
        (replace(WELL, received_at=930), 1001, False, False),  # beat is down: nobody hears
        (replace(WELL, received_at=930, busy=1), 1001, True, False),
    ],
)
def test_a_sign_of_life_is_judged(sign: Sign, now: float, others_hear: bool, ill: bool) -> None:
    told = diagnose(sign, now=now, others_hear=others_hear, broker_answers=True)
    assert (told is not None) is ill


def test_a_worker_that_waits_for_a_broker_which_is_not_there_is_well() -> None:
    lost = replace(WELL, connected=False)
    assert diagnose(lost, now=1400, others_hear=True, broker_answers=False) is None


def test_a_sign_is_read_back_until_its_process_is_gone(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    mine = replace(WELL, pid=os.getpid())
    pulse.write_sign("one@host", mine)
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    pulse.write_sign("two@host", replace(WELL, pid=gone.pid))
    assert pulse.signs() == {"one@host": mine}


class Ended(BaseException):
    """The process would have ended."""


@pytest.mark.parametrize(
    ("silent_seconds", "busy", "waiting", "ends"),
    [
        (60, 0, 3, True),
        (60, 0, 0, False),  # nobody sends anything: beat is down
        (60, 1, 3, False),  # it has no place for more
        (30, 0, 3, False),
    ],
)
def test_a_deaf_worker_ends_itself_for_whoever_started_it_to_start_another(
    silent_seconds: float, busy: int, waiting: int, ends: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def end(_: int) -> None:
        raise Ended

    asked: list[str] = []

    def waits(_: Settings, queues: list[str]) -> int:
        asked.extend(queues)
        return waiting

    steady = time.monotonic() + 1000
    monkeypatch.setattr(pulse, "waiting_messages", waits)
    monkeypatch.setattr(os, "_exit", end)
    monkeypatch.setattr(worker_state, "reserved_requests", [object()] * busy)
    monkeypatch.setattr(pulse.Pulse, "settings", Settings())
    monkeypatch.setattr(pulse.Pulse, "received_at", steady - silent_seconds)
    consumer = SimpleNamespace(queues=[SimpleNamespace(name="upkeep")])
    worker = SimpleNamespace(hostname="one@host", task_consumer=consumer)
    beating = pulse.Pulse(worker)
    ended_at: list[int] = []
    for seconds in range(25):
        monkeypatch.setattr(time, "monotonic", lambda now=steady + seconds: now)
        monkeypatch.setattr(pulse.Pulse, "received_at", time.monotonic() - silent_seconds)
        try:
            beating._listen(worker)
        except Ended:
            ended_at.append(seconds)
            break
    assert bool(ended_at) is ends
    if ends:
        assert ended_at == [10]  # at the second look
        assert set(asked) == {"upkeep"}


def scheduler(monkeypatch: pytest.MonkeyPatch, **entries: object) -> tuple[Any, list[str]]:
    app = Celery("test", broker="memory://")
    app.conf.beat_schedule = {
        name: {"task": name, "schedule": when} for name, when in entries.items()
    }
    found = beat.SteadyScheduler(app=app)
    sent: list[str] = []
    monkeypatch.setattr(found, "apply_entry", lambda entry, producer=None: sent.append(entry.name))
    monkeypatch.setattr(beat.SteadyScheduler, "producer", None)
    return found, sent


def test_beat_keeps_its_pace_when_the_wall_clock_is_put_back_or_forward(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found, sent = scheduler(monkeypatch, dispatch=2.0, sweep=30.0)
    steady, noon = time.monotonic(), datetime(2026, 1, 1, 12, tzinfo=UTC)
    for seconds, wall in ((0, 0), (1, 7200), (2, -7200), (4, -7200), (31, 0)):
        monkeypatch.setattr(time, "monotonic", lambda now=steady + seconds: now)
        told = noon + timedelta(seconds=wall)
        monkeypatch.setattr(found.app, "now", lambda told=told: told)
        found.tick()
    assert (sent.count("dispatch"), sent.count("sweep")) == (4, 2)


def test_beat_waits_for_the_next_thing_that_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    found, _ = scheduler(monkeypatch, dispatch=2.0, nightly=crontab(hour="3", minute="0"))
    found.tick()
    assert 1.5 < found.tick() <= 2.0
