"""The parent's end of a parser's socket, which waits no longer and takes no more than it is told.

Messages are framed as `multiprocessing.connection.Connection`, the other end, frames them.
"""

from __future__ import annotations

import io
import socket
import struct
import time
from collections.abc import Callable

_LENGTH = struct.Struct("!i")
_LONG_LENGTH = struct.Struct("!Q")  # behind a length of -1
_LONGEST = 0x7FFF_FFFF
_PIECE_BYTES = 1 << 20


class Channel:
    """A socket with a parser behind it. Not for several threads."""

    def __init__(self, end: socket.socket) -> None:
        self._socket = end

    def send(self, *messages: bytes, seconds: float | None) -> None:
        """Send messages. Small ones go together: the parser is woken once for all of them.

        Raises TimeoutError when it has not taken them in time, and OSError.
        """
        self._socket.settimeout(seconds)
        frames = [part for message in messages for part in (_announced(message), message)]
        if sum(map(len, frames)) <= _PIECE_BYTES:
            frames = [b"".join(frames)]
        for frame in frames:
            self._socket.sendall(frame)

    def send_file(self, descriptor: int) -> None:
        """Hand an open file over."""
        socket.send_fds(self._socket, [b"f"], [descriptor])

    def receive(self, most_bytes: int, seconds: float | None) -> bytes:
        """The next message, whole.

        Raises TimeoutError when it is not whole in time, EOFError when it breaks off, and
        ValueError when it is longer than it may be.
        """
        left = _countdown(seconds)
        (length,) = _LENGTH.unpack(self._exactly(_LENGTH.size, left))
        if length == -1:
            (length,) = _LONG_LENGTH.unpack(self._exactly(_LONG_LENGTH.size, left))
        if not 0 <= length <= most_bytes:
            raise ValueError(f"a message of {length} bytes, where at most {most_bytes} may come")
        return self._exactly(length, left)

    def close(self) -> None:
        self._socket.close()

    def _exactly(self, count: int, left: Callable[[], float | None]) -> bytes:
        taken = io.BytesIO()  # grows with what comes, not with what is announced
        while (missing := count - taken.tell()) > 0:
            self._socket.settimeout(left())
            piece = self._socket.recv(min(missing, _PIECE_BYTES))
            if not piece:
                raise EOFError
            taken.write(piece)
        return taken.getvalue()


def _announced(message: bytes) -> bytes:
    if len(message) > _LONGEST:
        return _LENGTH.pack(-1) + _LONG_LENGTH.pack(len(message))
    return _LENGTH.pack(len(message))


def _countdown(seconds: float | None) -> Callable[[], float | None]:
    """How long may still be waited, from now on. Raises TimeoutError when that is over."""
    if seconds is None:
        return lambda: None
    end = time.monotonic() + seconds

    def left() -> float:
        remaining = end - time.monotonic()
        if remaining <= 0:
            raise TimeoutError
        return remaining

    return left
