"""The services of docker-compose.yml as processes, with their commands and health checks.

In place of containers: a Redis and a PostgreSQL of the test's own, and folders for /data, /tmp and
/run/secrets.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import yaml
from waiting import wait_until

from zhibiao.testing.ports import free_port

ROOT = Path(__file__).resolve().parents[1]
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

    def here(self, text: str, _: str) -> str:
        """What a container of that name is told, as it is on this machine."""
        text = text.replace("$$", "$")
        text = re.sub(r"(?<![\w/])/(?:run/)?(secrets|tmp|data)\b", rf"{self.folder}/\1", text)
        return self.addressed(text)

    def addressed(self, text: str) -> str:
        """With the hosts and ports of this machine."""
        text = text.replace("redis://redis:6379", f"redis://127.0.0.1:{self.ports['6379']}")
        text = text.replace("http://flower:", "http://127.0.0.1:")
        for number, port in self.ports.items():
            text = re.sub(rf"\b{number}\b", str(port), text)
        return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)

    def environment(self, name: str) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("ZHIBIAO_", "FLOWER_"))}
        given = {
            k: self.here(str(v), name) for k, v in SERVICES[name].get("environment", {}).items()
        }
        if "ZHIBIAO_DATABASE_URL" in given:
            given["ZHIBIAO_DATABASE_URL"] = self.database_url
            given["ZHIBIAO_HOST"] = "127.0.0.1"
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        runtime = {"XDG_RUNTIME_DIR": str(self.folder / "tmp"), "PYTHONPATH": str(ROOT)}
        return {**kept, **given, **runtime, "PATH": path}

    def command(self, name: str) -> list[str]:
        command = [self.here(str(word), name) for word in SERVICES[name]["command"]]
        if name == "redis":  # its image has port and folder as defaults
            where = f" --port {self.ports['6379']} --bind 127.0.0.1 --dir {self.folder}/redis"
            command[-1] = command[-1].rstrip() + where
        return command

    def start(self, name: str) -> None:
        log = (self.folder / f"{name}.log").open("ab")
        with log:
            self.processes[name] = subprocess.Popen(
                self.wrapped(name, self.command(name)),
                env=self.environment(name),
                cwd=self.folder / "data",
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def is_healthy(self, name: str) -> bool:
        kind, *words = SERVICES[name]["healthcheck"]["test"]
        command = [self.here(word, name) for word in words]
        if kind == "CMD-SHELL":
            command = [
                "sh",
                "-c",
                command[0].replace("redis-cli", f"redis-cli -p {self.ports['6379']}"),
            ]
        return self.run(name, command).returncode == 0

    def run(self, name: str, command: list[str]) -> subprocess.CompletedProcess[bytes]:
        """A command as the part would run it."""
        return subprocess.run(
            self.wrapped(name, command),
            env=self.environment(name),
            cwd=self.folder,
            capture_output=True,
            timeout=120,
        )

    def wrapped(self, _: str, command: list[str]) -> list[str]:
        """What runs a part's command on this machine: the command itself."""
        return command

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


def begin(host: Host) -> None:
    """Start every part in its order, each when those before it are healthy."""
    host.start("redis")
    host.wait_healthy("redis")
    migrated = host.run("migrate", host.command("migrate"))
    assert migrated.returncode == 0, migrated.stderr
    assert not host.is_healthy("worker")
    assert not host.is_healthy("beat")
    for name in ("worker", "beat", "api", "flower"):
        host.start(name)
    for name in ("worker", "beat", "api", "flower"):
        host.wait_healthy(name)


def use_and_end(host: Host) -> None:
    """A report from submission to done, Flower's door, the worker's end, and what the logs hold."""
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
        closed = httpx.get(f"{flower}/flower/tasks", timeout=30, trust_env=False)
        assert closed.status_code == 401
    host.processes["worker"].send_signal(signal.SIGTERM)
    assert host.processes["worker"].wait(60) == 0
    for name in ("api", "worker", "beat", "flower", "redis"):
        for secret in (PASSWORD, token, "a-password-for-flower"):
            assert secret not in host.log(name)
    lines = host.log("api").splitlines()
    assert any(line.startswith("{") for line in [*lines, *host.log("worker").splitlines()])
