"""Panel, coverage and codebook in every format, read back as they were written. Invented texts."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from selectolax.lexbor import LexborHTMLParser as Page

TARGETS = "今年的主要预期目标是：地区生产总值增长{gdp}，一般公共预算收入增长5%，进出口增长3%。"


def report(
    region: str, year: int, *, review: str = "", gdp: str = "8%左右", more: str = ""
) -> bytes:
    return (
        f"{region}{year}年政府工作报告\n各位代表：\n一、{year - 1}年工作回顾\n"
        f"去年工作平稳。{review}\n二、{year}年工作安排\n{TARGETS.format(gdp=gdp)}\n{more}\n"
    ).encode()


@pytest.fixture
def panelled(service: Any) -> Any:
    service.submit(
        {
            "河北省2023年政府工作报告.txt": report("河北省", 2023, gdp="6%左右"),
            "邯郸市2023年政府工作报告.txt": report(
                "邯郸市", 2023, gdp="7%左右，力争7.5%", more="力争开发区带动全市经济增长20.55%。"
            ),
            "邯郸市2024年政府工作报告.txt": report(
                "邯郸市",
                2024,
                review="全市生产总值4346.3亿元、增长6.5%，外贸进出口总额1.2亿美元。"
                "前三季度，城镇新增就业5万人。居民收入与经济增长同步。",
            ),
            "保定市2024年政府工作报告.txt": b"\x00\x01\x02",
        }
    )
    service.work()
    return service


def table(service: Any, name: str, form: str, **query: Any) -> bytes:
    answer = service.http.get(f"/v1/exports/{name}", params={"format": form, **query})
    assert answer.status_code == 200, answer.text
    return bytes(answer.content)


def lines(service: Any, name: str, **query: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in table(service, name, "jsonl", **query).splitlines()]


def read_back(content: bytes, form: str, tmp_path: Path) -> pd.DataFrame:
    text = {"region_code": str}
    if form == "csv":
        assert content.startswith(b"\xef\xbb\xbf")
        return pd.read_csv(io.BytesIO(content), dtype=text)
    if form == "parquet":
        return pd.read_parquet(io.BytesIO(content))
    if form == "xlsx":
        return pd.read_excel(io.BytesIO(content), dtype=text, sheet_name=0)
    path = tmp_path / "table.dta"
    path.write_bytes(content)
    return pd.read_stata(path, convert_categoricals=False)


def comparable(value: Any) -> Any:
    """A cell without what formats differ in: 8 and 8.0, an empty text and none, true and 1."""
    if value is None or value == "" or value is pd.NA or value != value:
        return None
    if isinstance(value, list):
        return " ".join(map(str, value)) or None
    if isinstance(value, str):
        return value
    return float(value)


@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx", "dta"])
@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("panel", {}),
        ("panel", {"layout": "long", "unit": "亿元"}),
        ("coverage", {}),
        ("codebook", {}),
    ],
)
def test_every_format_holds_the_same_cells(
    panelled: Any, tmp_path: Path, name: str, query: dict[str, str], form: str
) -> None:
    expected = lines(panelled, name, **query)
    frame = read_back(table(panelled, name, form, **query), form, tmp_path)
    assert len(frame) == len(expected) > 0
    found = [[comparable(cell) for cell in row] for row in frame.itertuples(index=False)]
    assert found == [[comparable(cell) for cell in row.values()] for row in expected]


def test_the_long_panel_says_of_each_cell_all_that_is_known(panelled: Any) -> None:
    rows = lines(panelled, "panel", layout="long", unit="亿元")
    by_cell = {
        (row["region"], row["year"], row["indicator"], row["measure"], row["status"]): row
        for row in rows
    }
    assert len(by_cell) == len(rows)
    target = by_cell["邯郸市", 2023, "gdp", "growth", "target"]
    assert (target["value"], target["bound"], target["stretch"]) == (7, "approx", 7.5)
    assert (target["outturn"], target["gap"]) == (6.5, -0.5)
    assert (target["above_region"], target["above_target"], target["over_above"]) == (
        "河北省",
        6,
        1,
    )
    assert target["competing"] == 2
    assert target["competitors"].count("%") == 2
    level = by_cell["邯郸市", 2023, "gdp", "level", "actual"]
    assert (level["value"], level["unit"], level["yuan"]) == (4346.3, "亿元", 434_630_000_000)
    trade = by_cell["邯郸市", 2023, "foreign_trade", "level", "actual"]
    assert (trade["unit"], trade["yuan"]) == ("美元", None)
    jobs = by_cell["邯郸市", 2023, "urban_new_jobs", "level", "actual"]
    assert jobs["flags"] == ["part_of_year"]
    assert by_cell["河北省", 2023, "gdp", "growth", "target"]["outturn_missing"] == "not_submitted"
    assert by_cell["邯郸市", 2023, "foreign_trade", "growth", "target"]["outturn_missing"] == (
        "value_other_measure"
    )


def test_a_workbook_tells_once_of_a_report_that_is_not_there(panelled: Any) -> None:
    book = io.BytesIO(table(panelled, "panel", "xlsx"))
    sheet = pd.read_excel(book, sheet_name="coverage", dtype={"region_code": str})
    grid = pd.DataFrame(lines(panelled, "coverage"))
    for (region, year), rows in grid.groupby(["region", "year"]):
        shown = sheet[(sheet.region == region) & (sheet.year == year)]
        if (region, year) in {("邯郸市", 2023), ("邯郸市", 2024), ("河北省", 2023)}:
            assert shown.reason.tolist() == rows.reason.tolist()
            assert shown.indicator.tolist() == rows.indicator.tolist()
        else:
            assert shown.reason.tolist() == [rows.reason.iloc[0]]
            assert shown.indicator.tolist() == ["all"]
    assert {"not_submitted", "quarantined"} <= set(sheet[sheet.indicator == "all"].reason)


def test_an_address_leads_to_the_span_in_the_document(panelled: Any) -> None:
    rows = lines(panelled, "panel", layout="long")
    assert rows
    for row in rows:
        address, _, place = row["address"].partition("#")
        assert address == f"{panelled.url}/documents/{row['document_id']}"
        start, end = map(int, place.split("-"))
        text = panelled.http.get(
            f"/v1/documents/{row['document_id']}/text", params={"form": "raw"}
        ).text
        assert text[start:end] == row["evidence"]
        assert row["evidence"] in row["sentence"]


def test_coverage_tells_apart_why_a_cell_is_empty(panelled: Any) -> None:
    answer = panelled.http.post(
        "/v1/exports/coverage",
        params={"format": "jsonl"},
        json={
            "expected": [
                {"region_code": "130000", "year": 2023},
                {"region_code": "130400", "year": 2024},
                {"region_code": "130600", "year": 2024},
                {"region_code": "610000", "year": 2024},
            ]
        },
    )
    rows = [json.loads(line) for line in answer.text.splitlines()]
    reasons = {(row["region"], row["year"], row["indicator"]): row["reason"] for row in rows}
    assert len(reasons) == len(rows)
    assert reasons["河北省", 2023, "gdp"] == "value"
    assert reasons["河北省", 2023, "population"] == "nothing_stated"
    assert reasons["邯郸市", 2024, "resident_income"] == "qualitative"
    assert reasons["邯郸市", 2024, "urban_new_jobs"] == "value_part_of_year"
    assert reasons["保定市", 2024, "gdp"] == "quarantined"
    assert reasons["陕西省", 2024, "gdp"] == "not_submitted"
    (failure,) = {row["detail"] for row in rows if row["region"] == "保定市"}
    assert failure
    (stated,) = [row for row in rows if row["indicator"] == "resident_income" and row["evidence"]]
    place = f"{stated['start']}-{stated['end']}"
    assert stated["address"] == f"{panelled.url}/documents/{stated['document_id']}#{place}"


def test_the_page_of_coverage_says_once_why_a_value_fills_no_cell(panelled: Any) -> None:
    asked = "/coverage?indicator=urban_new_jobs"
    page = panelled.http.get(asked, headers={"Accept": "text/html", "Accept-Language": "en"}).text
    assert page.count("of a part of the year") == 1


def test_coverage_without_a_list_expects_every_region_for_every_year(panelled: Any) -> None:
    rows = lines(panelled, "coverage", indicator="gdp")
    assert {(row["region"], row["year"]): row["reason"] for row in rows} == {
        ("河北省", 2023): "value",
        ("河北省", 2024): "not_submitted",
        ("邯郸市", 2023): "value",
        ("邯郸市", 2024): "value",
        ("保定市", 2023): "not_submitted",
        ("保定市", 2024): "quarantined",
    }


def test_a_workbook_has_its_codebook_coverage_and_notes(panelled: Any) -> None:
    content = table(panelled, "panel", "xlsx", layout="long")
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["panel", "codebook", "coverage", "notes"]
    assert {sheet.freeze_panes for sheet in book} == {"A2"}
    sheet = book["panel"]
    names = [cell.value for cell in sheet[1]]
    code, address, value = (names.index(each) for each in ("region_code", "address", "value"))
    for row in sheet.iter_rows(min_row=2):
        assert (row[code].data_type, len(row[code].value)) == ("s", 6)
        assert row[address].hyperlink.target == row[address].value
        if abs(row[value].value) >= 1000:
            assert row[value].number_format.startswith("#,##0")
    notes = book["notes"]
    assert notes.max_row > 3
    for row in range(2, notes.max_row + 1):  # each is as high as its lines of 15 points
        room = notes.column_dimensions["A"].width * (notes.row_dimensions[row].height or 15) / 15
        assert len(notes.cell(row, 1).value) <= room


def test_headings_come_in_the_language_that_is_asked_for(panelled: Any) -> None:
    zh = lines(panelled, "panel", labels="zh")[0]
    assert "地区生产总值 增速 目标（%）" in zh
    assert "地区代码" in zh
    en = lines(panelled, "panel", labels="en")[0]
    assert "Gross domestic product, growth, target (%)" in en


def test_stata_has_short_names_that_stay_apart_and_labels_in_chinese(
    panelled: Any, tmp_path: Path
) -> None:
    path = tmp_path / "panel.dta"
    path.write_bytes(table(panelled, "panel", "dta", unit="亿元"))
    with pd.io.stata.StataReader(path) as reader:
        labels = reader.variable_labels()
    assert max(map(len, labels)) <= 32
    assert len({name.lower() for name in labels}) == len(labels)
    assert all(name.isascii() for name in labels)
    assert "地区生产总值 增速 目标（%）" in labels.values()


@pytest.mark.parametrize("unit", ["光年", "亿"])
def test_an_unknown_unit_is_refused_by_name(panelled: Any, unit: str) -> None:
    answer = panelled.http.get("/v1/exports/panel", params={"unit": unit})
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "unknown_unit"
    assert unit in answer.json()["error"]["message"]


def test_what_a_panel_leaves_out_is_counted_and_can_be_listed(panelled: Any) -> None:
    panelled.submit(
        {
            "无名.txt": report("青渡", 2023, gdp="9%左右"),  # no such place
            "404.html": b"<p>Not Found</p>",  # states nothing: no panel could have it
        }
    )
    panelled.work()

    def left_out(name: str, **query: Any) -> int:
        answer = panelled.http.get(f"/v1/exports/{name}", params={"format": "csv", **query})
        return int(json.loads(answer.headers["X-Zhibiao-Manifest"])["unplaced"])

    assert left_out("panel") == left_out("coverage") == left_out("codebook") == 1
    assert left_out("panel", run=1) == left_out("panel", as_of="1") == 0
    assert left_out("panel", run=2) == 1
    assert left_out("observations") == 0  # they are in it

    listed = panelled.http.get("/v1/documents", params={"unplaced": "true", "count": "true"}).json()
    assert [each["source"] for each in listed["documents"]] == ["无名.txt"]
    assert listed["total"] == 1
    for page in ("/panel", "/coverage"):
        link = Page(panelled.http.get(page).text).css_first('a[href="/documents?unplaced=true"]')
        assert "1" in link.text()

    document = listed["documents"][0]["id"]
    panelled.http.patch(f"/v1/documents/{document}", json={"region": "清河县"})
    panelled.work()
    assert left_out("panel") == 0
    assert "清河县" in {line["region"] for line in lines(panelled, "panel")}
