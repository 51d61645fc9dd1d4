"""Full-text search over the stored reports, through the API, the library and the command line."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

import zhibiao
from zhibiao.store.outputs import text_index
from zhibiao.store.queries import quantities
from zhibiao.store.queries import search as searching

# Invented for these tests.
REPORT = """{region}政府工作报告
——{year}年1月5日在{region}第五届人民代表大会第三次会议上
各位代表：
一、{last}年工作回顾
改造老旧小区40个。5G基站建成200个。安装健身器材30套。
二、存在的问题
老旧小区配套不足。
三、{year}年工作安排
推进老旧小区改造，建设100%绿色社区_示范点。
"""
PLACES = {"榆林市": "610800", "延安市": "610600", "长沙市": "430100"}


@pytest.fixture(scope="module")
def filled(serve: Any) -> Any:
    running = serve()
    files = {
        f"{region}{year}.txt": REPORT.format(region=region, year=year, last=year - 1).encode()
        for region in PLACES
        for year in (2022, 2023)
    }
    running.submit({**files, "又一份榆林市2023.txt": files["榆林市2023.txt"] + b"\n"})
    running.work()
    return running


def hits(filled: Any, **query: Any) -> list[dict[str, Any]]:
    answer = filled.http.get("/v1/search", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()["hits"]


def test_each_place_is_found_with_its_span_and_what_stands_around_it(filled: Any) -> None:
    found = hits(filled, text="老旧小区", context=6)
    assert len(found) == 6 * 3  # the second print of a report is not searched
    for hit in found:
        url = f"/v1/documents/{hit['document_id']}/text"
        raw, clean = (filled.http.get(url, params={"form": form}).text for form in ("raw", "clean"))
        assert raw[hit["start"] : hit["end"]] == hit["found"] == "老旧小区"
        start, end = hit["clean_start"], hit["clean_end"]
        around = hit["before"] + hit["found"] + hit["after"]
        assert around == clean[max(0, start - 6) : end + 6]
    assert [hit["section_kind"] for hit in found[:3]] == ["review", "problems", "plan"]
    assert found[1]["heading"] == "二、存在的问题"


def test_filters_narrow_the_search(filled: Any) -> None:
    assert {h["region"] for h in hits(filled, text="老旧小区", region="延安市")} == {"延安市"}
    of_shaanxi = hits(filled, text="老旧小区", region_code="61", year_from=2023)
    assert {(h["region"], h["year"]) for h in of_shaanxi} == {("榆林市", 2023), ("延安市", 2023)}
    planned = hits(filled, text="老旧小区", section="plan", year_to=2022)
    assert {(h["section_kind"], h["year"]) for h in planned} == {("plan", 2022)}
    assert len(planned) == 3


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("%", 6),
        ("_示", 6),
        ("区", 24),
        ("5g基站", 6),
        (".", 0),
        ("没有这句话", 0),
        ("小区 配套", 6),
    ],
)
def test_any_text_is_taken_as_it_stands(filled: Any, text: str, count: int) -> None:
    assert len(hits(filled, text=text)) == count


def test_pages_put_together_are_all_hits(filled: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = hits(filled, text="小区")
    with filled.client as client:
        assert list(client.search("小区", limit=1)) == whole
        monkeypatch.setattr(searching.search, "__kwdefaults__", {"after": 0, "seconds": 0})
        assert list(client.search("小区")) == whole  # each page's time is over at once


def test_the_library_gives_a_frame(filled: Any) -> None:
    with zhibiao.connect(filled.url, token=filled.token) as service:
        found = service.search("老旧小区", region_code="43")
        assert found.region_code.tolist() == ["430100"] * 6
        assert str(found.start.dtype) == "Int64"
        assert len(service.search("老旧小区", limit=4)) == 4
        assert len(service.search("没有这句话")) == 0


def test_the_command_line_prints_places_by_report(
    filled: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    from zhibiao.cli.main import run

    monkeypatch.setenv("ZHIBIAO_URL", filled.url)
    monkeypatch.setenv("ZHIBIAO_TOKEN", filled.token)
    assert run(["search", "老旧小区", "--region", "长沙市", "--year-from", "2023"]) == 0
    printed = capsys.readouterr()
    assert re.search(r"长沙市 2023  长沙市2023\.txt", printed.out)
    assert printed.out.count("【老旧小区】") == 3
    assert run(["search", "老旧小区", "--limit", "2", "--json"]) == 0
    printed = capsys.readouterr()
    assert len([json.loads(line) for line in printed.out.splitlines()]) == 2
    assert "--limit" in printed.err
    assert run(["search", "没有这句话"]) == 0
    assert "No report says 没有这句话." in capsys.readouterr().err
    assert run(["search", "基站", "--quantities", "--region", "长沙市"]) == 0
    assert len(re.findall(r"基站 \S+ 200个", capsys.readouterr().out)) == 2
    assert run(["search", "基站", "--quantities", "--section", "plan"]) == 2
    assert "--section" in capsys.readouterr().err


def numbers(filled: Any, **query: Any) -> list[dict[str, Any]]:
    answer = filled.http.get("/v1/search/quantities", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()["observations"]


def test_numbers_are_found_by_what_they_are_of(filled: Any) -> None:
    found = numbers(filled, subject="基站")
    assert len(found) == 6  # the second print of a report is not searched
    assert {(each["value"], each["indicator"]) for each in found} == {(200, "base_stations_5g")}
    assert all("基站" in each["subject"] and each["sentence"] for each in found)
    assert numbers(filled, subject="5g 基站", region_code="43", year_from=2023) == [
        each for each in found if (each["region"], each["year"]) == ("长沙市", 2023)
    ]
    of_no_indicator = numbers(filled, subject="健身器材", year_to=2022, region="延安市")
    assert [(each["value"], each["unit"], each["indicator"]) for each in of_no_indicator] == [
        (30, "套", None)
    ]
    assert numbers(filled, subject="没有这个") == []
    assert numbers(filled, subject="%") == []


def test_pages_of_numbers_put_together_are_all(
    filled: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = numbers(filled, subject="基站")
    monkeypatch.setattr(quantities, "_BATCH_DOCUMENTS", 2)
    monkeypatch.setattr(quantities.search_quantities, "__kwdefaults__", {"after": 0, "seconds": 0})
    page = filled.http.get("/v1/search/quantities", params={"subject": "基站"}).json()
    assert 0 < len(page["observations"]) < 6
    with filled.client as client:
        assert list(client.quantities("基站", limit=1)) == whole
    with zhibiao.connect(filled.url, token=filled.token) as service:
        frame = service.quantities("基站")
        assert frame.value.tolist() == [200] * 6
        assert str(frame.value.dtype) == "Float64"


def test_a_filled_index_changes_nothing_that_is_found(filled: Any) -> None:
    asked = ("老旧小区", "区", "5g", "100%绿", "小区 配套", "没有这句话")
    before = [hits(filled, text=each) for each in asked]
    assert text_index.fill(filled.store) == 6
    assert [hits(filled, text=each) for each in asked] == before


@pytest.mark.parametrize("query", ["", "text=", "text=%20", "text=a&section=middle", "text=%00"])
def test_a_bad_question_is_refused(filled: Any, query: str) -> None:
    answer = filled.http.get(f"/v1/search?{query}")
    assert answer.status_code == 422
    unknown = filled.http.get("/v1/search", params={"text": "a", "region": "榆林"})
    assert unknown.json()["error"]["code"] == "unknown_region"
