"""The data dir is its owner's alone: it holds the token, the database and what people submitted."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

_MODE = 0o700
_OURS = {"token", "flower-password", "zhibiao.db", "stack.lock", "appendonlydir"}


def own_folder(folder: Path) -> None:
    """Make the folder with mode 0700, or take all rights of others from an existing one.

    A folder that is not ours to close stays as it is: another user's, one that everybody shares
    (/tmp), or one with folders in it and nothing of ours (/srv). Raises OSError where it cannot
    be made.
    """
    folder.mkdir(mode=_MODE, parents=True, exist_ok=True)
    found = folder.stat()
    if stat.S_IMODE(found.st_mode) & 0o077 and not found.st_mode & stat.S_ISVTX and _ours(folder):
        with suppress(PermissionError):  # another user's, such as a volume's
            folder.chmod(_MODE)


def own_files() -> None:
    """From now on this process and its children make files that nobody else can read."""
    os.umask(0o077)


def _ours(folder: Path) -> bool:
    try:
        inside = list(folder.iterdir())
    except PermissionError:
        return False
    return any(path.name in _OURS for path in inside) or not any(path.is_dir() for path in inside)
