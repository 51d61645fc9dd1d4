"""Values look outside as people and programs expect them."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal

import pytest

from zhibiao.rendering import as_cells, csv_lines, instant, json_lines, number


@pytest.mark.parametrize(
    ("value", "shown"),
    [("38", "38"), ("38.0", "38"), ("326.30", "326.3"), ("-2.8", "-2.8"), ("1E+3", "1000")],
)
def test_a_decimal_is_a_json_number_without_needless_digits(value: str, shown: str) -> None:
    assert json.dumps(number(Decimal(value))) == shown


def test_cells_keep_decimals_as_written_and_join_lists() -> None:
    cells = as_cells({"value": Decimal("1E+3"), "flags": ["a", "b"], "region": None})
    assert cells == {"value": "1000", "flags": "a b", "region": None}


def test_csv_survives_quotes_newlines_and_broken_characters() -> None:
    record = {"a": 'he said "x", y\nz', "b": "\ud800"}
    written = b"".join(csv_lines([record], ["a", "b"]))
    assert written.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline="")))
    assert rows == [["a", "b"], ['he said "x", y\nz', "?"]]
    assert not b"".join(csv_lines([], ["a"], for_excel=False)).startswith(b"\xef\xbb\xbf")


def test_a_json_line_keeps_chinese_readable() -> None:
    assert b"".join(json_lines([{"v": Decimal("6.10"), "t": "增长"}])) == (
        '{"v": 6.1, "t": "增长"}\n'.encode()
    )


def test_times_are_iso_in_utc() -> None:
    assert instant(0) == "1970-01-01T00:00:00.000+00:00"
    assert instant(None) is None
