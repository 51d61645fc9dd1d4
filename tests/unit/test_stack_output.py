"""What `zhibiao up` shows of its parts: all to a journal, what went wrong to a terminal."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from workers import output
from workers.output import to_stream, to_terminal

ORDINARY = [
    "08:01:02 INFO uvicorn.error Application startup complete.",
    "20069:M 29 Nov 2026 # WARNING Memory overcommit must be enabled!",
    "[I 261129 mixins:228] Connected to redis+socket:///run/redis.sock",
]
WRONG = [
    "08:01:02 ERROR api.errors the database does not answer",
    "[2026-11-29 08:01:02: CRITICAL/MainProcess] Unrecoverable error",
    "[E 261129 web:1871] Uncaught exception GET /flower/tasks",
    "Traceback (most recent call last):",
]


def test_a_journal_gets_every_line_behind_the_name_of_its_part() -> None:
    stream = io.StringIO()
    show = to_stream(stream)
    for line in ORDINARY + WRONG:
        show("api", line)
    assert stream.getvalue() == "".join(f"api    | {line}\n" for line in ORDINARY + WRONG)


def test_a_terminal_gets_what_went_wrong_and_the_log_file_everything(tmp_path: Path) -> None:
    stream, path = io.StringIO(), tmp_path / "logs" / "stack.log"
    with to_terminal(stream, path) as show:
        for line in ORDINARY + WRONG:
            show("worker", line)
    assert stream.getvalue() == "".join(f"worker | {line}\n" for line in WRONG)
    written = path.read_text("utf-8").splitlines()
    assert written == [f"worker | {line}" for line in ORDINARY + WRONG]


def test_parts_that_write_at_the_same_time_lose_no_line_while_the_log_file_rotates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "_LOG_BYTES", 500)
    monkeypatch.setattr(output, "_OLDER_LOGS", 100)
    lines = [f"line {number}" for number in range(200)]
    parts = ["redis", "worker", "api", "flower"]

    def write(part: str) -> None:
        for line in lines:
            show(part, line)

    log_file = tmp_path / "logs" / "stack.log"
    with (
        to_terminal(io.StringIO(), log_file) as show,
        ThreadPoolExecutor(len(parts)) as pool,
    ):
        list(pool.map(write, parts))
    files = sorted(log_file.parent.iterdir())
    written = [line for file in files for line in file.read_text("utf-8").splitlines()]
    assert sorted(written) == sorted(f"{part:<6} | {line}" for part in parts for line in lines)


@pytest.mark.parametrize("line", ["error 0 of 12", "no errors", "12 FAILED"])
def test_a_word_within_a_line_is_no_report_of_an_error(tmp_path: Path, line: str) -> None:
    stream = io.StringIO()
    with to_terminal(stream, tmp_path / "logs" / "stack.log") as show:
        show("beat", line)
    assert stream.getvalue() == ""
