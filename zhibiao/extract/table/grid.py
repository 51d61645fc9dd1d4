"""Where the tables of a clean text stand: rows, cells, and the captions above them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from zhibiao.domain import OffsetMap
from zhibiao.extract.table.words import units_of
from zhibiao.language.wording import wording
from zhibiao.text.tables import holds_value, is_section

_CAPTIONS = 3  # lines above a table that may belong to it
_CAPTION_LENGTH = 45
_WORDING: Final = wording(__name__)
_UNIT_LINE = _WORDING.pattern("unit_line")
_CAPTION = _WORDING.pattern("caption")
_NO_CAPTION = _WORDING.pattern("no_caption")
_SAYS = _WORDING.text("says")
_STATED = re.compile(
    rf"[^\n\t：；;。，]{{2,40}}（(?P<unit>[^（）\n]{{1,12}})）{_SAYS}"
    rf"(?P<value>(?:(?!，[^，；;。]{{2,40}}（[^（）]{{1,12}}）{_SAYS})[^\n\t：；;。]){{1,40}})"
)
_LEAD = _WORDING.pattern("lead")
_MAYBE_STATED = re.compile(f"）{_SAYS}")
_WIDE = re.compile("[\u1100-\u11ff\u2e80-\uffe6]")


class Cell(NamedTuple):
    """A cell's text, without white space around it; offsets into the clean text."""

    start: int
    end: int

    @property
    def empty(self) -> bool:
        return self.start >= self.end


class Row(NamedTuple):
    """One line of a table."""

    start: int
    end: int
    cells: tuple[Cell, ...]
    aligned: bool  # whether each cell is known to stand under its head
    stated: bool = False  # name（unit）：value, of no columns


class Table(NamedTuple):
    """Rows that follow each other, and the lines above them that belong to them."""

    rows: tuple[Row, ...]
    captions: tuple[Cell, ...]  # to be read with the table alone
    heading: Cell | None  # the line above that is read as prose, too


def find_tables(text: str, raw_text: str, offsets: OffsetMap) -> list[Table]:
    """The tables of a clean text, in order."""
    if "\t" not in text and _MAYBE_STATED.search(text) is None:
        return []
    tables: list[Table] = []
    run: list[Row] = []
    above: list[Cell] = []
    section: Row | None = None  # a line of one cell that may stand between two rows
    for start, end in _lines(text):
        row = _row(text, start, end)
        if row is not None and section is not None:
            if _counts(text, row):
                run.append(section)
            else:
                tables.append(_table(text, raw_text, offsets, run, above))
                run, above = [], [section.cells[0]]
            section = None
        if row is not None:
            run.append(row)
            continue
        if run and section is None and start < end and is_section(text[start:end]):
            section = Row(start, end, (Cell(start, end),), True)
            continue
        if run:
            tables.append(_table(text, raw_text, offsets, run, above))
            run, above = [], [section.cells[0]] if section is not None else []
            section = None
        if start < end:
            above = [*above[1 - _CAPTIONS :], Cell(start, end)]
    if run:
        tables.append(_table(text, raw_text, offsets, run, above))
    return tables


def rows_of(text: str) -> Iterator[str]:
    """The lines of a text that are rows of tables, or may stand between two of them."""
    for start, end in _lines(text):
        line = text[start:end]
        if is_section(line) or _row(text, start, end) is not None:
            yield line


def _counts(text: str, row: Row) -> bool:
    return not row.stated and holds_value([text[cell.start : cell.end] for cell in row.cells])


def without_tables(text: str, tables: Sequence[Table]) -> str:
    """The text with tables and their captions as empty lines; as long as before."""
    pieces: list[str] = []
    at = 0
    for table in tables:
        lines = [(line.start, line.end) for line in table.captions]
        for start, end in sorted(lines + [(row.start, row.end) for row in table.rows]):
            pieces += (text[at:start], "\n" * (end - start))
            at = end
    return "".join((*pieces, text[at:]))


