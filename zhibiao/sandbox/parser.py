"""A process that reads files for its parent, and is told nothing else.

What it answers is believed no further than a file is: it is counted, measured and timed here too.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from types import TracebackType
from typing import Any, BinaryIO, Self

from zhibiao.domain import RawDocument
from zhibiao.errors import LimitExceeded, ReadError, ZhibiaoError
from zhibiao.reading.limits import METADATA_BYTES, Limits
from zhibiao.reading.members import Budget, BudgetSpent, Member
from zhibiao.sandbox import wording
from zhibiao.sandbox.channel import Channel
from zhibiao.sandbox.limits import Confinement
from zhibiao.sandbox.processes import END_SECONDS, Begin, Bounds, Running, begin

_ALL_ANSWERS = 10  # times as long as one may take, all answers about a source may
# What is said of a member beside its bytes: metadata, a name, an error.
_SAID_BYTES = METADATA_BYTES + 256 * 1024


class ParserLost(ZhibiaoError):
    """The process that reads files died over one."""

    code = "parser_lost"
    retryable = True  # it may have been killed for another's sake


class Parser:
    """Started with the first file, and again after one that it died of. Not for several threads."""

    def __init__(
        self,
        *,
        memory_bytes: int,
        file_bytes: int,
        seconds: float | None = None,
        begin: Begin = begin,
    ) -> None:
        """`file_bytes`: the size of any file that it writes, into a folder of its own.

        `seconds`: how long an answer may take, and a tenth of what all answers about a source may;
        None: as long as the caller lives. `begin` starts the process.
        """
        self._bounds = Bounds(memory_bytes=memory_bytes, file_bytes=file_bytes)
        self._seconds = seconds
        self._begin = begin
        self._process: Running | None = None
        self._confinement: Confinement | None = None  # of the process that runs
        self._patience_seconds = seconds  # with this question
        self._waited_seconds = 0.0  # for answers about this source

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
        """Begin loading it now; the first question waits for the rest. Raises OSError."""
        if self._process is None:
            self._process = self._begin(self._bounds)

    def confinement(self) -> Confinement:
        """What it has given up. Raises ParserLost."""
        with self._asked("", None):
            assert self._confinement is not None
            return self._confinement

    def read(self, content: bytes, name: str) -> list[RawDocument]:
        """As `zhibiao.reading.read`. Raises also MemoryError, ParserLost."""
        with self._asked(name, {"do": "read", "names": [name]}, content) as channel:
            return self._documents(channel, name)

    def read_together(
        self, files: Sequence[tuple[str, bytes]], *, seconds: float
    ) -> list[list[RawDocument] | ReadError]:
        """What `read` gives or raises for each (name, content), as far as it comes.

        The process is woken once for all of them, so they are small. What takes more than so many
        seconds, or ends the process, ends the list too: `read` tells what is wrong with that file.
        """
        names = [name for name, _ in files]
        contents = [content for _, content in files]
        found: list[list[RawDocument] | ReadError] = []
        with (
            suppress(ReadError, ParserLost, MemoryError, OSError),
            self._asked("", {"do": "read", "names": names}, *contents) as channel,
        ):
            self._patience_seconds = seconds  # once it is there, and has taken them
            for name in names:
                self._waited_seconds = 0.0
                try:
                    found.append(self._documents(channel, name))
                except ReadError as error:
                    if self._process is None:
                        raise  # it was too slow
                    found.append(error)
        return found

    def _documents(self, channel: Channel, name: str) -> list[RawDocument]:
        documents: list[RawDocument] = []
        left = most = self._bounds.memory_bytes  # it holds all of them itself
        for message, size in self._messages(channel, name, most):
            left -= size
            if left < 0:
                raise ValueError(f"more than {most} bytes of documents")
            documents.append(wording.document_of(message["document"]))
        if not documents:
            raise ValueError(f"nothing about {name}")
        return documents

    def expand(
        self, name: str, stream: BinaryIO, limits: Limits, *, skipped: Callable[[str], None]
    ) -> Iterator[Member]:
        """As `zhibiao.reading.expand`, of a stream that has a file descriptor.

        What ends the process, or takes its memory or time, is the source's error, and so is an
        answer beyond the limits.
        """
        try:
            yield from self._members(name, stream, limits, skipped)
        except BudgetSpent as spent:  # it was to stop there by itself
            self.close()
            yield Member.failed(name, spent.error)
        except ReadError as error:
            yield Member.failed(name, error)
        except MemoryError:
            why = f"{name} takes more memory than its parser may (ZHIBIAO_CHILD_MEMORY_MB)."
            yield Member.failed(name, LimitExceeded(f"{why} Unpack it and submit its files."))
        except ParserLost as lost:
            why = f"{name} cannot be unpacked: {lost.message} Unpack it and submit its files."
            yield Member.failed(name, ReadError(why, name=name))

    def _members(
        self, name: str, stream: BinaryIO, limits: Limits, skipped: Callable[[str], None]
    ) -> Iterator[Member]:
        # Beside the members there is one more: what is wrong with the source.
        budget = Budget(replace(limits, members=limits.members + 1), skipped)
        asked = {"do": "expand", "name": name, "limits": asdict(limits)}
        with self._asked(name, asked) as channel:
            channel.send_file(stream.fileno())
            for message, size in self._messages(channel, name, _SAID_BYTES):
                budget.count_bytes(size, name)
                if "skipped" in message:
                    budget.skip(wording.name_of(message["skipped"]))
                    continue
                budget.count_member(name)
                content = None
                if message["content"]:
                    content = self._received(channel, name, limits.member_bytes)
                    budget.count_bytes(len(content), name)
                yield wording.member_of(message["member"], content)

    def close(self) -> None:
        """End it, and what it has started."""
        if self._process is not None:
            self._process.end()
        self._process = self._confinement = None

    @contextmanager
    def _asked(
        self, name: str, question: Mapping[str, Any] | None, *more: bytes
    ) -> Iterator[Channel]:
        """The channel, when a question about a file, and what belongs to it, is sent.

        Whatever breaks the exchange off ends the process: the next answer would be another's.
        """
        self._patience_seconds = self._seconds
        self._waited_seconds = 0.0
        try:
            self.start()
            assert self._process is not None
            channel = self._process.channel
            if self._confinement is None:
                greeting = wording.unpacked(self._received(channel, name, _SAID_BYTES))
                self._confinement = Confinement(**greeting)
            if question is not None:
                self._send(channel, name, wording.packed(question), *more)
            yield channel
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

    def _messages(
        self, channel: Channel, name: str, most_bytes: int
    ) -> Iterator[tuple[dict[str, Any], int]]:
        """Up to the last one, each with its size. Raises what the process says is wrong."""
        while True:
            received = self._received(channel, name, most_bytes)
            message = wording.unpacked(received)
            if "error" in message:
                raise wording.error_of(message["error"])
            if "memory" in message:
                raise MemoryError  # which ends it: what it holds is in the way of the next file
            if "system" in message:
                raise OSError(*message["system"])
            ended = message.pop("end", False)
            if message or not ended:
                yield message, len(received)
            if ended:
                return

    def _received(self, channel: Channel, name: str, most_bytes: int) -> bytes:
        began = time.monotonic()
        try:
            return channel.receive(most_bytes, self._patience())
        except TimeoutError:
            raise self._too_slow(name) from None
        finally:
            self._waited_seconds += time.monotonic() - began

    def _send(self, channel: Channel, name: str, *messages: bytes) -> None:
        try:
            channel.send(*messages, seconds=self._patience())
        except TimeoutError:
            raise self._too_slow(name) from None

    def _patience(self) -> float | None:
        most = self._patience_seconds
        return None if most is None else min(most, _ALL_ANSWERS * most - self._waited_seconds)

    def _too_slow(self, name: str) -> LimitExceeded:
        self.close()
        return LimitExceeded(
            f"{name}: nothing came of it for {self._patience_seconds:g} s, or not all for "
            f"{_ALL_ANSWERS} times as long (ZHIBIAO_TASK_SECONDS).",
            name=name,
            limit=self._patience_seconds,
        )

    def _lost(self, name: str) -> ParserLost:
        status = None if self._process is None else self._process.status(END_SECONDS)
        self.close()
        return ParserLost(
            f"The process that reads files died over {name}: {_cause(status)}.", name=name
        )


def _cause(status: int | None) -> str:
    if status is None or status >= 0:
        return f"exit status {status}"
    return f"signal {-status} ({signal.Signals(-status).name})"
