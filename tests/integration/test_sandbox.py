"""A reader that a file has taken over reaches nothing, and costs nobody but that file anything."""

from __future__ import annotations

import os
import signal
import socket
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from databases import sqlite_and_postgres_if_long
from hostile_files import TEXT, attack, hostile_parser, hostile_path

from zhibiao.errors import BrokenFile, EmptySource, ForbiddenAccess, LimitExceeded
from zhibiao.reading import Limits, expand, read
from zhibiao.sandbox.parser import Parser, ParserLost
from zhibiao.sandbox.processes import begin
from zhibiao.sandbox.zygote import Zygote
from zhibiao.store.queries import documents
from zhibiao.store.queries.documents import DocumentFilter
from zhibiao.testing.reports import generate_many

MIB = 1 << 20

linux = pytest.mark.skipif(sys.platform != "linux", reason="seccomp and Landlock are Linux's")


@pytest.fixture(scope="module")
def hostile() -> Iterator[Parser]:
    with hostile_parser(ZHIBIAO_TOKEN="s3cret", AWS_SECRET_ACCESS_KEY="s3cret") as parser:
        yield parser


def test_it_reads_what_is_read_without_it_and_goes_on_after_a_bad_file() -> None:
    files = {f"{each.name}.txt": each.text.encode() for each in generate_many(3, 1)}
    with Parser(memory_bytes=1000 * MIB, file_bytes=4 * MIB) as parser:
        for name, content in files.items():
            assert parser.read(content, name) == read(content, name)
        with pytest.raises(EmptySource, match=r"empty\.txt is empty"):
            parser.read(b"", "empty.txt")
        for name, content in files.items():
            assert parser.read(content, name) == read(content, name)


@linux
def test_the_system_confines_it_wholly() -> None:
    with Parser(memory_bytes=1000 * MIB, file_bytes=0) as parser:
        found = parser.confinement()
    assert (found.network, found.files, found.memory) == ("", "", "")


@linux
def test_threads_that_were_there_before_are_told_to_be_unconfined(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    early = (
        "import threading, time\n"
        "threading.Thread(target=time.sleep, args=(99,), daemon=True).start()"
    )
    (tmp_path / "sitecustomize.py").write_text(early)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    with Parser(memory_bytes=1000 * MIB, file_bytes=0) as parser:
        assert parser.confinement().files == "Landlock does not bind threads begun before it (1)"


@linux
def test_a_parser_that_connects_fails_and_nobody_hears_of_it(hostile: Parser) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(ForbiddenAccess, match="the network, another file"):
            hostile.read(attack("connect", port), "evil.txt")
        server.settimeout(0.2)
        with pytest.raises(TimeoutError):
            server.accept()
    assert hostile.read(TEXT.encode(), "good.txt")[0].text == TEXT


@linux
def test_a_parser_that_connects_to_a_local_socket_fails(hostile: Parser, tmp_path: Path) -> None:
    path = tmp_path / "broker.sock"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        with pytest.raises(ForbiddenAccess):
            hostile.read(attack("connect locally", path), "evil.txt")


@linux
def test_a_parser_that_writes_outside_fails(hostile: Parser, tmp_path: Path) -> None:
    with pytest.raises(ForbiddenAccess, match=r"evil\.txt is not read: .*stolen"):
        hostile.read(attack("write", tmp_path / "stolen"), "evil.txt")
    assert not list(tmp_path.iterdir())


@linux
@pytest.mark.parametrize("way", ["steal", "steal by a program"])
def test_a_parser_cannot_read_what_others_keep(hostile: Parser, tmp_path: Path, way: str) -> None:
    secret = tmp_path / "token"
    secret.write_text("s3cret-of-the-service")
    try:
        told = hostile.read(attack(way, secret), "evil.txt")[0].text
    except ForbiddenAccess as error:
        told = error.message
    assert "s3cret" not in told
    assert "ermission denied" in told or "reader tried to reach" in told


@linux
@pytest.mark.parametrize("way", ["look at the parent", "end the parent"])
def test_a_parser_reaches_no_other_process(hostile: Parser, way: str) -> None:
    with pytest.raises(ForbiddenAccess):
        hostile.read(attack(way), "evil.txt")


def test_a_parser_knows_no_setting(hostile: Parser) -> None:
    told = hostile.read(attack("tell"), "evil.txt")[0].text
    assert "TMPDIR" in told
    assert "s3cret" not in told
    assert "ZHIBIAO" not in told


def test_a_parser_writes_no_more_than_it_may(hostile: Parser) -> None:
    with pytest.raises(BrokenFile, match="File too large"):
        hostile.read(attack("fill the disk"), "evil.txt")


@linux
def test_a_parser_that_fills_its_memory_says_so_and_another_goes_on(hostile: Parser) -> None:
    with pytest.raises(MemoryError):
        hostile.read(attack("fill the memory"), "evil.txt")
    assert hostile.read(TEXT.encode(), "good.txt")[0].text == TEXT


def test_a_parser_that_crashes_names_the_file_and_another_goes_on(hostile: Parser) -> None:
    with pytest.raises(ParserLost, match=r"died over evil\.txt: signal 11 \(SIGSEGV\)"):
        hostile.read(attack("crash"), "evil.txt")
    assert hostile.read(TEXT.encode(), "good.txt")[0].text == TEXT


def test_an_answer_of_another_shape_is_none(hostile: Parser) -> None:
    with pytest.raises((ParserLost, BrokenFile)):
        hostile.read(attack("lie"), "evil.txt")
    assert hostile.read(TEXT.encode(), "good.txt")[0].text == TEXT


def test_a_parser_that_dies_within_an_answer_names_the_file(hostile: Parser) -> None:
    with pytest.raises(ParserLost, match=r"died over evil\.txt: exit status 3"):
        hostile.read(attack("break off", 9), "evil.txt")
    assert hostile.read(TEXT.encode(), "good.txt")[0].text == TEXT


def test_a_parser_fills_its_parents_memory_no_more_than_its_own(hostile: Parser) -> None:
    with pytest.raises(ParserLost, match="a message of 2000000000 bytes, where at most"):
        hostile.read(attack("break off", 2_000_000_000), "evil.txt")
    assert hostile.read(TEXT.encode(), "good.txt")[0].text == TEXT


def test_nothing_is_left_when_it_is_closed() -> None:
    with Parser(memory_bytes=1000 * MIB, file_bytes=0) as parser:
        parser.confinement()
        process = parser._process
        assert process is not None
        scratch = Path(f"/proc/{process.id}/cwd").readlink()
        assert scratch.is_dir()
    assert not psutil.pid_exists(process.id)
    assert not scratch.exists()


@linux
@pytest.mark.parametrize("forked", [False, True])
def test_a_program_that_a_dead_parser_had_started_is_ended(
    monkeypatch: pytest.MonkeyPatch, forked: bool
) -> None:
    monkeypatch.setenv("PYTHONPATH", hostile_path())
    with (
        closing(Zygote()) as zygote,
        Parser(
            memory_bytes=1000 * MIB, file_bytes=0, begin=zygote.begin if forked else begin
        ) as parser,
    ):
        parser.confinement()
        process = parser._process
        assert process is not None
        with pytest.raises(ParserLost, match="SIGKILL"):
            parser.read(attack("leave a program"), "evil.txt")
        left = [each for each in psutil.process_iter() if in_group(each, process.id)]
        try:
            assert psutil.wait_procs(left, timeout=5)[1] == []
        finally:
            for each in left:
                with suppress(psutil.NoSuchProcess):
                    each.kill()


def in_group(process: psutil.Process, leader: int) -> bool:
    try:
        return os.getpgid(process.pid) == leader and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.NoSuchProcess, ProcessLookupError):
        return False


