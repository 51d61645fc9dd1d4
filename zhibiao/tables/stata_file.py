"""A Stata file of format 118 (Stata 14 and later), a batch of rows at a time.

The format states at its beginning how many rows there are and how wide each text is: rows wait in a
file without a name until all are known. https://www.stata.com/help.cgi?dta
"""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any

import numpy as np

from zhibiao.spool import spooled
from zhibiao.tables.sheets import Column, plain

_BATCH_ROWS = 2000
_STR_BYTES = 2045  # of a text of fixed width; longer ones stand behind the rows, as strL
_WASTED_BYTES = 20_000_000  # with more of them in a column's short texts, these are strL too
_STR_L = 32_768
_LONG, _LONG_MISSING, _LONG_MOST = 65_528, 2_147_483_621, 2_147_483_620
_DOUBLE, _BYTE = 65_526, 65_530
_BYTE_MISSING = 101
_DOUBLE_MISSING = np.frombuffer(bytes.fromhex("000000000000e07f"), "<f8")[0]
_REFERENCE_BYTES = 25  # of a strL, besides its text
_SECTIONS = 14


@dataclass(frozen=True, kw_only=True)
class Variable:
    """A column of the file."""

    column: str  # of the records
    kind: Column
    name: str
    label: str


@dataclass(kw_only=True)
class _Seen:
    """What the rows say of a column's type."""

    width: int = 1  # bytes of the longest text
    bytes: int = 0  # of all texts
    fits: bool = True  # whole numbers into four bytes


@dataclass(frozen=True, kw_only=True)
class _Typed:
    """A variable and how its values are written."""

    variable: Variable
    code: int
    dtype: str
    format: str


def write_stata_file(
    path: Path, variables: Sequence[Variable], records: Iterable[dict[str, Any]], *, title: str
) -> int:
    """Write the records; how many rows they are. Raises OSError."""
    seen = [_Seen() for _ in variables]
    rows = 0

    def learned() -> Iterator[list[list[Any]]]:
        nonlocal rows
        for batch in _batches(records):
            values = [_values(variable, batch) for variable in variables]
            for known, column, variable in zip(seen, values, variables, strict=True):
                _learn(known, column, variable.kind)
            rows += len(batch)
            yield values

    with spooled(learned(), path.parent) as batches:
        typed = [_typed(*each, rows) for each in zip(variables, seen, strict=True)]
        with path.open("wb") as file, tempfile.TemporaryFile(dir=path.parent) as long:
            _File(file, long, typed, rows, title).write(batches)
    return rows


