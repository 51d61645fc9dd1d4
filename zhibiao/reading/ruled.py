"""Tables that are drawn with lines: which cell each word of a page stands in."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from zhibiao.reading.printed import Line, Word
from zhibiao.reading.rulings import Ruling, Rulings
from zhibiao.reading.tables import TableWriter
from zhibiao.text.tables import is_value

_MOST: Final = 400  # lines of a page in one direction; what has more is a drawing
_TOUCH: Final = 3.0  # points by which two lines may miss each other
_BESIDE: Final = 0.8  # of a line's height: how far the lines of a name are from its value
_LEVEL: Final = 0.5  # of a line's height: how far two words of one line differ


class _Placed(NamedTuple):
    word: Word
    middle: float  # its height
    height: float


class _Grid(NamedTuple):
    columns: list[float]  # the borders, from the left
    rows: list[float]  # the borders, from the top
    across: list[Ruling]
    down: list[Ruling]

    def holds(self, line: Line) -> bool:
        centre = (line.left + line.right) / 2
        return (
            self.columns[0] <= centre <= self.columns[-1]
            and self.rows[-1] <= line.middle <= self.rows[0]
        )


def with_tables(segments: list[Line], rulings: Rulings) -> list[Line]:
    """The segments, those of each table as one, whose text has a row a line and tabs."""
    for grid in _grids(rulings):
        inside = [index for index, line in enumerate(segments) if grid.holds(line)]
        text = _text(grid, [segments[index] for index in inside]) if inside else ""
        if "\t" not in text:
            continue
        table = Line(
            text=text, left=grid.columns[0], bottom=grid.rows[-1],
            right=grid.columns[-1], top=grid.rows[0],
        )  # fmt: skip
        gone = set(inside)
        segments = [
            table if index == inside[0] else line
            for index, line in enumerate(segments)
            if index == inside[0] or index not in gone
        ]
    return segments


def _grids(rulings: Rulings) -> list[_Grid]:
    """Lines that cross or touch each other, and part at least two columns."""
    across, down = rulings
    if not across or not down or max(len(across), len(down)) > _MOST:
        return []
    groups: list[tuple[list[Ruling], list[Ruling]]] = [([line], []) for line in across]
    for line in down:
        met = [group for group in groups if any(_touch(other, line) for other in group[0])]
        if not met:
            continue
        first, *others = met
        first[1].append(line)
        for other in others:
            first[0].extend(other[0])
            first[1].extend(other[1])
        groups = [group for group in groups if all(group is not other for other in others)]
    grids = [_grid(*group) for group in groups if group[1]]
    return [grid for grid in grids if len(grid.columns) > 2 and len(grid.rows) > 1]


def _touch(across: Ruling, down: Ruling) -> bool:
    return (
        across.low - _TOUCH <= down.at <= across.high + _TOUCH
        and down.low - _TOUCH <= across.at <= down.high + _TOUCH
    )


def _grid(across: list[Ruling], down: list[Ruling]) -> _Grid:
    # Many tables are open at their sides: there the lines across end.
    columns = _borders(down, min(line.low for line in across), max(line.high for line in across))
    rows = _borders(across, min(line.low for line in down), max(line.high for line in down))
    return _Grid(columns, rows[::-1], across, down)


def _borders(lines: list[Ruling], low: float, high: float) -> list[float]:
    borders: list[float] = []
    for at in sorted([*(line.at for line in lines), low, high]):
        if not borders or at - borders[-1] > _TOUCH:
            borders.append(at)
    return borders


def _text(grid: _Grid, lines: Sequence[Line]) -> str:
    placed = [
        _Placed(word, line.middle, line.top - line.bottom) for line in lines for word in line.pieces
    ]
    writer = TableWriter()
    writer.open_table()
    covered: set[tuple[int, int]] = set()
    for row, (top, bottom) in enumerate(pairwise(grid.rows)):
        within = [word for word in placed if bottom < word.middle <= top]
        for band in _bands(grid, within):
            writer.open_row()
            _write_row(writer, grid, row, placed if len(band) == len(within) else band, covered)
            writer.close_row()
    writer.close_table()
    return writer.text()


def _bands(grid: _Grid, words: list[_Placed]) -> list[list[_Placed]]:
    """The rows between two lines: several where one column has several values there."""
    for left, right in pairwise(grid.columns):
        column = [p for p in words if left <= (p.word.left + p.word.right) / 2 < right]
        values = [line for line in _lines(column) if is_value(_joined(line))]
        if len(values) > 1:
            return _around([line[0] for line in values], _lines(words))
    return [words]


def _around(values: list[_Placed], lines: list[list[_Placed]]) -> list[list[_Placed]]:
    """The lines as rows: half a line above and below a value its row's name goes on."""
    rows: list[list[_Placed]] = []
    last: int | None = None
    for line in lines:
        gaps = [abs(value.middle - line[0].middle) for value in values]
        nearest = gaps.index(min(gaps))
        if gaps[nearest] > _BESIDE * line[0].height:
            rows.append(list(line))
            last = None
        elif nearest == last:
            rows[-1].extend(line)
        else:
            rows.append(list(line))
            last = nearest
    return rows


def _lines(words: list[_Placed]) -> list[list[_Placed]]:
    """Words by line of print, from the top; from the left within each."""
    lines: list[list[_Placed]] = []
    for word in sorted(words, key=lambda placed: -placed.middle):
        if lines and lines[-1][0].middle - word.middle <= _LEVEL * word.height:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda placed: placed.word.left) for line in lines]


def _joined(line: Sequence[_Placed]) -> str:
    return " ".join(placed.word.text for placed in line)


def _write_row(
    writer: TableWriter, grid: _Grid, row: int, words: list[_Placed],
    covered: set[tuple[int, int]],
) -> None:  # fmt: skip
    column = 0
    while column < len(grid.columns) - 1:
        if (row, column) in covered:
            column += 1
            continue
        end, below = _extent(grid, row, column)
        covered |= {(r, c) for r in range(row + 1, below) for c in range(column, end)}
        writer.open_cell(end - column, below - row)
        left, right = grid.columns[column], grid.columns[end]
        top, bottom = grid.rows[row], grid.rows[below]
        inside = [
            placed
            for placed in words
            if left <= (placed.word.left + placed.word.right) / 2 < right
            and bottom < placed.middle <= top
        ]
        writer.write("\n".join(map(_joined, _lines(inside))))
        writer.close_cell()
        column = end


def _extent(grid: _Grid, row: int, column: int) -> tuple[int, int]:
    """Before which column and which row a cell ends: at the first line that closes it."""
    height = (grid.rows[row] + grid.rows[row + 1]) / 2
    end = column + 1
    while end < len(grid.columns) - 1 and not _drawn(grid.down, grid.columns[end], height):
        end += 1
    middle = (grid.columns[column] + grid.columns[column + 1]) / 2
    below = row + 1
    while below < len(grid.rows) - 1 and not _drawn(grid.across, grid.rows[below], middle):
        below += 1
    return end, below


def _drawn(lines: Sequence[Ruling], at: float, place: float) -> bool:
    """Whether a border is drawn at a place along it."""
    return any(abs(line.at - at) <= _TOUCH and line.low <= place <= line.high for line in lines)
