"""What comes out: documents, texts, observations, whole tables."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import openpyxl
import pandas as pd
import pytest
from callers import table

from zhibiao.testing.forms import as_txt
from zhibiao.testing.reports import generate


@pytest.fixture(scope="module")
def filled(serve: Any) -> Any:
    """A service with two reports of one city in two years, one of another, and an unreadable."""
    service = serve()
    reports = [
        generate(1, region="邯郸市", year=2022),
        generate(2, region="邯郸市", year=2023),
        generate(3, region="泉州市", year=2023),
    ]
    service.submit(
        {f"{n}.txt": as_txt(report, "utf-8") for n, report in enumerate(reports)}
        | {"bad.bin": b"\x00\xff\x01" * 300}
    )
    service.work()
    return service


def test_a_document_says_what_it_is_and_where_it_stands(filled: Any) -> None:
    document = filled.http.get("/v1/documents/1").json()
    assert (document["region"], document["region_code"], document["year"]) == (
        "邯郸市",
        "130400",
        2022,
    )
    assert document["state"] == "done"
    assert document["characters"] > 3000
    assert document["numbers"] > 20
    assert set(document["versions"]) == {"read", "clean", "segment", "extract"}
    bad = filled.http.get("/v1/documents/4").json()
    assert bad["state"] == "quarantined"
    assert bad["error_message"]


def test_filters_choose_documents(filled: Any) -> None:
    def chosen(**query: Any) -> list[int]:
        page = filled.http.get("/v1/documents", params=query).json()
        return [entry["id"] for entry in page["documents"]]

    assert chosen(region="邯郸市") == [1, 2]
    assert chosen(region_code="35") == [3]
    assert chosen(year=2023) == [2, 3]
    assert chosen(year_from=2023, region_code="13") == [2]
    assert chosen(state=["quarantined", "failed"]) == [4]
    assert chosen(name="bad") == [4]
    assert chosen(run=1) == [1, 2, 3, 4]


def test_texts_terms_and_the_source_can_be_read(filled: Any) -> None:
    raw = filled.http.get("/v1/documents/1/text", params={"form": "raw"}).text
    clean = filled.http.get("/v1/documents/1/text").text
    assert "邯郸市" in clean
    source = filled.http.get("/v1/documents/1/source")
    assert source.content.decode() == raw
    assert source.headers["content-disposition"].startswith("attachment")
    terms = filled.http.get("/v1/documents/1/terms", params={"limit": 5}).json()
    counts = list(terms["terms"].values())
    assert len(counts) == 5
    assert counts == sorted(counts, reverse=True)
    assert terms["tokens"] > sum(counts)
    assert filled.http.get("/v1/documents/4/text").status_code == 404


def test_every_observation_of_a_document_stands_where_it_says(filled: Any) -> None:
    raw = filled.http.get("/v1/documents/1/text", params={"form": "raw"}).text
    page = filled.http.get("/v1/documents/1/observations").json()
    assert len(page["observations"]) > 10
    for entry in page["observations"]:
        assert raw[entry["start"] : entry["end"]] == entry["evidence"]
        assert raw[entry["sentence_start"] : entry["sentence_end"]] == entry["sentence"]
        assert entry["evidence"] in entry["sentence"]
        assert isinstance(entry["value"], int | float)


def test_observations_are_filtered_and_paged(filled: Any) -> None:
    everything = filled.http.get("/v1/observations", params={"limit": 1000}).json()
    assert everything["next"] is None
    ids = [entry["id"] for entry in everything["observations"]]
    paged: list[int] = []
    query: dict[str, Any] = {"limit": 7}
    while True:
        page = filled.http.get("/v1/observations", params=query).json()
        paged += [entry["id"] for entry in page["observations"]]
        if page["next"] is None:
            break
        query["next"] = page["next"]
    assert paged == ids

    def chosen(**query: Any) -> list[dict[str, Any]]:
        found = filled.http.get("/v1/observations", params={"limit": 1000, **query}).json()
        return list(found["observations"])

    assert {entry["region"] for entry in chosen(region_code="3505")} == {"泉州市"}
    assert {entry["status"] for entry in chosen(status="target")} == {"target"}
    assert {entry["indicator"] for entry in chosen(indicator=["gdp", "cpi"])} <= {"gdp", "cpi"}
    assert {entry["document_id"] for entry in chosen(document=2)} == {2}
    sure, unsure = chosen(certain="true"), chosen(certain="false")
    assert [
        entry["id"] for entry in sure + unsure if entry["certain"] is bool(entry["doubts"])
    ] == []
    assert sorted(entry["id"] for entry in sure + unsure) == sorted(ids)
    assert all(entry["certain"] for entry in sure)
    assert {entry["period_end"] for entry in chosen(period=2022)} == {2022}
    assert {entry["scope"] for entry in chosen(scope="any", open="true")} == {"region", "part"}
    assert len(chosen(open="true")) > len(ids)
    assert all(entry["indicator"] is not None for entry in chosen(scope="any"))


@pytest.mark.parametrize(
    "ask", [{"params": {"format": "csv"}}, {"headers": {"Accept": "text/csv"}}]
)
def test_observations_come_as_one_csv_that_excel_opens(filled: Any, ask: dict[str, Any]) -> None:
    answer = filled.http.get("/v1/observations", **ask)
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    listed = filled.http.get("/v1/observations", params={"limit": 1000}).json()["observations"]
    assert len(rows) == len(listed)
    assert [float(row["value"]) for row in rows] == [entry["value"] for entry in listed]
    for column in ("evidence", "sentence"):
        assert [row[column] for row in rows] == [entry[column] for entry in listed]


def test_the_export_of_observations_is_the_same_in_every_format(filled: Any) -> None:
    def content(form: str) -> bytes:
        answer = filled.http.get("/v1/exports/observations", params={"format": form})
        assert answer.status_code == 200
        return bytes(answer.content)

    from_csv = pd.read_csv(io.BytesIO(content("csv")), dtype={"region_code": str})
    from_parquet = pd.read_parquet(io.BytesIO(content("parquet")))
    from_excel = pd.read_excel(io.BytesIO(content("xlsx")), dtype={"region_code": str})
    from_lines = [json.loads(line) for line in content("jsonl").splitlines()]
    assert len(from_csv) == len(from_parquet) == len(from_excel) == len(from_lines) > 30
    assert list(from_csv.columns) == list(from_parquet.columns) == list(from_excel.columns)
    for column in ("indicator", "evidence", "sentence", "certain", "region_code"):
        assert from_csv[column].tolist() == from_parquet[column].tolist()
        assert from_csv[column].tolist() == from_excel[column].tolist()
        assert from_csv[column].tolist() == [line[column] for line in from_lines]
    for frame in (from_parquet, from_excel):
        assert frame["value"].tolist() == [line["value"] for line in from_lines]


def test_the_export_of_documents_has_a_row_for_what_failed_too(filled: Any) -> None:
    rows = table(filled, "documents")
    assert [row["state"] for row in rows] == ["done", "done", "done", "quarantined"]
    assert rows[3]["source"] == "bad.bin"
    assert rows[3]["error_code"]
    assert int(rows[0]["observations"]) > 10


def test_the_panel_joins_outturns_of_the_next_report_with_targets_of_this_one(
    filled: Any,
) -> None:
    answer = filled.http.get("/v1/exports/panel", params={"format": "parquet"})
    panel = pd.read_parquet(io.BytesIO(answer.content))
    keyed = panel.set_index(["region_code", "year"])
    assert keyed.index.is_unique
    assert set(keyed.index) >= {("130400", 2021), ("130400", 2022), ("130400", 2023)}
    between = keyed.loc[("130400", 2022)].dropna()
    named = [name for name in between.index if name.endswith(("_actual", "_target"))]
    assert any(name.endswith("_target") for name in named)  # from the report of 2022
    assert any(name.endswith("_actual") for name in named)  # from the report of 2023
    stated = filled.http.get(
        "/v1/observations", params={"document": 2, "period": 2022, "limit": 1000}
    ).json()["observations"]
    for name in (name for name in named if name.endswith("_actual")):
        values = [
            entry["base_value"] if entry["base_value"] is not None else entry["value"]
            for entry in stated
            if name == f"{entry['indicator']}_{entry['measure']}_actual"
        ]
        assert between[name] in values


def test_dollars_and_yuan_have_columns_of_their_own(service: Any) -> None:
    text = "2023年{}政府工作报告\n各位代表：\n一、2022年工作回顾\n{}\n"
    service.submit(
        {
            "a.txt": text.format("邯郸市", "去年，全市外贸进出口总额达到85亿元。").encode(),
            "b.txt": text.format("彬州市", "去年，全市外贸进出口总额达到1.2亿美元。").encode(),
        }
    )
    service.work()
    answer = service.http.get("/v1/exports/panel", params={"format": "jsonl"})
    rows = [json.loads(line) for line in answer.text.splitlines()]
    assert {
        row["region"]: (
            row["foreign_trade_level_actual"],
            row["foreign_trade_level_actual_美元"],
        )
        for row in rows
    } == {"邯郸市": (8_500_000_000, None), "彬州市": (None, 120_000_000)}


def test_keywords_are_counted_from_stored_counts_or_on_a_new_cut(filled: Any) -> None:
    built_in = filled.http.get("/v1/exports/keywords", params={"format": "jsonl"})
    lines = [json.loads(line) for line in built_in.text.splitlines()]
    assert len({line["document_id"] for line in lines}) == 3
    assert any(line["count"] for line in lines)
    word = max(lines, key=lambda line: line["count"])["keyword"]
    own = filled.http.get(
        "/v1/exports/keywords", params={"format": "jsonl", "keyword": [word, "没有这个词"]}
    )
    counted = [json.loads(line) for line in own.text.splitlines()]
    assert len(counted) == 6
    assert {line["count"] for line in counted if line["keyword"] == "没有这个词"} == {0}
    assert [line["count"] for line in counted if line["keyword"] == word] == [
        line["count"] for line in lines if line["keyword"] == word
    ]


def test_an_excel_export_holds_text_that_looks_like_a_formula_as_text(service: Any) -> None:
    service.submit({"=1+1.txt": b""})
    answer = service.http.get("/v1/exports/documents", params={"format": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    heading = [cell.value for cell in next(sheet.iter_rows())]
    cell = sheet.cell(2, heading.index("source") + 1)
    assert (cell.value, cell.data_type) == ("=1+1.txt", "s")


@pytest.mark.parametrize("table", ["observations", "statements", "panel", "keywords", "documents"])
@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx", "jsonl"])
def test_an_empty_store_exports_empty_tables(service: Any, table: str, form: str) -> None:
    answer = service.http.get(f"/v1/exports/{table}", params={"format": form})
    assert answer.status_code == 200
    assert f'filename="{table}.{form}"' in answer.headers["content-disposition"]


def test_catalogue_and_versions_are_told(service: Any) -> None:
    catalogue = service.http.get("/v1/catalogue").json()
    known = {indicator["id"] for indicator in catalogue["indicators"]}
    assert {"gdp", "population", "loans"} <= known
    version = service.http.get("/v1/version").json()
    assert version["catalogue"] == catalogue["digest"]
    assert set(version["stages"]) == {"read", "clean", "segment", "extract"}
