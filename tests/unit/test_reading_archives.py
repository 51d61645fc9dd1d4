"""Archives, member by member."""

from __future__ import annotations

import gzip
import io
import random
import struct
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from typing import BinaryIO

import docx
import pytest
from archived import CONTENT, members, relabelled, tarred, zipped

from zhibiao.errors import BrokenFile, EmptySource, LimitExceeded, UnsupportedFormat
from zhibiao.reading import Member, expand, may_hold_many, read

FILES = (("甲/一.txt", CONTENT), ("二.html", b"<html>2</html>"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.zip", zipped(*FILES)),
        ("a.tar", tarred(*FILES)),
        ("a.tar.gz", gzip.compress(tarred(*FILES))),
        ("lies.txt", zipped(*FILES)),
    ],
)
def test_an_archive_yields_its_files(name: str, content: bytes) -> None:
    assert members(content, name) == [
        Member(name=f"{name}/{path}", content=packed) for path, packed in FILES
    ]


def test_what_may_hold_many_is_told_by_its_name() -> None:
    # Each of these is opened here or in the tests of lines and lists; bzip2 and xz are not.
    for name in ("a.zip", "a.tar", "a.tar.gz", "a.TGZ", "a.ndjson", "a.jsonl", "a.json", "a.csv"):
        assert may_hold_many(name), name
    for name in ("a.bz2", "a.tar.xz", "a.txt", "a.pdf", "zip"):
        assert not may_hold_many(name), name


def test_anything_else_yields_itself() -> None:
    stream = io.BytesIO()
    docx.Document().save(stream)
    for name, content in (("a.txt", CONTENT), ("a.docx", stream.getvalue()), ("empty.zip", b"")):
        assert members(content, name) == [Member(name=name, content=content)]


def test_a_single_file_packed_by_gzip_is_unpacked() -> None:
    assert members(gzip.compress(CONTENT), "a.txt.gz") == [Member(name="a.txt", content=CONTENT)]


def test_an_archive_within_an_archive_is_opened_once() -> None:
    inner = zipped(("一.txt", CONTENT), ("深.zip", zipped(("二.txt", CONTENT))))
    first, second = members(zipped(("内.zip", inner)))
    assert (first.name, first.content) == ("a.zip/内.zip/一.txt", CONTENT)
    assert second.name == "a.zip/内.zip/深.zip"
    assert isinstance(second.error, LimitExceeded)
    assert [member.name for member in members(zipped(("内.zip", inner)), nesting=2)] == [
        "a.zip/内.zip/一.txt",
        "a.zip/内.zip/深.zip/二.txt",
    ]


LEFT_BEHIND = (
    "__MACOSX/._一.txt",
    "甲/.DS_Store",
    "Thumbs.db",
    "甲/ehthumbs.db",
    "甲/._b.txt",
    "甲/desktop.ini",
    "~$report.docx",
    "甲/~$告.xlsx",
    ".~告.docx",
    ".~lock.告.odt#",
    "~WRL0003.tmp",
    "$RECYCLE.BIN/$R1.txt",
    "甲/@eaDir/一.txt@SynoEAStream",
    ".git/config",
    "Icon\r",
)


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_what_systems_and_programs_leave_behind_is_skipped_and_named(
    pack: Callable[..., bytes],
) -> None:
    skipped: list[str] = []
    content = pack(*((name, CONTENT) for name in LEFT_BEHIND), ("一.txt", CONTENT))
    found = expand("a.bin", io.BytesIO(content), skipped=skipped.append)
    assert [member.name for member in found if not member.error] == ["a.bin/一.txt"]
    assert skipped == [f"a.bin/{name.rstrip()}" for name in LEFT_BEHIND]  # "Icon\r" as "Icon"


@pytest.mark.parametrize("name", ["~$report.docx", "甲/Thumbs.db", "._a.txt"])
def test_a_file_that_programs_leave_behind_is_skipped_alone_too(name: str) -> None:
    skipped: list[str] = []
    assert list(expand(name, io.BytesIO(CONTENT), skipped=skipped.append)) == []
    assert skipped == [name]


