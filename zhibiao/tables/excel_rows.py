"""Rows of a sheet as XML text, written as they come.

Cell by cell, as openpyxl writes them, a table takes eight times as long.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from math import isfinite
from pathlib import Path
from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.dimensions import SheetDimension
from openpyxl.worksheet.hyperlink import Hyperlink

from zhibiao.rendering import Record
from zhibiao.tables.sheets import Column, Sheet, plain

_BUFFER_BYTES = 1 << 20
_LARGEST = "A1:XFD1048576"
_HEAD_BYTES = 1000  # of a sheet, in which its size stands
_CELL_CHARACTERS = 32_767
_LINKS = 65_000  # of a sheet: Excel follows no more than 65,530
_LINK_CHARACTERS = 2_000
_LINE_POINTS = 15
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class Beside(WorksheetWriter):  # type: ignore[misc]
    """Lets a sheet wait beside the workbook, not in the system's folder of temporary files.

    There it could fill another disk, or the memory, and a killed process would leave it. The first
    row is made of cells, the others may be text.
    """

    def __init__(self, sheet: Any, spool: Path) -> None:
        self._stream = spool.open("wb", buffering=_BUFFER_BYTES)
        super().__init__(sheet, out=self._stream)
        self.out = str(spool)

    def write_row(self, stream: Any, row: Any, number: int) -> None:
        super().write_row(stream, row, number)
        stream.flush()  # what comes next is written past it

    def write_dimensions(self) -> None:
        """The largest size that a sheet can have, for its own is known when it is written.

        Without one, openpyxl looks for it through all rows before it gives the first.
        """
        self.xf.send(SheetDimension(_LARGEST).to_tree())

    def write_size(self, columns: int, rows: int) -> None:
        """State the size of a sheet that is closed."""
        size = f'"A1:{get_column_letter(columns)}{rows}"'.encode()
        largest = f'"{_LARGEST}"'.encode()
        with Path(self.out).open("r+b") as file:
            place = file.read(_HEAD_BYTES).index(largest)
            file.seek(place)
            file.write(size.ljust(len(largest)))

    def write_text(self, row: str) -> None:
        self._stream.write(row.encode())

    def close(self) -> None:
        super().close()
        self._stream.close()

    def cleanup(self) -> None:
        Path(self.out).unlink()


@dataclass(frozen=True, kw_only=True)
class _Styles:
    """Numbers of a workbook's styles."""

    link: int
    lines: int
    whole: int
    fraction: int
    year: int


def _styles(made: Any) -> _Styles:
    def style(**wanted: Any) -> int:
        cell = WriteOnlyCell(made)
        for name, value in wanted.items():
            setattr(cell, name, value)
        return int(cell.style_id)

    return _Styles(
        link=style(font=Font(color="0563C1", underline="single")),
        lines=style(alignment=Alignment(vertical="top", wrap_text=True)),
        whole=style(number_format="#,##0"),
        fraction=style(number_format="#,##0.00##"),
        year=style(alignment=Alignment(horizontal="center")),
    )


class RowWriter:
    """Writes the records of a sheet behind its heading."""

    def __init__(self, made: Any, sheet: Sheet, prose: frozenset[str]) -> None:
        self._made, self._prose = made, prose
        self._styles = _styles(made)
        self._links = sheet.links
        self._columns = [
            (name, kind, get_column_letter(position))
            for position, (name, kind) in enumerate(sheet.columns.items(), 1)
        ]
        self._row = 1  # the last one that was written

    @property
    def rows(self) -> int:
        """How many were written."""
        return self._row - 1

    def write(self, record: Record, *, lines: int) -> None:
        """Write a record to a row that is as high as so many lines of text."""
        self._row += 1
        row = str(self._row)
        height = f' ht="{lines * _LINE_POINTS}" customHeight="1"' if lines > 1 else ""
        cells = [f'<row r="{row}"{height}>']
        for name, kind, letter in self._columns:
            value = plain(record[name], kind)
            if isinstance(value, str):
                if value:
                    cells.append(self._text(value, name, letter + row))
            elif value is not None:
                cells.append(self._number(value, name, kind, letter + row))
        cells.append("</row>")
        self._made._writer.write_text("".join(cells))

    def _text(self, written: str, name: str, place: str) -> str:
        shown = text_of_cell(written)
        style = f' s="{self._styles.lines}"' if name in self._prose else ""
        if name in self._links and self._row <= _LINKS + 1 and _is_link(shown):
            self._made._hyperlinks.append(Hyperlink(ref=place, target=shown))
            style = f' s="{self._styles.link}"'
        kept = ' xml:space="preserve"' if shown != shown.strip() else ""
        escaped = escape(shown, quote=False).replace("\r", "&#13;")
        return f'<c r="{place}"{style} t="inlineStr"><is><t{kept}>{escaped}</t></is></c>'

    def _number(self, value: Any, name: str, kind: Column, place: str) -> str:
        if isinstance(value, bool):
            return f'<c r="{place}" t="b"><v>{value:d}</v></c>'
        if not isinstance(value, (int, float)) or not isfinite(value):
            return ""
        style = ""
        if kind == "number" and abs(value) >= 1000:
            whole = float(value).is_integer()
            style = f' s="{self._styles.whole if whole else self._styles.fraction}"'
        elif kind == "integer" and is_year(name):
            style = f' s="{self._styles.year}"'
        return f'<c r="{place}"{style} t="n"><v>{value}</v></c>'


def text_of_cell(written: str) -> str:
    """A text without what no cell can hold."""
    return _NOT_IN_XML.sub("", written)[:_CELL_CHARACTERS]


def is_year(name: str) -> bool:
    """Whether a column is of years."""
    return name == "year" or name.endswith("_year")


def _is_link(written: str) -> bool:
    return written.startswith(("http://", "https://")) and len(written) <= _LINK_CHARACTERS


def height_of(lines: int) -> int:
    """The height of a row of so many lines, in points."""
    return lines * _LINE_POINTS
