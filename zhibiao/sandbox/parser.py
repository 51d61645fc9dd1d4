"""A process that reads files for its parent, and is told nothing else."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from multiprocessing.connection import Connection
from multiprocessing.reduction import send_handle
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from zhibiao.domain import RawDocument
from zhibiao.errors import LimitExceeded, ReadError, ZhibiaoError
from zhibiao.reading.limits import Limits
from zhibiao.reading.members import Member
from zhibiao.sandbox import wording
from zhibiao.sandbox.limits import Confinement

_END_SECONDS = 5.0
# What its programs need to find themselves; no setting and no secret is among it.
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH")


class ParserLost(ZhibiaoError):
    """The process that reads files died over one."""

    code = "parser_lost"
    retryable = True  # it may have been killed for another's sake


class Parser:
    """Started with the first file, and again after one that it died of. Not for several threads.

    It ends with the thread that started it.
    """

    def __init__(self, *, memory_bytes: int, file_bytes: int, seconds: float | None = None) -> None:
        """`file_bytes`: the size of any file that it writes, into a folder of its own.

        `seconds`: how long an answer may take; None: as long as the caller lives.
        """
        self._memory_bytes = memory_bytes
        self._file_bytes = file_bytes
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None
        self._confinement: Confinement | None = None  # of the process that runs
        self._scratch: str | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def start(self) -> None:
        """Begin loading it now; the first question waits for the rest."""
        if self._process is not None:
            return
        here, there = socket.socketpair()
        # Word 97 files are handed to their program as files.
        self._scratch = tempfile.mkdtemp(prefix="zhibiao-parser-")
        limits = map(str, (there.fileno(), self._memory_bytes, self._file_bytes, self._scratch))
        with there:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", __package__, *limits],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[there.fileno()],
                cwd=self._scratch,
                env=_environment(self._scratch),
                start_new_session=True,  # with its own programs, to be ended together
            )
        self._connection = Connection(here.detach())

    def confinement(self) -> Confinement:
        """What it has given up. Raises ParserLost."""
        with self._asked(None):
            assert self._confinement is not None
            return self._confinement

    def read(self, content: bytes, name: str) -> list[RawDocument]:
        """As `zhibiao.reading.read`. Raises also MemoryError, ParserLost."""
        documents: list[RawDocument] = []
        with self._asked({"do": "read", "name": name}) as connection:
            connection.send_bytes(content)
            for message in self._messages(connection, name):
                documents.append(wording.document_of(message["document"]))
        if not documents:
            raise ParserLost(f"The process that reads files answered nothing about {name}.")
        return documents

    def expand(
        self, name: str, stream: BinaryIO, limits: Limits, *, skipped: Callable[[str], None]
    ) -> Iterator[Member]:
        """As `zhibiao.reading.expand`, of a stream that has a file descriptor.

        What ends the process, or takes its memory or time, is the source's error.
        """
        asked = {"do": "expand", "name": name, "limits": asdict(limits)}
        try:
            with self._asked(asked) as connection:
                assert self._process is not None
                send_handle(connection, stream.fileno(), self._process.pid)
                for message in self._messages(connection, name):
                    if "skipped" in message:
                        skipped(str(message["skipped"]))
                        continue
                    content = self._received(connection, name) if message["content"] else None
                    yield wording.member_of(message["member"], content)
        except ReadError as error:
            yield Member.failed(name, error)
        except MemoryError:
            why = f"{name} takes more memory than its parser may (ZHIBIAO_CHILD_MEMORY_MB)."
            yield Member.failed(name, LimitExceeded(f"{why} Unpack it and submit its files."))
        except ParserLost as lost:
            why = f"{name} cannot be unpacked: {lost.message} Unpack it and submit its files."
            yield Member.failed(name, ReadError(why, name=name))

    def close(self) -> None:
        """End it, and what it has started."""
        if self._connection is not None:
            self._connection.close()
        if self._process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_END_SECONDS)
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)
        self._process = self._connection = self._confinement = self._scratch = None

    @contextmanager
    def _asked(self, question: Mapping[str, Any] | None) -> Iterator[Connection]:
        """Whatever breaks the exchange off ends the process: the next answer would be another's."""
        name = "" if question is None else str(question["name"])
        try:
            self.start()
            connection = self._connection
            assert connection is not None
            if self._confinement is None:
                greeting = wording.unpacked(self._received(connection, name))
                self._confinement = Confinement(**greeting)
            if question is not None:
                connection.send_bytes(wording.packed(question))
            yield connection
        except (EOFError, ConnectionError) as error:
            raise self._lost(name) from error
        except (ValueError, TypeError, KeyError) as error:
            self.close()
            raise ParserLost(
                f"The process that reads files said what it may not: {error}."
            ) from None
        except ReadError:
            raise
        except BaseException:
            self.close()
            raise

    def _messages(self, connection: Connection, name: str) -> Iterator[dict[str, Any]]:
        """Up to the end. Raises what the process says is wrong."""
        while "end" not in (message := wording.unpacked(self._received(connection, name))):
            if "error" in message:
                raise wording.error_of(message["error"])
            if "memory" in message:
                raise MemoryError  # which ends it: what it holds is in the way of the next file
            if "system" in message:
                raise OSError(*message["system"])
            yield message

    def _received(self, connection: Connection, name: str) -> bytes:
        if not connection.poll(self._seconds):
            self.close()
            raise LimitExceeded(
                f"{name}: nothing came of it for {self._seconds:g} s (ZHIBIAO_TASK_SECONDS).",
                name=name,
                limit=self._seconds,
            )
        try:
            return connection.recv_bytes(self._memory_bytes)
        except OSError as error:
            if not connection.readable:  # its length was too much
                raise ValueError("a message of more bytes than it has memory") from None
            raise EOFError from error  # it died within a message

    def _lost(self, name: str) -> ParserLost:
        status = None
        if self._process is not None:
            with suppress(subprocess.TimeoutExpired):
                status = self._process.wait(_END_SECONDS)
        self.close()
        return ParserLost(
            f"The process that reads files died over {name}: {_cause(status)}.", name=name
        )


def _environment(scratch: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    package = str(Path(__file__).resolve().parents[2])
    paths = [package, *filter(None, kept.get("PYTHONPATH", "").split(os.pathsep))]
    return kept | {"PYTHONPATH": os.pathsep.join(paths), "TMPDIR": scratch, "HOME": scratch}


def _cause(status: int | None) -> str:
    if status is None or status >= 0:
        return f"exit status {status}"
    return f"signal {-status} ({signal.Signals(-status).name})"
