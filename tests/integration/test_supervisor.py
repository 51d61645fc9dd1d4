"""The supervisor starts, restarts and ends real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil
import pytest
from waiting import wait_until

from workers import supervisor as supervising
from workers.parts import Part, StackError
from workers.supervisor import Supervisor, backoff_seconds
from workers.watchdog import is_deaf


def part(name: str, code: str, *, is_ready: Callable[[], bool] = lambda: True) -> Part:
    return Part(
        name=name,
        command=(sys.executable, "-c", textwrap.dedent(code)),
        environment=dict(os.environ),
        folder=Path.cwd(),
        is_ready=is_ready,
        ready_seconds=60,
        end_seconds=1,
    )


SLEEPER = "import time; time.sleep(600)"
STUBBORN = """
    import signal, time
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("deaf", flush=True)
    time.sleep(600)
"""


def watched(supervisor: Supervisor) -> threading.Thread:
    thread = threading.Thread(target=supervisor.watch)
    thread.start()
    return thread


def test_a_part_that_dies_is_started_again() -> None:
    supervisor = Supervisor([part("a", SLEEPER), part("b", SLEEPER)])
    supervisor.start()
    thread = watched(supervisor)
    before = supervisor.pids()
    os.kill(before["a"], signal.SIGKILL)
    wait_until(lambda: supervisor.pids().get("a") not in (None, before["a"]))
    assert supervisor.pids()["b"] == before["b"]
    supervisor.ask_to_end()
    thread.join()
    supervisor.end()
    assert not any(psutil.pid_exists(pid) for pid in before.values())


def test_a_part_starts_only_when_the_one_before_it_is_ready(tmp_path: Path) -> None:
    mark = tmp_path / "ready"
    slow = part(
        "slow",
        f"import pathlib, time; time.sleep(0.5); pathlib.Path({str(mark)!r}).touch(); "
        "time.sleep(600)",
        is_ready=mark.exists,
    )
    seen = tmp_path / "seen"
    after = part(
        "after",
        f"import pathlib, time; pathlib.Path({str(seen)!r}).write_text("
        f"str(pathlib.Path({str(mark)!r}).exists())); time.sleep(600)",
        is_ready=seen.exists,
    )
    supervisor = Supervisor([slow, after])
    supervisor.start()
    wait_until(lambda: seen.exists() and seen.read_text() != "")
    supervisor.end()
    assert seen.read_text() == "True"


def test_a_part_that_does_not_come_up_is_named_and_the_others_end() -> None:
    supervisor = Supervisor(
        [part("first", SLEEPER), part("broken", "raise SystemExit(3)", is_ready=lambda: False)]
    )
    with pytest.raises(StackError, match="broken ended with exit code 3"):
        supervisor.start()
    assert supervisor.pids() == {}


def test_a_part_that_ignores_sigterm_is_ended_all_the_same(tmp_path: Path) -> None:
    mark = tmp_path / "deaf"
    stubborn = STUBBORN.replace('print("deaf", flush=True)', f"open({str(mark)!r}, 'w').close()")
    supervisor = Supervisor([part("deaf", stubborn)])
    supervisor.start()
    (pid,) = supervisor.pids().values()
    wait_until(mark.exists)
    supervisor.end()
    assert not psutil.pid_exists(pid)


def test_no_orphan_stays_when_the_supervisor_itself_is_killed() -> None:
    code = textwrap.dedent(
        f"""
        import os, pathlib, sys
        from workers.parts import Part
        from workers.supervisor import Supervisor
        parts = [
            Part(name=name, command=(sys.executable, "-c", {STUBBORN!r}.replace("    ", "")),
                 environment=dict(os.environ), folder=pathlib.Path.cwd(), is_ready=lambda: True)
            for name in ("a", "b")
        ]
        supervisor = Supervisor(parts)
        supervisor.start()
        print(*supervisor.pids().values(), flush=True)
        supervisor.watch()
        """
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    pids = [int(word) for word in process.stdout.readline().split()]
    assert len(pids) == 2
    process.kill()
    process.wait()
    process.stdout.close()
    wait_until(lambda: not any(alive(pid) for pid in pids))


def test_the_reaper_is_ours_wherever_a_person_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also in a folder with a `workers` of its own."""
    (tmp_path / "workers").mkdir()
    (tmp_path / "workers" / "__init__.py").touch()
    mark = tmp_path / "executed"
    (tmp_path / "workers" / "reaper.py").write_text(f"open({str(mark)!r}, 'w')")
    monkeypatch.chdir(tmp_path)
    supervisor = Supervisor([part("a", SLEEPER)])
    supervisor.start()
    time.sleep(1)
    supervisor.end()
    assert not mark.exists()


def test_a_reaper_that_ends_at_once_is_started_less_and_less_often(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started = []
    real = subprocess.Popen

    def counting(command: Any, **options: Any) -> Any:
        if "workers.reaper" not in command:
            return real(command, **options)
        started.append(time.monotonic())
        return real((sys.executable, "-c", ""), **options)

    monkeypatch.setattr(supervising.subprocess, "Popen", counting)
    supervisor = Supervisor([part("a", SLEEPER)])
    supervisor.start()
    thread = watched(supervisor)
    wait_until(lambda: len(started) >= 4)
    supervisor.ask_to_end()
    thread.join()
    supervisor.end()
    pauses = [later - sooner for sooner, later in pairwise(started)]
    assert all(pause >= 0.45 * 2**at for at, pause in enumerate(pauses))  # not at each look


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize(("failures", "seconds"), [(1, 0.5), (2, 1), (4, 4), (20, 30)])
def test_the_back_off_doubles_up_to_half_a_minute(failures: int, seconds: float) -> None:
    assert backoff_seconds(failures) == seconds


@pytest.mark.parametrize(
    ("owed_seconds", "held_documents", "deaf"),
    [(0, 0, False), (22, 0, False), (23, 0, True), (23, 3, False)],
)
def test_a_silent_worker_is_deaf_unless_it_is_busy(
    owed_seconds: float, held_documents: int, deaf: bool
) -> None:
    assert is_deaf(owed_seconds=owed_seconds, held_documents=held_documents) is deaf
