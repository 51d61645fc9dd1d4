"""Processes that read files, as their parents hold them: each with a socket and a folder."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from zhibiao.sandbox.channel import Channel

END_SECONDS = 5.0  # for a process that was killed
# What its programs need to find themselves; no setting and no secret is among it.
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH")


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """What one of them may take."""

    memory_bytes: int
    file_bytes: int  # of any file that it writes, into its folder


class Running(Protocol):
    """A process that reads files, with all that it has started."""

    channel: Channel
    id: int  # of the process, which leads a group of its own

    def status(self, seconds: float) -> int | None:
        """Its exit status, negative for a signal; None where it has not ended by then."""
        ...

    def end(self) -> None:
        """End it, and what it has started. Its folder goes too."""
        ...


Begin = Callable[[Bounds], Running]


def begin(bounds: Bounds) -> Running:
    """A process of its own, which loads the readers after it has confined itself.

    It ends with the thread that began it.
    """
    return _Spawned(bounds)


class _Spawned:
    def __init__(self, bounds: Bounds) -> None:
        with prepared() as (self._scratch, self.channel, there):
            self._process = run_module(
                [str(there.fileno()), *map(str, (bounds.memory_bytes, bounds.file_bytes))],
                self._scratch,
                there,
            )
        self.id = self._process.pid

    def status(self, seconds: float) -> int | None:
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(seconds)
        return None

    def end(self) -> None:
        self.channel.close()
        end_group(self.id)  # also of one that has ended by itself: its programs may go on
        self.status(END_SECONDS)
        shutil.rmtree(self._scratch, ignore_errors=True)


@contextmanager
def prepared() -> Iterator[tuple[str, Channel, socket.socket]]:
    """What one process needs: an empty folder, and a socket's end for either side.

    Where the body fails, nothing of it is left. Raises OSError.
    """
    with ExitStack() as undoing:
        # Word 97 files are handed to their program as files.
        scratch = tempfile.mkdtemp(prefix="zhibiao-parser-")
        undoing.callback(shutil.rmtree, scratch, ignore_errors=True)
        here, there = socket.socketpair()
        undoing.callback(here.close)
        with there:
            yield scratch, Channel(here), there
        undoing.pop_all()


def run_module(
    arguments: list[str], folder: str, inherited: socket.socket
) -> subprocess.Popen[bytes]:
    """`python -m zhibiao.sandbox ARGUMENTS` in a folder, without settings. Raises OSError."""
    return subprocess.Popen(
        [sys.executable, "-P", "-m", __package__, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=[inherited.fileno()],
        cwd=folder,
        env=_environment(folder),
        start_new_session=True,  # with its own programs, to be ended together
    )


def end_group(leader: int) -> None:
    """Kill a process, and what it has started: before it is reaped, or right behind that."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def _environment(scratch: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    package = str(Path(__file__).resolve().parents[2])
    paths = [package, *filter(None, kept.get("PYTHONPATH", "").split(os.pathsep))]
    return kept | {"PYTHONPATH": os.pathsep.join(paths), "TMPDIR": scratch, "HOME": scratch}
