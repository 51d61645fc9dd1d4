"""Excel workbooks are lists of reports, as CSV is. The texts are invented."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

import openpyxl
import pytest

from zhibiao.pipeline import clean
from zhibiao.reading import Limits, Member, expand, may_hold_many, read

REPORT = (
    "政府工作报告\n各位代表：\n现在，我代表县人民政府，向大会报告工作，请予审议。\n"
    "一、2023年工作回顾\n全年地区生产总值完成312.5亿元，增长6.2%。\n"
)
HEADER = ["地区", "年份", "正文"]
ROWS = [["清河县", 2024, REPORT], ["东岭县", 2023, REPORT.replace("2023", "2022")]]


def workbook(*sheets: list[list[object]], titles: tuple[str, ...] = ()) -> bytes:
    book = openpyxl.Workbook()
    for number, rows in enumerate(sheets):
        sheet = book.active if number == 0 else book.create_sheet()
        if number < len(titles):
            sheet.title = titles[number]
        for row in rows:
            sheet.append(row)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def members(content: bytes, name: str = "a.xlsx", limits: Limits = Limits()) -> list[Member]:  # noqa: B008
    return list(expand(name, io.BytesIO(content), limits))


def texts(found: list[Member]) -> list[str]:
    return [(member.content or b"").decode() for member in found]


def test_each_row_is_a_report_with_its_metadata() -> None:
    found = members(workbook([HEADER, *ROWS]))
    assert [member.name for member in found] == ["a.xlsx:2", "a.xlsx:3"]
    assert texts(found) == [row[2] for row in ROWS]
    assert [dict(member.given) for member in found] == [
        {"region": "清河县", "year": 2024},
        {"region": "东岭县", "year": 2023},
    ]


def test_the_rows_are_described_by_their_metadata() -> None:
    found = members(workbook([HEADER, *ROWS]))
    known = [
        clean(read(member.content or b"", member.name)[0], member.given).metadata
        for member in found
    ]
    assert [(one.region, one.year) for one in known] == [("清河县", 2024), ("东岭县", 2023)]


HEADERS = {
    "the usual words": ["省份", "城市", "年度", "全文"],
    "English": ["province", "region", "year", "text"],
    "in another order": ["内容", "标题", "年", "地区"],
    "with blanks": [" 地区 ", "年份 ", "正文\n", ""],
}


@pytest.mark.parametrize("kind", HEADERS)
def test_columns_are_known_by_the_names_that_csv_has(kind: str) -> None:
    header = HEADERS[kind]
    text = next(
        n for n, column in enumerate(header) if column.strip() in ("全文", "text", "内容", "正文")
    )
    row: list[object] = ["" for _ in header]
    row[text] = REPORT
    assert texts(members(workbook([list(header), row]))) == [REPORT]


def test_a_heading_and_blank_rows_may_stand_over_the_header() -> None:
    rows = [["各县政府工作报告"], [], ["整理：某某"], HEADER, *ROWS]
    found = members(workbook(rows))
    assert [member.name for member in found] == ["a.xlsx:5", "a.xlsx:6"]


def test_every_sheet_with_a_column_of_texts_is_read_and_others_are_passed_over() -> None:
    notes = [["说明"], ["由某某整理"]]
    found = members(
        workbook(notes, [HEADER, ROWS[0]], [HEADER, ROWS[1]], titles=("说明", "2024", "2023"))
    )
    assert [member.name for member in found] == ["a.xlsx:2", "a.xlsx/2023:2"]
    assert all(member.error is None for member in found)


def test_a_row_that_cannot_be_used_is_an_error_of_its_own() -> None:
    found = members(workbook([HEADER, ["清河县", 2024, None], [], ROWS[1]]))
    assert [(member.name, member.error is None) for member in found] == [
        ("a.xlsx:2", False),
        ("a.xlsx:4", True),
    ]
    assert "a.xlsx:2" in str(found[0].error)


@pytest.mark.parametrize(
    ("written", "plain"), [("第一段_x000D_\n第二段", "第一段\n第二段"), ("一\r\n二", "一\n二")]
)
def test_returns_inside_a_cell_are_newlines(written: str, plain: str) -> None:
    assert texts(members(workbook([HEADER, ["清河县", 2024, written]]))) == [plain]


def test_years_and_days_are_what_they_mean() -> None:
    header = ["地区", "年份", "报告日期", "正文"]
    found = members(workbook([header, ["清河县", 2024.0, datetime(2024, 1, 8), REPORT]]))
    assert dict(found[0].given) == {"region": "清河县", "year": 2024, "delivered_on": "2024-01-08"}


def test_a_text_that_excel_cut_off_is_partial() -> None:
    whole = REPORT + "继续推进各项工作。" * 4_000
    found = members(workbook([HEADER, ["清河县", 2024, whole[:32_767]], ROWS[1]]))
    assert [dict(member.given).get("partial") for member in found] == [True, None]


def test_a_workbook_within_an_archive_is_read() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("县/b.xlsx", workbook([HEADER, *ROWS]))
        archive.writestr("c.txt", REPORT)
    found = members(packed.getvalue(), "a.zip")
    assert [member.name for member in found] == [
        "a.zip/县/b.xlsx:2",
        "a.zip/县/b.xlsx:3",
        "a.zip/c.txt",
    ]


def test_its_ending_decides_nothing() -> None:
    assert len(members(workbook([HEADER, *ROWS]), "a.dat")) == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (workbook([["指标", "2023年"], ["地区生产总值", 312.5]]), "without a column of texts"),
        (workbook([]), "without a column of texts"),
        (workbook([HEADER]), "no row"),
        (
            workbook([HEADER, *ROWS]).replace(
                b"xl/worksheets/sheet1.xml", b"xl/worksheets/sheet9.xml"
            ),
            "a.xlsx",
        ),
    ],
)
def test_a_workbook_without_reports_is_one_clear_error(content: bytes, words: str) -> None:
    (member,) = members(content)
    assert member.name == "a.xlsx"
    assert member.error is not None
    assert words in member.error.message
    assert member.error.message.startswith("a.xlsx")


def test_the_limit_on_members_holds_for_rows() -> None:
    found = members(workbook([HEADER, *ROWS * 20]), limits=Limits(members=20))
    assert len(found) == 21
    assert found[-1].error is not None
    assert found[-1].error.code == "limit_exceeded"


def test_a_part_that_unfolds_into_too_much_is_refused() -> None:
    packed = io.BytesIO(workbook([HEADER, *ROWS]))
    with (
        zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/sharedStrings.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(300):
            part.write(b" " * 1024 * 1024)
    (member,) = members(packed.getvalue())
    assert member.error is not None
    assert member.error.code == "limit_exceeded"


def test_a_workbooks_name_may_hold_many() -> None:
    assert may_hold_many("a.xlsx")
    assert may_hold_many("B.XLSM")
