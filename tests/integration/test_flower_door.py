"""`celery -A workers flower`, started by hand: it is never open, whatever it is given."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest
from flower import urls as flower_urls
from tornado.web import URLSpec
from tornado.websocket import WebSocketHandler
from waiting import wait_until

from zhibiao.testing.ports import free_port


@dataclass
class Flower:
    process: subprocess.Popen[bytes]
    log: Path
    port: int = 0

    def status(self, password: str | None, *, user: str = "zhibiao", path: str = "/flower/") -> int:
        auth = None if password is None else (user, password)
        url = f"http://127.0.0.1:{self.port}{path}"
        return httpx.get(url, auth=auth, timeout=30, trust_env=False).status_code


Starter = Callable[..., Flower]


@pytest.fixture
def flower(tmp_path: Path) -> Iterator[Starter]:
    """Starts Flowers with arguments and variables of their own; no broker is there."""
    started: list[Flower] = []

    def start(*arguments: str, wait: bool = True, **variables: str) -> Flower:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("ZHIBIAO_", "FLOWER_"))
        }
        log = tmp_path / f"{len(started)}.log"
        port = free_port()
        variables = {"ZHIBIAO_DATA_DIR": str(tmp_path / "data")} | variables
        with log.open("wb") as sink:
            process = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "workers", "flower", *arguments],
                env={
                    **kept,
                    "ZHIBIAO_BROKER_URL": f"redis+socket://{tmp_path}/no-redis.sock",
                    "ZHIBIAO_FLOWER_PORT": str(port),
                    **variables,
                },
                stdout=sink,
                stderr=sink,
                cwd=Path(__file__).parents[2],
                start_new_session=True,
            )
        started.append(Flower(process, log, port))
        if wait:
            _await_listening(started[-1])
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            os.killpg(each.process.pid, signal.SIGKILL)
        each.process.wait()


def _await_listening(flower: Flower) -> None:
    def listens() -> bool:
        assert flower.process.poll() is None, flower.log.read_text()
        return bool(listening(flower))

    wait_until(listens, why=flower.log.read_text)


def listening(flower: Flower) -> set[tuple[str, int]]:
    return {
        (connection.laddr.ip, connection.laddr.port)
        for connection in psutil.Process(flower.process.pid).net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    }


def test_by_hand_it_has_the_address_port_and_password_of_the_settings(
    flower: Starter, tmp_path: Path
) -> None:
    started = flower()
    assert listening(started) == {("127.0.0.1", started.port)}
    password = (tmp_path / "data" / "flower-password").read_text().strip()
    for path in ("/", "/workers", "/tasks", "/broker", "/api/workers", "/api/tasks"):
        assert started.status(None, path=f"/flower{path}") == 401
        assert started.status("wrong", path=f"/flower{path}") == 401
        assert started.status(password, path=path) == 302  # to the same under the prefix
    assert started.status(password) == 200
    assert started.status(password, path="/flower/tasks") == 200
    history = tmp_path / "data" / "flower"
    assert {path.name.partition(".")[0] for path in history.iterdir()} == {"history"}
    assert history.stat().st_mode & 0o077 == 0
    second = flower()
    assert second.status(password) == 200
    assert "another Flower keeps its history" in second.log.read_text()
    assert "another Flower" not in started.log.read_text()


def test_its_pages_need_no_websocket() -> None:
    """Neither the API's proxy nor the examples in deploy/proxies pass any on."""
    handlers = [
        each.handler_class if isinstance(each, URLSpec) else each[1]
        for each in flower_urls.handlers
    ]
    assert len(handlers) > 20
    assert not [each for each in handlers if issubclass(each, WebSocketHandler)]
    pages = Path(flower_urls.__file__).parent
    scripts = [*pages.glob("templates/*.html"), pages / "static/js/flower.js"]
    assert not [page.name for page in scripts if "new WebSocket" in page.read_text("utf-8")]


def test_what_it_remembers_is_bounded_unless_somebody_wants_more(tmp_path: Path) -> None:
    script = (
        "import workers.celery; from flower.command import apply_env_options as read; read();"
        "from flower.options import options; print(options.max_tasks, options.persistent)"
    )
    for given, told in (({}, "5000 True"), ({"FLOWER_MAX_TASKS": "7"}, "7 True")):
        environment = {**os.environ, "ZHIBIAO_DATA_DIR": str(tmp_path), **given}
        command = [sys.executable, "-c", script]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == told


def test_the_token_of_the_api_is_no_password(flower: Starter) -> None:
    started = flower(ZHIBIAO_TOKEN="of-the-api")
    assert started.status("of-the-api") == 401


@pytest.mark.parametrize(
    ("arguments", "variables", "password"),
    [
        ((), {"ZHIBIAO_FLOWER_BASIC_AUTH": "zhibiao:a,b:c, d"}, "a,b:c, d"),
        pytest.param(
            *((), {"ZHIBIAO_FLOWER_BASIC_AUTH": "zhibiao:a,zhibiao:b"}, "a,zhibiao:b"),
            marks=pytest.mark.long,
        ),
        (
            ("--address=", "--basic_auth="),
            {"FLOWER_BASIC_AUTH": "", "ZHIBIAO_FLOWER_BASIC_AUTH": "zhibiao:t"},
            "t",
        ),
        pytest.param(
            *((), {"FLOWER_BASIC_AUTH": "other:x,zhibiao:mine"}, "mine"), marks=pytest.mark.long
        ),
    ],
)
def test_one_password_opens_it_and_no_piece_of_it(
    flower: Starter, arguments: tuple[str, ...], variables: dict[str, str], password: str
) -> None:
    started = flower(*arguments, **variables)
    assert {ip for ip, _ in listening(started)} == {"127.0.0.1"}
    assert started.status(password) == 200
    pieces = {piece for piece in re.split("[,:]", password) if piece != password}
    for wrong in (None, "", *pieces):
        assert started.status(wrong) == 401
    assert started.status("b", user="") == 401


@pytest.mark.parametrize(
    ("arguments", "variables"),
    [
        ((), {"FLOWER_BASIC_AUTH": "zhibiao:a,b"}),
        (("--basic-auth=s3cret",), {}),
        pytest.param((), {"ZHIBIAO_FLOWER_BASIC_AUTH": "s3cret"}, marks=pytest.mark.long),
        pytest.param((), {"ZHIBIAO_DATA_DIR": "/proc/nowhere"}, marks=pytest.mark.long),
    ],
)
def test_without_a_whole_password_it_does_not_start(
    flower: Starter, arguments: tuple[str, ...], variables: dict[str, str]
) -> None:
    started = flower(*arguments, wait=False, **variables)
    assert started.process.wait(60) != 0
    said = started.log.read_text()
    assert "password" in said or "ZHIBIAO_FLOWER_BASIC_AUTH" in said
    assert "s3cret" not in said


def test_under_another_prefix_and_without_a_place_for_its_history(
    flower: Starter, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "flower").write_text("in the way")
    started = flower(FLOWER_URL_PREFIX="/watch/flower/", ZHIBIAO_FLOWER_BASIC_AUTH="zhibiao:t")
    assert started.status(None, path="/watch/flower/") == 401
    assert started.status("t", path="/watch/flower/") == 200
    assert started.status("t", path="/elsewhere") == 302
    assert "keeps no history" in started.log.read_text()
