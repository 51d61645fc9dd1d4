"""Folders that only this user can write to, at places where others could have made them first."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from zhibiao.errors import ZhibiaoError


class UnsafeFolder(ZhibiaoError):
    """A folder is not this user's alone."""

    code = "unsafe_folder"


def runtime_folder() -> Path:
    """Where this user's processes on this machine leave notes for each other; it need not exist.

    Not in the data dir: containers may share that, and their process ids mean nothing to others.
    """
    given = os.environ.get("XDG_RUNTIME_DIR", "")  # empty counts as unset, as its standard says
    return Path(given or tempfile.gettempdir()) / f"zhibiao-{os.getuid()}-workers"


def make_private(folder: Path) -> None:
    """Make the folder, or take it as it is where nobody else can write or look into it.

    Raises UnsafeFolder, and OSError where it cannot be made.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    check_private(folder)


def check_private(folder: Path) -> None:
    """Raises UnsafeFolder unless it is a real folder of this user's with mode 0700 or less."""
    found = folder.lstat()
    ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
    if not ours or stat.S_IMODE(found.st_mode) & 0o077:
        raise UnsafeFolder(
            f"{folder} is not a folder that only this user can use: somebody else may have made "
            "it. Remove it, or set TMPDIR or XDG_RUNTIME_DIR to a folder of your own.",
            folder=str(folder),
        )
