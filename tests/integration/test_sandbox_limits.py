"""What a parser says that a file has taken over is counted, measured and timed by who asked it."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Iterator

import pytest
from hostile_files import MARK, hostile_path

from zhibiao.errors import LimitExceeded
from zhibiao.reading import Limits, Member
from zhibiao.sandbox.parser import Parser

MIB = 1 << 20
LIST = b"name,text\na.txt,report\n"
LIMITS = Limits(members=20, member_bytes=100_000, total_bytes=1_000_000)


@pytest.fixture(scope="module")
def hostile() -> Iterator[Parser]:
    """A parser that does to its parent what an archive's name says."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", hostile_path())
        with Parser(memory_bytes=1000 * MIB, file_bytes=0, seconds=60) as parser:
            yield parser


def expanded(
    parser: Parser, attack: str, limits: Limits = LIMITS
) -> tuple[list[Member], list[str]]:
    skipped: list[str] = []
    with tempfile.TemporaryFile() as stream:
        stream.write(LIST)
        stream.seek(0)
        found = list(parser.expand(f"{MARK}{attack}.csv", stream, limits, skipped=skipped.append))
    return found, skipped


def goes_on(parser: Parser) -> bool:
    """Whether the next list is read, by another process."""
    with tempfile.TemporaryFile() as stream:
        stream.write(LIST)
        stream.seek(0)
        (member,) = parser.expand("good.csv", stream, LIMITS, skipped=lambda _: None)
    return (member.name, member.content) == ("a.txt", b"report")


def test_members_without_end_are_counted_by_the_parent(hostile: Parser) -> None:
    *members, last = expanded(hostile, "members")[0]
    assert len(members) == LIMITS.members + 1
    assert isinstance(last.error, LimitExceeded)
    assert "limit on members" in last.error.message
    assert goes_on(hostile)


def test_skipped_files_without_end_are_counted_by_the_parent(hostile: Parser) -> None:
    (only,), skipped = expanded(hostile, "skipped")
    assert isinstance(only.error, LimitExceeded)
    assert len(skipped) <= LIMITS.members + 1
    assert goes_on(hostile)


def test_bytes_without_end_are_counted_by_the_parent(hostile: Parser) -> None:
    *members, last = expanded(hostile, "bytes")[0]
    assert sum(len(member.content or b"") for member in members) <= LIMITS.total_bytes
    assert isinstance(last.error, LimitExceeded)
    assert "limit on bytes" in last.error.message
    assert goes_on(hostile)


@pytest.mark.parametrize(
    "attack",
    [
        "long member",
        "long name",
        "said",
        "depth",
        "NUL",
        "NUL in a name",
        "half a character",
        "number without end",
    ],
)
def test_what_could_not_be_held_or_stored_is_not_taken_from_a_parser(
    hostile: Parser, attack: str
) -> None:
    limits = Limits(members=20, member_bytes=100_000, total_bytes=90_000_000)
    (only,) = expanded(hostile, attack, limits)[0]
    assert only.error is not None
    assert "said what it may not" in only.error.message
    assert goes_on(hostile)


@pytest.mark.parametrize("attack", ["silence", "drip"])
def test_an_answer_that_does_not_come_whole_is_not_waited_for(
    hostile: Parser, monkeypatch: pytest.MonkeyPatch, attack: str
) -> None:
    assert goes_on(hostile)
    monkeypatch.setattr(hostile, "_seconds", 1.0)
    began = time.monotonic()
    (only,) = expanded(hostile, attack)[0]
    assert isinstance(only.error, LimitExceeded)
    assert "nothing came of it for 1 s" in only.error.message
    assert time.monotonic() - began < 30
    monkeypatch.undo()
    assert goes_on(hostile)


def test_answers_that_keep_coming_slowly_end_too(
    hostile: Parser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert goes_on(hostile)
    monkeypatch.setattr(hostile, "_seconds", 0.5)
    *members, last = expanded(hostile, "slowly", Limits(members=1_000_000))[0]
    assert 0 < len(members) <= 10 * 0.5 / 0.2
    assert isinstance(last.error, LimitExceeded)
    monkeypatch.undo()
    assert goes_on(hostile)


def test_a_parser_that_takes_no_file_is_not_waited_for() -> None:
    """Its socket is full, and it reads no further."""
    with Parser(memory_bytes=1000 * MIB, file_bytes=0, seconds=60) as parser:
        parser.confinement()
        assert parser._process is not None
        stopped = parser._process
        os.kill(stopped.id, signal.SIGSTOP)
        parser._seconds = 0.5
        with pytest.raises(LimitExceeded, match="nothing came of it"):
            parser.read(bytes(10_000_000), "large.txt")
        parser._seconds = 60
        assert parser.read("政府工作报告。".encode(), "good.txt")[0].text == "政府工作报告。"
