"""More of the table of attacks: what a spreadsheet would run, in exported tables."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import pytest

# Invented, with file names that a spreadsheet would run.
REPORT = "示例县政府工作报告\n\n2024年，地区生产总值326.3亿元，增长5.1%。\n"
FORMULA = '=HYPERLINK("http://evil.example";"x").txt'
DANGEROUS = ("=", "+", "-", "@", "\t=", " =", "＝", "＋", "－", "＠")


@pytest.fixture(scope="module")
def exported(serve: Any) -> Any:
    service = serve()
    names = [f"{sign}cmd{n}.txt" for n, sign in enumerate(DANGEROUS)] + [FORMULA]
    service.submit({name: f"{REPORT}{name}".encode() for name in names})
    service.work()
    return service


@pytest.mark.parametrize("path", ["/v1/exports/documents", "/v1/exports/observations"])
def test_no_cell_of_a_csv_is_a_formula(exported: Any, path: str) -> None:
    text = exported.http.get(path, params={"format": "csv"}).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(rows) >= len(DANGEROUS)
    for row in rows:
        for cell in row.values():
            begins = cell.strip()[:1]
            assert not begins or begins not in "=+-@＝＋－＠" or is_number(cell), cell
    assert any(row.get("name", row.get("source", "")).startswith("'=") for row in rows)


def test_a_keyword_is_no_formula_in_the_head_of_a_table(exported: Any) -> None:
    asked = {"keywords": ["=1+1", "地区"]}
    for form in ("csv", "xlsx"):
        answer = exported.http.post(
            "/v1/exports/keywords", params={"format": form}, json=asked
        ).content
        if form == "csv":
            rows = list(csv.reader(io.StringIO(answer.decode("utf-8-sig"), newline="")))
            cells = [cell for row in rows for cell in row]
            assert not any(cell.startswith("=") for cell in cells)
            assert "'=1+1" in cells
        else:
            sheet = openpyxl.load_workbook(io.BytesIO(answer)).active
            assert "=1+1" in [cell.value for row in sheet.iter_rows() for cell in row]
            assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)


def is_number(written: str) -> bool:
    try:
        float(written)
    except ValueError:
        return False
    return True
