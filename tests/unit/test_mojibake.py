"""Text that was misread and saved that way: repaired where exact, else refused. Invented."""

from __future__ import annotations

import contextlib
import io
import time

import pytest

from zhibiao.errors import UndecodableText
from zhibiao.reading import expand, read
from zhibiao.reading.characters import least_plausible, plausibility
from zhibiao.testing.reports import generate_many

TEXT = (
    "2024年青渡县政府工作报告\n——2024年1月8日在青渡县第十八届人民代表大会第四次会议上\n"
    "县长 周明远\n各位代表：\n现在，我代表县人民政府向大会报告工作，请予审议。\n"
    "一、2023年工作回顾\n全年地区生产总值完成312.5亿元，增长6.2%。一般公共预算收入达到18.4亿元，"
    "增长5.1%。城镇新增就业4,210人。\n二、2024年工作安排\n"
    "今年的主要预期目标是：地区生产总值增长6%左右，一般公共预算收入增长5%。\n"
)
SENTENCE = "全年地区生产总值完成312.5亿元，增长6.2%，各项事业全面发展。"


def latin(content: bytes) -> str:
    """As browsers read windows-1252: undefined bytes are control characters."""
    return "".join(
        bytes([byte]).decode("cp1252") if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(byte)
        for byte in content
    )


def reads_as_gb18030(word: str) -> bool:
    try:
        return bool(word.encode().decode("gb18030"))
    except UnicodeDecodeError:
        return False


EXACT = {
    "UTF-8 as Latin-1": (TEXT.encode().decode("latin-1"), "utf-8 read as latin-1"),
    "UTF-8 as cp1252": (latin(TEXT.encode()), "utf-8 read as latin-1"),
    "UTF-8 as Latin-1 twice": (
        TEXT.encode().decode("latin-1").encode().decode("latin-1"),
        "utf-8 read as latin-1",
    ),
    "UTF-8 as cp1252 twice": (latin(latin(TEXT.encode()).encode()), "utf-8 read as latin-1"),
    "GBK as Latin-1": (TEXT.encode("gb18030").decode("latin-1"), "gb18030 read as latin-1"),
    "GBK as cp1252": (latin(TEXT.encode("gb18030")), "gb18030 read as latin-1"),
}


@pytest.mark.parametrize("kind", EXACT)
def test_what_can_be_undone_exactly_is_repaired_and_said_so(kind: str) -> None:
    misread, encoding = EXACT[kind]
    (document,) = read(misread.encode(), "a.txt")
    assert document.text == TEXT
    assert document.decoding is not None
    assert (document.decoding.encoding, document.decoding.decided_by) == (encoding, "repaired")


def test_utf_8_that_was_read_as_gbk_without_a_loss_is_repaired() -> None:
    words = "全年地区生产总值完成增长投资工业发展收入建设农业教育人民政府工作报告"
    pairs = map("".join, zip(words[::2], words[1::2], strict=True))
    kept = [pair for pair in pairs if reads_as_gb18030(pair)]
    assert len(kept) > 8
    text = f"{''.join(kept)}312.5\n{''.join(reversed(kept))}6.2%\n"
    (document,) = read(text.encode().decode("gb18030").encode(), "a.txt")
    assert document.text == text
    assert document.decoding is not None
    assert document.decoding.encoding == "utf-8 read as gb18030"


def test_big5_that_was_read_as_gbk_is_repaired() -> None:
    text = "各位代表：現在我代表縣人民政府向大會報告工作，請予審議。全縣國民經濟發展很快。\n" * 3
    (document,) = read(text.encode("big5").decode("gb18030").encode(), "a.txt")
    assert document.text == text


def test_a_paragraph_that_was_misread_amid_a_good_text_is_repaired() -> None:
    text = TEXT + SENTENCE.encode().decode("latin-1") + "\n" + TEXT.replace("2024", "2023")
    document = read(text.encode(), "a.txt")[0]
    assert SENTENCE in document.text
    assert document.decoding is not None
    assert document.decoding.decided_by == "repaired"


