"""The embedded stack: Redis, worker, beat, API and Flower on one machine, one data dir."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import sys
import time
import urllib.error
from collections.abc import Iterator
from pathlib import Path

from workers import flower, loopback
from workers.output import LOG_FILE, Show, to_stream, to_terminal
from workers.parts import StackError, build_parts, with_ports
from workers.supervisor import Supervisor
from workers.watchdog import Watchdog
from zhibiao.folders import own_files, own_folder
from zhibiao.settings import Settings
from zhibiao.store import Store
from zhibiao.store.database.migrate import upgrade
from zhibiao.tokens import check_exposed, ensure_flower_credential, ensure_token
from zhibiao.whole_file import whole_file

ADDRESS_FILE = "stack.json"  # where the CLI finds a running stack
_READY_SECONDS = 180.0


def run_stack(settings: Settings) -> int:
    """Run until SIGINT or SIGTERM; the exit code.

    Raises StackError where a port is taken, the data dir is in use, or a part does not come up.
    """
    own_folder(settings.data_dir)
    own_files()
    with _lock(settings.data_dir), _shown(settings) as show:
        check_exposed(settings)
        settings = with_ports(settings)
        token = ensure_token(settings)
        store = Store(settings.store_url)
        upgrade(store)
        store.close()
        supervisor = Supervisor(build_parts(settings), show)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, supervisor.ask_to_end)
        supervisor.start()
        try:
            if _await_ready(settings, supervisor):
                _announce(settings, token)
                _write_address(settings, supervisor)
            supervisor.watch(also=Watchdog(settings, supervisor).look)
        finally:
            (settings.data_dir / ADDRESS_FILE).unlink(missing_ok=True)
            supervisor.end()
    return 0


@contextlib.contextmanager
def _shown(settings: Settings) -> Iterator[Show]:
    """Where what the parts write goes: see workers.output."""
    if not sys.stderr.isatty():
        yield to_stream(sys.stderr)
        return
    with to_terminal(sys.stderr, settings.data_dir / LOG_FILE) as show:
        sys.stderr.write("Starting Redis, workers, API and Flower …\n")
        yield show


@contextlib.contextmanager
def _lock(data_dir: Path) -> Iterator[None]:
    with (data_dir / "stack.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            pid = lock.read().strip() or "?"
            raise StackError(
                f"A stack (process {pid}) runs in {data_dir} already. End it, or choose another "
                "folder with --data-dir or ZHIBIAO_DATA_DIR.",
                data_dir=str(data_dir),
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _await_ready(settings: Settings, supervisor: Supervisor) -> bool:
    """Wait for /readyz: database, broker, and a worker that answered. False: asked to end."""
    url = f"http://{settings.host}:{settings.port}/readyz"
    deadline = time.monotonic() + _READY_SECONDS
    answer = "nothing"
    while not supervisor.asked_to_end:
        try:
            with loopback.opener.open(url, timeout=5):
                return True
        except urllib.error.HTTPError as error:
            answer = error.read().decode(errors="replace")
        except OSError as error:
            answer = str(error)
        if time.monotonic() > deadline:
            raise StackError(
                f"The stack was not ready within {_READY_SECONDS:.0f} s; /readyz says: {answer}"
            )
        supervisor.tend()
        time.sleep(0.2)
    return False


def _write_address(settings: Settings, supervisor: Supervisor) -> None:
    address = {
        "url": f"http://{settings.host}:{settings.port}",
        "flower_url": flower.address(settings, os.environ),
        "pid": os.getpid(),
        "parts": supervisor.pids(),
    }
    with whole_file(settings.data_dir / ADDRESS_FILE) as partial:
        partial.write_text(json.dumps(address))


def _announce(settings: Settings, token: str) -> None:
    user = ensure_flower_credential(settings).partition(":")[0]
    password = f"in {settings.flower_password_file}"
    if settings.flower_basic_auth:
        password = "as in ZHIBIAO_FLOWER_BASIC_AUTH"
    # Not into files and journals, which others read and which are kept.
    shown = f"{token}  " if sys.stdout.isatty() else ""
    sys.stdout.write(
        "zhibiao is ready. Ctrl-C ends it.\n"
        f"  Web console       http://{settings.host}:{settings.port}/\n"
        f"  API and its docs  http://{settings.host}:{settings.port}/docs\n"
        f"  Flower            http://{settings.host}:{settings.port}/{flower.PREFIX}/"
        "  (with the console's log-in)\n"
        f"                    {flower.address(settings, os.environ)}/"
        f"  (user {user}, password: {password})\n"
        f"  token             {shown}(kept in {settings.token_file}; `zhibiao token` prints it)\n"
        f"  data              {settings.data_dir}\n"
        + (f"  log               {settings.data_dir / LOG_FILE}\n" if sys.stderr.isatty() else "")
    )
    sys.stdout.flush()
