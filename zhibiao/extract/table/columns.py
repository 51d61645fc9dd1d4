"""The head of a table: which rows it covers, and what each column holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from zhibiao.extract.table.grid import Row
from zhibiao.extract.table.labels import Aspect, Label, Role, merged
from zhibiao.extract.table.names import Names

_HEAD_ROWS = 4


class Head(NamedTuple):
    """The columns of the rows below it."""

    columns: tuple[Label, ...]
    names: frozenset[int]  # columns that hold the rows' names
    units: frozenset[int]
    numbers: frozenset[int]  # 序号
    by_column: bool  # whether the columns are named, and the rows are years or places

    @property
    def stated_units(self) -> tuple[str, ...]:
        """指标（单位：亿元）: the units that the head of the names states for all of them."""
        return tuple(unit for i in sorted(self.names) for unit in self.columns[i].units)

    @property
    def values(self) -> list[Label]:
        """The labels of the columns that hold values."""
        others = self.names | self.units | self.numbers
        return [label for i, label in enumerate(self.columns) if i not in others]


def read_head(text: str, rows: Sequence[Row], at: int, names: Names) -> tuple[Head, int] | None:
    """The head that begins with row `at`, and how many rows it has; None where none begins."""
    labels = _labels(text, rows[at], names)
    if not rows[at].aligned or not _opens_head(rows[at], labels):
        return None
    stack = [labels]
    for row in rows[at + 1 : at + _HEAD_ROWS]:
        below = _labels(text, row, names)
        if not row.aligned or not (_goes_on(text, rows[at], row, below) or _opens_head(row, below)):
            break
        stack.append(below)
    width = max(len(labels) for labels in stack)
    columns = tuple(
        _stacked([labels[c] for labels in stack if c < len(labels)]) for c in range(width)
    )
    return _head(columns), len(stack)


def _labels(text: str, row: Row, names: Names) -> list[Label]:
    return [names.label(text, cell.start, cell.end) for cell in row.cells]


def _opens_head(row: Row, labels: Sequence[Label]) -> bool:
    """Whether a row is a head: of several cells, without digits, most of them words of heads."""
    filled = [i for i, cell in enumerate(row.cells) if not cell.empty]
    if row.stated or len(filled) < 2 or any(_holds_digits(labels[i]) for i in filled):
        return False
    if labels[0].slot is not None:
        return False
    if any(labels[i].role is Role.NAMES for i in filled):
        return True
    behind = [labels[i] for i in filled if i > 0]
    named = sum(label.slot is not None for label in behind)
    telling = sum(label.tells or label.slot is not None for label in behind)
    return (telling > named or named > 1) and 2 * telling >= len(behind)


def _goes_on(text: str, first: Row, row: Row, labels: Sequence[Label]) -> bool:
    """Whether a row below a head's first one belongs to the head: it only holds its words."""
    filled = [i for i, cell in enumerate(row.cells) if not cell.empty]
    if row.stated or len(filled) < 2:
        return False
    above = [text[cell.start : cell.end] for cell in first.cells]
    new = False
    for i in filled:
        if i < len(above) and text[row.cells[i].start : row.cells[i].end] == above[i]:
            continue
        label = labels[i]
        if label.text or label.slot is not None or not label.tells or label.role is not None:
            return False
        new = True
    return new


def _holds_digits(label: Label) -> bool:
    return any(character.isdigit() for character in label.text)


def _stacked(labels: Sequence[Label]) -> Label:
    whole = Label()
    for label in labels:
        if label != Label():
            whole = label if whole == Label() else merged(whole, label)
    return whole


def _head(columns: tuple[Label, ...]) -> Head:
    """The columns by what they hold; those without a year or a name take that of their left."""
    units = {i for i, label in enumerate(columns) if label.role is Role.UNITS}
    index = {i for i, label in enumerate(columns) if label.role is Role.INDEX}
    by_column = any(label.slot is not None for label in columns[1:])
    names = {i for i, label in enumerate(columns) if label.role is Role.NAMES} - units - index
    first = next((i for i in range(len(columns)) if i not in units | index), 0)
    if not names and not columns[first].tells:
        names = {first}
    if by_column:
        names = {i for i in names if columns[i].slot is None}
        columns = _named_from_left(columns)
    else:
        columns = _dated_from_left(columns)
        for i in range(first, len(columns)):  # of names over two columns one head may be empty
            if i in names | units | index:
                continue
            if columns[i].tells or columns[i].text:
                break
            names.add(i)
    return Head(columns, frozenset(names), frozenset(units), frozenset(index), by_column)


def _named_from_left(columns: tuple[Label, ...]) -> tuple[Label, ...]:
    """地区生产总值（亿元）| 增长（%）: the second column is of the first one's name."""
    result: list[Label] = []
    for label in columns:
        left = result[-1] if result else Label()
        if label.slot is None and not label.text and label.aspect is not None and left.slot:
            label = label._replace(slot=left.slot)
        result.append(label)
    return tuple(result)


def _dated_from_left(columns: tuple[Label, ...]) -> tuple[Label, ...]:
    """2023年完成 | 增长（%）: the rise is of the year before it in the head."""
    result: list[Label] = []
    for label in columns:
        rises = label.aspect in (Aspect.GROWTH, Aspect.CHANGE)
        if rises and not (label.dated or label.status or label.text):
            left = _latest_before(result)
            if left is not None:
                label = label._replace(
                    year=left.year, years=left.years, relative=left.relative, plan=left.plan,
                    status=left.status, expected=left.expected,
                    skipped=label.skipped or left.skipped,
                )  # fmt: skip
        result.append(label)
    return tuple(result)


def _latest_before(left: Sequence[Label]) -> Label | None:
    """The latest of the amounts that stand before a rise: of 2023年 | 2022年 | 增长 the first.

    Skipped where nobody could tell which it is.
    """
    block: list[Label] = []
    for label in reversed(left):
        if label.skipped in ("rank", "share", "ratio"):
            continue
        if label.aspect not in (None, Aspect.LEVEL) or not (label.dated or label.status):
            break
        block.append(label)
    if not block:
        return None
    nearest = block[0]
    if len(block) == 1:
        return nearest
    years = {label.year for label in block}
    relatives = {label.relative for label in block}
    if len({label.status for label in block}) == 1:
        if None not in years:
            return max(block, key=lambda label: label.year or 0)
        if years == {None} and None not in relatives:
            return max(block, key=lambda label: label.relative or 0)
    else:
        latest = None not in years and nearest.year == max(year or 0 for year in years)
        if latest or years == {None} == relatives:
            return nearest
    return nearest._replace(skipped="table_years")
