"""Does another worker of this node's name live on this machine? Its leases are not a dead one's.

Celery names a worker `celery@host` unless told otherwise, so that a second one, started beside the
first during an upgrade, has the same name.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
from pathlib import Path
from typing import IO

from workers.folders import UnsafeFolder, make_private, runtime_folder

log = logging.getLogger(__name__)

_held: list[IO[str]] = []  # open as long as the process lives


def take_name(node: str, store_url: str) -> bool:
    """Note that this process bears the name; whether it is the only one that does.

    The note is a lock of the kernel's: it ends with the process, however that ends, and children
    do not inherit it. False also where nothing can be noted: leases that nobody frees expire.
    """
    name = hashlib.sha256(f"{node}\n{store_url}".encode()).hexdigest()[:16]
    folder = runtime_folder()
    mine = folder / f"{name}.{os.getpid()}.lock"
    try:
        make_private(folder)
        with (folder / "names.lock").open("w") as turn:
            fcntl.lockf(turn, fcntl.LOCK_EX)  # one at a time; this takes no time
            file = mine.open("w")
            _held.append(file)
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Every other file is looked at: those of the dead are cleared away.
            lives = [_lives(path) for path in folder.glob(f"{name}.*.lock") if path != mine]
    except (OSError, UnsafeFolder) as error:
        log.warning("cannot tell whether another worker is called %s: %s", node, error)
        return False
    return not any(lives)


def _lives(path: Path) -> bool:
    """Whether the process that made this file runs; if not, the file is removed."""
    with path.open("a") as other:
        try:
            fcntl.lockf(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):  # the standard allows for either
            return True
        path.unlink()
    return False
