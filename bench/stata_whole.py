"""A Stata file of any size against the same table as JSON Lines, every value, reading each once.

`python -m bench.stata_whole FILE.dta FILE.jsonl`. pandas and ReadStat hold all long texts (strL) in
memory, or read them again for each part; here rows and long texts, which stand in the same order,
are read side by side. https://www.stata.com/help.cgi?dta
"""

from __future__ import annotations

import json
import struct
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

_ROWS = 2000
_STR_L, _LONG, _DOUBLE, _BYTE = 32_768, 65_528, 65_526, 65_530
_DTYPES = {_STR_L: "<u8", _LONG: "<i4", _DOUBLE: "<f8", _BYTE: "i1"}
_MISSING = {_LONG: 2_147_483_621, _BYTE: 101}
_DOUBLE_MOST = 8.9884656743115e307  # what is more is missing


class Table:
    """A file of format 118, byte order LSF: its columns, and its values by batches."""

    def __init__(self, path: Path) -> None:
        self.file, self._long = path.open("rb"), path.open("rb")
        head = self.file.read(400)
        (self.columns,) = struct.unpack_from("<H", head, head.index(b"<K>") + 3)
        (self.rows,) = struct.unpack_from("<Q", head, head.index(b"<N>") + 3)
        places = struct.unpack_from("<14Q", head, head.index(b"<map>") + 5)
        self.types = np.frombuffer(self._section(places[2], 2), "<u2").tolist()
        names = self._section(places[3], 129)
        self.names = [
            names[at : at + 129].split(b"\0")[0].decode() for at in range(0, len(names), 129)
        ]
        self.row = np.dtype([(str(i), _DTYPES.get(t, f"S{t}")) for i, t in enumerate(self.types)])
        self.file.seek(places[9] + len("<data>"))
        self._long.seek(places[10] + len("<strls>"))

    def _section(self, place: int, width: int) -> bytes:
        self.file.seek(place)
        while self.file.read(1) != b">":
            pass
        return self.file.read(width * self.columns)

    def batch(self, done: int) -> list[list[Any]]:
        """The columns of the next rows: bytes of texts, numbers, None for what is missing."""
        count = min(_ROWS, self.rows - done)
        read = np.frombuffer(self.file.read(self.row.itemsize * count), self.row)
        found = [self._values(i, kind, read[str(i)]) for i, kind in enumerate(self.types)]
        long = [i for i, kind in enumerate(self.types) if kind == _STR_L]
        for position in range(count):
            for i in long:
                reference = found[i][position]
                found[i][position] = self._text(reference) if reference else b""
        return found

    def _values(self, i: int, kind: int, column: np.ndarray) -> list[Any]:
        values: list[Any] = column.tolist()
        if kind == _DOUBLE:
            return [None if value > _DOUBLE_MOST else value for value in values]
        if kind in _MISSING:
            return [None if value == _MISSING[kind] else value for value in values]
        return values

    def _text(self, reference: int) -> bytes:
        head = self._long.read(3 + 4 + 8 + 1 + 4)
        variable, row, kind, size = struct.unpack("<IQBI", head[3:])
        if head[:3] != b"GSO" or kind != 130 or variable | row << 16 != reference:
            raise SystemExit(f"a long text is not where it is said to be: {variable}, {row}")
        return self._long.read(size)[:-1]


def _expected(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "").encode()
    if isinstance(value, list):
        return " ".join(map(str, value)).encode()
    return value


def main(dta: Path, lines: Path) -> None:
    began = time.monotonic()
    table = Table(dta)
    done = 0
    with lines.open(encoding="utf-8") as source:
        while done < table.rows:
            found = table.batch(done)
            for position in range(len(found[0])):
                line = next(source, None)
                if line is None:
                    raise SystemExit(f"the source ends before row {done + position + 1}")
                record = json.loads(line)
                for values, (name, stated) in zip(found, record.items(), strict=True):
                    expected = _expected(stated)
                    read = values[position]
                    if expected != read and not (expected is None and read == b""):
                        raise SystemExit(f"row {done + position + 1}, {name}: {read} of {expected}")
            done += len(found[0])
        if next(source, None) is not None:
            raise SystemExit("the source has more rows")
    print(f"{done:,} rows of {table.columns} columns equal, {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