def _batches(records: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    left = iter(records)
    while batch := list(islice(left, _BATCH_ROWS)):
        yield batch


def _values(variable: Variable, batch: Sequence[dict[str, Any]]) -> list[Any]:
    """The values of a column: texts as bytes, since Stata has no missing text; others as they are.

    A text ends at its first zero there.
    """
    found = [record[variable.column] for record in batch]
    if variable.kind == "text":
        return [
            b"" if value is None else str(plain(value, "text")).replace("\0", "").encode()
            for value in found
        ]
    return [None if value is None else plain(value, variable.kind) for value in found]


def _learn(seen: _Seen, values: Sequence[Any], kind: Column) -> None:
    if kind == "text":
        sizes = list(map(len, values))
        seen.width = max(seen.width, *sizes)
        seen.bytes += sum(sizes)
    elif kind == "integer":
        seen.fits = seen.fits and all(abs(v) <= _LONG_MOST for v in values if v is not None)


def _typed(variable: Variable, seen: _Seen, rows: int) -> _Typed:
    if variable.kind == "text":
        width = seen.width
        wasted = width * rows - seen.bytes - _REFERENCE_BYTES * rows
        if width > _STR_BYTES or wasted > _WASTED_BYTES:
            return _Typed(variable=variable, code=_STR_L, dtype="<u8", format="%9s")
        return _Typed(variable=variable, code=width, dtype=f"S{width}", format=f"%{width}s")
    if variable.kind == "boolean":
        return _Typed(variable=variable, code=_BYTE, dtype="i1", format="%8.0g")
    if variable.kind == "integer" and seen.fits:
        return _Typed(variable=variable, code=_LONG, dtype="<i4", format="%12.0g")
    return _Typed(variable=variable, code=_DOUBLE, dtype="<f8", format="%10.0g")


class _File:
    """A file that is being written."""

    def __init__(
        self, file: IO[bytes], long: IO[bytes], typed: Sequence[_Typed], rows: int, title: str
    ) -> None:
        self._file, self._long = file, long
        self._typed, self._rows, self._title = typed, rows, title
        self._places: list[int] = []  # where each section begins

    def write(self, batches: Iterable[list[list[Any]]]) -> None:
        self._begin()
        header = b"<stata_dta><header><release>118</release><byteorder>LSF</byteorder>"
        title = self._title.encode()
        self._file.write(
            header
            + b"<K>%b</K>" % struct.pack("<H", len(self._typed))
            + b"<N>%b</N>" % struct.pack("<Q", self._rows)
            + b"<label>%b%b</label>" % (struct.pack("<H", len(title)), title)
            # Without the moment: the same table is the same file.
            + b"<timestamp>\0</timestamp></header>"
        )
        self._section("map", bytes(8 * _SECTIONS))
        codes = [struct.pack("<H", each.code) for each in self._typed]
        self._section("variable_types", b"".join(codes))
        self._fixed("varnames", 129, [each.variable.name for each in self._typed])
        self._section("sortlist", bytes(2 * (len(self._typed) + 1)))
        self._fixed("formats", 57, [each.format for each in self._typed])
        self._fixed("value_label_names", 129, [_labels_of(each) for each in self._typed])
        self._fixed("variable_labels", 321, [each.variable.label for each in self._typed])
        self._section("characteristics", b"")
        self._write_rows(batches)
        self._write_long()
        truths = b"".join(_truths(_labels_of(each)) for each in self._typed if _labels_of(each))
        self._section("value_labels", truths)
        self._begin()
        self._file.write(b"</stata_dta>")
        self._begin()
        self._file.seek(self._places[1] + len(b"<map>"))
        self._file.write(struct.pack(f"<{_SECTIONS}Q", *self._places))

    def _begin(self) -> None:
        self._places.append(self._file.tell())

    def _section(self, name: str, content: bytes) -> None:
        self._begin()
        self._file.write(b"<%b>%b</%b>" % (name.encode(), content, name.encode()))

    def _fixed(self, name: str, width: int, texts: Iterable[str]) -> None:
        self._section(name, b"".join(text.encode().ljust(width, b"\0") for text in texts))

    def _write_rows(self, batches: Iterable[list[list[Any]]]) -> None:
        self._begin()
        self._file.write(b"<data>")
        row = np.dtype([(str(i), each.dtype) for i, each in enumerate(self._typed)])
        done = 0
        for batch in batches:
            table = np.zeros(len(batch[0]), dtype=row)
            for i, (each, values) in enumerate(zip(self._typed, batch, strict=True)):
                table[str(i)] = _column(each, values, variable=i + 1, before=done)
            self._file.write(table.tobytes())
            self._keep_long(batch, done)
            done += len(table)
        self._file.write(b"</data>")

    def _keep_long(self, batch: Sequence[Sequence[Any]], done: int) -> None:
        """The long texts of these rows, in their order and in that of the variables."""
        long = [
            (i + 1, values)
            for i, (each, values) in enumerate(zip(self._typed, batch, strict=True))
            if each.code == _STR_L
        ]
        for position in range(len(batch[0]) if long else 0):
            for variable, values in long:
                if text := values[position]:
                    head = struct.pack("<IQBI", variable, done + position + 1, 130, len(text) + 1)
                    self._long.write(b"GSO" + head + text + b"\0")

    def _write_long(self) -> None:
        self._begin()
        self._file.write(b"<strls>")
        self._long.seek(0)
        while piece := self._long.read(1 << 20):
            self._file.write(piece)
        self._file.write(b"</strls>")


def _labels_of(each: _Typed) -> str:
    """The name of a variable's value labels."""
    return each.variable.name if each.code == _BYTE else ""


def _column(each: _Typed, values: Sequence[Any], *, variable: int, before: int) -> np.ndarray:
    if each.code == _STR_L:  # the number of the variable, then in six bytes that of the row
        rows = enumerate(values, before + 1)
        references = [variable | row << 16 if text else 0 for row, text in rows]
        return np.array(references, dtype="<u8")
    missing = {_BYTE: _BYTE_MISSING, _LONG: _LONG_MISSING, _DOUBLE: _DOUBLE_MISSING}.get(each.code)
    return np.array([missing if v is None else v for v in values], dtype=each.dtype)


def _truths(name: str) -> bytes:
    """0 is called no, 1 yes."""
    table = struct.pack("<ii2i2i", 2, 7, 0, 3, 0, 1) + b"no\0yes\0"
    return b"<lbl>%b%b\0\0\0%b</lbl>" % (
        struct.pack("<i", len(table)),
        name.encode().ljust(129, b"\0"),
        table,
    )
