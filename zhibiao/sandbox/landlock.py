"""Landlock by its system calls: which files a process may use (Linux 5.13 and later).

The rights and structures are those of linux/landlock.h.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Sequence
from pathlib import Path

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # the same numbers on every architecture
_VERSION_FLAG = 1
_PATH_BENEATH = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = (1 << bit for bit in range(4))
_REFER, _TRUNCATE, _IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_FIRST_RIGHTS = (1 << 13) - 1  # of the first version; each later one adds to them
_LATER_RIGHTS = ((2, _REFER), (3, _TRUNCATE), (5, _IOCTL_DEV))
_TCP = 0b11  # bind and connect, from version 4
_SCOPES = 0b11  # abstract unix sockets and signals of processes outside, from version 6


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("files", ctypes.c_uint64),
        ("network", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def restrict(readable: Sequence[Path], listable: Sequence[Path], writable: Path) -> str:
    """Leave this thread, and those that it starts, these files alone; "" if that is so now, else
    why it is not.

    TCP, and signals to processes outside, are refused too where the kernel's version knows how.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(_CREATE, None, ctypes.c_size_t(0), _VERSION_FLAG)
    if version < 1:
        return f"the kernel has no Landlock, or it is off: {_error()}"
    rights = _FIRST_RIGHTS
    for since, right in _LATER_RIGHTS:
        rights |= right if version >= since else 0
    asked = _Ruleset(
        files=rights, network=_TCP if version >= 4 else 0, scoped=_SCOPES if version >= 6 else 0
    )
    size = ctypes.sizeof(_Ruleset) if version >= 6 else 16 if version >= 4 else 8
    ruleset = libc.syscall(_CREATE, ctypes.byref(asked), ctypes.c_size_t(size), 0)
    if ruleset < 0:
        return f"Landlock: {_error()}"
    try:
        for path in readable:
            _allow(libc, ruleset, path, _READ)
        for path in listable:
            _allow(libc, ruleset, path, _READ_DIR)
        _allow(libc, ruleset, Path("/dev/null"), _READ_FILE | _WRITE_FILE)
        _allow(libc, ruleset, writable, rights & ~_EXECUTE)
        return "" if libc.syscall(_RESTRICT, ruleset, 0) == 0 else f"Landlock: {_error()}"
    finally:
        os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: Path, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # it is not there
    try:
        allowed = rights if path.is_dir() else rights & _OF_FILES
        rule = _PathBeneath(allowed=allowed, folder=place)
        libc.syscall(_ADD, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(place)


def _error() -> str:
    return os.strerror(ctypes.get_errno())
