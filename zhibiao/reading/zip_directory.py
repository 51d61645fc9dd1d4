"""Opening a zip without paying for a directory that is larger than any honest one.

zipfile reads the whole directory and makes an object of half a kilobyte of every entry before it
answers a question. So what it is about to read is counted first, on the very bytes that it reads:
a count of one's own from the end record could be led to another directory than zipfile's.
"""

from __future__ import annotations

import io
import struct
import zipfile
from typing import BinaryIO

from zhibiao.errors import LimitExceeded
from zhibiao.reading.limits import ZIP_DIRECTORY_BYTES, Limits

_ENTRY = b"PK\x01\x02"
_ENTRY_BYTES = 46  # before its name, extra field and comment
_LENGTHS = struct.Struct("<HHH")  # of those three, at byte 28
# Folders and the shadow that macOS adds to each file are no members; a bound on all the same.
_ENTRIES_A_MEMBER = 2


def open_zip(name: str, stream: BinaryIO, limits: Limits) -> zipfile.ZipFile:
    """The archive, its directory read. Raises LimitExceeded, and what zipfile raises on damage."""
    return zipfile.ZipFile(_Counted(name, stream, limits))


class _Counted(io.RawIOBase):
    """The archive's bytes; a directory among them is counted when it is read."""

    def __init__(self, name: str, stream: BinaryIO, limits: Limits) -> None:
        self._name, self._stream, self._limits = name, stream, limits

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def read(self, size: int = -1, /) -> bytes:
        if size > ZIP_DIRECTORY_BYTES:  # nothing else is read in so large a piece
            size = ZIP_DIRECTORY_BYTES + 1
        content = self._stream.read(size)
        if len(content) > ZIP_DIRECTORY_BYTES:
            raise LimitExceeded(
                f"{self._name} has a directory of more than {ZIP_DIRECTORY_BYTES} bytes. Submit "
                "it in pieces.",
                name=self._name,
                what="directory bytes",
                limit=ZIP_DIRECTORY_BYTES,
            )
        if content.startswith(_ENTRY):
            self._count_entries(content)
        return content

    def _count_entries(self, directory: bytes) -> None:
        files = entries = at = 0
        most = self._limits.members
        while directory.startswith(_ENTRY, at) and at + _ENTRY_BYTES <= len(directory):
            named, extra, comment = _LENGTHS.unpack_from(directory, at + 28)
            path = directory[at + _ENTRY_BYTES : at + _ENTRY_BYTES + named]
            entries += 1
            files += not (path.endswith(b"/") or path.startswith(b"__MACOSX/"))
            if files > most or entries > _ENTRIES_A_MEMBER * most:
                raise LimitExceeded(
                    f"{self._name} holds more than {most} files; none of them is read. Submit it "
                    "in pieces.",
                    name=self._name,
                    what="members",
                    limit=most,
                )
            at += _ENTRY_BYTES + named + extra + comment
