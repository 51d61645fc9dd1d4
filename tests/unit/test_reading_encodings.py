"""Which characters a file's bytes become, and what is kept about the decision."""

from __future__ import annotations

import codecs
import random

import pytest

from bench.beside import DATA
from zhibiao.errors import EmptySource, ReadError, UndecodableText
from zhibiao.reading import read

SIMPLIFIED = (
    "2023年清河县政府工作报告\n各位代表：\n　　一年来，全县生产总值完成312.6亿元，增长6.8%；"
    "新增城镇就业4200人。\n　　喆园、翀山、㙍头三个片区改造完成，“放管服”改革走在前列。\n"
)
TRADITIONAL = "各位代表：過去一年，全縣經濟穩步發展，財政收入增長百分之八，人民生活繼續改善。\n" * 3


def decoding_of(content: bytes, name: str = "report.txt") -> tuple[str, str, str, int]:
    document = read(content, name)[0]
    assert document.decoding is not None
    decoding = document.decoding
    return document.text, decoding.encoding, decoding.decided_by, decoding.undecodable


@pytest.mark.parametrize(
    ("content", "encoding", "decided_by"),
    [
        (SIMPLIFIED.encode("utf-8"), "utf-8", "utf-8"),
        (SIMPLIFIED.encode("utf-8-sig"), "utf-8", "bom"),
        (codecs.BOM_UTF16_LE + SIMPLIFIED.encode("utf-16-le"), "utf-16-le", "bom"),
        (codecs.BOM_UTF16_BE + SIMPLIFIED.encode("utf-16-be"), "utf-16-be", "bom"),
        (SIMPLIFIED.encode("utf-16-le"), "utf-16-le", "score"),
        (SIMPLIFIED.encode("utf-16-be"), "utf-16-be", "score"),
        (SIMPLIFIED.encode("gb18030"), "gb18030", "score"),
    ],
)
def test_every_encoding_gives_back_the_same_characters(
    content: bytes, encoding: str, decided_by: str
) -> None:
    assert decoding_of(content) == (SIMPLIFIED, encoding, decided_by, 0)


def test_big5_is_told_from_gb18030_by_its_characters() -> None:
    assert decoding_of(TRADITIONAL.encode("big5")) == (TRADITIONAL, "big5hkscs", "score", 0)
    assert decoding_of(TRADITIONAL.encode("gb18030"))[:2] == (TRADITIONAL, "gb18030")


@pytest.mark.parametrize(
    "title",
    [
        "政府工作报告",
        "清河县",
        "联通",
        "贾晟",
        "陈",
        "县长：闫某",
        "衢州市",
        "奎屯",
        "异答卷!",
        "一月",
    ],
)
def test_a_title_of_a_few_bytes_in_gb18030_is_chinese(title: str) -> None:
    assert decoding_of(title.encode("gb18030"))[:2] == (title, "gb18030")


@pytest.mark.parametrize("title", ["政府工作报告", "清河县", "贾晟", "陈"])
def test_a_title_of_a_few_bytes_in_utf_8_is_read_as_that(title: str) -> None:
    assert decoding_of(title.encode("utf-8"))[:2] == (title, "utf-8")


@pytest.mark.parametrize(
    "text",
    [
        "陈",
        "ä",
        "i à è ì",
        "<p>é</p>" + "x" * 20_000,
        "x" * 20_000 + "é",
        "±5℃",
        "Привет",
        "\u5029\u7d18\u2a6a",
        "日本語",
        "x" * 8_191 + "県",
    ],
)
def test_what_is_valid_utf_8_is_utf_8_whatever_it_holds(text: str) -> None:
    assert decoding_of(text.encode()) == (text, "utf-8", "utf-8", 0)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_short_sentence_in_utf_16_needs_no_mark(encoding: str) -> None:
    assert decoding_of("合作办学。我们".encode(encoding))[:2] == ("合作办学。我们", encoding)


def page(charset: str) -> str:
    return (
        f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}">'
        f"<title>报告</title></head><body><p>{SIMPLIFIED}</p></body></html>"
    )


