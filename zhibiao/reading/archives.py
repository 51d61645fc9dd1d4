"""Archives and lists of documents, opened lazily: one member in memory at a time.

A member that cannot be read becomes a Member with an error, and the others go on; what is wrong
with the archive as a whole (damaged, empty, beyond a limit) is the error of a Member that bears
the archive's own name. Nothing is written to disk, so a name can do no harm; it is made harmless
all the same, because it is shown and stored.
"""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from typing import IO, BinaryIO

from zhibiao.errors import (
    EmptySource,
    LimitExceeded,
    ReadError,
    UnsupportedFormat,
    describe_defect,
)
from zhibiao.reading import lists, workbook
from zhibiao.reading.formats import HEAD_BYTES, Format, is_package, sniff_head
from zhibiao.reading.limits import Limits
from zhibiao.reading.members import Budget, BudgetSpent, Member, broken
from zhibiao.reading.names import decode_name, is_junk, safe_name
from zhibiao.reading.tar_headers import headers_of
from zhibiao.reading.zip_directory import files_of, open_member, open_zip

__all__ = ["Member", "alone", "expand", "holds_one", "may_hold_many"]

# What may hold many files, by its ending; what it is, its content decides.
_ENDINGS = (".zip", ".tar", ".tgz", ".gz", *workbook.ENDINGS, *lists.ENDINGS)
_ARCHIVES = (Format.ZIP, Format.TAR, Format.GZIP)  # an office file is a zip too
_CHUNK = 1024 * 1024
_ENCRYPTED = 0x1


def may_hold_many(name: str) -> bool:
    """Whether a file of this name may hold many: then it may be larger than one of them."""
    return name.lower().endswith(_ENDINGS)


def holds_one(name: str, stream: BinaryIO) -> bool:
    """Whether it is one file, and no archive, office file or list: told by its first bytes and
    its name, without parsing anything. The stream is at its start again.
    """
    head = stream.read(HEAD_BYTES)
    stream.seek(0)
    kind, _ = sniff_head(head)
    if kind is Format.TEXT:
        return not lists.may_be_list(head, name)
    return kind not in _ARCHIVES


def alone(
    name: str,
    stream: BinaryIO,
    limits: Limits,
    *,
    skipped: Callable[[str], None],
) -> Iterator[Member]:
    """As `expand`, of what `holds_one`: nothing is parsed."""
    name = safe_name(name) or "unnamed"
    budget = Budget(limits, skipped)
    if is_junk(name):
        budget.skip(name)
    else:
        yield from _single(name, stream, budget)


def expand(
    name: str,
    stream: BinaryIO,
    limits: Limits = Limits(),  # noqa: B008
    *,
    skipped: Callable[[str], None] | None = None,
) -> Iterator[Member]:
    """The members of a source, one at a time: of an archive or a list; else itself.

    `stream` is at its start. Members of a member follow in its place. Files that systems and
    programs leave behind (`is_junk`) are no members; `skipped` is called with their names.

    Raises OSError where the stream cannot be read; what is wrong with its content is a member's
    error, see the module's text, and a defect in unpacking it is the source's.
    """
    name = safe_name(name) or "unnamed"
    budget = Budget(limits, skipped)
    if is_junk(name):
        budget.skip(name)
        return
    if not stream.seekable():
        stream = io.BytesIO(stream.read(limits.total_bytes))
    try:
        yield from _expand(name, stream, budget, depth=0)
    except BudgetSpent as spent:
        yield Member.failed(name, spent.error)
    except (OSError, MemoryError):
        raise
    except Exception as error:  # one file of many must not take the others along
        yield Member.failed(name, _unopened(name, error))


def _expand(name: str, stream: BinaryIO, budget: Budget, *, depth: int) -> Iterator[Member]:
    head = stream.read(HEAD_BYTES)
    stream.seek(0)
    kind, words = sniff_head(head)
    if kind is Format.ZIP:
        yield from _zip(name, stream, budget, depth)
    elif kind in (Format.TAR, Format.GZIP) and depth > budget.limits.nesting:
        yield _too_deep(name, words, budget)
    elif kind is Format.TAR:
        yield from _tar(name, stream, budget, depth)
    elif kind is Format.GZIP:
        yield from _gzip(name, stream, budget, depth)
    elif kind is Format.TEXT and (form := lists.list_of_source(head, name)) is not None:
        yield from form.documents(name, stream, budget)
    else:
        yield from _single(name, stream, budget)