@pytest.mark.parametrize("name", ["~报告.txt", "报告~.txt", "报告$.docx", "thumbs.txt", "icon.txt"])
def test_names_that_merely_look_like_those_are_read(name: str) -> None:
    assert [member.name for member in expand(name, io.BytesIO(CONTENT))] == [name]


def test_a_bad_member_does_not_end_the_others() -> None:
    content = bytearray(
        zipped(("一.txt", CONTENT * 9), ("二.txt", CONTENT * 9), ("三.txt", CONTENT))
    )
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        start = archive.getinfo("二.txt").header_offset
    content[start + 45 : start + 60] = bytes(15)
    first, second, third = members(bytes(content))
    assert (first.error, third.error) == (None, None)
    assert second.content is None
    assert isinstance(second.error, BrokenFile)
    assert "a.zip/二.txt" in second.error.message


def test_an_encrypted_member_says_so() -> None:
    (member,) = members(relabelled(b"locked.txt", 0x1))
    assert isinstance(member.error, UnsupportedFormat)
    assert "password" in member.error.message


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x05\x06" + bytes(18),
        zipped(("甲/", b"")),
        gzip.compress(tarred(("__MACOSX/a", b"x"))),
        zipped(("内.zip", zipped())),
    ],
    ids=["no member", "only a folder", "only junk", "an empty one within"],
)
def test_an_archive_without_files_says_so(content: bytes) -> None:
    (member,) = members(content)
    assert isinstance(member.error, EmptySource)
    assert member.error.details["name"].startswith("a.zip")


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"PK\x03\x04" + bytes(300), "the zip directory"),
        (zipped(*FILES)[:-30], "the zip directory"),
        (gzip.compress(CONTENT)[:-9], "the gzip stream"),
        (b"\x1f\x8b" + b"\0" * 40, "the gzip stream"),
        (tarred(("一.txt", CONTENT * 20))[:700], "its bytes"),
    ],
)
def test_a_damaged_archive_names_the_part(content: bytes, part: str) -> None:
    errors = [member.error for member in members(content, "a.bin") if member.error]
    assert errors
    assert errors[0].code == "broken_file"
    assert errors[0].details["part"] == part


def test_a_zip_bomb_is_stopped_by_its_ratio() -> None:
    bomb = zipped(("bomb.txt", b" " * 30_000_000), ("一.txt", CONTENT))
    first, second = members(bomb)
    assert isinstance(first.error, LimitExceeded)
    assert first.error.details["what"] == "ratio"
    assert second.content == CONTENT


def test_a_packed_tar_that_is_a_bomb_is_stopped_before_it_unfolds() -> None:
    packed = gzip.compress(tarred(("bomb.txt", b" " * 60_000_000), ("一.txt", CONTENT)))
    found = members(packed, "bomb.tar.gz", member_bytes=1_000_000)
    assert found[-1].name == "bomb.tar.gz"
    assert isinstance(found[-1].error, LimitExceeded)
    assert found[-1].error.details["what"] == "ratio"


def test_a_member_that_lies_about_its_size_is_bounded_by_what_it_unfolds() -> None:
    content = bytearray(zipped(("bomb.txt", b" " * 3_000_000)))
    place = content.find(b"PK\x01\x02") + 24
    struct.pack_into("<I", content, place, 10)
    (member,) = members(bytes(content), member_bytes=1_000_000)
    assert member.error is not None


@pytest.mark.parametrize(
    ("packed", "limits", "what"),
    [
        (tarred, {"members": 3}, "members"),
        (tarred, {"total_bytes": 3 * len(CONTENT)}, "bytes"),
        (zipped, {"total_bytes": 3 * len(CONTENT)}, "bytes"),
    ],
)
def test_past_a_limit_on_the_whole_nothing_more_is_read(
    packed: Callable[..., bytes], limits: dict[str, int], what: str
) -> None:
    content = packed(*((f"{n}.txt", CONTENT) for n in range(9)))
    found = members(content, **limits)
    assert [member.error for member in found[:3]] == [None] * 3
    assert found[3].name == "a.zip"
    assert isinstance(found[3].error, LimitExceeded)
    assert found[3].error.details["what"] == what
    assert len(found) == 4