def test_an_archive_unfolds_into_the_same_members(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for each in generate_many(3, 1):
            archive.writestr(f"{each.name}.txt", each.text)
        archive.writestr("__MACOSX/._x", "junk")
        archive.writestr("inner.tar", b"\x1f\x8b broken")
    here: list[str] = []
    there: list[str] = []
    with path.open("rb") as stream, Parser(memory_bytes=1000 * MIB, file_bytes=0) as parser:
        wanted = list(expand("all.zip", stream, Limits(), skipped=here.append))
        stream.seek(0)
        found = list(parser.expand("all.zip", stream, Limits(), skipped=there.append))
    assert [(m.name, m.content, m.given) for m in found] == [
        (m.name, m.content, m.given) for m in wanted
    ]
    assert [str(m.error) for m in found] == [str(m.error) for m in wanted]
    assert here == there != []


def test_an_archive_of_which_nothing_comes_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "slow.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("report.txt", TEXT)
    with path.open("rb") as stream, Parser(memory_bytes=1000 * MIB, file_bytes=0) as parser:
        parser.confinement()
        parser._seconds = 0.5
        process = parser._process
        assert process is not None
        os.kill(process.id, signal.SIGSTOP)
        (member,) = parser.expand("slow.zip", stream, Limits(), skipped=lambda _: None)
        assert isinstance(member.error, LimitExceeded)
        assert not psutil.pid_exists(process.id)


@sqlite_and_postgres_if_long
@linux
def test_hostile_files_alone_are_quarantined_by_a_real_worker(stack: Any, tmp_path: Path) -> None:
    good = {f"{each.name}.txt": each.text.encode() for each in generate_many(6, 1)}
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        evil = {
            "connects.txt": attack("connect", port),
            "writes.txt": attack("write", tmp_path / "stolen"),
            "crashes.txt": attack("crash"),
        }
        run = stack.submit(good | evil)
        stack.start_worker(PYTHONPATH=hostile_path())
        counted = stack.wait(run)
    assert (counted.done, counted.quarantined) == (6, 3)
    with stack.store.read() as connection:
        rows = documents.page(connection, DocumentFilter(states=("quarantined",)), limit=9)
    found = {row["name"]: (row["error_code"], row["error_message"]) for row in rows}
    assert found["connects.txt"][0] == found["writes.txt"][0] == "forbidden_access"
    assert "what readers may not" in found["writes.txt"][1]
    assert found["crashes.txt"][0] == "parser_lost"
    assert "signal 11 (SIGSEGV)" in found["crashes.txt"][1]
    assert not (tmp_path / "stolen").exists()
