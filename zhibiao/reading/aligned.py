"""Tables without lines: rows whose words are set under each other."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from zhibiao.reading.printed import Line, Word
from zhibiao.text.tables import holds_value, is_section, is_value

_HEAD_ROWS: Final = 3
_APART: Final = 2.5  # of a line's height: rows of one table stand no further from each other
_OVERLAP: Final = 0.2  # of a line's height: how far a name's line and the values' share it
_SPANS: Final = 0.3  # of a head: what has to stand over a column
_YEAR: Final = re.compile(r"(?:19|20)\d\d ?年.{0,10}")
_SECTION: Final = re.compile(r"[一二三四五六七八九十]+[、.]|[（(]|\d|.*[：:]")

Extent = tuple[float, float]


def with_columns(lines: Sequence[Line]) -> list[Line]:
    """The lines, rows of tables with a tab between their cells."""
    result: list[Line] = []
    for run in _runs(_with_whole_names(lines)):
        result += _as_table(run) or run
    return result


def _with_whole_names(lines: Sequence[Line]) -> list[Line]:
    """The lines, with a name that is set in two lines before the values between them."""
    result: list[Line] = []
    for line in lines:
        beside = [other for other in result[-2:] if _is_beside(other, line)]
        if beside:
            del result[-len(beside) :]
            line = _led_by(beside, line)
        elif result and len(result[-1].pieces) > 1 and _is_beside(line, result[-1], led=True):
            line = _led_by([line], result.pop())
        result.append(line)
    return result


def _is_beside(name: Line, values: Line, *, led: bool = False) -> bool:
    """Whether one piece of a name stands left of values, and half a line above or below them.

    `led`: the first piece of the name stands before the values already.
    """
    height = values.top - values.bottom
    left = values.pieces[1].left if led else values.left
    return (
        len(name.pieces) == 1
        and "\t" not in name.text + values.text
        and name.right <= left
        and name.bottom < values.top - _OVERLAP * height
        and name.top > values.bottom + _OVERLAP * height
        and (not led or abs(name.left - values.left) < height)
    )


def _led_by(names: list[Line], values: Line) -> Line:
    first, *others = values.pieces
    whole = "".join(name.text for name in names)
    box = (min(name.left for name in names), max(name.right for name in names))
    words: tuple[Word, ...] = (Word(whole, *box), first, *others)
    if first.left <= box[1]:
        words = (
            Word(first.text + whole, min(first.left, box[0]), max(first.right, box[1])),
            *others,
        )
    return Line(
        text=" ".join(word.text for word in words),
        left=words[0].left,
        bottom=min(values.bottom, *(name.bottom for name in names)),
        right=values.right,
        top=max(values.top, *(name.top for name in names)),
        words=words,
    )


def _runs(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Lines below each other, of which the first has several words; or one line."""
    run: list[Line] = []
    for line in lines:
        near = run and 0 < run[-1].middle - line.middle <= _APART * (line.top - line.bottom)
        if not near or "\t" in line.text:
            if run:
                yield run
            run = []
        run.append(line)
    if run:
        yield run


def _as_table(run: list[Line]) -> list[Line] | None:
    counting = [i for i, line in enumerate(run) if holds_value(_texts(line))]
    if not counting:
        return None
    # Between two rows with values there may be one word: of what the rows below are.
    first = last = counting[0]
    tables: list[tuple[int, int]] = []
    for index in counting[1:]:
        if all(len(line.pieces) > 1 or is_section(line.text) for line in run[last + 1 : index]):
            last = index
            continue
        tables.append((first, last))
        first = last = index
    tables.append((first, last))
    result: list[Line] = []
    at = 0
    for first, last in tables:
        start = _head(run, at, first)
        rows = _rows(run[start : last + 1], first - start)
        if rows is not None:
            result += run[at:start] + rows
            at = last + 1
    return result + run[at:]


def _texts(line: Line) -> list[str]:
    return [word.text for word in line.pieces]


def _head(run: list[Line], least: int, first: int) -> int:
    """Where the head of the rows from `first` on begins."""
    start = first
    while start > least and first - start < _HEAD_ROWS:
        above = run[start - 1]
        section = is_section(above.text) and start - 2 >= least and len(run[start - 2].pieces) > 1
        if len(above.pieces) < 2 and not section and not _YEAR.fullmatch(above.text):
            break
        start -= 1
    return start


def _rows(lines: list[Line], head: int) -> list[Line] | None:
    """The lines with tabs; None where their words do not stand in columns."""
    counting = [line for line in lines if holds_value(_texts(line))]
    width = max(len(line.pieces) for line in counting)
    heads = [line for line in lines[:head] if len(line.pieces) >= width]
    if len(counting) < 2 and not (heads and width > 2):
        return None
    columns = _columns([word for line in heads[-1:] + counting for word in line.pieces])
    if len(columns) < 2:
        return None
    rows: list[Line] = []
    broken = ""  # the first line of a name over two
    for index, line in enumerate(lines):
        cells = _cells(line.pieces, columns, spanning=index < head)
        if cells is None:
            return None
        full = line.right >= columns[0][1] - 1.5 * (line.top - line.bottom)
        if index > head and _holds_name_alone(cells) and full and not _SECTION.match(cells[0]):
            following = lines[index + 1].pieces[0].right if index + 1 < len(lines) else line.right
            if following < line.right and holds_value(_texts(lines[index + 1])):
                broken = cells[0]
                continue
        rows.append(replace(line, text="\t".join([broken + cells[0], *cells[1:]])))
        broken = ""
    return rows


def _holds_name_alone(cells: Sequence[str]) -> bool:
    return bool(cells[0]) and not any(cells[1:]) and not is_value(cells[0])


def _columns(words: Sequence[Word]) -> list[Extent]:
    columns: list[Extent] = []
    for word in sorted(words, key=lambda word: word.left):
        if columns and word.left < columns[-1][1]:
            columns[-1] = (columns[-1][0], max(columns[-1][1], word.right))
        else:
            columns.append((word.left, word.right))
    return columns


def _cells(words: Sequence[Word], columns: list[Extent], *, spanning: bool) -> list[str] | None:
    """The words by column; a head over several columns in each of them."""
    middles = [(a[1] + b[0]) / 2 for a, b in itertools.pairwise(columns)]
    reaches = list(zip([float("-inf"), *middles], [*middles, float("inf")], strict=True))
    cells = [""] * len(columns)
    for word in words:
        covers = [min(word.right, high) - max(word.left, low) for low, high in reaches]
        most = max(covers)
        if spanning:
            under = [
                i for i, cover in enumerate(covers) if cover >= _SPANS * (word.right - word.left)
            ]
        else:
            under = [covers.index(most)]
            left, right = columns[under[0]]
            if word.right < left or word.left > right:
                return None
        for column in under:
            cells[column] = f"{cells[column]} {word.text}".strip()
    return cells
