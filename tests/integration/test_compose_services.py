"""Each part's command and health check, as docker-compose.yml has them, against real services.

In place of containers: a Redis and a PostgreSQL of the test's own, and folders for /data, /tmp and
/run/secrets.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from sqlalchemy.engine import make_url
from waiting import wait_until

from zhibiao.testing.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
SERVICES: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))[
    "services"
]
PASSWORD = "p@ss/w:rd#%"


class Host:
    """Stands for the containers: what they find at their paths and names, and their processes."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.ports = {number: free_port() for number in ("8750", "8751", "8752", "6379")}
        secrets = {
            "token": "a-token-of-the-test-that-is-long-enough-0123456789",
            "redis_password": PASSWORD,
            "postgres_password": PASSWORD,
            "flower_basic_auth": "zhibiao:a-password-for-flower",
        }
        for name in ("secrets", "tmp", "data", "redis"):
            (folder / name).mkdir()
        for name, value in secrets.items():
            (folder / "secrets" / name).write_text(value + "\n")
        self.database_url = database_url

    def here(self, text: str) -> str:
        """What a container is told, as it is on this machine."""
        text = text.replace("$$", "$")
        text = re.sub(r"(?<![\w/])/(?:run/)?(secrets|tmp|data)\b", rf"{self.folder}/\1", text)
        text = text.replace("redis://redis:6379", f"redis://127.0.0.1:{self.ports['6379']}")
        text = text.replace("http://flower:", "http://127.0.0.1:")
        for number, port in self.ports.items():
            text = re.sub(rf"\b{number}\b", str(port), text)
        return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)

    def environment(self, name: str) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("ZHIBIAO_", "FLOWER_"))}
        given = {k: self.here(str(v)) for k, v in SERVICES[name].get("environment", {}).items()}
        if "ZHIBIAO_DATABASE_URL" in given:
            given["ZHIBIAO_DATABASE_URL"] = self.database_url
            given["ZHIBIAO_HOST"] = "127.0.0.1"
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        runtime = {"XDG_RUNTIME_DIR": str(self.folder / "tmp"), "PYTHONPATH": str(ROOT)}
        return {**kept, **given, **runtime, "PATH": path}

    def command(self, name: str) -> list[str]:
        command = [self.here(str(word)) for word in SERVICES[name]["command"]]
        if name == "redis":  # its image has port and folder as defaults
            where = f" --port {self.ports['6379']} --bind 127.0.0.1 --dir {self.folder}/redis"
            command[-1] = command[-1].rstrip() + where
        return command

    def start(self, name: str) -> None:
        log = (self.folder / f"{name}.log").open("ab")
        with log:
            self.processes[name] = subprocess.Popen(
                self.command(name),
                env=self.environment(name),
                cwd=self.folder / "data",
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def is_healthy(self, name: str) -> bool:
        kind, *words = SERVICES[name]["healthcheck"]["test"]
        command = [self.here(word) for word in words]
        if kind == "CMD-SHELL":
            command = [
                "sh",
                "-c",
                command[0].replace("redis-cli", f"redis-cli -p {self.ports['6379']}"),
            ]
        done = subprocess.run(
            command, env=self.environment(name), cwd=self.folder, capture_output=True, timeout=60
        )
        return done.returncode == 0

    def wait_healthy(self, name: str) -> None:
        def healthy() -> bool:
            assert self.processes[name].poll() is None, self.log(name)
            return self.is_healthy(name)

        wait_until(healthy, seconds=90, every=0.5, why=lambda: self.log(name))

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")[-3000:]

    def end(self) -> None:
        for process in reversed(self.processes.values()):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.processes.values():
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@pytest.fixture
def host(tmp_path: Path, empty_postgres_url: str) -> Iterator[Host]:
    # The wheel's server trusts its socket: the URL keeps its user without a password, as the
    # compose file's does.
    url = make_url(empty_postgres_url).set(password=None).render_as_string(hide_password=False)
    made = Host(tmp_path, url)
    yield made
    made.end()


@pytest.mark.exhaustive
@pytest.mark.timeout(600)
def test_every_part_starts_by_its_command_becomes_healthy_and_does_its_work(host: Host) -> None:
    host.start("redis")
    host.wait_healthy("redis")
    migrated = subprocess.run(
        host.command("migrate"), env=host.environment("migrate"), capture_output=True, timeout=120
    )
    assert migrated.returncode == 0, migrated.stderr
    assert not host.is_healthy("worker")
    assert not host.is_healthy("beat")
    for name in ("worker", "beat", "api", "flower"):
        host.start(name)
    for name in ("worker", "beat", "api", "flower"):
        host.wait_healthy(name)
    token = (host.folder / "secrets" / "token").read_text().strip()
    url = f"http://127.0.0.1:{host.ports['8750']}"
    with httpx.Client(
        base_url=url, headers={"Authorization": f"Bearer {token}"}, trust_env=False, timeout=30
    ) as client:
        run = client.post("/v1/runs", files=[("files", ("a.txt", "2023年增长6%。".encode()))])
        assert run.status_code in (200, 201, 202), run.text
        address = f"/v1/runs/{run.json()['id']}"
        wait_until(
            lambda: client.get(address).json()["finished"],
            seconds=120,
            why=lambda: host.log("worker"),
        )
        assert client.get("/v1/runs/1").json()["accounts"]["done"] == 1
        flower = f"http://127.0.0.1:{host.ports['8751']}"
        assert httpx.get(f"{flower}/flower/tasks", trust_env=False).status_code == 401
    host.processes["worker"].send_signal(signal.SIGTERM)
    assert host.processes["worker"].wait(60) == 0
    for name in ("api", "worker", "beat", "flower", "redis"):
        for secret in (PASSWORD, token, "a-password-for-flower"):
            assert secret not in host.log(name)
    lines = host.log("api").splitlines()
    assert any(line.startswith("{") for line in [*lines, *host.log("worker").splitlines()])
