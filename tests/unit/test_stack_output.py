"""What `zhibiao up` shows of its parts: all to a journal, what went wrong to a terminal."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

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


@pytest.mark.parametrize("line", ["error 0 of 12", "no errors", "12 FAILED"])
def test_a_word_within_a_line_is_no_report_of_an_error(tmp_path: Path, line: str) -> None:
    stream = io.StringIO()
    with to_terminal(stream, tmp_path / "logs" / "stack.log") as show:
        show("beat", line)
    assert stream.getvalue() == ""
