"""JSON arrays and CSV tables of reports: a document an entry, with its own metadata."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tracemalloc
import zipfile
from collections.abc import Sequence

import pytest

from zhibiao.errors import (
    BrokenFile,
    EmptySource,
    LimitExceeded,
    UndecodableText,
    UnsupportedFormat,
)
from zhibiao.reading import Limits, Member, alone, expand, holds_one, read
from zhibiao.testing.reports import generate_many

TEXT = "2023年清河县政府工作报告\n各位代表：\n一年来，全县生产总值增长6.8%，“十四五”开局良好。\n"
OTHER = "2022年南湖县政府工作报告\n各位代表：\n一年来，全县生产总值增长5.1%。\n"


def members(content: bytes, name: str, **limits: int) -> list[Member]:
    found = list(expand(name, io.BytesIO(content), Limits(**limits)))
    if holds_one(name, io.BytesIO(content)):  # then it need not be expanded
        assert found == list(
            alone(name, io.BytesIO(content), Limits(**limits), skipped=pytest.fail)
        )
    return found


def dumped(*entries: object, indent: int | None = None, ascii_only: bool = False) -> bytes:
    return json.dumps(entries, ensure_ascii=ascii_only, indent=indent).encode()


def table(*rows: Sequence[object], delimiter: str = ",") -> str:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    return stream.getvalue()


def texts(found: list[Member]) -> list[str | None]:
    return [None if member.content is None else member.content.decode() for member in found]


ENTRIES = (
    {"text": TEXT, "name": "清河.txt", "region": "清河县", "year": 2023},
    {"text": OTHER, "region": "南湖县", "year": 2022},
)


@pytest.mark.parametrize("name", ["all.json", "all.txt"])
@pytest.mark.parametrize(
    "content",
    [
        dumped(*ENTRIES),
        dumped(*ENTRIES, indent=2),
        dumped(*ENTRIES, ascii_only=True),
        b"\xef\xbb\xbf" + dumped(*ENTRIES),
        dumped(*ENTRIES).decode().encode("gb18030"),
        dumped(*ENTRIES).decode().encode("utf-16"),
        b"\n".join(json.dumps(entry, indent=1).encode() for entry in ENTRIES),
    ],
    ids=["plain", "indented", "escaped", "mark", "gb18030", "utf-16", "one after the other"],
)
def test_an_array_of_objects_is_a_document_an_object(content: bytes, name: str) -> None:
    first, second = members(content, name)
    assert first == Member(
        name="清河.txt", content=TEXT.encode(), given={"region": "清河县", "year": 2023}
    )
    assert second == Member(
        name=f"{name}:2", content=OTHER.encode(), given={"region": "南湖县", "year": 2022}
    )


@pytest.mark.parametrize("indent", [None, 2])
def test_one_object_is_one_document_under_the_files_name(indent: int | None) -> None:
    content = json.dumps(ENTRIES[1], ensure_ascii=False, indent=indent).encode()
    assert members(content, "南湖.json") == [
        Member(name="南湖.json", content=OTHER.encode(), given={"region": "南湖县", "year": 2022})
    ]


@pytest.mark.parametrize(
    ("delimiter", "encoding"),
    [(",", "utf-8"), (",", "utf-8-sig"), (",", "gb18030"), ("\t", "utf-16"), (";", "utf-8")],
)
@pytest.mark.parametrize("name", ["all.csv", "all.txt"])
def test_a_table_is_a_document_a_row(delimiter: str, encoding: str, name: str) -> None:
    content = table(
        ("标题", "地区", "年份", "正文"),
        ("清河县政府工作报告", "清河县", "2023", TEXT),
        ("南湖县政府工作报告", "南湖县", "2022", OTHER),
        delimiter=delimiter,
    ).encode(encoding)
    given = [
        {"title": f"{region}政府工作报告", "region": region, "year": year}
        for region, year in (("清河县", "2023"), ("南湖县", "2022"))
    ]
    found = members(content, name)
    assert [member.given for member in found] == given
    assert [member.name for member in found] == [f"{name}:2", f"{name}:3"]
    assert texts(found) == [TEXT, OTHER]


@pytest.mark.parametrize("column", ["text", "Content", " 正文 ", "内容", "全文"])
def test_the_text_may_stand_under_any_of_its_names(column: str) -> None:
    assert texts(members(table(("id", column), (7, TEXT)).encode(), "a.csv")) == [TEXT]
    assert texts(members(dumped({"id": 7, column: TEXT}), "a.json")) == [TEXT]
    line = json.dumps({"id": 7, column: TEXT}).encode()
    assert texts(members(line + b"\n" + line, "a.ndjson")) == [TEXT, TEXT]


def test_a_table_as_pandas_writes_it_gives_usable_metadata() -> None:
    content = table(
        ("", "filename", "region_code", "year", "delivered_on", "partial", "url", "text"),
        (0, "清河.txt", "610482.0", "2023.0", "2023-01-05 00:00:00", "False", "http://x", TEXT),
        (1, "", "", "", "2022/1/9", "", "", OTHER),
        (2, "", "", "2021年", "", "是", "", OTHER),
    ).encode()
    first, second, third = members(content, "all.csv")
    assert first.name == "清河.txt"
    assert first.given == {
        "region_code": "610482",
        "year": "2023",
        "delivered_on": "2023-01-05",
        "partial": False,
        "url": "http://x",
    }
    assert (second.name, second.given) == ("all.csv:3", {"delivered_on": "2022-01-09"})
    assert third.given == {"year": "2021", "partial": True}


def test_what_is_not_known_of_an_entry_is_not_given() -> None:
    content = (
        b'[{"text": "' + TEXT.strip().replace("\n", "").encode() + b'", "year": NaN, "b": ""}]'
    )
    (member,) = members(content, "a.json")
    assert member.given == {}
    (member,) = members(dumped({"text": TEXT, "年份": 2023.0, "html": "<p>" * 9_000}), "a.json")
    assert member.given == {"year": 2023}


@pytest.mark.parametrize(
    ("name", "content", "shown"),
    [
        ("a.json", json.dumps({"code": 0, "rows": [{"text": TEXT}]}).encode(), '"code", "rows"'),
        ("a.json", dumped({"txt": TEXT}, {"text": TEXT}), '"txt"'),
        ("a.json", dumped(*range(5_000)), "no object"),
        ("a.json", dumped(TEXT, OTHER), "no object"),
        ("a.json", TEXT.encode(), "neither"),
        ("a.txt", dumped({"地名": "清河县"}), '"地名"'),
        ("a.csv", table(("地区", "年份", "生产总值"), ("清河县", 2023, 9)).encode(), '"生产总值"'),
        ("a.csv", TEXT.encode(), "2023年清河县政府工作报告"),
        ("a.tsv", "甲\t乙\n1\t2\n".encode("gb18030"), '"甲", "乙"'),
    ],
)
def test_json_and_tables_of_another_shape_are_refused_with_what_was_looked_for(
    name: str, content: bytes, shown: str
) -> None:
    (member,) = members(content, name)
    assert member.name == name
    assert isinstance(member.error, UnsupportedFormat)
    assert member.error.message.startswith(name)
    assert shown in member.error.message
    for wanted in ("text", "content", "正文", "内容"):
        assert wanted in member.error.message


@pytest.mark.parametrize("content", [b"[]", b" [ ]\n", "标题,正文\n".encode(), b"text,name"])
def test_a_list_without_documents_says_so(content: bytes) -> None:
    (member,) = members(content, "a.json" if b"[" in content else "a.csv")
    assert isinstance(member.error, EmptySource)


def test_a_web_page_under_a_lying_ending_is_read_as_the_page_it_is() -> None:
    page = f"<html><body><p>{TEXT}</p></body></html>".encode()
    for name in ("a.json", "a.csv"):
        assert members(page, name) == [Member(name=name, content=page)]


def test_prose_and_lists_within_prose_stay_one_document() -> None:
    for text in (
        "[2023-01-05] 清河县政府工作报告,全文\n" + TEXT,
        "一、内容,要点\n" + TEXT,
        "{正文} " + TEXT,
        "年份,内容,这是一份关于清河县政府工作报告的很长很长的说明，它不是表头而是一句话一直说到这里才完，请各位代表审议\n",
    ):
        (member,) = members(text.encode(), "a.txt")
        assert member.content == text.encode()
        assert read(member.content, member.name)[0].text == text


def test_a_text_from_a_list_is_read_whatever_name_it_was_given() -> None:
    for name in ("清河.json", "清河.csv"):
        (member,) = members(dumped({"name": name, "text": TEXT}), "all.json")
        assert read(member.content or b"", member.name)[0].text == TEXT


def test_reading_a_list_as_one_document_is_refused() -> None:
    for content, words in (
        (dumped(*ENTRIES, indent=1), "JSON"),
        (table(("标题", "正文"), ("甲", TEXT)).encode(), "CSV"),
    ):
        with pytest.raises(UnsupportedFormat, match=words):
            read(content, "all.txt")


def test_a_bad_entry_fails_alone_and_says_where_it_stands() -> None:
    found = members(
        dumped(
            {"text": TEXT}, [1], {"text": 5}, {"text": "\ud800"}, {"text": OTHER}, ascii_only=True
        ),
        "a.json",
    )
    found += members(
        table(("正文", "年份"), (TEXT, 2023), (), ("", ""), (OTHER, 2022, 1), (OTHER,)).encode(),
        "a.csv",
    )
    assert texts(found) == [TEXT, None, None, None, OTHER, TEXT, None, OTHER]
    assert [member.name for member in found] == [
        *(f"a.json:{number}" for number in range(1, 6)),
        *(f"a.csv:{number}" for number in (2, 5, 6)),
    ]
    for member in found:
        if member.error is not None:
            assert isinstance(member.error, BrokenFile)
            assert member.error.message.startswith(f"{member.name} cannot be used: ")
            assert member.error.details["name"] == member.name
    assert found[2].error is not None
    assert found[2].error.details["entry"] == 3


@pytest.mark.parametrize(
    "content",
    [
        dumped({"text": TEXT}, {"text": OTHER})[:-40],
        dumped({"text": TEXT}) + b"[",
        dumped({"text": TEXT})[:-1] + b" {}]",
        dumped({"text": TEXT})[:-1] + b', {"text" 5}, {"text": "x"}]',
        dumped({"text": TEXT})[:-1] + b', {"text": ' + b"[" * 100_000 + b"]",
        dumped({"text": TEXT})[:-1] + b', {"n": ' + b"9" * 10_000 + b"}]",
        f'正文,年份\n"{TEXT}",2023\n"{OTHER},2022\n'.encode(),
        f'正文,年份\n"{TEXT}",2023\n"{OTHER}"和,2022\n"{OTHER}",2021'.encode(),
    ],
)
def test_where_entries_cannot_be_told_apart_the_list_ends_with_an_error(content: bytes) -> None:
    name = "a.json" if content.startswith(b"[") else "a.csv"
    first, last = members(content, name)
    assert first.content == TEXT.encode()
    assert last.name == name
    assert isinstance(last.error, BrokenFile)
    assert "not read" in last.error.message


def test_a_list_keeps_to_the_limits_of_any_source() -> None:
    for name, content in (
        ("a.json", dumped(*({"text": TEXT} for _ in range(9)))),
        ("a.csv", table(("name", "text"), *(("", TEXT) for _ in range(9))).encode()),
    ):
        found = members(content, name, members=3)
        assert texts(found[:3]) == [TEXT] * 3
        assert (len(found), found[3].name) == (4, name)
        assert isinstance(found[3].error, LimitExceeded)
        assert found[3].error.details["what"] == "members"
        (spent,) = members(content, name, total_bytes=100)
        assert isinstance(spent.error, LimitExceeded)


def test_an_entry_that_is_too_long_is_refused_and_never_held_as_a_whole() -> None:
    long = "各" * 100_000
    found = members(
        dumped({"text": TEXT}, {"text": long}, {"text": OTHER}), "a.json", member_bytes=200_000
    )
    assert texts(found) == [TEXT, None, OTHER]
    assert isinstance(found[1].error, LimitExceeded)
    endless = dumped({"text": TEXT})[:-1] + b', {"text": "' + b"x" * 30_000_000
    quoted = b'name,text\na,"' + b"x\n" * 15_000_000
    line = b"name,text\na," + b"x" * 30_000_000
    for name, content in (("a.json", endless), ("a.csv", quoted), ("a.csv", line)):
        tracemalloc.start()
        found = members(content, name, member_bytes=1_000_000)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert isinstance(found[-1].error, LimitExceeded)
        assert peak < 12_000_000 + len(content)  # BytesIO copies the content


def test_a_long_list_never_sits_in_memory() -> None:
    text = "生产总值增长百分之六，" * 2_000
    for name, content in (
        ("a.json", dumped(*({"text": f"{n}{text}"} for n in range(600)))),
        ("a.csv", table(("name", "text"), *(("", f"{n}{text}") for n in range(600))).encode()),
    ):
        assert len(content) > 35_000_000
        stream = io.BytesIO(content)
        tracemalloc.start()
        count = sum(member.error is None for member in expand(name, stream))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert count == 600
        assert peak < 8_000_000


def test_lists_in_archives_are_opened_too() -> None:
    sheet = table(("name", "text"), ("", TEXT)).encode()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("all.json", dumped({"text": TEXT}))
        archive.writestr("all.csv", sheet)
    assert [member.name for member in members(stream.getvalue(), "a.zip")] == [
        "a.zip/all.json:1",
        "a.zip/all.csv:2",
    ]
    (member,) = members(gzip.compress(sheet), "all.csv.gz")
    assert (member.name, member.content) == ("all.csv:2", TEXT.encode())


def test_bytes_that_fit_no_character_are_not_passed_over() -> None:
    content = dumped({"text": TEXT * 9}, {"text": OTHER})
    hurt = content.replace("一年来".encode(), b"\xff\xfe\xff" * 9, 1)
    first, second = members(hurt, "a.json")
    assert isinstance(first.error, UndecodableText)
    assert second.content == OTHER.encode()


def test_ordinary_reports_are_known_for_one_file_without_parsing() -> None:
    for report in generate_many(5, 1):
        for encoding in ("utf-8", "gb18030", "utf-16"):
            content = report.text.encode(encoding)
            assert holds_one("report.txt", io.BytesIO(content))
            (member,) = alone("report.txt", io.BytesIO(content), Limits(), skipped=pytest.fail)
            assert member == Member(name="report.txt", content=content)


@pytest.mark.parametrize(
    "line", ['"te""xt",name', '"text",year', "\ufeff正文;年份", "Content\t标题"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_whatever_is_opened_as_a_list_is_not_known_for_one_file(line: str, encoding: str) -> None:
    content = f"{line}\n甲,乙\n".encode(encoding, "ignore")
    assert not holds_one("list.txt", io.BytesIO(content))
