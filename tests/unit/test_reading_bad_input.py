"""Whatever comes, reading ends in documents or in an error that a person can act on."""

from __future__ import annotations

import io
import pickle
import random

import pytest

from bench import fuzz_reading
from zhibiao.errors import (
    BrokenFile,
    EmptySource,
    ReadError,
    UndecodableText,
    UnsupportedFormat,
)
from zhibiao.reading import Limits, expand, read

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@pytest.mark.long
def test_a_hundred_damaged_files_end_in_documents_or_read_errors() -> None:
    outcomes = fuzz_reading.run(files=100, seed=20)
    assert outcomes.surprises == []
    assert outcomes.counts["read"] > 60
    assert outcomes.counts["broken_file"] > 30


def test_the_sound_files_that_are_damaged_there_can_be_read() -> None:
    for name, content in fuzz_reading.seeds().items():
        if name == "a.doc":
            continue
        for member in expand(name, io.BytesIO(content)):
            if member.name.endswith("a.doc"):
                continue
            assert member.content is not None, member.name
            texts = "".join(document.text for document in read(member.content, member.name))
            for number in (0, 39):
                assert f"全年完成生产总值{300 + number}.5亿元" in texts, member.name


def test_bytes_that_are_nothing_are_told_by_what_their_name_promises() -> None:
    noise = random.Random(3).randbytes(3000)
    with pytest.raises(UndecodableText, match=r"x\.pdf is not a PDF, which its name") as refused:
        read(noise, "x.pdf")
    assert refused.value.details["name"] == "x.pdf"
    with pytest.raises(UndecodableText, match=r"x\.txt (?:gives Chinese text in none|is no text)"):
        read(noise, "x.txt")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "a PNG image"),
        (b"\xff\xd8\xff\xe0" + bytes(50), "a JPEG image"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "an Office document with a password"),
        (OLE + "Workbook".encode("utf-16-le"), "an Excel 97 workbook"),
        (OLE, "without a Word document"),
        (b"MZ\x90\x00" + bytes(50), "a program"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\r\n<html>", "a mail or MHT"),
    ],
)
def test_kinds_that_are_not_read_are_named(content: bytes, words: str) -> None:
    with pytest.raises(UnsupportedFormat, match=words) as refused:
        read(content, "report.txt")
    assert "report.txt" in refused.value.message
    assert "Submit" in refused.value.message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"Rar!\x1a\x07\x01\x00" + bytes(50), "a RAR archive"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(50), "a 7z archive"),
        (b"BZh91AY&SY" + bytes(50), "a bzip2 file"),
        (b"\xfd7zXZ\x00" + bytes(50), "an xz file"),
        (b"\x28\xb5\x2f\xfd" + bytes(50), "a zstd file"),
    ],
)
def test_archives_that_are_not_opened_are_named_with_the_way_out(
    content: bytes, words: str
) -> None:
    with pytest.raises(UnsupportedFormat, match=words) as refused:
        read(content, "reports.rar")
    assert refused.value.message.startswith("reports.rar")
    assert "Unpack it and submit the folder, or pack it as zip." in refused.value.message


@pytest.mark.parametrize(
    "text",
    [
        "MZ县2023年政府工作报告，各位代表：一年来，全县上下团结一心，生产总值增长百分之六。",
        "PAR1区政府工作报告，各位代表：一年来，全区上下团结一心，生产总值增长百分之六点八。",
        "BZh街道工作报告，各位代表：一年来，全街道上下团结一心，生产总值增长百分之六点八。",
        "附件 %PDF-1.4 见网站。各位代表：一年来，全县上下团结一心，生产总值增长百分之六点八。",
    ],
)
def test_a_text_that_begins_with_a_magic_word_is_a_text(text: str) -> None:
    assert read(text.encode(), "report.txt")[0].text == text


def test_an_empty_file_is_empty_whatever_its_name() -> None:
    for name in ("a.txt", "a.pdf", "a.zip", "a.docx", "a"):
        with pytest.raises(EmptySource, match="0 bytes"):
            read(b"", name)


def test_an_ending_that_lies_names_what_the_file_is_damaged_in() -> None:
    with pytest.raises(BrokenFile):
        read(b"%PDF-1.7\n" + bytes(100), "report.docx")
    with pytest.raises((UndecodableText, UnsupportedFormat)):
        read(bytes(range(256)) * 8, "report.pdf")


@pytest.mark.long
def test_every_message_begins_with_the_name_of_what_it_concerns_and_says_it_once() -> None:
    told = 0
    archive = fuzz_reading.seeds()["a.zip"]
    for limits in (Limits(members=3), Limits(total_bytes=4_000), Limits(member_bytes=500)):
        for member in expand("b.zip", io.BytesIO(archive), limits):
            if member.error is not None:
                assert member.error.message.startswith(member.name)
                told += 1
    for name, content in fuzz_reading.inputs(100, seed=7):
        for member in expand(name, io.BytesIO(content)):
            error = member.error
            try:
                read(member.content or b"", member.name)
            except ReadError as refused:
                error = error or refused
            if error is not None:
                told += 1
                assert error.message.startswith(member.name)
                # What an outside program says of a .doc may hold the name too.
                assert "Word 97" in error.message or error.message.count(member.name) == 1
    assert told > 30


def test_errors_cross_process_borders_with_their_details() -> None:
    with pytest.raises(ReadError) as refused:
        read(b"%PDF-1.7\n" + bytes(100), "report.pdf")
    copy = pickle.loads(pickle.dumps(refused.value))
    assert (copy.message, copy.details) == (refused.value.message, refused.value.details)


def test_equal_bytes_give_equal_documents() -> None:
    for name, content in fuzz_reading.seeds().items():
        if name.endswith((".txt", ".html", ".pdf", ".docx", ".rtf")):
            assert read(content, name) == read(content, name)
