"""Tables of pages and documents: a row a line with tabs between its cells, or prose.

A table that holds paragraphs or another table only lays a page out, and is read as prose.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

_DEPTH: Final = 8  # tables within tables; what is nested deeper is read as plain text
_MOST_COLUMNS: Final = 64  # a merged cell covers no more
_REPEATED: Final = 80  # characters; a longer cell is not repeated over the rows that it covers
_REPEATS: Final = 20_000  # characters that repeating may add to a table
_PARAGRAPH: Final = re.compile(r"[。；！？].*\S|[，,].*[。；]", re.DOTALL)
_PARAGRAPH_LENGTH: Final = 40
_YEAR: Final = re.compile(r"(?:19|20)\d\d(?!\d|\.)")
_VALUE: Final = re.compile(r"[-+－＋−≥≤<>＜＞±约]?[\d０-９]")


@dataclass(slots=True)
class _Cell:
    columns: int
    rows: int
    above: bool  # merged with the cell above it
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(self.lines)

    @property
    def is_paragraph(self) -> bool:
        text = self.text
        return len(text) >= _PARAGRAPH_LENGTH and _PARAGRAPH.search(text) is not None


@dataclass(slots=True)
class _Table:
    rows: list[list[_Cell]] = field(default_factory=list)
    nests: bool = False


class TableWriter:
    """Collects text; what is written inside a cell becomes part of its table.

    Calls that open and close come in pairs. A row or a cell outside a table is plain text.
    """

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._tables: list[_Table] = []
        self._outer: list[tuple[list[str], list[str]]] = []  # what is written to below each cell
        self._opened: list[bool] = []  # of each open element: whether it counts

    def write(self, text: str) -> None:
        """Text, in which a newline ends a line."""
        first, *rest = text.split("\n")
        self._line.append(first)
        for piece in rest:
            self.end_line()
            self._line.append(piece)

    @property
    def place(self) -> int:
        """How many pieces the open line holds."""
        return len(self._line)

    def insert(self, text: str, place: int) -> None:
        """Text before what the open line holds from a place on."""
        self._line.insert(place, text)

    def open_table(self) -> None:
        self.end_line()
        counts = len(self._tables) < _DEPTH
        self._opened.append(counts)
        if counts:
            self._tables.append(_Table())

    def open_row(self, before: int = 0) -> None:
        """`before`: columns that the row leaves out at its start."""
        counts = self._innermost_counts()
        self._opened.append(counts)
        if counts:
            skipped = [_Cell(1, 1, False) for _ in range(min(before, _MOST_COLUMNS))]
            self._tables[-1].rows.append(skipped)
        else:
            self.end_line()

    def open_cell(self, columns: int = 1, rows: int = 1, *, above: bool = False) -> None:
        """`columns` and `rows` that the cell covers; `above`: it goes on with the one above it."""
        counts = self._innermost_counts() and bool(self._tables[-1].rows)
        self._opened.append(counts)
        if not counts:
            self._line.append(" ")
            return
        cell = _Cell(min(max(columns, 1), _MOST_COLUMNS), max(rows, 1), above)
        self._tables[-1].rows[-1].append(cell)
        self._outer.append((self._lines, self._line))
        self._lines, self._line = cell.lines, []

    def close_cell(self) -> None:
        if self._opened.pop():
            self.end_line()
            self._lines, self._line = self._outer.pop()

    def close_row(self) -> None:
        if not self._opened.pop():
            self.end_line()

    def close_table(self) -> None:
        self.end_line()
        if not self._opened.pop():
            return
        table = self._tables.pop()
        self._lines.extend(_lines(table))
        if self._tables:
            self._tables[-1].nests = True

    def text(self) -> str:
        """All that was written, without empty lines."""
        self.end_line()
        return "\n".join(self._lines)

    def _innermost_counts(self) -> bool:
        return bool(self._tables) and self._opened[-1]

    def end_line(self) -> None:
        """End the line, if it holds anything."""
        line = "".join(self._line).strip(" \t")
        self._line.clear()
        if line.strip():
            self._lines.append(line.replace("\t", " ") if self._outer else line)


def _lines(table: _Table) -> list[str]:
    if table.nests or _lays_out(table.rows):
        return [line for row in table.rows for line in _as_prose(row) if line]
    return [line for row in _grid(table.rows) if (line := "\t".join(row)).strip()]


def _lays_out(rows: list[list[_Cell]]) -> bool:
    """Whether most of what stands side by side is paragraphs."""
    beside = [cell for row in rows if len(row) > 1 for cell in row]
    alone = [cell for row in rows if len(row) == 1 for cell in row]
    total = sum(len(cell.text) for cell in beside)
    prose = sum(len(cell.text) for cell in beside if cell.is_paragraph)
    if not beside or 2 * prose > total:
        return True
    return sum(len(cell.text) for cell in alone if cell.is_paragraph) > 2 * total


def _as_prose(row: list[_Cell]) -> list[str]:
    if any(cell.is_paragraph or len(cell.lines) > 1 for cell in row):
        return [line for cell in row for line in cell.lines]
    return ["\t".join(cell.text for cell in row if cell.lines)]


def _grid(rows: list[list[_Cell]]) -> list[list[str]]:
    """The cells' texts by row and column, all rows alike long.

    A cell over several rows is repeated in each. One over several columns is repeated in each,
    too, as a heading over them; but a value, and what is as wide as the table, stands once.
    """
    width = max((sum(cell.columns for cell in row) for row in rows), default=0)
    left = _REPEATS
    grid: list[list[str]] = []
    pending: dict[int, tuple[int, str]] = {}  # column: rows still covered, by what
    for row in rows:
        line: list[str] = []
        for cell in row:
            left -= _covered(line, pending)
            column = len(line)
            text = cell.text
            if cell.above and grid and column < len(grid[-1]):
                text = grid[-1][column]
                text = text if len(text) <= _REPEATED and left > 0 else ""
                left -= len(text)
            beside = text if left > 0 and _heads(cell, text, width) else ""
            left -= len(beside) * (cell.columns - 1)
            line += [text] + [beside] * (cell.columns - 1)
            if cell.rows > 1:
                for at in range(column, min(len(line), _MOST_COLUMNS)):
                    below = line[at] if len(line[at]) <= _REPEATED and left > 0 else ""
                    pending[at] = (cell.rows - 1, below)
        left -= _covered(line, pending)
        grid.append(line)
    widest = min(max(map(len, grid), default=0), _MOST_COLUMNS)
    return [line + [""] * (widest - len(line)) for line in grid]


def _covered(line: list[str], pending: dict[int, tuple[int, str]]) -> int:
    """Fill in the cells that rows above still cover; how many characters that adds."""
    added = 0
    while len(line) in pending:
        rows, text = pending.pop(len(line))
        if rows > 1:
            pending[len(line)] = (rows - 1, text)
        line.append(text)
        added += len(text)
    return added


def _heads(cell: _Cell, text: str, width: int) -> bool:
    """Whether a cell over several columns says what each of them is."""
    if not 1 < cell.columns < width or len(text) > _REPEATED:
        return False
    return _YEAR.match(text) is not None or _VALUE.match(text) is None