def test_a_zip_with_too_many_files_is_refused_before_they_are_listed() -> None:
    files = [(f"{n}.txt", b"") for n in range(20_000)]
    content = zipped(*files, ("上.zip", b""))
    tracemalloc.start()
    (member,) = members(content, members=2_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (member.name, member.content) == ("a.zip", None)
    assert isinstance(member.error, LimitExceeded)
    assert member.error.details["what"] == "members"
    assert "2000" in member.error.message
    assert peak < 4 * len(content)  # listed by zipfile they are more than 10 MB

    first, second = members(zipped(("内.zip", content), ("一.txt", CONTENT)), members=2_000)
    assert (first.name, first.content) == ("a.zip/内.zip", None)
    assert isinstance(first.error, LimitExceeded)
    assert second.content == CONTENT


def test_folders_and_shadows_in_a_zip_do_not_count_as_files_unless_they_flood_it() -> None:
    files = [(f"{n}/{n}.txt", CONTENT) for n in range(5)]
    shadows = [(f"__MACOSX/{n}/._{n}.txt", b"x") for n in range(5)]
    assert len(members(zipped(*files, *shadows), members=5)) == 5
    (member,) = members(zipped(*files, *((f"{n}/", b"") for n in range(6))), members=5)
    assert isinstance(member.error, LimitExceeded)


def test_a_zip_whose_directory_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhibiao.reading.zip_directory.ZIP_DIRECTORY_BYTES", 70_000)
    content = zipped(*((f"{'长' * 250}{n}.txt", b"") for n in range(100)))
    (member,) = members(content)
    assert isinstance(member.error, LimitExceeded)
    assert member.error.details["what"] == "directory bytes"


def test_a_file_larger_than_a_member_may_be_is_refused() -> None:
    (member,) = members(CONTENT, "a.txt", member_bytes=20)
    assert isinstance(member.error, LimitExceeded)


def test_a_tar_header_cannot_claim_endless_notes() -> None:
    header = tarfile.TarInfo("././@LongLink")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 5 << 30
    content = header.tobuf(tarfile.GNU_FORMAT) + bytes(4096)
    (member,) = members(content, "a.tar")
    assert isinstance(member.error, LimitExceeded)
    assert "a.tar" in member.error.message


@pytest.mark.long
def test_five_thousand_members_never_sit_in_memory() -> None:
    content = zipped(*((f"{n}.txt", bytes([65 + n % 20]) * 20_000) for n in range(5_000)))
    tracemalloc.start()
    count = sum(1 for _ in expand("a.zip", io.BytesIO(content)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 5_000
    assert peak < 20_000_000  # unpacked they are 100 MB


def test_members_come_as_they_are_unpacked() -> None:
    class Watched(io.BytesIO):
        furthest = 0

        def read(self, size: int | None = -1, /) -> bytes:
            block = super().read(size)
            if self.tell() < len(self.getbuffer()) - 4_000:  # not the directory at the end
                self.furthest = max(self.furthest, self.tell())
            return block

    stream = Watched(zipped(*((f"{n}.txt", random.Random(n).randbytes(9_000)) for n in range(200))))
    walk: Iterator[Member] = expand("a.zip", stream)
    next(walk)
    early = stream.furthest
    assert sum(1 for _ in walk) == 199
    assert early < stream.furthest / 2


def test_a_stream_that_cannot_seek_is_read_too() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    stream: BinaryIO = Pipe(zipped(("一.txt", CONTENT)))
    assert [member.name for member in expand("a.zip", stream)] == ["a.zip/一.txt"]


def test_reading_an_archive_as_one_file_says_what_it_is() -> None:
    for content in (zipped(*FILES), tarred(*FILES), gzip.compress(CONTENT)):
        with pytest.raises(UnsupportedFormat, match="Unpack it"):
            read(content, "a.bin")
