"""The parts of the embedded stack: what each runs, and how to see that it is ready."""

from __future__ import annotations

import os
import socket
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import redis

from workers import flower, loopback
from workers.append_only import AppendOnlyFile
from workers.folders import check_private
from workers.redis_binary import redis_binary
from zhibiao.errors import ZhibiaoError
from zhibiao.settings import PREFIX, Settings


class StackError(ZhibiaoError):
    """The embedded stack cannot start."""

    code = "stack"


class Repair(Protocol):
    """Helps a part that ends by itself before it is ready."""

    def attempt(self) -> str | None:
        """Change something and say what; None if there is nothing to change. Raises OSError."""

    def undo(self) -> str:
        """Reverse an attempt that did not help, and say so. Raises OSError."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One supervised process."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str]
    folder: Path  # where it runs: a folder called `workers` where a person stands is not ours
    is_ready: Callable[[], bool]
    ready_seconds: float = (
        180.0  # it is given up when it is not ready by then; 40 were seen under load
    )
    end_seconds: float = 5.0  # between SIGTERM and SIGKILL
    prepare: Callable[[], None] = lambda: None  # before each start; raises ZhibiaoError, OSError
    repair: Repair | None = None
    # Why a part that runs must be restarted; called several times a second, once it is or should
    # be ready.
    fault: Callable[[], str | None] | None = None


def build_parts(settings: Settings) -> list[Part]:
    """The parts in the order in which they start; they end in the reverse order."""
    environment = _environment(settings)
    # Without their banners, of a line a queue and a task.
    celery = (sys.executable, "-m", "celery", "--quiet", "-A", "workers")
    parts = [
        Part(
            name="worker",
            command=(
                *celery,
                "worker",
                f"--loglevel={settings.log_level}",
                "--hostname=embedded@%h",
                f"--concurrency={settings.workers or os.cpu_count() or 1}",
                "--without-gossip",
                "--without-mingle",
            ),
            environment=environment,
            folder=settings.data_dir,
            is_ready=lambda: True,  # it answers a canary: what /readyz waits for
        ),
        Part(
            name="beat",
            command=(*celery, "beat", f"--loglevel={settings.log_level}", "--pidfile="),
            environment=environment,
            folder=settings.data_dir,
            is_ready=lambda: True,
        ),
        Part(
            name="api",
            command=(sys.executable, "-m", "api"),
            environment=environment,
            folder=settings.data_dir,
            is_ready=lambda: _answers(f"http://{settings.host}:{settings.port}/healthz"),
        ),
        Part(
            name="flower",
            command=(
                *celery,
                "flower",
                f"--address={settings.host}",
                f"--port={settings.flower_port}",
                "--inspect_timeout=3000",
            ),
            environment=environment,
            folder=settings.data_dir,
            # Its paths, redirects and TLS depend on its options.
            is_ready=lambda: _listens(settings.host, settings.flower_port),
        ),
    ]
    if not settings.broker_url:
        parts.insert(0, _redis(settings, environment))
    return parts


def _redis(settings: Settings, environment: dict[str, str]) -> Part:
    path = settings.redis_socket

    def prepare() -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.parent != settings.data_dir.absolute():  # where anybody could have made it
            check_private(path.parent)

    return Part(
        name="redis",
        command=(
            redis_binary(),
            *("--port", "0"),  # no TCP at all
            *("--unixsocket", str(path)),
            *("--unixsocketperm", "700"),
            *("--dir", str(settings.data_dir.absolute())),
            *("--appendonly", "yes"),
            *("--save", ""),
            *("--maxmemory-policy", "noeviction"),
            *("--daemonize", "no"),
        ),
        environment=environment,
        folder=settings.data_dir,
        is_ready=lambda: _pings(path),
        ready_seconds=60.0,
        end_seconds=3.0,
        prepare=prepare,
        repair=AppendOnlyFile(settings.data_dir.absolute()),
        fault=lambda: None if _is_socket(path) else f"its socket {path} is gone",
    )


def _environment(settings: Settings) -> dict[str, str]:
    """The parts see the very settings of the supervisor, however those were given."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(PREFIX) and name not in flower.STACK_VARIABLES
    }
    for name, value in settings.model_dump(exclude_defaults=True).items():
        if value is not None:
            kept[PREFIX + name.upper()] = str(
                value.absolute() if isinstance(value, Path) else value
            )
    kept[f"{PREFIX}FLOWER_URL"] = flower.origin(settings, os.environ)
    kept[f"{PREFIX}DATA_DIR"] = str(settings.data_dir.absolute())
    kept["PYTHONUNBUFFERED"] = "1"
    return kept


def with_ports(settings: Settings) -> Settings:
    """The settings with free ports where 0 was asked for.

    Raises StackError naming the port and what to do where one is taken.
    """
    chosen: dict[str, int] = {}
    for name, option in (("port", "--port"), ("flower_port", "--flower-port")):
        wanted = getattr(settings, name)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings.host, wanted))
            except OSError as error:
                raise StackError(
                    f"{settings.host}:{wanted} is not free ({error.strerror}). Choose another "
                    f"with {option} or {PREFIX}{name.upper()} (0: any free one).",
                    port=wanted,
                ) from error
            chosen[name] = probe.getsockname()[1]
    return settings.model_copy(update=chosen)


def _is_socket(path: Path) -> bool:
    try:
        return stat.S_ISSOCK(path.stat().st_mode)
    except OSError:
        return False


def _pings(path: Path) -> bool:
    client = redis.Redis(unix_socket_path=str(path), socket_timeout=1)
    try:
        return bool(client.ping())
    except (redis.RedisError, OSError):  # not there yet, or loading its file
        return False
    finally:
        client.close()


def _answers(url: str) -> bool:
    try:
        with loopback.opener.open(url, timeout=2):
            return True
    except OSError:
        return False


def _listens(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=2):
            return True
    except OSError:
        return False