@pytest.mark.parametrize("charset", ["gb2312", "GBK", "gb18030", "x-gbk"])
def test_a_declared_gb2312_is_read_as_its_superset(charset: str) -> None:
    text, encoding, decided_by, _ = decoding_of(page(charset).encode("gb18030"), "page.html")
    assert (encoding, decided_by) == ("gb18030", "declared")
    assert "喆园、翀山、㙍头" in text  # none of the three is in gb2312


def test_a_declaration_that_lies_is_overruled() -> None:
    assert decoding_of(page("gb2312").encode("utf-8"))[1:3] == ("utf-8", "utf-8")
    assert decoding_of(page("utf-8").encode("gb18030"))[1:3] == ("gb18030", "score")
    assert decoding_of(page("big5").encode("gb18030"))[1:3] == ("gb18030", "score")


def test_a_few_bad_bytes_are_marked_and_counted() -> None:
    content = bytearray((SIMPLIFIED * 20).encode("gb18030"))
    for at in (11, 1003, 2407):
        content[at] = 0xFF
    text, encoding, _, undecodable = decoding_of(bytes(content))
    assert encoding == "gb18030"
    assert undecodable >= 3
    assert 1 <= text.count("\ufffd") <= undecodable


def test_a_character_cut_off_at_the_end_of_a_file_is_counted() -> None:
    text, encoding, _, undecodable = decoding_of(SIMPLIFIED.strip().encode("utf-8")[:-4])
    assert encoding == "utf-8"
    assert undecodable == 2
    assert text.endswith("前\ufffd")


def test_bad_bytes_past_a_small_share_are_refused_with_their_place() -> None:
    content = SIMPLIFIED.encode("utf-8") * 10
    mixed = content + SIMPLIFIED.encode("gb18030")
    with pytest.raises(UndecodableText) as refused:
        read(mixed, "mixed.txt")
    assert refused.value.details["first_at"] == len(content) + SIMPLIFIED.index("年")
    assert "mixed.txt" in refused.value.message


def test_damage_in_many_blocks_is_found_in_linear_time() -> None:
    content = bytearray(SIMPLIFIED.encode("utf-8") * 8_000)
    for at in range(0, len(content), 5_000):
        content[at] = 0xFF
    _, _, _, undecodable = decoding_of(bytes(content))
    assert undecodable >= len(content) // 5_000


@pytest.mark.parametrize(
    "content",
    [
        random.Random(3).randbytes(5_000),
        bytes(range(256)) * 20,
        "제주특별자치도 도정 보고서 전문입니다. 올해 예산은 증가했습니다.".encode("euc-kr") * 5,
        "Отчёт о работе правительства за прошедший год".encode("cp1251") * 5,
        b"\0" * 400,
    ],
)
def test_what_is_no_chinese_text_is_refused(content: bytes) -> None:
    with pytest.raises(ReadError) as refused:
        read(content, "noise.txt")
    assert "noise.txt" in refused.value.message


def test_line_ends_are_folded_and_nothing_else_is_changed() -> None:
    text = read("\ufeff甲县 报告\r\n乙\r丙\n\n\u200b　丁  \t".encode(), "a.txt")[0].text
    assert text == "甲县 报告\n乙\n丙\n\n\u200b　丁  \t"


@pytest.mark.parametrize("content", [b"", b" \r\n\t ", "\ufeff".encode(), "　\n".encode("gb18030")])
def test_a_file_without_text_is_empty(content: bytes) -> None:
    with pytest.raises(EmptySource):
        read(content, "empty.txt")


def test_the_real_reports_survive_every_encoding() -> None:
    if not DATA.exists():
        pytest.skip("the shared reports are not here")
    paths = sorted(DATA.rglob("*.txt"))
    assert len(paths) > 40
    for path in paths[::3]:
        text = path.read_text("utf-8").removeprefix("\ufeff")
        for encoding in ("utf-8", "gb18030", "utf-16-le", "utf-16"):
            parts = read(text.encode(encoding), path.name)
            assert all(part.decoding and not part.decoding.undecodable for part in parts)
            assert parts[0].text == text[text.index(parts[0].text) :][: len(parts[0].text)]
