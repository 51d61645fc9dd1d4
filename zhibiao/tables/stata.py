"""Stata files (format 118, of Stata 14 and later): short names that stay apart, labels in full."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from zhibiao.tables.sheets import Sheet
from zhibiao.tables.stata_file import Variable, write_stata_file

_NAME_CHARACTERS = 32
_LABEL_CHARACTERS = 80
_UNITS = {
    "元": "yuan", "万元": "wan_yuan", "亿元": "yi_yuan", "万亿元": "wanyi_yuan", "美元": "usd",
    "亿美元": "yi_usd", "万美元": "wan_usd", "人": "persons", "万人": "wan_persons",
    "人次": "visits", "万人次": "wan_visits", "户": "households", "亩": "mu", "万亩": "wan_mu",
    "%": "pct", "个百分点": "pp", "倍": "times", "平方米": "sqm", "公斤": "kg", "吨": "t",
    "万吨": "wan_t", "米": "m", "公里": "km",
}  # fmt: skip
# Of the words that Stata keeps for itself those that a column could be called.
_RESERVED = frozenset(
    ("byte", "class", "delete", "double", "end", "export", "external", "float", "function",
     "global", "if", "in", "int", "local", "long", "matrix", "null", "numeric", "private", "public",
     "real", "short", "str", "string", "using", "vector", "version", "with")
)  # fmt: skip


def stata_names(columns: Iterable[str]) -> dict[str, str]:
    """A name for each column that Stata takes: ASCII, at most 32 characters, no two alike.

    A name that does not fit is cut and ends in a digest of the whole: it is the same in every
    table.
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for column in columns:
        head, _, tail = column.rpartition("_")
        written = f"{head}_{_UNITS[tail]}" if tail in _UNITS and head else column
        name = re.sub(r"[^A-Za-z0-9_]", "_", written)
        if name[:1].isdigit() or name in _RESERVED:
            name = f"_{name}"
        if len(name) > _NAME_CHARACTERS or not written.isascii() or name.lower() in taken:
            digest = hashlib.sha256(column.encode()).hexdigest()[:5]
            name = f"{name[: _NAME_CHARACTERS - 6]}_{digest}"
        taken.add(name.lower())
        found[column] = name
    return found


def write_stata(path: Path, sheet: Sheet) -> int:
    """Write a sheet; how many rows. Raises OSError."""
    names = stata_names(sheet.columns)
    variables = [
        Variable(
            column=column,
            kind=kind,
            name=names[column],
            label=sheet.labels.get(column, column)[:_LABEL_CHARACTERS],
        )
        for column, kind in sheet.columns.items()
    ]
    title = sheet.title[:_LABEL_CHARACTERS]
    return write_stata_file(path, variables, sheet.records, title=title)
