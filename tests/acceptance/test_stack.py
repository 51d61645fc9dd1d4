"""The embedded stack comes up, heals, tells no secrets, and goes away without a trace."""

from __future__ import annotations

import os
import pty
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import psutil
import pytest
from live_stack import LiveStack, StackStarter, begin
from waiting import wait_until

from zhibiao.testing.samples import sample_paths

ZHIBIAO = str(Path(sys.executable).with_name("zhibiao"))

PASSWORD = "a password of the test's own"
KEPT_IN = {"token", "flower-password"}  # secrets

# What many set to reach the world; nobody listens there, and nothing of a stack goes there.
BEHIND_A_PROXY = {"http_proxy": "http://127.0.0.1:9", "no_proxy": "", "NO_PROXY": ""}


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [p for p in processes if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveStack]:
    """A stack whose data dir others could read, and whose Flower is told otherwise."""
    folder = tmp_path_factory.mktemp("one")
    folder.chmod(0o755)
    (folder / "token").write_text("of-an-earlier-start\n")
    yield from running(
        folder, environment={"FLOWER_URL_PREFIX": "/other/", "FLOWER_BASIC_AUTH": "x:y"}
    )


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveStack]:
    """A stack at the same time, behind a proxy."""
    yield from running(tmp_path_factory.mktemp("other"), environment=BEHIND_A_PROXY)


def running(folder: Path, *, environment: Mapping[str, str]) -> Iterator[LiveStack]:
    stack = begin(folder, environment=environment)
    stack.wait_ready()
    yield stack
    stack.end()


@pytest.mark.long
def test_two_stacks_run_side_by_side(one: LiveStack, other: LiveStack) -> None:
    assert one.address["url"] != other.address["url"]
    for stack in (one, other):
        assert len(stack.family()) >= 7
        with stack.client() as client:
            assert client.get("/readyz").status_code == 200


