"""The embedded stack comes up, heals, and goes away without a trace."""

from __future__ import annotations

import os
import pty
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import psutil

ZHIBIAO = str(Path(sys.executable).with_name("zhibiao"))

# What many set to reach the world; nobody listens there, and nothing of a stack goes there.
BEHIND_A_PROXY = {"http_proxy": "http://127.0.0.1:9", "no_proxy": "", "NO_PROXY": ""}


def wait_until(condition: Callable[[], bool], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [p for p in processes if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


def test_two_stacks_run_side_by_side_and_end_when_they_are_asked_to(start_stack: Any) -> None:
    one, two = start_stack(), start_stack(environment=BEHIND_A_PROXY)
    assert one.address["url"] != two.address["url"]
    for stack in (one, two):
        with stack.client() as client:
            assert client.get("/readyz").status_code == 200
    family = one.family() + two.family()
    assert len(family) >= 14
    for stack in (one, two):
        stack.process.send_signal(signal.SIGTERM)
    assert [stack.process.wait(60) for stack in (one, two)] == [0, 0]
    assert alive(family) == []


def test_no_orphan_stays_when_the_stack_is_killed(start_stack: Any) -> None:
    stack = start_stack()
    family = stack.family()
    stack.process.kill()
    wait_until(lambda: alive(family) == [], seconds=60)


def test_everything_listens_on_this_machine_only_and_the_token_is_private(live: Any) -> None:
    listening = [
        connection.laddr.ip
        for process in live.family()
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert listening
    assert set(listening) == {"127.0.0.1"}
    for secret in ("token", "flower-password"):
        assert stat.S_IMODE((live.data_dir / secret).stat().st_mode) == 0o600


def test_a_busy_port_is_named_with_what_to_do(start_stack: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        stack = start_stack("--port", str(port), "--flower-port", "0", wait=False)
        assert stack.process.wait(120) != 0
    said = stack.log.read_text()
    assert f"127.0.0.1:{port}" in said
    assert "--port" in said
    assert "Traceback" not in said


def test_a_second_stack_in_the_same_data_dir_is_refused(live: Any, start_stack: Any) -> None:
    second = start_stack(data_dir=live.data_dir, wait=False)
    assert second.process.wait(60) != 0
    assert f"process {live.process.pid}" in second.log.read_text()
    with live.client() as client:
        assert client.get("/healthz").status_code == 200


def test_parts_that_are_killed_come_back(start_stack: Any) -> None:
    stack = start_stack()
    parts = stack.address["parts"]
    for name in ("api", "redis", "worker", "beat", "flower"):
        os.kill(parts[name], signal.SIGKILL)

    def ready() -> bool:
        try:
            with stack.client() as client:
                return client.get("/readyz").status_code == 200
        except httpx.TransportError:
            return False

    wait_until(lambda: all(not psutil.pid_exists(pid) for pid in parts.values()))
    wait_until(ready, seconds=150)
    samples = stack.run("submit", str(sample_folder()), "--wait")
    assert samples.returncode == 0


def sample_folder() -> Any:
    from zhibiao.testing.samples import sample_paths

    return sample_paths()[0].parent


def test_flower_asks_who_is_there_and_shows_tasks_and_queues(live: Any) -> None:
    live.run("submit", str(sample_folder()), "--wait")
    password = (live.data_dir / "flower-password").read_text().strip()
    token = (live.data_dir / "token").read_text().strip()
    flower = live.address["flower_url"]
    assert httpx.get(f"{flower}/api/tasks").status_code == 401
    assert httpx.get(f"{flower}/api/tasks", auth=("zhibiao", token)).status_code == 401
    with httpx.Client(base_url=flower, auth=("zhibiao", password), timeout=30) as client:

        def named() -> set[str]:
            return {task["name"] for task in client.get("/api/tasks").json().values()}

        stages = {f"zhibiao.{stage}" for stage in ("read", "clean", "segment", "extract")}
        wait_until(lambda: named() >= stages)
        assert named() == stages
        tasks = client.get("/api/tasks").json().values()
        assert all("run 1, " in task["kwargs"] for task in tasks)
        queues = client.get("/api/queues/length").json()["active_queues"]
        assert {"bulk.read", "interactive.extract"} <= {queue["name"] for queue in queues}


def test_the_stacks_flower_has_the_prefix_and_password_of_the_settings_and_says_where(
    start_stack: Any,
) -> None:
    stack = start_stack(environment={"FLOWER_URL_PREFIX": "/other/", "FLOWER_BASIC_AUTH": "x:y"})
    assert stack.address["flower_url"].endswith("/flower")
    assert f"{stack.address['flower_url']}/  (user zhibiao" in stack.log.read_text()
    password = (stack.data_dir / "flower-password").read_text().strip()
    url = f"{stack.address['flower_url']}/"
    assert httpx.get(url, auth=("zhibiao", password)).status_code == 200
    assert httpx.get(url, auth=("x", "y")).status_code == 401
    with stack.client() as client:  # and the API finds it
        assert client.get("/flower/api/workers").status_code == 200
        assert client.get("/readyz").json()["flower"]["ok"] is True


def test_a_data_dir_that_others_could_read_is_closed_and_no_log_has_the_token(
    start_stack: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    folder.chmod(0o755)
    (folder / "token").write_text("of-an-earlier-start\n")
    stack = start_stack(data_dir=folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    made = [path for path in folder.rglob("*") if path.name != "token"]
    assert {"zhibiao.db", "appendonlydir"} <= {path.name for path in made}
    assert [path for path in made if path.stat().st_mode & 0o077 and not path.is_socket()] == []
    stack.run("status")
    assert "of-an-earlier-start" not in stack.log.read_text()
    assert str(folder / "token") in stack.log.read_text()


def test_a_terminal_is_shown_the_token(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    arguments = ("--data-dir", str(tmp_path / "d"), "--port", "0", "--flower-port", "0")
    process = subprocess.Popen(
        [ZHIBIAO, "up", *arguments],
        stdout=theirs,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={k: v for k, v in os.environ.items() if not k.startswith("ZHIBIAO_")},
    )
    os.close(theirs)
    said = b""
    try:
        while b"data  " not in said:
            said += os.read(ours, 65536)  # fails where the process ends
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        os.close(ours)
    assert (tmp_path / "d" / "token").read_text().strip() in said.decode()