def _lines(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for line in text.split("\n"):
        yield at, at + len(line)
        at += len(line) + 1


def _row(text: str, start: int, end: int) -> Row | None:
    """The row that a line is: cells between tabs, or name（unit）：value; None for prose."""
    if text.find("\t", start, end) >= 0:
        cells = []
        at = start
        for piece in text[start:end].split("\t"):
            inner = piece.strip(" ")
            begin = at + piece.find(inner) if inner else at
            cells.append(Cell(begin, begin + len(inner)))
            at += len(piece) + 1
        return Row(start, end, tuple(cells), True)
    if _MAYBE_STATED.search(text, start, end) is not None:
        return _stated_row(text, start, end)
    return None


def _stated_row(text: str, start: int, end: int) -> Row | None:
    """A line that holds nothing but name（unit）：value, once or several times."""
    cells: list[Cell] = []
    lead = _LEAD.match(text, start, end)
    at = start if lead is None else lead.end()
    while at < end:
        found = _STATED.match(text, at, end)
        if found is None or not units_of(found["unit"]):
            return None
        value = found["value"].rstrip(" ，")
        cells.append(Cell(at, text.index("）", found.start("unit")) + 1))
        cells.append(Cell(found.start("value"), found.start("value") + len(value)))
        at = found.end()
        while at < end and text[at] in "；;。， ":
            at += 1
    return Row(start, end, tuple(cells), True, True)


def _table(
    text: str, raw_text: str, offsets: OffsetMap, rows: list[Row], above: list[Cell]
) -> Table:
    """A table with the lines above it that are its captions, or its heading."""
    captions: list[Cell] = []
    heading: Cell | None = None
    for line in reversed(above):
        words = text[line.start : line.end]
        if _UNIT_LINE.match(words):
            captions.insert(0, line)
        elif len(words) <= _CAPTION_LENGTH and _CAPTION.search(words) and not heading:
            if _NO_CAPTION.search(words):
                heading = line
                break
            captions.insert(0, line)
        else:
            break
    return Table(tuple(_aligned(raw_text, offsets, rows)), tuple(captions), heading)


def _aligned(raw_text: str, offsets: OffsetMap, rows: list[Row]) -> list[Row]:
    """The rows with all their columns: where only blanks set cells apart, an empty cell shows by
    the places of the others alone."""
    exact = [row.stated or _is_exact(raw_text, offsets, row) for row in rows]
    width = max((len(row.cells) for row in rows if not row.stated), default=0)
    if all(known or len(row.cells) == width for known, row in zip(exact, rows, strict=True)):
        return rows
    extents = _extents(raw_text, offsets, [row for row in rows if len(row.cells) == width])
    result: list[Row] = []
    for known, row in zip(exact, rows, strict=True):
        if known or len(row.cells) == width:
            result.append(row)
            continue
        placed = _placed(_columns(raw_text, offsets, row), extents)
        if placed is None:
            result.append(row._replace(aligned=False))
            continue
        cells = [Cell(row.start, row.start)] * width
        for cell, column in zip(row.cells, placed, strict=True):
            cells[column] = cell
        result.append(row._replace(cells=tuple(cells)))
    return result


def _is_exact(raw_text: str, offsets: OffsetMap, row: Row) -> bool:
    """Whether the raw text has one mark, and no more, for each tab of the row."""
    begin, end = offsets.offset(row.start), offsets.offset(row.end - 1) + 1
    line = raw_text[begin:end]
    marks = line.count("\t") or sum(line.count(bar) for bar in "|｜│┃║")
    return marks == len(row.cells) - 1


def _columns(raw_text: str, offsets: OffsetMap, row: Row) -> list[tuple[int, int]]:
    """Where each cell stands on its raw line, in columns of print."""
    first = offsets.offset(row.start)
    begin = raw_text.rfind("\n", 0, first) + 1
    places = []
    for cell in row.cells:
        if cell.empty:
            places.append((-1, -1))
            continue
        span = offsets.raw_between(cell.start, cell.end)
        left = _width(raw_text[begin : span.start])
        places.append((left, left + _width(raw_text[span.start : span.end])))
    return places


def _width(text: str) -> int:
    return len(text) + len(_WIDE.findall(text))


def _extents(raw_text: str, offsets: OffsetMap, rows: list[Row]) -> list[tuple[int, int]]:
    columns = [_columns(raw_text, offsets, row) for row in rows]
    return [
        (min(left for left, _ in column), max(right for _, right in column))
        for column in zip(*columns, strict=True)
    ]


def _placed(cells: list[tuple[int, int]], extents: list[tuple[int, int]]) -> list[int] | None:
    """The column that each cell stands in; None where one stands in none, or in two."""
    placed: list[int] = []
    for left, right in cells:
        under = [i for i, (start, end) in enumerate(extents) if left < end and right > start]
        if len(under) != 1 or (placed and under[0] <= placed[-1]):
            return None
        placed.append(under[0])
    return placed
