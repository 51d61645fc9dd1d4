"""Workbooks: typed cells, a heading that stays in sight, columns as wide as what they hold."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from zhibiao.tables.sheets import Column, Sheet, TableTooLarge, plain

_ROWS = 1_048_575  # of a sheet, without the heading
_CELL_CHARACTERS = 32_767
_LINKS = 65_000  # of a sheet: Excel follows no more than 65,530
_LINK_CHARACTERS = 2_000
_WIDTHS = {"text": 14, "integer": 10, "number": 16, "boolean": 8}  # in characters
_WIDER = {"sentence": 60, "evidence": 36, "competitors": 30, "address": 30, "document": 30,
          "source": 24, "rule": 60, "name_zh": 36, "name_en": 48, "column": 40, "detail": 30,
          "note": 100}  # fmt: skip
_LINK_FONT = Font(color="0563C1", underline="single")
_HEADING_FONT = Font(bold=True)


def write_excel(path: Path, sheets: Sequence[Sheet]) -> int:
    """Write a workbook; how many rows its first sheet has. Raises TableTooLarge."""
    workbook = Workbook(write_only=True)
    try:
        counts = [_write_sheet(workbook, sheet) for sheet in sheets]
    except BaseException:
        for made in workbook.worksheets:
            with suppress(Exception):  # its temporary file may be what is wrong
                made.close()
        raise
    workbook.save(path)
    return counts[0]


def _write_sheet(workbook: Any, sheet: Sheet) -> int:
    made = workbook.create_sheet(sheet.title)
    made.freeze_panes = "A2"
    for position, (name, kind) in enumerate(sheet.columns.items(), 1):
        heading = min(24, len(sheet.heading(name)) + 2)
        width = _WIDER.get(name, max(_WIDTHS[kind], heading))
        made.column_dimensions[get_column_letter(position)].width = width
    made.append([_heading(made, heading) for heading in sheet.headings])
    count = 0
    for record in sheet.records:
        count += 1
        if count > _ROWS:
            raise TableTooLarge(rows_at_most=_ROWS)
        made.append(
            [
                _cell(
                    made,
                    plain(record[name], kind),
                    kind,
                    link=name in sheet.links and count <= _LINKS,
                )
                for name, kind in sheet.columns.items()
            ]
        )
    return count


def _heading(sheet: Any, written: str) -> Any:
    cell = _text(sheet, written)
    cell.font = _HEADING_FONT
    return cell


def _cell(sheet: Any, value: Any, kind: Column, *, link: bool) -> Any:
    if isinstance(value, str):
        cell = _text(sheet, value)
        if link and value.startswith(("http://", "https://")) and len(value) <= _LINK_CHARACTERS:
            cell.hyperlink = value
            cell.font = _LINK_FONT
        return cell
    if kind == "number" and value is not None and abs(value) >= 1000:
        cell = WriteOnlyCell(sheet, value=value)
        cell.number_format = "#,##0" if float(value).is_integer() else "#,##0.00##"
        return cell
    return value


def _text(sheet: Any, written: str) -> Any:
    shown = ILLEGAL_CHARACTERS_RE.sub("", written)[:_CELL_CHARACTERS]
    cell = WriteOnlyCell(sheet, value=shown)
    cell.data_type = "s"  # a file name or a keyword that begins with = is no formula
    return cell
