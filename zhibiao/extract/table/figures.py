"""The values of a document's tables, each with its name, measure and years, or with a reason."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from zhibiao.catalogue.indicators import Kind
from zhibiao.catalogue.units import MULTIPLES
from zhibiao.extract.measure import Reading, read_measure, read_open
from zhibiao.extract.number.numbers import Number
from zhibiao.extract.number.quantities import read_numbers
from zhibiao.extract.owner.bindings import Slot
from zhibiao.extract.scope.kinds import Part, PartKind
from zhibiao.extract.table.columns import Head, read_head
from zhibiao.extract.table.grid import Cell, Row, Table
from zhibiao.extract.table.labels import Aspect, Label, merged, parts_of, read_words
from zhibiao.extract.table.names import Names
from zhibiao.extract.table.periods import Setting, Undated, period_of
from zhibiao.extract.table.places import own_removed, place_in
from zhibiao.extract.table.units import is_plausible, level_unit
from zhibiao.extract.table.values import Value, joined_unit, read_cell
from zhibiao.extract.table.words import units_of
from zhibiao.extract.words import lexicon as lx
from zhibiao.extract.years.period import Period
from zhibiao.language.wording import wording
from zhibiao.outline.frames import Frame, Years

_WORDING: Final = wording(__name__)
_RISES = frozenset(_WORDING.words("rises"))
_BARE_NUMBER = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)?")


class Figure(NamedTuple):
    """What was made of one number of a table."""

    number: Number
    row: tuple[int, int]
    frame: Frame
    slot: Slot | None
    words: int  # classes of the words that say how the number is meant
    reading: Reading | None
    period: Period | None
    rule: str
    reason: str  # of a rejection; ""


def read_tables(
    text: str, tables: Sequence[Table], frames: Sequence[Frame], years: Years, names: Names
) -> list[Figure]:
    """A figure for every number of the tables, in order within each row."""
    starts = [frame.start for frame in frames]
    found: list[Figure] = []
    for table in tables:
        frame = frames[bisect.bisect_right(starts, table.rows[0].start) - 1]
        found.extend(_Reader(text, table, frame, years, names).figures())
    return found


class _Reader:
    """Reads one table from its first row to its last."""

    def __init__(self, text: str, table: Table, frame: Frame, years: Years, names: Names) -> None:
        self.text, self.table, self.frame, self.names = text, table, frame, names
        self.setting = self._captioned(years)
        self.head: Head | None = None
        self.above = ""  # the name of the last row that is no part of another one
        self.named: Slot | None = None  # what the last row is of, for a row of its growth
        self.part = ""  # a place that a section row names
        self.indicators = names.catalogue.indicators
        self.known = any(
            names.label(text, cell.start, cell.end).slot
            for row in table.rows
            for cell in row.cells
            if not cell.empty
        )

    def figures(self) -> Iterator[Figure]:
        """A figure for every number of captions and rows, in order."""
        for caption in self.table.captions:
            yield from self._rejected(caption, (caption.start, caption.end), "table_head")
        at = 0
        rows = self.table.rows
        while at < len(rows):
            found = read_head(self.text, rows, at, self.names) if self.known else None
            if found is not None:
                self.head, count = found
                for row in rows[at : at + count]:
                    yield from self._all_rejected(row, "table_head")
                at += count
                continue
            yield from self._row(rows[at])
            at += 1

    def _captioned(self, years: Years) -> Setting:
        """What the lines above the table say of all of it."""
        said = Label()
        lines = list(self.table.captions)
        if self.table.heading is not None:
            lines.insert(0, self.table.heading)
        part = ""
        attached = self.frame.glossary
        for line in lines:
            words = self.text[line.start : line.end]
            said = merged(said, read_words(words))
            part = part or place_in(words, self.names.homes)
            attached = attached or words.startswith("附")
        several = said.years > 1 or said.relative is not None or said.plan is not None
        caption = Label(
            year=None if several else said.year,
            status=None if several else said.status,
            units=said.units,
        )
        skipped = "part_of_year" if said.skipped == "part_of_year" else ""
        return Setting(years, self.frame, caption, part, skipped, attached)

    def _row(self, row: Row) -> Iterator[Figure]:
        """The figures of a row, by whether the table has a head and the row its columns."""
        filled = [cell for cell in row.cells if not cell.empty]
        if not self.known:
            yield from self._all_rejected(row, "table")
        elif row.stated:
            for name, value in zip(row.cells[::2], row.cells[1::2], strict=True):
                label = self.names.label(self.text, name.start, name.end)
                yield from self._rejected(name, (row.start, row.end), "name_part")
                yield from self._value(row, value, label, None)
        elif not row.aligned:
            yield from self._all_rejected(row, "table_columns")
        elif len(filled) == 1:
            self._section(filled[0])
            yield from self._all_rejected(row, "table_head")
        elif self.head is None:
            yield from self._headless(row)
        elif len(row.cells) > len(self.head.columns):
            yield from self._all_rejected(row, "table_columns")
        else:
            yield from self._headed(row, self.head)

    def _section(self, cell: Cell) -> None:
        """A row of one cell: of what the rows below it are."""
        self.named = None
        words = self.text[cell.start : cell.end]
        said = read_words(words)
        if said.units and not said.text:
            self.setting = self.setting._replace(
                caption=self.setting.caption._replace(units=said.units)
            )
        elif said.years == 1 or said.status is not None:
            caption = self.setting.caption
            self.setting = self.setting._replace(
                caption=caption._replace(year=said.year, status=said.status)
            )
        self.part = place_in(words, self.names.homes)

    def _headed(self, row: Row, head: Head) -> Iterator[Figure]:
        """The figures of a row below a head."""
        label = self._row_label(row, head)
        place = (row.start, row.end)
        for column, cell in enumerate(row.cells):
            if cell.empty:
                continue
            if column in head.numbers:
                yield from self._rejected(cell, place, "list_number")
            elif column in head.names or column in head.units:
                yield from self._rejected(cell, place, "name_part")
            else:
                yield from self._value(row, cell, label, head.columns[column])

    def _row_label(self, row: Row, head: Head) -> Label:
        """What the cells of a row that are no values say."""
        label = Label()
        last = Cell(row.start, row.start)
        before = ""
        for column in sorted(head.names):
            cell = row.cells[column] if column < len(row.cells) else last
            if cell.empty or self.text[cell.start : cell.end] == self.text[last.start : last.end]:
                continue
            said = self.names.label(self.text, cell.start, cell.end)
            if not head.by_column and said.slot is None and said.text and (before or self.above):
                whole = before or (self.above if said.among else "")
                said = self.names.completed(said, self.text, cell.start, cell.end, whole)
            before = parts_of(self.text, cell.start, cell.end).name
            label = merged(label, said)._replace(text=said.text) if label != Label() else said
            last = cell
        label = self._with_unit(row, head, label)
        if not head.by_column and label.text and label.slot is None:
            among = bool(label.among and self.above)
            part = Part(PartKind.AMONG, self.above) if among else None
            label = label._replace(slot=Slot((), *self._words_of(last), part))
        elif head.by_column and label.skipped == "sum" and not label.text:
            words = self.text[last.start : last.end]
            if own_removed(words, self.names.homes) != words:
                label = label._replace(skipped="")  # 全县合计
        if not label.among and label.slot is not None and not head.by_column:
            self.above = parts_of(self.text, label.slot.start, label.slot.end).name
        return label if head.by_column else self._of_last_row(label, last)

    def _of_last_row(self, label: Label, last: Cell) -> Label:
        """增长（%） below 地区生产总值（亿元） is of that row."""
        rises = label.aspect in (Aspect.GROWTH, Aspect.AVERAGE) and not label.text
        if label.slot is not None or not rises:
            self.named = label.slot
        elif self.named is not None:
            start, end = self._words_of(last)
            label = label._replace(slot=self.named.at(start, end))
        return label

    def _words_of(self, cell: Cell) -> tuple[int, int]:
        parts = parts_of(self.text, cell.start, cell.end)
        return parts.start, max(parts.end, parts.start + 1)

    def _with_unit(self, row: Row, head: Head, label: Label) -> Label:
        for column in head.units:
            if column < len(row.cells) and not row.cells[column].empty:
                words = self.text[row.cells[column].start : row.cells[column].end]
                units = units_of(words)
                if not units and words.strip("-—/"):
                    return label._replace(skipped=label.skipped or "table_unit")
                return label._replace(units=units)
        return label

    def _headless(self, row: Row) -> Iterator[Figure]:
        """地区生产总值 | 312.5亿元 | 增长6.2%: each cell says itself what it is."""
        place = (row.start, row.end)
        cells = [cell for cell in row.cells if not cell.empty]
        if _BARE_NUMBER.fullmatch(self.text, cells[0].start, cells[0].end) and len(cells) > 2:
            yield from self._rejected(cells[0], place, "list_number")
            cells = cells[1:]
        name, *rest = cells
        label = self.names.label(self.text, name.start, name.end)
        yield from self._rejected(name, place, "name_part")
        if label.slot is None and label.among and label.text:
            label = self.names.completed(label, self.text, name.start, name.end, self.above)
        if label.slot is None and label.text:
            label = label._replace(slot=Slot((), *self._words_of(name)))
        elif not label.among:
            self.above = parts_of(self.text, name.start, name.end).name
        if units := units_of(self.text[rest[0].start : rest[0].end]):
            label = label._replace(units=units)
            yield from self._rejected(rest[0], place, "name_part")
            rest = rest[1:]
        bare = sum(
            _BARE_NUMBER.fullmatch(self.text, cell.start, cell.end) is not None for cell in rest
        )
        for cell in rest:
            number = _BARE_NUMBER.fullmatch(self.text, cell.start, cell.end)
            if number is not None and bare > 1:
                yield from self._rejected(cell, place, "table_column")
            else:
                yield from self._value(row, cell, label, None)

    def _value(self, row: Row, cell: Cell, label: Label, column: Label | None) -> Iterator[Figure]:
        """The figures of a cell of values: all of them rejected where one is not understood."""
        place = (row.start, row.end)
        reason = self._unknown(label, column)
        values = None if reason else read_cell(self.text, cell.start, cell.end, self.names.scan)
        if not values or not (values[0].number.unit or _describe_themselves(values[1:])):
            yield from self._rejected(cell, place, reason or "table_cell")
            return
        for value in values:
            if value.first or _describe_themselves([value]):
                yield self._figure(place, value, label, column or Label())
            else:
                yield self._rejection(value.number, place, "table_cell")

    def _unknown(self, label: Label, column: Label | None) -> str:
        """Why nothing can be read of a row's values in a column; ""."""
        skipped = label.skipped or (column.skipped if column else "") or self.setting.skipped
        if skipped:
            return skipped
        if column is not None and column.text and column.slot is None:
            return "table_column"
        if column is not None and column.slot is None and label.slot is None:
            return "table_name"
        if column is None and label.slot is None:
            return "table_name"
        if column is not None and None not in (column.slot, label.slot):
            return "table_name"
        return ""

    def _figure(self, place: tuple[int, int], value: Value, row: Label, column: Label) -> Figure:
        """The figure of one value, from what its row, its column and the table say of it."""
        both = merged(row._replace(units=()), column._replace(units=()))
        slot = self._slot(row, column)
        aspect = both.aspect if value.first else None
        number, reason = value.number, both.skipped
        heads = self.head.values if self.head is not None else [column]
        period: Period | None = None
        try:
            period = period_of(both._replace(aspect=aspect), self.setting, heads)
        except Undated:
            reason = reason or "table_years"
        kinds = {self.indicators[c].kind for c in slot.candidates}
        unit = self._unit(number, aspect, row, column, slot)
        if unit is None:
            return self._rejection(number, place, reason or "table_unit")
        number = number.of_unit(unit)
        words = _words(value.words, aspect, both.falls, number, kinds)
        reading = self._reading(slot, number, words, aspect)
        if reading is None:
            reason = reason or "table_unit"
        if (
            aspect in (Aspect.GROWTH, Aspect.AVERAGE)
            and kinds == {Kind.RATE}
            and number.unit == "%"
        ):
            reason = reason or "table_unit"  # a rise of a share: by how much, or by how many points
        rule = "table_row" if self.head is None else "table"
        return Figure(number, place, self.frame, slot, words, reading, period, rule, reason)

    def _slot(self, row: Label, column: Label) -> Slot:
        slot = column.slot or row.slot
        assert slot is not None  # asked of values that have a name
        place = self.part or self.setting.part
        if not place and column.slot is not None:
            place = row.text
        return slot.of_part(slot.part or (Part(PartKind.PLACE, place) if place else None))

    def _unit(
        self, number: Number, aspect: Aspect | None, row: Label, column: Label, slot: Slot
    ) -> str | None:
        """A number's unit: its own, its column's, its row's, the table's; None without any."""
        own = number.unit
        if aspect in (Aspect.GROWTH, Aspect.AVERAGE):
            told = [rise for rise in (*column.units, *row.units) if rise in _RISES]
            risen = own or (told[0] if told else "%")
            return risen if risen in _RISES or risen == "倍" else None
        if own and own not in MULTIPLES:
            return own
        indicators = [self.indicators[c] for c in slot.candidates]
        above = self.head.stated_units if self.head is not None else ()
        above = above or self.setting.caption.units
        stated = level_unit(row.units, column.units, above, indicators)
        unit = None if stated is None else joined_unit(own, stated)
        elsewhere = unit is not None and unit not in row.units
        if unit is not None and elsewhere and not is_plausible(number.value, unit, indicators):
            return None
        return unit

    def _reading(
        self, slot: Slot, number: Number, words: int, aspect: Aspect | None
    ) -> Reading | None:
        """The first indicator that accepts the number, and how; None where none does."""
        average = aspect is Aspect.AVERAGE
        if not slot.candidates:
            return read_open(number, words, average) if number.unit else None
        for candidate in slot.candidates:
            indicator = self.indicators[candidate]
            reading = read_measure(
                indicator, number, words, slot.newly, slot.total, average, False, False
            )
            if reading is not None and reading.measure in indicator.measures:
                return reading
        return None

    def _all_rejected(self, row: Row, reason: str) -> Iterator[Figure]:
        for cell in row.cells:
            yield from self._rejected(cell, (row.start, row.end), reason)

    def _rejected(self, cell: Cell, place: tuple[int, int], reason: str) -> Iterator[Figure]:
        if not cell.empty:
            for number in read_numbers(self.text, cell.start, cell.end):
                yield self._rejection(number, place, number.reason or reason)

    def _rejection(self, number: Number, place: tuple[int, int], reason: str) -> Figure:
        return Figure(number, place, self.frame, None, 0, None, None, "table", reason)


def _describe_themselves(behind: Sequence[Value]) -> bool:
    """Whether numbers behind the first one say what they are: 312.5亿元，增长6.2%."""
    return all(value.number.unit in _RISES and value.words & (lx.UP | lx.DOWN) for value in behind)


def _words(said: int, aspect: Aspect | None, falls: bool, number: Number, kinds: set[Kind]) -> int:
    """The classes of what the cell says and of what its heads add to it."""
    if said & (lx.UP | lx.DOWN):
        return said
    if aspect in (Aspect.GROWTH, Aspect.AVERAGE, Aspect.CHANGE):
        return said | (lx.DOWN if falls and number.value > 0 else lx.UP)
    amounts = bool(kinds) and kinds <= {Kind.FLOW, Kind.STOCK}
    signed = number.value < 0 and number.unit in _RISES
    if number.unit == "%" and (amounts or (signed and Kind.RATE not in kinds)):
        return said | lx.UP  # a percentage of an amount is its growth
    return said