def _unopened(name: str, error: Exception) -> ReadError:
    return ReadError(
        f"{name} cannot be unpacked further: {describe_defect(error)}. Unpack it, and submit what "
        "is in it.",
        name=name,
    )


def _single(name: str, stream: IO[bytes], budget: Budget) -> Iterator[Member]:
    """The file itself, within the bounds."""
    budget.count_member(name)
    try:
        content = budget.read(stream, name, packed_bytes=None)
    except ReadError as error:
        yield Member.failed(name, error)
    else:
        yield Member(name=name, content=content)


def _unpacked(
    name: str, unpack: Callable[[], bytes], budget: Budget, depth: int
) -> Iterator[Member]:
    """A member of an archive, or the members of one that is an archive itself."""
    budget.count_member(name)
    try:
        content = unpack()
    except ReadError as error:
        yield Member.failed(name, error)
    else:
        yield from _nested(name, content, budget, depth)


def _nested(name: str, content: bytes, budget: Budget, depth: int) -> Iterator[Member]:
    """A member, or the members of one that is an archive itself. It is counted already."""
    kind, _ = sniff_head(content[:HEAD_BYTES])
    if kind in _ARCHIVES or (
        kind is Format.TEXT and lists.list_of_source(content[:HEAD_BYTES], name)
    ):
        yield from _expand(name, io.BytesIO(content), budget, depth=depth + 1)
    else:
        yield Member(name=name, content=content)


def _zip(name: str, stream: BinaryIO, budget: Budget, depth: int) -> Iterator[Member]:
    """An archive's files, or the one document that a zip may be (docx, xlsx, epub …)."""
    try:
        archive = open_zip(name, stream, budget.limits)
    except ReadError as error:
        yield Member.failed(name, error)
        return
    except Exception as error:  # zipfile raises a dozen kinds on damaged bytes
        yield Member.failed(name, broken(name, "the zip directory", error))
        return
    with archive:
        names = archive.namelist()
        if not is_package(names):
            if depth > budget.limits.nesting:
                yield _too_deep(name, "a zip archive", budget)
            else:
                yield from _zipped(name, archive, budget, depth)
            return
    stream.seek(0)
    if workbook.PART in names:
        yield from workbook.documents(name, stream, budget)
    elif depth:  # it was counted as it was unpacked
        yield Member(name=name, content=stream.read())
    else:
        yield from _single(name, stream, budget)


def _zipped(name: str, archive: zipfile.ZipFile, budget: Budget, depth: int) -> Iterator[Member]:
    found = 0
    for path, info in files_of(archive):
        if is_junk(path):
            budget.skip(f"{name}/{safe_name(path)}")
            continue
        found += 1
        member = _member_name(name, path, found)
        unpack = partial(_unzip, archive, info, member, budget)
        yield from _unpacked(member, unpack, budget, depth)
    if not found:
        yield Member.failed(name, _empty(name))


def _unzip(archive: zipfile.ZipFile, info: zipfile.ZipInfo, member: str, budget: Budget) -> bytes:
    if info.flag_bits & _ENCRYPTED:
        raise UnsupportedFormat(
            f"{member} is encrypted. Submit the archive without a password.", name=member
        )
    try:
        with open_member(archive, info) as unpacked:
            return budget.read(
                unpacked, member, packed_bytes=info.compress_size, stated_bytes=info.file_size
            )
    except (ReadError, BudgetSpent):
        raise
    except NotImplementedError as error:
        raise UnsupportedFormat(
            f"{member} is packed by a method that is not read ({error}). Pack the archive anew "
            "as an ordinary zip.",
            name=member,
        ) from error
    except Exception as error:  # zipfile raises a dozen kinds on damaged bytes
        raise broken(member, "its packed bytes", error) from error


