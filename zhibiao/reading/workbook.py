"""Excel workbooks: a row a document, as in CSV, in every sheet that has a column of texts."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, BinaryIO

from zhibiao.errors import (
    BrokenFile,
    EmptySource,
    LimitExceeded,
    ReadError,
    UnsupportedFormat,
    describe_defect,
)
from zhibiao.reading.entries import (
    SHOWN_COLUMNS,
    Place,
    is_header,
    is_known,
    member,
    shown,
    wanted_text,
)
from zhibiao.reading.limits import WORKBOOK_BYTES, WORKBOOK_PART_BYTES
from zhibiao.reading.members import Budget, BudgetSpent, Member

ENDINGS = (".xlsx", ".xlsm")
PART = "xl/workbook.xml"
_HEADER_WITHIN = 10  # rows: a heading, a note, blank rows may stand over the header
_MOST_COLUMNS = 1_000
_MOST_EMPTY = 10_000  # rows that hold nothing; formats may reach down to the sheet's last row
_MOST_CHARACTERS = 32_767  # that a cell can hold


def documents(name: str, stream: BinaryIO, budget: Budget) -> Iterator[Member]:
    """A member a row of each sheet with a column of texts. Rows that are none yield their error.

    Rows are counted as Excel shows them. Sheets without such a column are passed over, as long as
    there is one with it.
    """
    try:
        _check(name, stream)
        yield from _workbook(name, stream, budget)
    except BudgetSpent:
        raise
    except ReadError as error:
        yield Member.failed(name, error)
    except Exception as error:  # openpyxl raises a dozen kinds on damaged parts
        broken = BrokenFile(
            f"{name}: the workbook cannot be read further: {describe_defect(error)}. Save it anew "
            "as xlsx or CSV and submit that.",
            name=name,
        )
        yield Member.failed(name, broken)


def _check(name: str, stream: BinaryIO) -> None:
    """Raises LimitExceeded on parts that unfold into too much; shared strings are read whole."""
    with zipfile.ZipFile(stream) as parts:
        sizes = [info.file_size for info in parts.infolist()]
    for size, limit in ((max(sizes), WORKBOOK_PART_BYTES), (sum(sizes), WORKBOOK_BYTES)):
        if size > limit:
            raise LimitExceeded(
                f"{name}: the workbook unfolds into {size} bytes, more than the limit of {limit}. "
                "Submit it in pieces, or as CSV.",
                name=name,
                limit=limit,
            )
    stream.seek(0)


def _workbook(name: str, stream: BinaryIO, budget: Budget) -> Iterator[Member]:
    import openpyxl  # takes as long as all other imports of reading together

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and extensions
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
    seen: list[str] = []
    tables = found = 0
    try:
        for sheet in book.worksheets:
            rows = enumerate(_rows(sheet), 1)
            columns = _header(rows, seen)
            if columns is None:
                continue
            tables += 1
            place_of = name if tables == 1 else f"{name}/{sheet.title}"
            for entry in _members(place_of, columns, rows, budget):
                found += 1
                yield entry
    finally:
        book.close()
    if not tables:
        raise _refused(name, seen)
    if not found:
        raise EmptySource(f"{name} has a header and no row.", name=name)


def _rows(sheet: Any) -> Iterator[Sequence[object]]:
    sheet.reset_dimensions()  # what a file states of its size is often wrong
    empty = 0
    for row in sheet.iter_rows(max_col=_MOST_COLUMNS, values_only=True):
        empty = 0 if any(cell is not None for cell in row) else empty + 1
        if empty > _MOST_EMPTY:
            return
        yield row


def _header(rows: Iterable[tuple[int, Sequence[object]]], seen: list[str]) -> list[str] | None:
    """The columns of the first row with a column of texts; None where the top has no such row."""
    for number, row in rows:
        cells = ["" if cell is None else str(cell).strip() for cell in row]
        if is_header(cells) and (number == 1 or any(map(is_known, cells))):
            return cells
        seen += [cell for cell in cells if cell and len(seen) < 2 * SHOWN_COLUMNS]
        if number >= _HEADER_WITHIN:
            break
    return None


def _members(
    name: str,
    columns: list[str],
    rows: Iterable[tuple[int, Sequence[object]]],
    budget: Budget,
) -> Iterator[Member]:
    longest = budget.limits.member_bytes
    for number, row in rows:
        cells = [_plain(cell) for cell in row]
        if not any(cell not in (None, "") for cell in cells):
            continue
        place = Place(file=name, noun="row", number=number)
        budget.count_member(place.name)
        entry = {column: cell for column, cell in zip(columns, cells, strict=False) if column}
        budget.count_bytes(sum(len(str(cell)) for cell in entry.values()), place.name)
        if any(isinstance(cell, str) and len(cell) == _MOST_CHARACTERS for cell in cells):
            entry.setdefault("partial", True)  # Excel has cut it off
        try:
            yield member(entry, place, longest)
        except ReadError as error:
            yield Member.failed(place.name, error)


def _plain(cell: object) -> object:
    """A cell as CSV would hold it; numbers keep their kind."""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else str(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, str):
        # Excel keeps a return inside a cell as _x000D_.
        return cell.replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n")
    return cell if cell is None or isinstance(cell, int | float) else str(cell)


def _refused(name: str, seen: list[str]) -> UnsupportedFormat:
    return UnsupportedFormat(
        f"{name} is an Excel workbook without a column of texts: it begins with "
        f"{shown(seen) or 'empty rows'}. Looked for a column {wanted_text()}, with one report a "
        "row.",
        name=name,
        format="xlsx",
    )
