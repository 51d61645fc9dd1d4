"""CSV: a row a document, the report in a column of texts, metadata in the others."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import BinaryIO

from zhibiao.errors import BrokenFile, EmptySource, LimitExceeded, ReadError, UnsupportedFormat
from zhibiao.reading.decoded import DecodedStream
from zhibiao.reading.entries import (
    Place,
    has_text,
    is_header,
    is_known,
    member,
    shown,
    wanted_text,
)
from zhibiao.reading.members import Budget, Member

ENDINGS = (".csv", ".tsv")
DELIMITERS = (",", "\t", ";")
_LONGEST_HEADER = 10_000


def is_sheet(start: str) -> bool:
    """Whether a text begins with a header: a column of texts and one of names or metadata."""
    line = start.split("\n", 1)[0]
    if len(line) > _LONGEST_HEADER or not any(delimiter in line for delimiter in DELIMITERS):
        return False
    _, columns = _header(line)
    return is_header(columns) and any(map(is_known, columns))


def documents(name: str, stream: BinaryIO, budget: Budget) -> Iterator[Member]:
    """A member a row. A row that is none yields its error, with its number; the others go on.

    Rows are counted as a spreadsheet shows them: the header is row 1.
    """
    longest = budget.limits.member_bytes
    try:
        for place, columns, cells in _rows(name, DecodedStream(stream, budget, name), longest):
            budget.count_member(place.name)
            try:
                if len(cells) > len(columns):
                    raise place.broken(
                        f"it has {len(cells)} cells and the header {len(columns)} columns"
                    )
                # A row that is too short lacks what it lacks.
                yield member(dict(zip(columns, cells, strict=False)), place, longest)
            except ReadError as error:
                yield Member.failed(place.name, error)
    except ReadError as error:
        yield Member.failed(name, error)


def _rows(
    name: str, text: DecodedStream, longest: int
) -> Iterator[tuple[Place, list[str], list[str]]]:
    lines = _Lines(name, text, longest)
    delimiter, columns = _header(next(lines, ""))
    if not has_text(columns):
        raise _refused(name, columns)
    # The module's bound is the process's; it is only ever raised, to what one file may hold.
    csv.field_size_limit(max(csv.field_size_limit(), longest))
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    number, found = 1, 0
    while True:
        number += 1
        lines.begin_row(number)
        try:
            row = next(rows, None)
        except csv.Error as error:
            raise BrokenFile(
                f"{name} is damaged at its row {number} ({error}); what follows is not read. Write "
                "it anew and submit it again.",
                name=name,
                part=f"row {number}",
                row=number,
            ) from error
        if row is None:
            break
        if any(map(str.strip, row)):
            found += 1
            yield Place(file=name, noun="row", number=number), columns, row
    if not found:
        raise EmptySource(f"{name} has a header and no row.", name=name)


class _Lines:
    """The lines of a sheet, bounded by row: a quote that never closes would take all of them."""

    def __init__(self, name: str, text: DecodedStream, longest: int) -> None:
        self._name, self._longest = name, longest
        self._lines = text.lines(longest)
        self._row, self._bytes = 1, 0

    def begin_row(self, number: int) -> None:
        self._row, self._bytes = number, 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self._bytes += len(line.encode("utf-8", "replace"))
        if self._bytes > self._longest:
            raise LimitExceeded(
                f"{self._name}: row {self._row} is longer than the limit of {self._longest} bytes, "
                "or a quote in it is not closed; what follows is not read.",
                name=self._name,
                row=self._row,
                limit=self._longest,
            )
        return line


def _header(line: str) -> tuple[str, list[str]]:
    """The delimiter and the columns; of several ways to cut the line, that with a known one."""
    cuts = [(delimiter, _cells(line, delimiter)) for delimiter in DELIMITERS]
    return next((cut for cut in cuts if has_text(cut[1])), max(cuts, key=lambda cut: len(cut[1])))


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _refused(name: str, columns: list[str]) -> UnsupportedFormat:
    return UnsupportedFormat(
        f"{name} is a table without a column of texts: its first line has {shown(columns)}. "
        f"Looked for a column {wanted_text()}, with one report a row.",
        name=name,
        format="csv",
    )
