"""Commands against a real service, in the way scripts use them."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from zhibiao.cli.main import run
from zhibiao.client import Client
from zhibiao.testing.forms import as_txt
from zhibiao.testing.reports import generate


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    folder = tmp_path / "reports"
    folder.mkdir()
    for seed in range(2):
        (folder / f"{seed}.txt").write_bytes(as_txt(generate(seed), "utf-8"))
    return folder


@pytest.fixture
def pointed(service: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The service, found as a local stack is found: by its data dir alone."""
    monkeypatch.setenv("ZHIBIAO_DATA_DIR", str(service.settings.data_dir))
    (service.settings.data_dir / "stack.json").write_text(json.dumps({"url": service.url}))
    return service


@contextmanager
def working(service: Any) -> Iterator[None]:
    """Whatever comes is worked on, whenever it comes."""
    over = threading.Event()

    def work() -> None:
        while not over.wait(0.1):
            service.work()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        yield
    finally:
        over.set()
        worker.join()


def test_submit_waits_reports_and_its_exit_code_tells_of_failures(
    pointed: Any, reports: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with working(pointed):
        assert run(["submit", str(reports), "--wait", "--json"]) == 0
    last = json.loads(capfd.readouterr().out.splitlines()[-1])
    assert last["finished"]
    assert last["accounts"]["done"] == 2

    (reports / "bad.bin").write_bytes(b"\x00\xff\x01" * 500)
    with working(pointed):
        assert run(["submit", str(reports), "--wait", "--label", "second"]) == 1
    shown = capfd.readouterr().out
    assert "bad.bin" in shown  # with its reason
    assert "second" in shown


def test_submit_without_waiting_ends_at_once_and_status_waits(
    pointed: Any, reports: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["submit", str(reports)]) == 0
    assert run(["status", "--json"]) == 0
    assert json.loads(capfd.readouterr().out.splitlines()[-1])["accounts"]["pending"] == 2
    with working(pointed):
        assert run(["status", "1", "--wait"]) == 0
    assert "finished" in capfd.readouterr().out


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_local_file_that_cannot_be_opened_is_left_out_and_told(
    pointed: Any, reports: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (reports / "0.txt").chmod(0)
    assert run(["submit", str(reports), "--json"]) == 1
    captured = capfd.readouterr()
    assert json.loads(captured.out)["accounts"]["files"] == 1
    assert "0.txt is left out" in captured.err


def test_a_run_is_cancelled_resumed_paused_and_retried(
    pointed: Any, reports: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    run(["submit", str(reports)])
    for command, status in (
        ("cancel", "cancelled"),
        ("resume", "running"),
        ("pause", "paused"),
        ("resume", "running"),
    ):
        assert run([command, "1"]) == 0
        assert pointed.http.get("/v1/runs/1").json()["status"] == status
    capfd.readouterr()
    assert run(["retry", "1"]) == 0
    assert "0 documents tried again" in capfd.readouterr().err
    assert run(["cancel", "99"]) == 1
    assert "no run 99" in capfd.readouterr().err


def test_documents_are_listed_with_reasons(
    pointed: Any, reports: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (reports / "empty.txt").write_bytes(b"")
    run(["submit", str(reports)])
    capfd.readouterr()
    assert run(["documents", "--failed", "--json"]) == 0
    (only,) = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert (only["source"], only["error_code"]) == ("empty.txt", "empty")
    assert run(["documents"]) == 0
    assert "empty.txt" in capfd.readouterr().out
    assert run(["runs", "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["id"] == 1


@pytest.mark.parametrize("table", ["observations", "statements", "panel", "keywords", "documents"])
def test_tables_are_exported_in_the_format_of_the_files_ending(
    pointed: Any, reports: Path, tmp_path: Path, table: str
) -> None:
    run(["submit", str(reports)])
    pointed.work()
    frames = []
    for form, read in (
        ("csv", pd.read_csv),
        ("parquet", pd.read_parquet),
        ("xlsx", pd.read_excel),
        ("jsonl", lambda path: pd.read_json(path, lines=True)),
    ):
        path = tmp_path / f"{table}.{form}"
        assert run(["export", table, "-o", str(path)]) == 0
        frames.append(read(path))
    assert len(frames[0]) > 0
    assert len({len(frame) for frame in frames}) == 1
    assert len({tuple(frame.columns) for frame in frames}) == 1


def test_a_wrong_token_is_a_refusal(
    pointed: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ZHIBIAO_TOKEN", "wrong")
    assert run(["status"]) == 1
    assert "bearer token" in capfd.readouterr().err


def test_a_submission_whose_answer_is_lost_is_stored_once(service: Any, reports: Path) -> None:
    import httpx

    real = httpx.HTTPTransport()
    lost = []

    class LosesTheFirstAnswer(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            answer = real.handle_request(request)
            if not lost:
                lost.append(answer.read())
                raise httpx.ReadError("connection reset")
            return answer

    with Client(
        service.url, service.token, transport=LosesTheFirstAnswer(), sleep=lambda _: None
    ) as client:
        answered = client.submit([reports])
        assert [entry["id"] for entry in client.runs()] == [answered["id"]]
        assert answered["accounts"]["pending"] == 2
    assert lost
    real.close()


def test_a_client_waits_while_the_backlog_is_full_and_then_goes_on(
    serve: Any, reports: Path
) -> None:
    service = serve(max_backlog=1)
    service.submit({"first.txt": "报告".encode() * 100})
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        service.work()  # the backlog drains meanwhile

    with Client(service.url, service.token, sleep=sleep) as client:
        assert client.submit([reports])["accounts"]["pending"] == 2
    assert waits == [10.0]