def _tar(name: str, stream: IO[bytes], budget: Budget, depth: int) -> Iterator[Member]:
    found = 0
    try:
        for archive, info in headers_of(name, stream):
            path = decode_name(info.name.encode("utf-8", "surrogateescape"))
            if not info.isreg():
                continue
            if is_junk(path):
                budget.skip(f"{name}/{safe_name(path)}")
                continue
            found += 1
            member = _member_name(name, path, found)
            unpack = partial(_untar, archive, info, member, budget)
            yield from _unpacked(member, unpack, budget, depth)
    except ReadError as error:
        yield Member.failed(name, error)
        return
    if not found:
        yield Member.failed(name, _empty(name))


def _untar(archive: tarfile.TarFile, info: tarfile.TarInfo, member: str, budget: Budget) -> bytes:
    try:
        unpacked = archive.extractfile(info)
        if unpacked is None:
            raise broken(member, "its header", "it is no regular file")
        content = budget.read(unpacked, member, packed_bytes=None, stated_bytes=info.size)
    except (ReadError, BudgetSpent):
        raise
    except Exception as error:  # tarfile raises a dozen kinds on damaged bytes
        raise broken(member, "its bytes", error) from error
    if len(content) < info.size:
        raise broken(member, "its bytes", f"{len(content)} of {info.size} are there")
    return content


class _Counted(io.RawIOBase):
    """What a gzip unfolds into, checked as it is read: tarfile reads past what nobody asks for."""

    def __init__(
        self, unpacked: gzip.GzipFile, budget: Budget, name: str, packed_bytes: int
    ) -> None:
        self._unpacked, self._budget, self._name = unpacked, budget, name
        self._packed_bytes, self._read = packed_bytes, 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        block = self._unpacked.read(_CHUNK if size is None or size < 0 else size)
        self._read += len(block)
        self._budget.check_stream(self._read, self._packed_bytes, self._name)
        return block


def _gzip(name: str, stream: BinaryIO, budget: Budget, depth: int) -> Iterator[Member]:
    """A tar.gz, or one file packed by gzip."""
    packed_bytes = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    try:
        with _opened_gzip(stream) as unpacked:
            head = unpacked.read(HEAD_BYTES)
    except Exception as error:  # gzip and zlib raise half a dozen kinds on damaged bytes
        yield Member.failed(name, broken(name, "the gzip stream", error))
        return
    stream.seek(0)
    if sniff_head(head)[0] is Format.TAR:
        with _opened_gzip(stream) as unpacked:
            yield from _tar(name, _Counted(unpacked, budget, name, packed_bytes), budget, depth)  # type: ignore[arg-type]
        return
    inner = name.removesuffix(".gz")
    unpack = partial(_gunzip, stream, inner, packed_bytes, budget)
    yield from _unpacked(inner, unpack, budget, depth)


def _opened_gzip(stream: BinaryIO) -> gzip.GzipFile:
    # Without a mode it would take the stream's own, which of a temporary file is for writing.
    return gzip.GzipFile(fileobj=stream, mode="rb")


def _gunzip(stream: BinaryIO, member: str, packed_bytes: int, budget: Budget) -> bytes:
    try:
        with _opened_gzip(stream) as unpacked:
            return budget.read(unpacked, member, packed_bytes=packed_bytes)
    except (ReadError, BudgetSpent):
        raise
    except Exception as error:  # gzip and zlib raise half a dozen kinds on damaged bytes
        raise broken(member, "the gzip stream", error) from error


def _member_name(archive: str, path: str, number: int) -> str:
    return f"{archive}/{safe_name(path) or f'unnamed-{number}'}"


def _too_deep(name: str, words: str, budget: Budget) -> Member:
    return Member.failed(
        name,
        LimitExceeded(
            f"{name} is {words} within an archive within an archive. Unpack it and submit its "
            "files.",
            name=name,
            limit=budget.limits.nesting,
        ),
    )


def _empty(name: str) -> EmptySource:
    return EmptySource(f"{name} is an archive that holds no file.", name=name)
