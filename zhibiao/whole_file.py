"""Files that appear only when they are whole, and nothing of those that never were."""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path

_ENDING = ".part"
_NAME_BYTES = 180  # of a file's name, which is itself no longer than 255


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Where to write what becomes `path` at the end of the context.

    What goes wrong, be it a full disk, leaves nothing behind, nor of files whose names begin with
    that of the partial file. Where a writer was killed, the next one of `path` clears up after it.
    Raises OSError, which names `path` or whichever other file is at fault; also where a device or a
    pipe is there (/dev/stdout), which a file would take the place of.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise OSError(errno.EINVAL, "is a device or a pipe, not a file", str(path))
    name = path.name.encode()[:_NAME_BYTES].decode(errors="ignore")
    clear_abandoned(path.parent, name)
    try:
        with _held(path.parent, name) as partial:
            yield partial
            partial.replace(path)
    except OSError as error:
        own = error.filename is None or _ENDING in str(error.filename)
        named = str(path) if own else error.filename
        # Some libraries say more than the reason.
        reason = error.strerror if error.errno is None else os.strerror(error.errno)
        raise OSError(error.errno, reason or str(error), named) from error


def clear_abandoned(folder: Path, name: str | None = None) -> None:
    """Delete what killed writers of this file, or of any file of the folder, have left."""
    of = "*" if name is None else escape(name)
    with suppress(OSError):
        for partial in folder.glob(f".{of}.????????{_ENDING}"):
            with suppress(OSError):
                _clear_unless_held(partial)


@contextmanager
def _held(folder: Path, name: str) -> Iterator[Path]:
    """A new file that is locked as long as it is written; deleted at the end, if it is there."""
    partial, descriptor = _locked(folder, name)
    try:
        yield partial
    finally:
        for path in (partial, *_beside(partial)):
            with suppress(OSError):
                path.unlink(missing_ok=True)
        os.close(descriptor)


def _locked(folder: Path, name: str) -> tuple[Path, int]:
    while True:
        partial = folder / f".{name}.{secrets.token_hex(4)}{_ENDING}"
        descriptor = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o666)
        with suppress(OSError):  # a file system without locks: then nobody clears what is abandoned
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.fstat(descriptor).st_nlink:
            return partial, descriptor
        os.close(descriptor)  # somebody cleared it before it was locked


def _clear_unless_held(partial: Path) -> None:
    descriptor = os.open(partial, os.O_WRONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for path in (*_beside(partial), partial):
            path.unlink(missing_ok=True)
    finally:
        os.close(descriptor)


def _beside(partial: Path) -> list[Path]:
    """What a writer keeps beside the file until it is whole."""
    return list(partial.parent.glob(f"{escape(partial.name)}-*"))
