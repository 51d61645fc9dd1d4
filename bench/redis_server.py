"""A Redis of a benchmark's own."""

from __future__ import annotations

import contextlib
import subprocess
import time
from collections.abc import Iterator

import redis

from workers.redis_binary import redis_binary


@contextlib.contextmanager
def redis_server(folder: str, client: redis.Redis, *options: str) -> Iterator[int]:
    """Start a server with these options and wait until it answers `client`; its process id.

    It writes no snapshots. Raises SystemExit where it ends before it answers.
    """
    server = subprocess.Popen(
        [redis_binary(), *options, "--dir", folder, "--save", ""], stdout=subprocess.DEVNULL
    )
    try:
        while not _answers(client):
            if server.poll() is not None:
                raise SystemExit("Redis did not come up")
            time.sleep(0.1)
        yield server.pid
    finally:
        client.close()
        server.terminate()
        server.wait(30)


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
