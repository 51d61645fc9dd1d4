"""Start processes in order, restart one that dies, end all of them in reverse order."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import IO

from workers.output import Show, to_stream
from workers.parts import Part, StackError
from zhibiao.errors import ZhibiaoError

_FIRST_BACKOFF_SECONDS = 0.5
_LONGEST_BACKOFF_SECONDS = 30.0
_STEADY_SECONDS = 60.0  # a part that lived so long starts over at the first back-off
_TICK_SECONDS = 0.2
# A part may have lost its socket before anybody saw it ready: then it never will be.
_COMING_UP_SECONDS = 10.0
_ENDED_BY_OTHERS = (-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT)


def backoff_seconds(failures: int) -> float:
    """How long to wait before a part is started again, after so many failures in a row."""
    return min(_LONGEST_BACKOFF_SECONDS, _FIRST_BACKOFF_SECONDS * 2.0 ** max(0, failures - 1))


@dataclass
class _Running:
    part: Part
    process: subprocess.Popen[str] | None = None
    started_at: float = 0.0
    failures: int = 0
    restart_at: float = 0.0
    ready: bool = False  # since its last start; only noted for a part with a repair or a fault
    repaired: bool = False  # its repair was attempted, and it has not been ready since
    printer: threading.Thread | None = field(default=None, repr=False)


class Supervisor:
    """Owns the processes of the parts. Use as: start, watch until asked to end, end."""

    def __init__(self, parts: Sequence[Part], show: Show | None = None) -> None:
        """`show` gets every line that a part writes; by default standard error does."""
        self._running = [_Running(part) for part in parts]
        self._say = to_stream(sys.stderr)
        self._show = show or self._say
        self._asked_to_end = threading.Event()
        self._reaper = _Reaper()

    def ask_to_end(self, *_: object) -> None:
        """A signal handler: `watch` returns soon after."""
        self._asked_to_end.set()

    @property
    def asked_to_end(self) -> bool:
        return self._asked_to_end.is_set()

    def start(self) -> None:
        """Start every part, each when the one before it is ready.

        Raises StackError naming the part that does not come up; what runs by then is ended.
        """
        self._reaper.start()
        try:
            for running in self._running:
                self._spawn(running)
                self._await_ready(running)
                if self.asked_to_end:
                    return
        except BaseException:
            self.end()
            raise

    def watch(self, also: Callable[[], None] = lambda: None) -> None:
        """Restart what dies, until asked to end; call `also` at every look."""
        while not self._asked_to_end.wait(_TICK_SECONDS):
            self.tend()
            also()

    def tend(self) -> None:
        """One look at every part: start what is due to start again."""
        self._reaper.keep_alive(self._groups())
        for running in self._running:
            self._tend(running)

    def end(self) -> None:
        """End every part: politely, then not. Returns when none is left."""
        for running in reversed(self._running):
            self._end_one(running)
        for running in self._running:
            if running.printer is not None:
                running.printer.join(timeout=1)
        self._reaper.dismiss()

    def pids(self) -> dict[str, int]:
        """The processes that run now, by part."""
        return {
            running.part.name: running.process.pid
            for running in self._running
            if running.process is not None and running.process.poll() is None
        }

    def restart(self, name: str, reason: str) -> None:
        """End a part that runs but does not do its work; `watch` starts it again."""
        for running in self._running:
            if running.part.name == name and running.process is not None:
                self._restart(running, reason)

    def _restart(self, running: _Running, reason: str) -> None:
        if running.process is not None:
            self._say(running.part.name, f"restarting: {reason}")
            _kill_group(running.process.pid, signal.SIGKILL)

    def _groups(self) -> list[int]:
        return list(self.pids().values())

    def _spawn(self, running: _Running) -> None:
        part = running.part
        part.prepare()
        running.ready = False
        process = subprocess.Popen(
            part.command,
            env=part.environment,
            cwd=part.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,  # Ctrl-C is ours to pass on, in the right order
        )
        running.process = process
        running.started_at = time.monotonic()
        self._reaper.keep_alive(self._groups())
        assert process.stdout is not None
        running.printer = threading.Thread(
            target=self._print, args=(part.name, process.stdout), daemon=True
        )
        running.printer.start()

    def _await_ready(self, running: _Running) -> None:
        deadline = time.monotonic() + running.part.ready_seconds
        while not running.part.is_ready():
            process = running.process
            if self.asked_to_end:
                return
            if process is None or process.poll() is not None:
                code = None if process is None else process.returncode
                if self._repair(running):
                    self._spawn(running)
                    deadline = time.monotonic() + running.part.ready_seconds
                    continue
                raise StackError(
                    f"The part {running.part.name} ended with exit code {code} while it started; "
                    "its last lines above say why.",
                    part=running.part.name,
                )
            if time.monotonic() > deadline:
                raise StackError(
                    f"The part {running.part.name} was not ready within "
                    f"{running.part.ready_seconds:.0f} s.",
                    part=running.part.name,
                )
            time.sleep(0.05)
        running.ready, running.repaired = True, False

    def _repair(self, running: _Running) -> bool:
        """Repair a part that ended by itself before it was ready; whether that changed anything.

        If it ends again after a repair, the repair is undone.
        """
        process, repair = running.process, running.part.repair
        if process is None or repair is None or running.ready:
            return False
        if process.returncode in _ENDED_BY_OTHERS:
            return False
        undoing = running.repaired
        try:
            said = repair.undo() if undoing else repair.attempt()
        except OSError as error:
            said = f"cannot be repaired: {error}"
            undoing = True
        if said is not None:
            self._say(running.part.name, said)
        running.repaired = said is not None and not undoing
        return running.repaired

    def _look(self, running: _Running) -> None:
        """Notice that a running part is ready; restart one that has a fault, ready or not."""
        part = running.part
        if part.repair is None and part.fault is None:
            return
        running.ready = running.ready or part.is_ready()
        if running.ready:
            running.repaired = False
        elif time.monotonic() - running.started_at < _COMING_UP_SECONDS:
            return
        reason = part.fault() if part.fault is not None else None
        if reason is not None:
            self._restart(running, reason)

    def _tend(self, running: _Running) -> None:
        process = running.process
        if process is None:
            if time.monotonic() >= running.restart_at:
                self._spawn_again(running)
            return
        if process.poll() is None:
            self._look(running)
            return
        # Its children may outlive it: a worker's would work on without a parent.
        _kill_group(process.pid, signal.SIGKILL)
        self._repair(running)
        running.process = None
        if time.monotonic() - running.started_at > _STEADY_SECONDS:
            running.failures = 0
        self._back_off(running, f"ended with {_describe(process.returncode)}")

    def _spawn_again(self, running: _Running) -> None:
        try:
            self._spawn(running)
        except (OSError, ZhibiaoError) as error:  # the other parts go on
            self._back_off(running, f"cannot be started: {error}")

    def _back_off(self, running: _Running, what: str) -> None:
        running.failures += 1
        wait = backoff_seconds(running.failures)
        running.restart_at = time.monotonic() + wait
        self._say(running.part.name, f"{what}; starting again in {wait:.1f} s")

    def _end_one(self, running: _Running) -> None:
        process = running.process
        if process is None:
            return
        if process.poll() is None:
            # To the leader alone: a worker's parent lets its children finish what they hold.
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(running.part.end_seconds)
        _kill_group(process.pid, signal.SIGKILL)
        process.wait()

    def _print(self, name: str, lines: IO[str]) -> None:
        with lines:
            for line in lines:
                self._show(name, line.rstrip("\n"))


class _Reaper:
    """A process that outlives a killed supervisor just long enough to end its parts.

    It reads group ids from a pipe; when the pipe closes without a farewell, it ends them.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._known: list[int] = []
        self._failures = 0
        self._started_at = 0.0

    def start(self) -> None:
        self._close()
        self._started_at = time.monotonic()
        self._process = subprocess.Popen(
            # -P: a folder called `workers` where a person stands is not ours.
            (sys.executable, "-P", "-m", "workers.reaper"),
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._known = []

    def keep_alive(self, groups: list[int]) -> None:
        """Tell it which groups run now; start it again, less and less often, if it is gone."""
        if self._process is None or self._process.poll() is not None:
            lived = time.monotonic() - self._started_at
            if lived > _STEADY_SECONDS:
                self._failures = 0
            if lived < backoff_seconds(self._failures + 1):
                return
            self._failures += 1
            self.start()
        if groups != self._known:
            self._tell(" ".join(map(str, groups)))
            self._known = groups

    def dismiss(self) -> None:
        """Everything has ended in order."""
        if self._process is None:
            return
        self._tell("bye")
        self._close()
        self._process.wait()

    def _close(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()

    def _tell(self, line: str) -> None:
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.write(line + "\n")
                self._process.stdin.flush()


def _kill_group(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _describe(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
