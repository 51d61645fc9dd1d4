"""Workbooks: typed cells, a heading that stays in sight, columns as wide as what they hold.

What does not fit into one sheet goes on in further ones: `observations 2`, `observations 3`.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import chain, count, islice
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

from lxml.etree import SerialisationError  # type: ignore[import-untyped]
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from zhibiao.rendering import Record
from zhibiao.tables.excel_rows import Beside, RowWriter, height_of, is_year, text_of_cell
from zhibiao.tables.sheets import Column, Sheet

_ROWS = 1_048_575  # of a sheet, without the heading
_WIDTHS = {"text": 14, "integer": 10, "number": 16, "boolean": 8}  # in characters
_WIDER = {"sentence": 60, "evidence": 36, "competitors": 30, "address": 30, "document": 30,
          "source": 24, "rule": 60, "name_zh": 40, "name_en": 56, "column": 44, "detail": 24,
          "note": 100, "indicator": 34, "indicator_zh": 24, "reason": 19, "target_reason": 19,
          "outturn_reason": 19, "outturn_missing": 19, "target_measures": 22,
          "outturn_measures": 22, "flags": 20}  # fmt: skip
_WIDEST_HEADING = 30  # in characters; longer ones take several lines
_HEADING_FONT = Font(bold=True)
# A heading stands above its values: to the right above numbers.
_ABOVE_NUMBERS = Alignment(horizontal="right", vertical="top", wrap_text=True)
_ABOVE_TEXT = Alignment(vertical="top", wrap_text=True)
# A year between texts does not run into the one behind it.
_ABOVE_YEARS = Alignment(horizontal="center", vertical="top", wrap_text=True)
_PROSE = frozenset(("note", "rule"))


def write_excel(path: Path, sheets: Sequence[Sheet]) -> int:
    """Write a workbook; how many rows its first table has.

    The sheets wait in files beside `path`, whose names begin with its own.
    """
    workbook = Workbook(write_only=True)
    try:
        counts = [_write_table(workbook, sheet, path) for sheet in sheets]
        workbook.save(path)
    except SerialisationError as error:  # lxml has its own words for what the system says
        _close(workbook)
        code = getattr(errno, str(error).removeprefix("IO_"), errno.EIO)
        raise OSError(code, os.strerror(code), str(path)) from error
    except BaseException:
        _close(workbook)
        raise
    return counts[0]


def _close(workbook: Any) -> None:
    for made in workbook.worksheets:
        with suppress(Exception):  # its file may be what is wrong
            made.close()


def _write_table(workbook: Any, sheet: Sheet, path: Path) -> int:
    """Write a table to as many sheets as it takes; how many rows it has."""
    records, rows = iter(sheet.records), 0
    for number in count(1):
        first = list(islice(records, 1))
        if number > 1 and not first:
            break
        title = sheet.title if number == 1 else f"{sheet.title} {number}"
        part = islice(chain(first, records), _ROWS)
        rows += _write_sheet(_made(workbook, title, sheet, path), sheet, part)
    return rows


def _made(workbook: Any, title: str, sheet: Sheet, path: Path) -> Any:
    """A new sheet of the workbook, without rows."""
    made = workbook.create_sheet(title)
    made.freeze_panes = f"{get_column_letter(sheet.kept_in_sight + 1)}2"
    for position, (name, kind) in enumerate(sheet.columns.items(), 1):
        made.column_dimensions[get_column_letter(position)].width = _wide(sheet, name, kind)
    spool = path.with_name(f"{path.name}-{len(workbook.worksheets)}")
    made._writer = Beside(made, spool)
    made._writer.write_top()
    return made


def _write_sheet(made: Any, sheet: Sheet, records: Iterator[Record]) -> int:
    headed = list(zip(sheet.headings, sheet.columns.items(), strict=True))
    tallest = max(_lines(heading, _wide(sheet, *column)) for heading, column in headed)
    if tallest > 1:  # not every program makes a row as high as its lines by itself
        made.row_dimensions[1].height = height_of(tallest)
    made.append([_heading(made, heading, name, kind) for heading, (name, kind) in headed])
    writer = RowWriter(made, sheet, _PROSE)
    prose = [name for name in sheet.columns if name in _PROSE]
    for record in records:
        lines = max((_lines(record[name] or "", _WIDER[name]) for name in prose), default=1)
        writer.write(record, lines=lines)
    made.close()
    made._writer.write_size(len(headed), writer.rows + 1)
    return writer.rows


def _wide(sheet: Sheet, name: str, kind: Column) -> int:
    """The width of a column, in characters."""
    heading = min(_WIDEST_HEADING, _width(sheet.heading(name)) + 2)
    return _WIDER.get(name, max(_WIDTHS[kind], heading))


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a column; rather one too many than one that is hidden."""
    return max(1, -(-(_width(text) * 11 // 10) // width))


def _width(text: str) -> int:
    """How many characters of a font's usual width a text takes: Chinese ones take two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _heading(sheet: Any, written: str, name: str, kind: Column) -> Any:
    cell = WriteOnlyCell(sheet, value=text_of_cell(written))
    cell.data_type = "s"  # a keyword that begins with = is no formula
    cell.font = _HEADING_FONT
    if is_year(name):
        cell.alignment = _ABOVE_YEARS
    else:
        cell.alignment = _ABOVE_NUMBERS if kind in ("integer", "number") else _ABOVE_TEXT
    return cell
