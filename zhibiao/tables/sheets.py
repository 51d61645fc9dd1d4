"""A table to be written: its columns, what they are called, its rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from zhibiao.rendering import Record, sendable

Column = Literal["text", "integer", "number", "boolean"]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A table; in a workbook, one sheet of it."""

    title: str
    columns: Mapping[str, Column]  # in their order
    records: Iterable[Record]  # each has all columns; read once
    labels: Mapping[str, str] = field(default_factory=dict)  # what columns are called for people
    headed_by_labels: bool = False  # the labels are the headings, too
    links: frozenset[str] = frozenset()  # columns of addresses
    kept_in_sight: int = 0  # how many columns at the left stay in sight, in a workbook

    def heading(self, column: str) -> str:
        """What stands above a column."""
        return self.labels.get(column, column) if self.headed_by_labels else column

    @property
    def headings(self) -> list[str]:
        """The headings, each of them once: two columns with one label keep apart by their names."""
        found: list[str] = []
        for column in self.columns:
            heading = self.heading(column)
            found.append(f"{heading} [{column}]" if heading in found else heading)
        return found


def plain(value: Any, kind: Column) -> Any:
    """A cell as the formats with types take it."""
    if value is None:
        return None
    if kind == "number":
        return float(value)
    if isinstance(value, (list, tuple)):
        return " ".join(map(str, value))
    if isinstance(value, str):
        return sendable(value)
    return value
