"""A real RabbitMQ of a test's own, on 127.0.0.1; it can be killed and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from kombu import Connection
from missing_services import missing

from zhibiao.testing.ports import free_port

# Not the wrapper on PATH, which changes the user and starts the machine's own node.
_SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")


class RabbitMQ:
    """A node of the test's own, on 127.0.0.1, with a port mapper of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.environment = {
            **os.environ,
            "HOME": str(folder),
            "ERL_EPMD_PORT": str(free_port()),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"test{os.getpid()}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_MNESIA_BASE": str(folder / "data"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "none"),
        }
        (folder / "plugins").write_text("[].\n")
        self.process: subprocess.Popen[bytes] | None = None
        # Started here, or the node would start one that outlives it.
        epmd = next(Path("/usr/lib/erlang").glob("erts-*/bin/epmd"))
        self.mapper = subprocess.Popen([str(epmd)], env=self.environment)

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}//"

    def start(self) -> None:
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(_SERVER)],
                env=self.environment,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,
            )
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            try:
                with Connection(self.url, connect_timeout=2) as connection:
                    connection.ensure_connection(max_retries=1, timeout=2)
            except Exception:  # not there yet
                time.sleep(0.5)
            else:
                return
        raise RuntimeError((self.folder / "server.log").read_text()[-2000:])

    @contextmanager
    def mute(self) -> Iterator[None]:
        """Stopped, it is still connected to and never answers."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self.process.pid, signal.SIGCONT)

    def kill(self) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def end(self) -> None:
        self.kill()
        self.mapper.kill()
        self.mapper.wait()


@pytest.fixture
def rabbitmq(tmp_path: Path) -> Iterator[RabbitMQ]:
    if not _SERVER.exists():
        missing("RabbitMQ", "rabbitmq-server is not installed")
    server = RabbitMQ(tmp_path)
    try:
        server.start()
        yield server
    finally:
        server.end()
