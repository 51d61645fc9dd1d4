"""A misspelt name is an error that says what may have been meant; what matches can be counted."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from zhibiao.testing.forms import as_txt
from zhibiao.testing.reports import generate

PAGE = "<html><body><h1>页面不存在</h1><p>您访问的页面不存在，请返回首页。</p></body></html>"


@pytest.fixture(scope="module")
def filled(serve: Any) -> Any:
    """Run 1: two reports and a page that is none. Run 2: two files that cannot be read."""
    service = serve()
    reports = [generate(1, region="邯郸市", year=2022), generate(2, region="泉州市", year=2023)]
    service.submit(
        {f"{n}.txt": as_txt(report, "utf-8") for n, report in enumerate(reports)}
        | {"404.html": PAGE.encode()}
    )
    service.submit({"bad.bin": b"\x00\xff\x01" * 300, "worse.bin": b"\x00\xfe\x02" * 300})
    service.work()
    return service


def error_of(answer: httpx.Response) -> dict[str, Any]:
    error: dict[str, Any] = answer.json()["error"]
    return error


@pytest.mark.parametrize(
    "path",
    [
        "/v1/observations?indicator=gpd",
        "/v1/observations?indicator=gdp&indicator=gpd&format=csv",
        "/v1/exports/observations?indicator=gpd",
        "/v1/exports/panel?indicator=gpd",
        "/v1/runs/1/diff?indicator=gpd",
        "/v1/runs/1/diff?indicator=gpd&format=csv",
        "/v1/diff?before=1&after=2&indicator=gpd",
    ],
)
def test_a_misspelt_indicator_is_refused_with_the_nearest(filled: Any, path: str) -> None:
    answer = filled.http.get(path)
    assert answer.status_code == 422
    error = error_of(answer)
    assert error["code"] == "unknown_indicator"
    assert "gdp" in error["details"]["nearest"]
    assert "Did you mean" in error["message"]


def test_an_indicators_chinese_name_leads_to_its_id(filled: Any) -> None:
    answer = filled.http.get("/v1/observations", params={"indicator": "地区生产总值"})
    assert error_of(answer)["details"]["nearest"][0] == "gdp"


def test_an_indicator_that_only_the_store_still_knows_can_be_asked_for(filled: Any) -> None:
    from sqlalchemy import select, update

    from zhibiao.store.database.schema import observations

    with filled.store.write() as connection:
        first = connection.execute(
            select(observations.c.id).where(observations.c.indicator.is_not(None)).limit(1)
        ).scalar_one()
        connection.execute(
            update(observations).where(observations.c.id == first).values(indicator="former_one")
        )
    answer = filled.http.get("/v1/observations?indicator=former_one&scope=any")
    assert [found["id"] for found in answer.json()["observations"]] == [first]


@pytest.mark.parametrize("table", ["/v1/documents", "/v1/observations", "/v1/exports/panel"])
def test_a_regions_short_name_is_refused_with_its_full_one(filled: Any, table: str) -> None:
    answer = filled.http.get(table, params={"region": "诸暨"})
    assert answer.status_code == 422
    assert error_of(answer)["code"] == "unknown_region"
    assert error_of(answer)["details"]["nearest"] == ["诸暨市"]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/documents?",
        "/v1/observations?",
        "/v1/exports/panel?",
        "/v1/gold?",
        "/v1/search?text=发展&",
        "/v1/search/quantities?subject=企业&",
    ],
)
def test_a_code_of_no_region_is_refused_with_those_that_are_near(filled: Any, path: str) -> None:
    answer = filled.http.get(f"{path}region_code=330699")
    assert answer.status_code == 422, answer.text
    assert error_of(answer)["code"] == "unknown_region_code"
    assert "330600" in error_of(answer)["details"]["nearest"]
    assert "330600 绍兴市" in error_of(answer)["message"]
    for known in ("33", "330600"):
        assert filled.http.get(f"{path}region_code={known}").status_code == 200


def test_a_reprocessing_of_a_code_of_no_region_is_refused(filled: Any) -> None:
    for query in ("", "?dry_run=true"):
        answer = filled.http.post(f"/v1/reprocess{query}", json={"region_code": "330699"})
        assert answer.status_code == 422, answer.text
        assert error_of(answer)["details"]["nearest"][0] == "330600"
    answer = filled.http.post("/v1/reprocess?dry_run=true", json={"region_code": "33"})
    assert answer.status_code == 200


def test_a_region_without_reports_is_an_empty_answer_and_one_with_some_is_not(
    filled: Any,
) -> None:
    found = {
        region: filled.http.get("/v1/documents", params={"region": region}).json()["documents"]
        for region in ("诸暨市", "泉州市")
    }
    assert [len(each) for each in found.values()] == [0, 1]


def test_a_region_that_reports_were_of_at_another_time_can_be_asked_for(filled: Any) -> None:
    answer = filled.http.get("/v1/exports/panel", params={"region": "从前市", "as_of": "1"})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v1/documents?run=999", None),
        ("GET", "/v1/observations?run=999", None),
        ("GET", "/v1/observations?document=999", None),
        ("GET", "/v1/observations?document=999&format=csv", None),
        ("GET", "/v1/exports/panel?run=999", None),
        ("GET", "/v1/exports/documents?run=999", None),
        ("POST", "/v1/exports/keywords?run=999", {"keywords": ["数字经济"]}),
        ("GET", "/v1/runs/1/diff?document=999", None),
        ("GET", "/v1/runs/1/diff?document=4", None),
        ("POST", "/v1/reprocess?dry_run=true", {"run": 999}),
        ("POST", "/v1/reprocess?dry_run=true", {"documents": [1, 999]}),
        ("POST", "/v1/runs/1/retry", {"documents": [999]}),
        ("POST", "/v1/runs/1/retry", {"documents": [4]}),
        ("POST", "/v1/runs/1/rollback", {"document": 999}),
    ],
)
def test_an_unknown_run_or_document_is_not_found(
    filled: Any, method: str, path: str, body: Any
) -> None:
    answer = filled.http.request(method, path, json=body)
    assert answer.status_code == 404, answer.text
    assert error_of(answer)["code"] == "not_found"


def test_documents_in_which_nothing_was_found_can_be_asked_for(filled: Any) -> None:
    def names(**query: Any) -> list[str]:
        answer = filled.http.get("/v1/documents", params=query).json()
        return [found["source"] for found in answer["documents"]]

    assert names(barren="true") == ["404.html"]  # and not those that could not be read
    assert names(barren="true", run=1) == ["404.html"]
    assert names(barren="true", run=2) == []


def test_documents_come_newest_first_page_by_page_and_are_counted(filled: Any) -> None:
    def page(**query: Any) -> Any:
        query = {"order": "newest", "limit": 2, "count": "true", **query}
        return filled.http.get("/v1/documents", params=query).json()

    first = page()
    second = page(next=first["next"])
    third = page(next=second["next"])
    ids = [[found["id"] for found in each["documents"]] for each in (first, second, third)]
    assert ids == [[5, 4], [3, 2], [1]]
    assert [each["total"] for each in (first, second, third)] == [5, 5, 5]
    assert third["next"] is None
    assert page(run=2)["total"] == 2
    assert filled.http.get("/v1/documents").json()["total"] is None


def test_a_retry_leaves_quarantined_documents_alone_until_it_is_asked_for_them(
    filled: Any,
) -> None:
    def retried(**wanted: Any) -> int:
        answer = filled.http.post("/v1/runs/2/retry", json=wanted)
        assert answer.status_code == 200, answer.text
        filled.work()
        return int(answer.json()["documents"])

    assert retried() == 0
    assert retried(quarantined=True) == 2
    assert retried(quarantined=True, documents=[4]) == 1


def test_a_keyword_set_of_any_size_is_counted(filled: Any) -> None:
    terms = ["没有这个词", *(f"数字经济{number}" for number in range(3000)), "数字经济"]
    answer = filled.http.post(
        "/v1/exports/keywords?format=jsonl&region=泉州市", json={"keywords": terms}
    )
    assert answer.status_code == 200, answer.text
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [line["keyword"] for line in lines] == terms
    one = filled.http.get(
        "/v1/exports/keywords",
        params={"format": "jsonl", "region": "泉州市", "keyword": "数字经济"},
    )
    assert lines[-1] == json.loads(one.text)
    made_of = json.loads(answer.headers["x-zhibiao-manifest"])
    assert made_of["asked"]["keyword"]["terms"] == len(terms)
    assert len(made_of["asked"]["keyword"]["sha256"]) == 64
    shown = json.loads(one.headers["x-zhibiao-manifest"])
    assert shown["asked"]["keyword"] == ["数字经济"]
