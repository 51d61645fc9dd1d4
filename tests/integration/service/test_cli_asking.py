"""What the commands say beside their answers: nothing that matters goes by in silence."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from zhibiao.cli.main import run
from zhibiao.client import Client
from zhibiao.testing.forms import as_txt
from zhibiao.testing.reports import generate

PAGE = "<html><body><h1>页面不存在</h1><p>您访问的页面不存在，请返回首页。</p></body></html>"
UNREADABLE = b"\x00\xff\x01" * 300


@pytest.fixture
def pointed(service: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("ZHIBIAO_URL", service.url)
    monkeypatch.setenv("ZHIBIAO_TOKEN", service.token)
    return service


@pytest.fixture
def once_it_waits(monkeypatch: pytest.MonkeyPatch) -> Callable[..., threading.Thread]:
    """Does something in another thread when the command has looked at its run once."""
    looked = threading.Event()
    real = Client.watch

    def watch(client: Client, run: int, **options: Any) -> Iterator[Any]:
        for found in real(client, run, **options):
            yield found
            looked.set()

    def do(act: Callable[[], object]) -> threading.Thread:
        thread = threading.Thread(target=lambda: looked.wait(60) and act())
        thread.start()
        return thread

    monkeypatch.setattr(Client, "watch", watch)
    return do


def report(seed: int = 1) -> bytes:
    return as_txt(generate(seed, region="邯郸市", year=2023), "utf-8")


def test_metadata_of_a_file_that_was_not_sent_are_refused_by_name(
    pointed: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "c1.txt").write_bytes(report())
    wrong = json.dumps({"c2.txt": {"region": "彬州市"}})
    assert run(["submit", str(tmp_path / "c1.txt"), "--metadata", wrong]) == 1
    assert "c2.txt" in capfd.readouterr().err
    assert pointed.http.get("/v1/runs").json()["runs"] == []


def test_submit_says_which_run_it_made_before_it_waits(
    pointed: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str], once_it_waits: Any
) -> None:
    (tmp_path / "a.txt").write_bytes(report())
    seen: list[str] = []

    def look_and_work() -> None:
        seen.append(capfd.readouterr().err)
        pointed.work()

    worker = once_it_waits(look_and_work)
    assert run(["submit", str(tmp_path), "--wait"]) == 0
    worker.join()
    assert "run 1: 1 file received." in seen[0]


def test_waiting_for_a_paused_run_says_so(
    pointed: Any, capfd: pytest.CaptureFixture[str], once_it_waits: Any
) -> None:
    pointed.submit({"a.txt": report()})
    pointed.http.post("/v1/runs/1/pause")

    def go_on() -> None:
        pointed.http.post("/v1/runs/1/resume")
        pointed.work()

    worker = once_it_waits(go_on)
    assert run(["status", "1", "--wait"]) == 0
    worker.join()
    assert capfd.readouterr().err.count("run 1 is paused: zhibiao resume 1") == 1


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Ctrl-C does what it does in a shell; who starts the tests in the background ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_breaking_off_the_waiting_says_that_the_run_goes_on(
    pointed: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str], once_it_waits: Any
) -> None:
    (tmp_path / "a.txt").write_bytes(report())
    breaker = once_it_waits(lambda: os.kill(os.getpid(), signal.SIGINT))
    assert run(["submit", str(tmp_path), "--wait"]) == 130
    breaker.join()
    assert "run 1 goes on: zhibiao status 1 --wait" in capfd.readouterr().err
    assert pointed.http.get("/v1/runs/1").json()["status"] == "running"


def test_a_page_that_is_no_report_is_counted_and_can_be_listed(
    pointed: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str], once_it_waits: Any
) -> None:
    (tmp_path / "404.html").write_text(PAGE)
    (tmp_path / "a.txt").write_bytes(report())
    worker = once_it_waits(pointed.work)
    assert run(["submit", str(tmp_path), "--wait"]) == 0
    worker.join()
    assert "In 1 of the documents no indicator was found" in capfd.readouterr().err
    assert run(["documents", "--barren", "--json"]) == 0
    (only,) = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert only["source"] == "404.html"


def test_documents_are_listed_newest_first_and_the_rest_is_counted(
    pointed: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    pointed.submit({f"{n}.txt": f"第{n}份".encode() for n in range(7)})

    def listed(*options: str) -> tuple[list[int], str]:
        assert run(["documents", "--json", *options]) == 0
        shown = capfd.readouterr()
        return [json.loads(line)["id"] for line in shown.out.splitlines()], shown.err

    assert listed("--limit", "3") == ([7, 6, 5], "4 more: --limit\n")
    assert listed("--limit", "7") == ([7, 6, 5, 4, 3, 2, 1], "")
    assert listed("--state", "failed") == ([], "zhibiao: No document matches.\n")
    assert run(["documents", "--run", "9"]) == 1
    assert "no run 9" in capfd.readouterr().err


def test_a_retry_that_does_nothing_says_what_there_is(
    pointed: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    pointed.submit({"a.bin": UNREADABLE, "b.bin": UNREADABLE + b"\x00"})
    pointed.work()
    assert run(["retry", "1"]) == 0
    told = capfd.readouterr().err
    assert "0 documents tried again." in told
    assert "2 are quarantined: retry with --quarantined, --error-code or --document." in told
    assert run(["retry", "1", "--quarantined"]) == 0
    told = capfd.readouterr().err
    assert "2 documents tried again." in told
    assert "are quarantined" not in told
    assert run(["retry", "1", "--document", "9999"]) == 1
    assert "no document 9999 in run 1" in capfd.readouterr().err


def test_what_an_export_holds_is_told_in_rows(
    pointed: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    pointed.submit({"a.txt": report()})
    pointed.work()
    out = str(tmp_path / "out.csv")
    assert run(["export", "panel", "-o", out]) == 0
    assert "0 rows" not in capfd.readouterr().err
    assert run(["export", "panel", "-o", out, "--year-from", "2100"]) == 0
    assert f"{out}: 0 rows, " in capfd.readouterr().err


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["panel", "--indicator", "gpd"], "Did you mean gdp"),
        (["observations", "--region", "诸暨"], "Did you mean 诸暨市?"),
        (["documents", "--run", "999"], "no run 999"),
    ],
)
def test_a_misspelt_filter_is_no_empty_file(
    pointed: Any,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    options: list[str],
    named: str,
) -> None:
    assert run(["export", *options, "-o", str(tmp_path / "out.csv")]) == 1
    assert named in capfd.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_keyword_set_is_read_from_a_file(pointed: Any, tmp_path: Path, encoding: str) -> None:
    pointed.submit({"a.txt": report()})
    pointed.work()
    terms = [f"第{number}个没有的词" for number in range(3000)]
    lines = ["# 数字经济与绿色发展", "数字经济", "", " 绿色发展 ", *terms]
    (tmp_path / "terms.txt").write_bytes("\r\n".join(lines).encode(encoding))
    out = tmp_path / "out.csv"
    options = ["--keywords", str(tmp_path / "terms.txt"), "--keyword", "乡村振兴"]
    assert run(["export", "keywords", "-o", str(out), *options]) == 0
    found = pd.read_csv(out)["keyword"].tolist()
    assert found == ["乡村振兴", "数字经济", "绿色发展", *terms]
