"""Sheets are text that Excel's format must allow: what is read back is what was written."""

from __future__ import annotations

import math
import zipfile
from pathlib import Path
from typing import Any

import pytest
from lxml import etree  # type: ignore[import-untyped]
from openpyxl import load_workbook

from zhibiao.tables import Sheet, write
from zhibiao.tables.sheets import Column

COLUMNS: dict[str, Column] = {
    "year": "integer", "sentence": "text", "value": "number", "certain": "boolean",
    "address": "text", "note": "text",
}  # fmt: skip


def written(path: Path, *records: dict[str, Any]) -> list[tuple[Any, ...]]:
    filled = [dict.fromkeys(COLUMNS) | record for record in records]
    sheet = Sheet(
        title="panel", columns=COLUMNS, records=filled, links=frozenset(("address",)),
        kept_in_sight=1,
    )  # fmt: skip
    assert write("xlsx", path, [sheet]) == len(records)
    with zipfile.ZipFile(path) as archive:
        etree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    return list(load_workbook(path)["panel"].iter_rows(values_only=True))


@pytest.mark.parametrize(
    "text",
    [
        "增长<6%> & “稳”", "]]>", "&amp;", "=1+1", "  前后有空格 ", "两\n行", "回\r车", "制表\t符",
        "'引\"号", "😀", "\u2028",
    ],
)  # fmt: skip
def test_a_text_is_read_back_as_it_was_written(tmp_path: Path, text: str) -> None:
    assert written(tmp_path / "out.xlsx", {"sentence": text})[1][1] == text


@pytest.mark.parametrize("text", ["零\0字", "\x0b", "\ufffe", "\uffff文", "\ud800"])
def test_what_no_workbook_can_hold_does_not_spoil_it(tmp_path: Path, text: str) -> None:
    rows = written(tmp_path / "out.xlsx", {"sentence": text}, {"sentence": "后一行"})
    assert rows[2][1] == "后一行"


def test_a_text_is_cut_where_a_cell_ends(tmp_path: Path) -> None:
    assert written(tmp_path / "out.xlsx", {"sentence": "长" * 40_000})[1][1] == "长" * 32_767


@pytest.mark.parametrize("value", [0.1, -3.5, 1e16, 1234.56789, 5.0, 2.1e-7])
def test_a_number_keeps_all_its_digits(tmp_path: Path, value: float) -> None:
    assert written(tmp_path / "out.xlsx", {"value": value})[1][2] == value


def test_what_is_no_number_leaves_its_cell_empty(tmp_path: Path) -> None:
    rows = written(tmp_path / "out.xlsx", {"value": math.nan, "year": 2024}, {"value": math.inf})
    assert rows[1][:3] == (2024, None, None)
    assert len(rows) == 2 or rows[2][2] is None


def test_cells_have_their_types_formats_links_and_heights(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    link = "http://localhost/documents/1#2-3?a=1&b=2"
    written(
        path,
        {"year": 2024, "value": 12000, "certain": True, "address": link, "note": "说明" * 200},
        {"value": 1500.25, "certain": False, "address": "no link"},
    )
    sheet = load_workbook(path)["panel"]
    assert sheet.freeze_panes == "B2"
    assert sheet["A1"].font.bold
    assert sheet["A2"].alignment.horizontal == "center"
    assert (sheet["C2"].number_format, sheet["C3"].number_format) == ("#,##0", "#,##0.00##")
    assert (sheet["D2"].value, sheet["D3"].value) == (True, False)
    assert sheet["E2"].hyperlink.target == link
    assert sheet["E2"].font.underline == "single"
    assert sheet["E3"].hyperlink is None
    assert sheet["F2"].alignment.wrap_text
    assert sheet.row_dimensions[2].height > 15
    assert sheet.row_dimensions[3].height is None