def test_everything_listens_on_this_machine_only_and_the_token_is_private(other: LiveStack) -> None:
    listening = [
        connection.laddr.ip
        for process in other.family()
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert listening
    assert set(listening) == {"127.0.0.1"}
    for secret in ("token", "flower-password"):
        assert stat.S_IMODE((other.data_dir / secret).stat().st_mode) == 0o600


def test_a_data_dir_that_others_could_read_is_closed_and_no_log_has_the_token(
    one: LiveStack,
) -> None:
    folder = one.data_dir
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    made = [path for path in folder.rglob("*") if path.name != "token"]
    assert {"zhibiao.db", "appendonlydir"} <= {path.name for path in made}
    assert [path for path in made if path.stat().st_mode & 0o077 and not path.is_socket()] == []
    one.run("status")
    assert "of-an-earlier-start" not in one.log.read_text()
    assert str(folder / "token") in one.log.read_text()


def test_a_busy_port_is_named_with_what_to_do(start_stack: StackStarter) -> None:
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


def test_a_second_stack_in_the_same_data_dir_is_refused(
    one: LiveStack, start_stack: StackStarter
) -> None:
    second = start_stack(data_dir=one.data_dir, wait=False)
    assert second.process.wait(60) != 0
    assert f"process {one.process.pid}" in second.log.read_text()
    with one.client() as client:
        assert client.get("/healthz").status_code == 200


def test_flower_asks_who_is_there_and_shows_tasks_and_queues(one: LiveStack) -> None:
    one.run("submit", str(sample_folder()), "--wait")
    password = (one.data_dir / "flower-password").read_text().strip()
    token = (one.data_dir / "token").read_text().strip()
    flower = one.address["flower_url"]
    assert httpx.get(f"{flower}/api/tasks", timeout=60).status_code == 401
    refused = httpx.get(f"{flower}/api/tasks", auth=("zhibiao", token), timeout=60)
    assert refused.status_code == 401
    with httpx.Client(base_url=flower, auth=("zhibiao", password), timeout=30) as client:

        def named() -> set[str]:
            return {task["name"] for task in client.get("/api/tasks").json().values()}

        stages = {f"zhibiao.{stage}" for stage in ("read", "clean", "segment", "extract")}
        wait_until(lambda: named() >= stages, seconds=90)
        assert named() == stages
        tasks = client.get("/api/tasks").json().values()
        assert all("run 1, " in task["kwargs"] for task in tasks)
        queues = client.get("/api/queues/length").json()["active_queues"]
        assert {"bulk.read", "interactive.extract"} <= {queue["name"] for queue in queues}


def test_the_stacks_flower_has_the_prefix_and_password_of_the_settings_and_says_where(
    one: LiveStack,
) -> None:
    assert one.address["flower_url"].endswith("/flower")
    said = one.log.read_text()
    assert f"{one.address['flower_url']}/  (user zhibiao" in said
    # And nothing else at such length: no list of all queues and tasks.
    assert "bulk.segment" not in said
    assert "zhibiao.canary" not in said
    password = (one.data_dir / "flower-password").read_text().strip()
    url = f"{one.address['flower_url']}/"
    assert httpx.get(url, auth=("zhibiao", password), timeout=60).status_code == 200
    assert httpx.get(url, auth=("x", "y"), timeout=60).status_code == 401
    with one.client() as client:  # and the API finds it
        assert client.get("/flower/api/workers").status_code == 200
        assert client.get("/readyz").json()["flower"]["ok"] is True


@pytest.mark.long
def test_parts_that_are_killed_come_back(other: LiveStack) -> None:
    parts = other.address["parts"]
    for name in ("api", "redis", "worker", "beat", "flower"):
        os.kill(parts[name], signal.SIGKILL)

    def ready() -> bool:
        try:
            with other.client() as client:
                return client.get("/readyz").status_code == 200
        except httpx.TransportError:
            return False

    wait_until(lambda: all(not psutil.pid_exists(pid) for pid in parts.values()), seconds=90)
    wait_until(ready, seconds=150)
    samples = other.run("submit", str(sample_folder()), "--wait")
    assert samples.returncode == 0


def sample_folder() -> Path:
    return sample_paths()[0].parent


def test_no_secret_is_in_a_log_an_address_an_answer_a_command_line_or_a_tasks_arguments(
    one: LiveStack,
) -> None:
    token, flower_password = (
        (one.data_dir / name).read_text().strip() for name in ("token", "flower-password")
    )
    key = one.run(
        "keys", "create", "of-the-secrets-test", "-s", "submit", "-s", "read"
    ).stdout.strip()
    with one.client() as admin:
        made = admin.post(
            "/v1/users",
            json={"name": "of-the-secrets-test", "scopes": ["read"], "password": PASSWORD},
        )
        assert made.status_code == 201
    address = one.address["url"]
    answers = []
    cookies: list[str] = []
    for form in (
        {"token": key},
        {"name": "of-the-secrets-test", "password": PASSWORD},
        {"token": f"{token}x"},
    ):
        with httpx.Client(base_url=address, trust_env=False, timeout=60) as browser:
            answers.append(browser.post("/login", data=form, headers={"Accept": "text/html"}))
            cookies += browser.cookies.values()
            # Where things go wrong, too: pages of errors, refusals, what is malformed.
            for path in (
                "/",
                "/nowhere",
                "/runs/x",
                "/v1/users",
                "/v1/runs?limit=x",
                "/documents?state=lost",
            ):
                answers.append(browser.get(path, headers={"Accept": "text/html"}))
    bearer = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=address, headers=bearer, trust_env=False, timeout=60) as program:
        with sample_paths()[0].open("rb") as sample:
            answers.append(program.post("/v1/runs", files={"files": sample}))
        assert answers[-1].status_code == 202
        for path in ("/v1/nowhere", "/v1/audit", "/v1/runs?token=x", "/v1/me", "/openapi.json"):
            answers.append(program.get(path))
        answers.append(program.post("/v1/keys", json={"name": key}))
        answers.append(program.get("/v1/runs", headers={"Authorization": f"Basic {key}"}))
    one.run("status", "--json")
    assert len(cookies) == 2

    secrets = [token, flower_password, key, key[12:], PASSWORD, *cookies]
    found = {str(one.log): one.log.read_bytes()}
    for path in one.data_dir.rglob("*"):
        if path.is_file() and path.name not in KEPT_IN:
            found[str(path)] = path.read_bytes()
    assert any(name.endswith("zhibiao.db") for name in found)
    assert any("appendonly" in name for name in found)
    for process in one.family():
        found[f"command line of {process.pid}"] = "\n".join(process.cmdline()).encode()
    for number, answer in enumerate(answers):
        said = [answer.headers.get("location", ""), str(answer.url), answer.text]
        found[f"answer {number} of {answer.url.path}"] = "\n".join(said).encode()
    flower = httpx.get(
        f"{one.address['flower_url']}/api/tasks",
        auth=("zhibiao", flower_password),
        timeout=60,
        follow_redirects=True,
    )
    assert flower.status_code == 200
    assert "zhibiao.read" in flower.text
    found["Flower's tasks"] = flower.content
    leaks = [
        (where, number)
        for where, content in found.items()
        for number, secret in enumerate(secrets)
        if secret.encode() in content
    ]
    assert leaks == []


# From here on the stacks end.


def test_a_stack_ends_when_it_is_asked_to_and_no_other_one_with_it(
    one: LiveStack, other: LiveStack
) -> None:
    family = other.family()
    other.process.send_signal(signal.SIGTERM)
    assert other.process.wait(60) == 0
    assert alive(family) == []
    with one.client() as client:
        assert client.get("/readyz").status_code == 200


def test_no_orphan_stays_when_the_stack_is_killed(one: LiveStack) -> None:
    family = one.family()
    one.process.kill()
    wait_until(lambda: alive(family) == [], seconds=60)


@pytest.mark.long
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
