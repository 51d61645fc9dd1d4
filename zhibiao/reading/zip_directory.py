"""Opening a zip without paying for a directory that is larger than any honest one.

zipfile reads the whole directory and makes an object of half a kilobyte of every entry before it
answers a question. So what it is about to read is counted first, on the very bytes that it reads:
a count of one's own from the end record could be led to another directory than zipfile's.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import IO, BinaryIO

from zhibiao.errors import LimitExceeded
from zhibiao.reading.limits import ZIP_DIRECTORY_BYTES, Limits
from zhibiao.reading.names import decode_name, is_utf_8

_ENTRY = b"PK\x01\x02"
_ENTRY_BYTES = 46  # before its name, extra field and comment
_LENGTHS = struct.Struct("<HHH")  # of those three, at byte 28
# Folders and the shadow that macOS adds to each file are no members; a bound on all the same.
_ENTRIES_A_MEMBER = 2
_FLAGS_AT = 8  # in an entry: two bytes
_LOCAL_HEADER = b"PK\x03\x04"  # before a file's bytes
_LOCAL_HEADER_BYTES = 30  # before its name and extra field
_LOCAL_FLAGS_AT = 6
_LOCAL_NAME_AT = 26  # its length: two bytes
_UTF_8_NAME = 0x800
_UNICODE_PATH = 0x7075  # Info-ZIP's extra field with the name in UTF-8
_NAMES_BESIDE = 50  # enough of an archive's names to tell their encoding by


def open_zip(name: str, stream: BinaryIO, limits: Limits) -> zipfile.ZipFile:
    """The archive, its directory read. Raises LimitExceeded, and what zipfile raises on damage."""
    return zipfile.ZipFile(_Counted(name, stream, limits))


def files_of(archive: zipfile.ZipFile) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    """The files of an archive, each with its path as it was meant."""
    infos = [info for info in archive.infolist() if not info.filename.endswith("/")]
    unstated = (packed for info in infos if (packed := _unstated_name(info)) is not None)
    beside = tuple(islice(unstated, _NAMES_BESIDE))
    for info in infos:
        packed = _unstated_name(info)
        yield info.filename if packed is None else decode_name(packed, beside), info


def open_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> IO[bytes]:
    """A file's unpacked bytes. Raises what zipfile raises on damage.

    zipfile refuses a file whose name stands in two encodings: one in the directory, another one
    before the file's bytes. There it is no longer asked for.
    """
    if archive.fp is not None:
        archive.fp.seek(info.header_offset)
        header = archive.fp.read(_LOCAL_HEADER_BYTES)
        if len(header) == _LOCAL_HEADER_BYTES:
            (length,) = struct.unpack_from("<H", header, _LOCAL_NAME_AT)
            info.orig_filename = archive.fp.read(length).decode("cp437")
    return archive.open(info)


def _unstated_name(info: zipfile.ZipInfo) -> bytes | None:
    """The bytes of a name whose encoding the archive does not state; None where it does."""
    if info.flag_bits & _UTF_8_NAME:
        return None
    try:
        # zipfile took the bytes for CP437, a codec that loses none of them.
        packed = info.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return None
    return _unicode_path(info.extra, packed) or packed


def _unicode_path(extra: bytes, packed: bytes) -> bytes | None:
    """The name in UTF-8 that stands beside a name, if it is that name's."""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        if kind == _UNICODE_PATH and size > 5:
            checksum = int.from_bytes(extra[5:9], "little")
            return extra[9 : 4 + size] if checksum == zlib.crc32(packed) else None
        extra = extra[4 + size :]
    return None


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
            return self._checked(content)
        if content.startswith(_LOCAL_HEADER) and size == _LOCAL_HEADER_BYTES:
            return _without_claim(content, _LOCAL_FLAGS_AT)
        return content

    def _checked(self, directory: bytes) -> bytes:
        """The directory, counted, without the claims to UTF-8 that are not true."""
        false_claims: list[int] = []
        files = entries = at = 0
        most = self._limits.members
        while directory.startswith(_ENTRY, at) and at + _ENTRY_BYTES <= len(directory):
            named, extra, comment = _LENGTHS.unpack_from(directory, at + 28)
            path = directory[at + _ENTRY_BYTES : at + _ENTRY_BYTES + named]
            entries += 1
            (flags,) = struct.unpack_from("<H", directory, at + _FLAGS_AT)
            if flags & _UTF_8_NAME and not is_utf_8(path):
                false_claims.append(at + _FLAGS_AT)
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
        # zipfile would refuse the whole archive.
        return _without_claim(directory, *false_claims) if false_claims else directory


def _without_claim(header: bytes, *places: int) -> bytes:
    """The same bytes without the flags at these places that a name is in UTF-8."""
    corrected = bytearray(header)
    for place in places:
        corrected[place + 1] &= ~(_UTF_8_NAME >> 8) & 0xFF
    return bytes(corrected)