LOST = {
    "UTF-8 as cp1252 with its gaps": TEXT.encode().decode("cp1252", "replace"),
    "UTF-8 as GBK": TEXT.encode().decode("gbk", "replace"),
    "UTF-8 as GB18030": TEXT.encode().decode("gb18030", "replace"),
    "UTF-8 as GBK, gaps left out": TEXT.encode().decode("gbk", "ignore"),
    "UTF-8 as GBK, gaps as ?": TEXT.encode().decode("gbk", "replace").replace("\ufffd", "?"),
    "GBK as UTF-8": TEXT.encode("gbk").decode("utf-8", "replace"),
    "GBK as UTF-8 as GBK": TEXT.encode("gbk")
    .decode("utf-8", "replace")
    .encode()
    .decode("gbk", "replace"),
    "Big5 as UTF-8": TEXT.encode("big5", "replace").decode("utf-8", "replace"),
    "to ASCII": TEXT.encode("ascii", "replace").decode(),
    "UTF-8 as Big5": TEXT.encode().decode("big5hkscs", "replace"),
    "U+FFFD here and there": TEXT.replace("总", "\ufffd").replace("工作", "\ufffd\ufffd"),
    "a filled buffer": TEXT + "烫烫烫烫烫烫烫烫" * 5,
    "Latin-1 with U+FFFD inside": TEXT.replace("总", "\ufffd")
    .replace("工", "\ufffd")
    .encode()
    .decode("latin-1"),
}


@pytest.mark.parametrize("kind", LOST)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_what_is_lost_is_refused_as_undecodable(kind: str, encoding: str) -> None:
    with pytest.raises(UndecodableText, match=r"a\.txt"):
        read(LOST[kind].encode(encoding), "a.txt")


@pytest.mark.parametrize("kind", LOST)
def test_a_page_of_lost_text_is_refused(kind: str) -> None:
    page = f"<html><body><p>{LOST[kind]}</p></body></html>"
    with pytest.raises(UndecodableText):
        read(page.encode(), "a.html")


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        TEXT.replace("周明远", "阿卜杜·买买提\u00b7库尔班"),
        TEXT + "R\u00e9sum\u00e9 caf\u00e9 na\u00efve d\u00e9j\u00e0 vu co\u00f6p\u00e9ration\n",
        TEXT + "附：村名 旮旯、亍峁、岙嵝、坭埕、峤峪、沔浐、涫滹、漉灞、牯犊、珏琰、畲畈、磔礤\n",
        TEXT + "?" * 8 + "\n",
        TEXT.replace("\n", "????\n"),
        "各位代表：\n" + "臺灣省、廣東省、長沙市、瀏陽縣、鄞縣、嵊縣。" * 3,
        "Annual report. The economy grew by 6.2 percent and exports by 5.1 percent.",
        "Доклад о работе правительства уезда за прошедший год.",
        "정부 업무 보고: 올해 지역 총생산은 6% 성장할 것으로 예상된다.",
    ],
)
def test_what_is_meant_as_it_stands_stays(text: str) -> None:
    (document,) = read(text.encode(), "a.txt")
    assert document.text == text
    assert document.decoding is not None
    assert document.decoding.decided_by == "utf-8"


def test_no_report_is_taken_for_mojibake() -> None:
    for report in generate_many(12, seed=5):
        (document,) = read(report.text.encode(), "a.txt")
        assert document.text == report.text


def test_mojibake_in_lists_is_told_row_by_row() -> None:
    table = (
        "名称,正文\n甲," + SENTENCE + "\n乙," + SENTENCE.encode("gbk").decode("utf-8", "replace")
    )
    outcomes = []
    for member in expand("a.csv", io.BytesIO(table.encode())):
        try:
            outcomes.append(
                member.error.code if member.error else read(member.content or b"", "a")[0].text
            )
        except UndecodableText as error:
            outcomes.append(error.code)
    assert outcomes == [SENTENCE, "undecodable"]


@pytest.mark.parametrize("unit", ["å¹´æ\n", "鏀垮簻宸ヤ綔", "锟斤拷", "é", "한글\n", "旮旯"])
def test_time_grows_with_length_alone(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    began = time.process_time()
    with contextlib.suppress(UndecodableText):
        read(text.encode(), "a.txt")
    assert time.process_time() - began < 10


@pytest.mark.parametrize("length", [1, 3999, 4000, 4001, 8000, 12_001])
def test_a_misread_line_is_found_wherever_it_stands_and_however_long_the_others_are(
    length: int,
) -> None:
    """The quick look at all lines at once sees what the look at each of them does."""
    misread = "地区生产总值增长百分之六".encode().decode("gb18030", "replace")
    assert least_plausible("的" * length + "\n" + "发" * 20, 4000) == 1.0
    for text in ("的" * length + "\n" + misread, "的" * (length - length % 4000) + misread):
        lines = [line[n : n + 4000] for line in text.split("\n") for n in range(0, len(line), 4000)]
        assert least_plausible(text, 4000) == min(plausibility(line).score for line in lines)
        assert least_plausible(text, 4000) < 1.0
