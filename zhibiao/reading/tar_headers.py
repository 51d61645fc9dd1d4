"""The headers of a tar in turn, read forwards only, and no further than its bytes go."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from typing import IO

from zhibiao.errors import LimitExceeded
from zhibiao.reading.members import BudgetSpent, broken

_NOTE_BYTES = 1024 * 1024  # a long name or a header extension; tarfile reads it whole


def headers_of(name: str, stream: IO[bytes]) -> Iterator[tuple[tarfile.TarFile, tarfile.TarInfo]]:
    """Each with the archive that it is read from; its bytes follow before the next one.

    Raises BrokenFile and LimitExceeded in the archive's name.
    """
    read = 0
    try:
        # "r|": read forwards only; names as bytes, for nobody wrote their encoding down.
        with tarfile.open(
            fileobj=_Ending(stream),
            mode="r|",
            tarinfo=_BoundedHeader,
            encoding="utf-8",
            errors="surrogateescape",
        ) as archive:
            while (info := archive.next()) is not None:
                archive.members.clear()  # type: ignore[attr-defined]  # it keeps every header
                read += 1
                yield archive, info
    except BudgetSpent:
        raise
    except LimitExceeded as error:
        raise LimitExceeded(f"{name}: {error.message}", name=name, **error.details) from error
    except Exception as error:  # tarfile raises a dozen kinds on damaged bytes
        raise broken(name, f"the header behind its {read} members", error) from error


class _BoundedHeader(tarfile.TarInfo):
    """A header whose notes (long names, extensions) are refused when they are too long to read."""

    _NOTES = (b"x", b"g", b"X", b"L", b"K")

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _BoundedHeader:
        header = super().frombuf(buf, encoding, errors)
        if header.type in cls._NOTES and header.size > _NOTE_BYTES:
            raise LimitExceeded(
                f"A header of the tar archive claims {header.size} bytes of notes.",
                limit=_NOTE_BYTES,
                found=header.size,
            )
        return header


class _Ending(io.RawIOBase):
    """A tar's bytes, whose end is found once.

    A header may claim terabytes; tarfile then goes on reading behind the end, for hours, until it
    has passed over all of them.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self._ended = stream, False

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if self._ended:
            raise EOFError("it ends before what its headers claim")
        block = self._stream.read(size)
        self._ended = not block
        return block
