"""Files that appear when they are whole, whatever ends their writer. Invented texts."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest
from small_disk import small_disk
from waiting import wait_until

from zhibiao.cli.main import run
from zhibiao.tables import Sheet, write
from zhibiao.testing.forms import as_txt
from zhibiao.testing.reports import generate
from zhibiao.whole_file import clear_abandoned, whole_file

# An extraction whose table never ends: it is being written when the signal comes.
ENDLESS = """
import sys
from zhibiao import tabulating
from zhibiao.cli import main
made = tabulating._observations
def endless(reports, wish):
    sheet = made(reports, wish)
    record = next(iter(sheet.records))
    object.__setattr__(sheet, "records", iter(lambda: record, None))
    return sheet
tabulating._observations = endless
main(["extract", *sys.argv[1:]])
"""
# Writes something, and waits to be killed.
WAITING = """
import sys, time
from pathlib import Path
from zhibiao.tables import Sheet, write
from zhibiao.testing.forms import as_txt
from zhibiao.testing.reports import generate
from zhibiao.whole_file import whole_file
with whole_file(Path(sys.argv[1])) as partial:
    partial.write_bytes(b"half")
    partial.with_name(partial.name + "-1").write_bytes(b"a sheet")
    print("written", flush=True)
    time.sleep(600)
"""


@contextmanager
def started(program: str, *arguments: str | Path, ignored: int | None = None) -> Iterator[Popen]:
    before = None if ignored is None else lambda: signal.signal(ignored, signal.SIG_IGN)
    process = subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=before,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


Popen = subprocess.Popen[str]


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "邯郸市2024.txt"
    body = "我们坚持稳中求进，扎实推进各项工作，保障和改善民生，全面深化改革开放。" * 20
    path.write_text(
        f"邯郸市2024年政府工作报告\n各位代表：\n一、2023年工作回顾\n全市生产总值4346.3亿元、"
        f"增长6.5%。\n{body}\n二、2024年工作安排\n地区生产总值增长7%左右。\n",
        "utf-8",
    )
    return path


def written_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


@pytest.mark.parametrize(
    ("form", "number"),
    [
        pytest.param("csv", signal.SIGTERM, marks=pytest.mark.long),
        pytest.param("jsonl", signal.SIGHUP, marks=pytest.mark.long),
        pytest.param("parquet", signal.SIGTERM, marks=pytest.mark.long),
        ("xlsx", signal.SIGHUP),
        pytest.param("dta", signal.SIGTERM, marks=pytest.mark.long),
    ],
)
def test_a_table_whose_writer_is_ended_leaves_nothing(
    report: Path, tmp_path: Path, form: str, number: signal.Signals
) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    with started(ENDLESS, report, "-o", folder / f"out.{form}") as process:
        least = 0 if form == "dta" else 10_000  # a Stata file is written when all rows are known
        wait_until(lambda: any(folder.iterdir()) and written_bytes(folder) >= least)
        process.send_signal(number)
        assert process.wait(60) == 128 + number
    assert list(folder.iterdir()) == []


@pytest.mark.long
def test_who_ignores_a_hang_up_goes_on_after_one(report: Path, tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    with started(ENDLESS, report, "-o", folder / "out.csv", ignored=signal.SIGHUP) as process:
        wait_until(lambda: any(folder.iterdir()))
        process.send_signal(signal.SIGHUP)
        size = written_bytes(folder)
        wait_until(lambda: written_bytes(folder) > size + 100_000)
        process.terminate()
        assert process.wait(60) == 143
    assert list(folder.iterdir()) == []


class Stalling(BaseHTTPRequestHandler):
    """Sends half a table."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("X-Zhibiao-Manifest", '{"rows": 9}')
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        self.wfile.write(b"a,b\n" * 100)
        self.wfile.flush()
        self.server.go_on.wait(60)  # type: ignore[attr-defined]

    def log_message(self, *_: object) -> None:
        pass


def test_a_download_that_is_ended_leaves_the_earlier_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stalling)
    server.go_on = Event()  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("ZHIBIAO_URL", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("ZHIBIAO_TOKEN", "zb_" + "0" * 40)
    out = tmp_path / "out.csv"
    out.write_text("an earlier one")
    command = "import sys; from zhibiao.cli import main; main(sys.argv[1:])"
    try:
        with started(command, "export", "observations", "-o", out) as process:
            wait_until(lambda: list(tmp_path.glob(".out.csv.*.part")))
            process.terminate()
            assert process.wait(60) == 143
    finally:
        server.go_on.set()  # type: ignore[attr-defined]
        server.shutdown()
        thread.join()
        server.server_close()
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]
    assert out.read_text() == "an earlier one"


def test_what_a_killed_writer_left_is_cleared_and_what_is_being_written_is_not(
    tmp_path: Path,
) -> None:
    killed, other, alive = (tmp_path / name for name in ("killed.csv", "other.csv", "alive.csv"))
    with started(WAITING, alive) as living:
        assert living.stdout is not None
        assert living.stdout.readline() == "written\n"
        for path in (killed, other):
            with started(WAITING, path) as process:
                assert process.stdout is not None
                assert process.stdout.readline() == "written\n"
        assert len(list(tmp_path.iterdir())) == 6
        with whole_file(killed) as partial:
            partial.write_bytes(b"whole")
        assert killed.read_bytes() == b"whole"
        left = sorted(path.name.split(".")[1] for path in tmp_path.glob(".*"))
        assert left == ["alive", "alive", "other", "other"]
        clear_abandoned(tmp_path)
        left = sorted(path.name.split(".")[1] for path in tmp_path.glob(".*"))
        assert left == ["alive", "alive"]


def test_a_name_as_long_as_a_file_may_have_is_written(tmp_path: Path) -> None:
    path = tmp_path / f"{'表' * 83}.csv"  # 253 bytes of at most 255
    with whole_file(path) as partial:
        partial.write_bytes(b"whole")
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet", "xlsx", "dta"])
def test_a_disk_that_fills_up_is_named_and_nothing_is_left(tmp_path: Path, form: str) -> None:
    chance = random.Random(1)
    records = ({"text": chance.randbytes(40).hex(), "number": i} for i in range(5000))
    sheet = Sheet(title="t", columns={"text": "text", "number": "number"}, records=records)
    with small_disk(tmp_path / "disk", kilobytes=64) as folder:
        out = folder / f"out.{form}"
        with pytest.raises(OSError, match="No space left on device") as raised:
            write(form, out, [sheet])  # type: ignore[arg-type]
        assert raised.value.filename == str(out)
        assert list(folder.iterdir()) == []


@pytest.mark.parametrize("name", ["out.csv", "panel.xlsx"])
def test_a_full_disk_is_told_with_what_to_do(
    tmp_path: Path, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "report.txt"
    report.write_bytes(as_txt(generate(1), "utf-8"))
    table = "panel" if name.startswith("panel") else "observations"
    with small_disk(tmp_path / "disk", kilobytes=4) as folder:
        out = folder / name
        assert run(["extract", str(report), "-o", str(out), "--table", table]) == 2
        assert list(folder.iterdir()) == []
    at_fault = folder if table == "panel" else out  # where the rows of a wide table wait
    assert f"{at_fault}: No space left on device. Make room there" in capfd.readouterr().err
