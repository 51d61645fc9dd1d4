"""Several files in one question: each has its own answer, and one bad file costs no other."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile_files import TEXT, attack, hostile_parser

from zhibiao.errors import EmptySource, ForbiddenAccess, ReadError
from zhibiao.reading import read
from zhibiao.sandbox.parser import Parser
from zhibiao.testing.reports import generate_many

PATIENCE = 30.0
MIB = 1 << 20

linux = pytest.mark.skipif(sys.platform != "linux", reason="seccomp and Landlock are Linux's")


@pytest.fixture(scope="module")
def hostile() -> Iterator[Parser]:
    with hostile_parser() as parser:
        yield parser


def files(count: int) -> list[tuple[str, bytes]]:
    return [(f"{each.name}.txt", each.text.encode()) for each in generate_many(count, 1)]


def goes_on(parser: Parser) -> bool:
    return parser.read(TEXT.encode(), "good.txt")[0].text == TEXT


def test_each_file_has_the_answer_that_it_has_alone(hostile: Parser) -> None:
    asked = files(5)
    asked[2:2] = [("empty.txt", b"")]

    found = hostile.read_together(asked, seconds=PATIENCE)

    assert isinstance(found.pop(2), EmptySource)
    assert found == [read(content, name) for name, content in files(5)]
    assert goes_on(hostile)


def test_more_than_the_socket_holds_comes_through(hostile: Parser) -> None:
    long = f"{TEXT}\n" * 40_000
    asked = [(f"{number}.txt", f"{number}\n{long}".encode()) for number in range(8)]
    assert sum(len(content) for _, content in asked) > 10 * MIB

    found = hostile.read_together(asked, seconds=PATIENCE)

    assert len(found) == 8
    assert all(not isinstance(each, ReadError) for each in found)
    assert goes_on(hostile)


@linux
def test_what_a_reader_may_not_is_the_error_of_its_file_alone(hostile: Parser) -> None:
    before, behind = files(2)
    asked = [before, ("evil.txt", attack("connect", 9)), behind]

    first, refused, last = hostile.read_together(asked, seconds=PATIENCE)

    assert isinstance(refused, ForbiddenAccess)
    assert [first, last] == [read(content, name) for name, content in (before, behind)]


@linux
@pytest.mark.parametrize("way", ["crash", "fill the memory"])
def test_what_ends_the_process_ends_the_list(hostile: Parser, way: str) -> None:
    before, behind = files(2)

    found = hostile.read_together([before, ("evil.txt", attack(way)), behind], seconds=PATIENCE)

    assert found == [read(before[1], before[0])]
    assert goes_on(hostile)


def test_what_takes_too_long_ends_the_list(hostile: Parser) -> None:
    before, behind = files(2)
    assert goes_on(hostile)
    began = time.monotonic()

    found = hostile.read_together([before, ("evil.txt", attack("wait", 20)), behind], seconds=1)

    assert found == [read(before[1], before[0])]
    assert time.monotonic() - began < 15
    assert goes_on(hostile)


def test_a_parser_that_takes_long_to_load_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text("import time\ntime.sleep(2)")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    with Parser(memory_bytes=1000 * MIB, file_bytes=0) as parser:
        assert len(parser.read_together(files(2), seconds=1)) == 2


def test_no_file_is_no_question_too_much(hostile: Parser) -> None:
    assert hostile.read_together([], seconds=PATIENCE) == []
    assert goes_on(hostile)
