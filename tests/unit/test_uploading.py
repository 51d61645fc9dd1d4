"""Which files a path means, and how they travel."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from api.multipart import parts
from zhibiao.uploading import SubmittedFile, form_body, walk


def test_folders_are_walked_in_order_and_hidden_files_are_left(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    for name in ("b/2.txt", "a/1.txt", "z.txt", ".hidden", ".git/config", "a/.DS_Store"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    single = tmp_path / "single.txt"
    single.write_text("x")
    assert [file.name for file in walk([folder, single])] == [
        "z.txt",
        "a/1.txt",
        "b/2.txt",
        "single.txt",
    ]


def test_what_programs_leave_behind_is_skipped_and_named(tmp_path: Path) -> None:
    for name in ("甲/~$a.docx", "甲/a.docx", "Thumbs.db", "desktop.ini", ".DS_Store"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    skipped: list[str] = []
    lock = tmp_path / "甲" / "~$a.docx"
    files = list(walk([tmp_path, lock], skipped=skipped.append))
    assert [file.name for file in files] == ["甲/a.docx"]
    assert skipped == ["Thumbs.db", "desktop.ini", "甲/~$a.docx", "~$a.docx"]


def test_a_path_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(walk([tmp_path / "nothing"]))


def test_names_on_disk_that_are_no_utf_8_are_decoded_and_reach_the_service(tmp_path: Path) -> None:
    """As unzip leaves them on Linux."""
    folder = os.fsencode(tmp_path) + "/下载/".encode()
    os.makedirs(folder + "二〇二三年".encode("gbk"))  # noqa: PTH103 - bytes are not for pathlib
    single = "清河县政府工作报告.txt".encode("gbk")
    within = "二〇二三年/".encode("gbk") + "南湖县2023年政府工作报告.txt".encode("gb18030")
    for name in (single, within):
        Path(os.fsdecode(folder + name)).write_bytes(b"x")
    expected = ["清河县政府工作报告.txt", "二〇二三年/南湖县2023年政府工作报告.txt"]
    files = list(walk([Path(os.fsdecode(folder))]))
    assert [file.name for file in files] == expected
    assert [file.name for file in walk([Path(os.fsdecode(folder + single))])] == expected[:1]
    assert [file.path.read_bytes() for file in files] == [b"x", b"x"]
    body = form_body("b", {}, files, sent=None, unreadable=None)
    sent = list(parts(body, "multipart/form-data; boundary=b", limit_of=lambda _: 1000))
    assert [part.file_name for part in sent] == expected
    for part in sent:
        part.content.close()


def test_what_the_client_writes_the_service_reads(tmp_path: Path) -> None:
    names = ["普通.txt", 'quote".txt', "new\nline.txt", "back\\slash.txt"]
    files = []
    for number, name in enumerate(names):
        path = tmp_path / str(number)
        path.write_bytes(f"content {number}".encode())
        files.append(SubmittedFile(path=path, name=name))
    sent: list[int] = []
    body = form_body("b", {"label": "标签"}, files, sent=sent.append, unreadable=None)
    found = []
    for part in parts(body, "multipart/form-data; boundary=b", limit_of=lambda _: 1000):
        with part.content:
            found.append((part.field_name, part.file_name, part.content.read().decode()))
    assert found[0] == ("label", None, "标签")
    assert [content for _, _, content in found[1:]] == [f"content {n}" for n in range(4)]
    assert found[1][1] == "普通.txt"
    assert all(name is not None and "\n" not in name for _, name, _ in found[1:])
    assert sum(sent) == sum(len(f"content {n}") for n in range(4))


def test_a_file_that_cannot_be_opened_is_told_and_the_others_go(tmp_path: Path) -> None:
    there = tmp_path / "there.txt"
    there.write_text("x")
    told: list[str] = []
    body = b"".join(
        form_body(
            "b",
            {},
            [
                SubmittedFile(path=tmp_path / "gone.txt", name="gone.txt"),
                SubmittedFile(path=there, name="there.txt"),
            ],
            sent=None,
            unreadable=lambda file, _: told.append(file.name),
        )
    )
    assert told == ["gone.txt"]
    assert b"there.txt" in body
    assert b"gone.txt" not in body
