"""A process that has loaded the readers, and never sees a file: others are forked from it.

Loading takes most of a second, forking a few hundredths. It is told only how many bytes the next
one may take, and says which process that is.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

from zhibiao.sandbox.confined import read_files
from zhibiao.sandbox.processes import (
    END_SECONDS,
    Bounds,
    Running,
    begin,
    end_group,
    prepared,
    run_module,
)

_MESSAGE_BYTES = 4096
_START_SECONDS = 60.0  # it loads what readers need
_LOOK_SECONDS = 0.01


class Zygote:
    """Begins processes that read files, for several threads. It starts with the first of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def begin(self, bounds: Bounds) -> Running:
        """A new process. It ends with the zygote. Raises OSError.

        Where the system cannot confine a forked process, one is started that loads by itself.
        """
        return _Forked(self, bounds) if sys.platform == "linux" else begin(bounds)

    def close(self) -> None:
        """End it, and all processes that it has forked."""
        with self._lock:
            self._close()

    def fork(self, bounds: Bounds, scratch: str, there: socket.socket) -> int:
        """The id of a process at the other end of `there`. Raises OSError."""
        asked = {**asdict(bounds), "scratch": scratch}
        with self._lock:
            try:
                return int(self._asked(asked, there))
            except ConnectionError:  # it was killed: for its memory, by whoever it was
                self._close()
                return int(self._asked(asked, there))

    def reaped(self, process: int) -> int | None:
        """The exit status of a process that was forked; None while it runs."""
        with self._lock:
            if self._control is None:
                return None
            with suppress(OSError):
                answer = self._asked({"reap": process}, None)
                return None if answer is None else int(answer)
            return None

    def _asked(self, question: dict[str, Any], there: socket.socket | None) -> Any:
        if self._control is None:
            self._start()
        assert self._control is not None
        descriptors = [] if there is None else [there.fileno()]
        try:
            socket.send_fds(self._control, [json.dumps(question).encode()], descriptors)
            answer = self._control.recv(_MESSAGE_BYTES)
        except TimeoutError:
            self._close()  # its next answer would be this one's
            raise
        if not answer:
            raise ConnectionResetError("The process that parsers are forked from has ended.")
        return json.loads(answer)

    def _start(self) -> None:
        # Whole messages, one at a time.
        here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with there:
            self._process = run_module(["zygote", str(there.fileno())], "/", there)
        here.settimeout(_START_SECONDS)
        self._control = here

    def _close(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            end_group(self._process.pid)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(END_SECONDS)
        self._control = self._process = None


class _Forked:
    def __init__(self, zygote: Zygote, bounds: Bounds) -> None:
        self._zygote = zygote
        self._status: int | None = None
        with prepared() as (self._scratch, self.channel, there):
            self.id = zygote.fork(bounds, self._scratch, there)

    def status(self, seconds: float) -> int | None:
        end = time.monotonic() + seconds
        while self._status is None and time.monotonic() < end:
            self._status = self._zygote.reaped(self.id)
            if self._status is None:
                time.sleep(_LOOK_SECONDS)
        return self._status

    def end(self) -> None:
        self.channel.close()
        if self._status is None:  # else its number may be another's by now
            end_group(self.id)
            self.status(END_SECONDS)
        shutil.rmtree(self._scratch, ignore_errors=True)


def serve(descriptor: int) -> None:
    """The zygote's part: load, then fork until the parent has gone."""
    import openpyxl  # noqa: F401

    from zhibiao.sandbox import answering  # noqa: F401

    control = socket.socket(fileno=descriptor)
    while True:
        try:
            message, descriptors, _, _ = socket.recv_fds(control, _MESSAGE_BYTES, 1)
        except ConnectionError:
            return
        if not message:
            return
        question = json.loads(message)
        if "reap" in question:
            control.send(json.dumps(_reaped(question["reap"])).encode())
            continue
        child = os.fork()
        if child == 0:
            control.close()
            _become_reader(descriptors[0], **question)
        _lead_group(child)
        os.close(descriptors[0])
        control.send(json.dumps(child).encode())


def _reaped(process: int) -> int | None:
    """The exit status of a process that has ended; what it had started is ended then, too."""
    with suppress(ChildProcessError):
        if os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            end_group(process)  # while its number is still its own
            return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    return None


def _become_reader(socket: int, *, memory_bytes: int, file_bytes: int, scratch: str) -> NoReturn:
    """In a process that has loaded everything and has one thread again."""
    try:
        _lead_group(0)
        os.chdir(scratch)
        os.environ.update(TMPDIR=scratch, HOME=scratch)
        tempfile.tempdir = None
        read_files(socket, memory_bytes=memory_bytes, file_bytes=file_bytes, scratch=Path(scratch))
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _lead_group(process: int) -> None:
    """It is ended together with its programs. Asked on both sides: either may come first."""
    with suppress(OSError):
        os.setpgid(process, process)
