"""Small CSV files that people write for us: keyword sets, lists of expected reports."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

_SEPARATORS = ",\t;"


def csv_rows(text: str) -> list[tuple[int, list[str]]]:
    """Each row that holds anything: its line, from 1, and its cells without outer blanks.

    The separator is the one of comma, tab and semicolon that the first line has most of. Raises
    ValueError, which says what is wrong, for what is no CSV.
    """
    if "\0" in text:
        raise ValueError("holds NUL characters and is no CSV")
    separator = max(_SEPARATORS, key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error as error:
        raise ValueError(f"line {reader.line_num} is no CSV: {error}") from error
    return [(number, cells) for number, cells in rows if any(cells)]


def column(heading: Sequence[str], names: Iterable[str]) -> int | None:
    """Where the first of these names that the heading has stands in it; case does not matter."""
    lower = [cell.lower() for cell in heading]
    return next((lower.index(name) for name in names if name in lower), None)
