"""Archives as they come over HTTP: every kind, below and above what stays in memory."""

from __future__ import annotations

import gzip
import io
import random
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from api.multipart import _SPOOL_BYTES as SPOOL_BYTES

Files = Mapping[str, bytes]


def report(number: int, characters: int = 0) -> bytes:
    """An invented report; `characters` of it do not shrink when they are packed."""
    noise = random.Random(number).randbytes(characters // 2).hex()
    return f"政府工作报告\n2023年1月5日，全年地区生产总值增长6.{number}%。\n{noise}".encode()


def zipped(files: Files) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def tarred(files: Files) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, content in files.items():
            header = tarfile.TarInfo(name)
            header.size = len(content)
            archive.addfile(header, io.BytesIO(content))
    return stream.getvalue()


def tar_gz(files: Files) -> bytes:
    return gzip.compress(tarred(files))


SMALL: Files = {"甲/一.txt": report(1), "二.txt": report(2)}
LARGE: Files = {"甲/一.txt": report(1, 2 * SPOOL_BYTES), "二.txt": report(2, 2 * SPOOL_BYTES)}
ARCHIVES: tuple[tuple[str, Callable[[Files], bytes], list[str]], ...] = (
    ("a.zip", zipped, ["a.zip/甲/一.txt", "a.zip/二.txt"]),
    ("a.tar", tarred, ["a.tar/甲/一.txt", "a.tar/二.txt"]),
    ("a.tar.gz", tar_gz, ["a.tar.gz/甲/一.txt", "a.tar.gz/二.txt"]),
    ("a.tgz", tar_gz, ["a.tgz/甲/一.txt", "a.tgz/二.txt"]),
    ("一.txt.gz", lambda files: gzip.compress(files["甲/一.txt"]), ["一.txt"]),
    ("a.zip", lambda files: zipped({"b.zip": zipped(files)}), ["a.zip/b.zip/二.txt"]),
    ("a.zip", lambda files: zipped({"b.tar.gz": tar_gz(files)}), ["a.zip/b.tar.gz/二.txt"]),
    ("a.tgz", lambda files: tar_gz({"b.zip": zipped(files)}), ["a.tgz/b.zip/二.txt"]),
    (
        "a.tar",
        lambda files: tarred({"二.txt.gz": gzip.compress(files["二.txt"])}),
        ["a.tar/二.txt"],
    ),
)


def outcomes(service: Any, run: int) -> dict[str, str | None]:
    listed = service.http.get(f"/v1/runs/{run}/documents").json()["documents"]
    return {document["source"]: document["error_code"] for document in listed}


@pytest.fixture(scope="module")
def shared(serve: Any) -> Any:
    return serve()


@pytest.mark.parametrize("size", ["small", "large"])
@pytest.mark.parametrize(("name", "pack", "members"), ARCHIVES)
@pytest.mark.parametrize("way", ["form", "body"])
def test_an_archive_is_opened_however_large_it_is_and_however_it_came(
    shared: Any,
    name: str,
    pack: Callable[[Files], bytes],
    members: list[str],
    size: str,
    way: str,
) -> None:
    packed = pack(SMALL if size == "small" else LARGE)
    assert (len(packed) > SPOOL_BYTES) == (size == "large")
    if way == "form":
        answer = shared.submit({name: packed})
    else:
        answer = shared.http.post(
            "/v1/runs",
            params={"name": name},
            content=packed,
            headers={"Content-Type": "application/zip"},
        )
    found = outcomes(shared, answer.json()["id"])
    assert set(found.values()) == {None}
    assert found.keys() >= set(members)


@pytest.mark.parametrize("keep", [0.5, 0.95])
@pytest.mark.parametrize(
    ("name", "pack"), [("a.tar.gz", tar_gz), ("a.gz", lambda files: gzip.compress(report(3)))]
)
def test_a_packed_file_that_is_cut_short_is_damaged_and_named(
    shared: Any, name: str, pack: Callable[[Files], bytes], keep: float
) -> None:
    packed = pack(SMALL)
    answer = shared.submit({name: packed[: int(len(packed) * keep)]})
    assert "broken_file" in outcomes(shared, answer.json()["id"]).values()


def claiming(size: int, form: int, kind: bytes) -> bytes:
    """A tar of 2,560 bytes whose one header claims `size` bytes."""
    header = tarfile.TarInfo("巨.txt")
    header.size, header.type = size, kind
    return (header.tobuf(form) + report(1)).ljust(2560, b"\0")


@pytest.mark.timeout(60)
@pytest.mark.parametrize("pack", [bytes, gzip.compress, lambda tar: zipped({"b.tar": tar})])
@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("kind", [tarfile.REGTYPE, tarfile.CONTTYPE, b"9"])  # 9: not known
def test_a_tar_that_claims_what_it_does_not_hold_is_refused_at_once(
    shared: Any, pack: Callable[[bytes], bytes], form: int, kind: bytes
) -> None:
    answer = shared.http.post(
        "/v1/runs", files=[("files", ("a", pack(claiming(8 << 40, form, kind))))], timeout=60
    )
    found = outcomes(shared, answer.json()["id"])
    assert found
    assert None not in found.values()


def test_a_tar_without_its_closing_blocks_is_whole(shared: Any) -> None:
    packed = tarred({"三.txt": report(3)}).rstrip(b"\0")
    packed += bytes(-len(packed) % 512)
    answer = shared.submit({"a.tar": packed, "a.tar.gz": gzip.compress(packed)})
    assert outcomes(shared, answer.json()["id"]) == {"a.tar/三.txt": None, "a.tar.gz/三.txt": None}


def test_files_that_programs_leave_behind_are_skipped_and_counted_apart(shared: Any) -> None:
    left_behind = {"__MACOSX/._一.txt": b"\0\5\x16\7", "甲/Thumbs.db": b"\xd0\xcf"}
    answer = shared.submit(
        {"a.zip": zipped({**SMALL, **left_behind}), "~$三.docx": b"\5user", "四.txt": report(4)}
    ).json()
    assert answer["skipped"] == {
        "count": 3,
        "names": ["a.zip/__MACOSX/._一.txt", "a.zip/甲/Thumbs.db", "~$三.docx"],
    }
    assert answer["accounts"]["submitted"] == 3
    assert answer["accounts"]["balanced"]
    assert set(outcomes(shared, answer["id"])) == {"a.zip/甲/一.txt", "a.zip/二.txt", "四.txt"}


def test_a_submission_of_nothing_but_such_files_says_so(shared: Any) -> None:
    answer = shared.submit({"~$三.docx": b"\5user"})
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "nothing_submitted"
    assert "~$三.docx" in answer.json()["error"]["message"]
