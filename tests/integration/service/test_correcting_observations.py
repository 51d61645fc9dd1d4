"""What people say of observations counts in all tables, and outlives every version of the rules.

The reports are invented.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from callers import table
from later_versions import other_version, reprocess

from tasks import stage_work
from zhibiao.domain import Stage
from zhibiao.store.reprocessing import reruns
from zhibiao.store.reprocessing.outdated import Current, Selection

REPORT = (
    "清河县2023年政府工作报告\n——2023年1月5日在清河县第十六届人民代表大会第三次会议上\n"
    "一、2022年工作回顾\n全县地区生产总值达到312.5亿元，增长6.8%。粮食生产再获丰收，产粮大县地位巩固。\n"
    "全年社会消费品零售总额增长5.2%。\n"
    "二、2023年工作安排\n今年的主要预期目标是：地区生产总值增长7%左右。\n"
)
MISSED = "产粮大县地位巩固"


@pytest.fixture
def service(serve: Any) -> Any:
    """With one report, done."""
    return _with_a_report(serve)


def _with_a_report(serve: Any) -> Any:
    running = serve()
    assert running.submit({"清河.txt": REPORT.encode()}).status_code == 202
    running.work()
    return running


@pytest.fixture(scope="module")
def untouched(serve: Any) -> Any:
    """One that no test changes."""
    return _with_a_report(serve)


def seen(service: Any, **query: Any) -> list[dict[str, Any]]:
    answer = service.http.get("/v1/observations", params={"document": 1, **query})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["observations"]
    return found


def one(service: Any, indicator: str, measure: str, status: str = "actual") -> dict[str, Any]:
    (found,) = [
        each
        for each in seen(service, indicator=indicator, status=status)
        if each["measure"] == measure
    ]
    return found


def correct(service: Any, kind: str, observation: Any = None, **stated: Any) -> Any:
    body: dict[str, Any] = {"kind": kind}
    if observation is not None:
        body["observation"] = observation["id"]
    if stated:
        body["stated"] = stated
    answer = service.http.post("/v1/documents/1/corrections", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["corrections"]


def added(service: Any) -> Any:
    start = REPORT.index("零售总额增长5.2%")
    return correct(
        service,
        "added",
        indicator="retail_sales",
        measure="growth",
        value=5.4,
        unit="%",
        period_end=2021,
        start=start,
        end=start + len("零售总额增长5.2%"),
    )


def test_a_wrong_observation_is_gone_from_every_table(service: Any) -> None:
    growth = one(service, "gdp", "growth")
    (correction, *_) = correct(service, "wrong", growth)
    assert (
        correction.items()
        >= {
            "kind": "wrong",
            "by": "token",
            "in_force": True,
            "agrees": False,
            "meant": None,
        }.items()
    )
    assert correction["found"]["evidence"] == growth["evidence"]
    assert growth["id"] not in [each["id"] for each in seen(service)]
    for name, query in (("observations", {}), ("panel", {"layout": "long"})):
        rows = table(service, name, **query)
        kinds = [(row["indicator"], row["measure"], row["status"]) for row in rows]
        assert ("gdp", "growth", "actual") not in kinds
        assert ("gdp", "growth", "target") in kinds
    (wide,) = [row for row in table(service, "panel") if row["year"] == "2022"]
    assert "gdp_growth_actual" not in wide
    assert wide["gdp_level_actual"] == "31250000000"
    reasons = {row["indicator"]: row["outturn_measures"] for row in table(service, "coverage")}
    assert reasons["gdp"] == "level"


def test_an_edited_observation_counts_as_edited_and_says_so(service: Any) -> None:
    correct(service, "edited", one(service, "gdp", "level"), value=3125, unit="亿元", bound="ge")
    found = one(service, "gdp", "level")
    assert (found["value"], found["bound"], found["corrected"]) == (3125, "ge", "edited")
    assert (found["base_value"], found["certain"], found["doubts"]) == (312_500_000_000, True, [])
    (cell,) = [
        row
        for row in table(service, "panel", layout="long")
        if (row["indicator"], row["measure"]) == ("gdp", "level")
    ]
    assert (cell["value"], cell["corrected"], cell["competing"]) == ("312500000000", "edited", "0")


def test_an_added_observation_counts_with_its_sentence(service: Any) -> None:
    (correction, *_) = added(service)
    assert correction["placed"]
    (found,) = [each for each in seen(service) if each["corrected"]]
    assert (found["value"], found["period_end"], found["corrected"]) == (5.4, 2021, "added")
    assert found["sentence"] == "全年社会消费品零售总额增长5.2%。"
    assert REPORT[found["number_start"] : found["number_end"]] == "5.2"
    shown = service.http.get(f"/v1/observations/{found['id']}").json()
    assert shown["number"] == "5.2"


def test_a_confirmed_observation_is_certain_and_marked(service: Any) -> None:
    correct(service, "right", one(service, "retail_sales", "growth"))
    assert one(service, "retail_sales", "growth")["corrected"] == "right"
    assert len(correct(service, "right", one(service, "retail_sales", "growth"))) == 1
    rows = {row["indicator"]: row["corrected"] for row in table(service, "observations")}
    assert (rows["retail_sales"], rows["gdp"]) == ("right", "")


def test_who_asks_for_what_was_found_gets_it(service: Any) -> None:
    before = [(each["indicator"], each["value"]) for each in seen(service)]
    correct(service, "wrong", one(service, "gdp", "growth"))
    correct(service, "edited", one(service, "gdp", "level"), value=1)
    correct(service, "right", one(service, "retail_sales", "growth"))
    added(service)
    found = seen(service, corrections="false")
    assert [(each["indicator"], each["value"]) for each in found] == before
    assert {each["corrected"] for each in found} == {None}
    (wide,) = [r for r in table(service, "panel", corrections="false") if r["year"] == "2022"]
    assert (wide["gdp_growth_actual"], wide["gdp_level_actual"]) == ("6.8", "31250000000")


def test_corrections_outlive_reprocessing(service: Any) -> None:
    correct(service, "wrong", one(service, "gdp", "growth"))
    correct(service, "edited", one(service, "gdp", "level"), value=3125)
    added(service)
    before = [(e["indicator"], e["value"], e["corrected"]) for e in seen(service)]
    reprocess(service)
    assert [(e["indicator"], e["value"], e["corrected"]) for e in seen(service)] == before


def test_taking_a_correction_back_brings_back_what_was_found(service: Any) -> None:
    before = [(each["indicator"], each["value"]) for each in seen(service)]
    correct(service, "wrong", one(service, "gdp", "growth"))
    correct(service, "edited", one(service, "gdp", "level"), value=3125)
    corrections = added(service)
    for each in corrections:
        answer = service.http.delete(f"/v1/documents/1/corrections/{each['id']}")
        assert answer.status_code == 200
    listed = service.http.get("/v1/documents/1/corrections").json()["corrections"]
    assert [(e["in_force"], e["ended_by"]) for e in listed] == [(False, "token")] * 3
    assert [(each["indicator"], each["value"]) for each in seen(service)] == before
    assert service.http.delete(f"/v1/documents/1/corrections/{listed[0]['id']}").status_code == 404


def test_what_was_corrected_can_be_corrected_again(service: Any) -> None:
    correct(service, "edited", one(service, "gdp", "level"), value=3125)
    correct(service, "edited", one(service, "gdp", "level"), value=3126)
    assert one(service, "gdp", "level")["value"] == 3126
    correct(service, "wrong", one(service, "gdp", "level"))
    assert not [e for e in seen(service, indicator="gdp") if e["measure"] == "level"]
    (latest, *_) = added(service)
    (mine,) = [each for each in seen(service) if each["id"] == latest["observation"]]
    answer = correct(service, "wrong", mine)
    assert [each["in_force"] for each in answer] == [False, True, False, False]
    assert one(service, "retail_sales", "growth")["value"] == 5.2


def words_of(service: Any, run: int) -> dict[tuple[str, str], tuple[Any, Any]]:
    changes = service.http.get(f"/v1/runs/{run}/diff").json()["changes"]
    return {
        (each["change"], each["indicator"]): (each["correction"], each["agrees"])
        for each in changes
    }


def test_a_later_version_that_agrees_is_told_from_one_that_does_not(service: Any) -> None:
    correct(service, "edited", one(service, "gdp", "level"), value=412.5)
    correct(service, "right", one(service, "retail_sales", "growth"))
    agreeing = other_version(service, "312.5", "412.5")
    assert words_of(service, agreeing)["changed", "gdp"] == ("edited", True)
    assert one(service, "gdp", "level")["corrected"] == "edited"
    listed = service.http.get("/v1/documents/1/corrections").json()["corrections"]
    assert {each["kind"]: each["agrees"] for each in listed} == {"edited": True, "right": True}
    differing = other_version(service, "5.2%", "9.9%")
    words = words_of(service, differing)
    assert words["changed", "gdp"] == ("edited", False)
    assert words["changed", "retail_sales"] == ("right", False)
    # The person's word stands, whatever the version says.
    assert one(service, "gdp", "level")["value"] == 412.5
    assert one(service, "retail_sales", "growth")["value"] == 5.2


def test_an_observation_that_a_later_version_does_not_find_stays_where_it_was_confirmed(
    service: Any,
) -> None:
    correct(service, "right", one(service, "retail_sales", "growth"))
    run = other_version(service, "社会消费品零售总额", "某某某某某某某某某")
    assert words_of(service, run)["vanished", "retail_sales"] == ("right", False)
    found = one(service, "retail_sales", "growth")
    assert (found["value"], found["corrected"]) == (5.2, "right")


def test_a_wrong_one_that_a_later_version_does_not_find_is_agreed_with(service: Any) -> None:
    correct(service, "wrong", one(service, "retail_sales", "growth"))
    run = other_version(service, "社会消费品零售总额", "某某某某某某某某某")
    assert words_of(service, run)["vanished", "retail_sales"] == ("wrong", True)
    (correction,) = service.http.get("/v1/documents/1/corrections").json()["corrections"]
    assert correction["agrees"] is True


def test_a_text_that_is_read_anew_keeps_its_corrections(service: Any) -> None:
    correct(service, "wrong", one(service, "gdp", "growth"))
    added(service)
    honest = stage_work.pipeline.read

    def read(content: bytes, name: str) -> Any:
        (document,) = honest(content, name)
        text = "某某网\n\n" + document.text.replace("零售总额增长", "零售总额\n增长")
        return [replace(document, text=text)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stage_work.pipeline, "read", read)
        reprocess(service)
    assert not [
        e for e in seen(service, indicator="gdp", status="actual") if e["measure"] == "growth"
    ]
    (found,) = [each for each in seen(service) if each["corrected"] == "added"]
    raw = service.http.get("/v1/documents/1/text", params={"form": "raw"}).text
    assert raw[found["start"] : found["end"]] == found["evidence"] == "零售总额\n增长5.2%"
    assert raw[found["number_start"] : found["number_end"]] == "5.2"


def test_looking_back_shows_what_readers_saw_then(service: Any) -> None:
    before = table(service, "observations")
    then = manifest(service)["as_of"]
    correct(service, "wrong", one(service, "gdp", "growth"))
    added(service)
    now = manifest(service)
    assert now["corrections"] == 2
    assert table(service, "observations", as_of=then) == before
    assert table(service, "observations", as_of=now["as_of"]) == table(service, "observations")
    reprocess(service)
    assert len(table(service, "observations", as_of=then)) == len(before)


def manifest(service: Any) -> Any:
    answer = service.http.get("/v1/exports/observations", params={"format": "csv"})
    return json.loads(answer.headers["x-zhibiao-manifest"])


def test_a_rolled_back_run_leaves_the_corrections(service: Any) -> None:
    run = other_version(service, "5.2%", "9.9%")
    correct(service, "right", one(service, "gdp", "level"))
    assert service.http.post(f"/v1/runs/{run}/rollback").json()["documents"] == 1
    assert one(service, "retail_sales", "growth")["value"] == 5.2
    assert one(service, "gdp", "level")["corrected"] == "right"


def test_the_same_bytes_submitted_with_other_metadata_are_corrected_too(service: Any) -> None:
    correct(service, "wrong", one(service, "gdp", "growth"))
    service.submit({"again.txt": REPORT.encode()}, metadata='{"speaker": "李明"}')
    service.work()
    found = service.http.get("/v1/documents/2/observations").json()["observations"]
    assert found
    assert not [e for e in found if (e["indicator"], e["measure"]) == ("gdp", "growth")
                and e["status"] == "actual"]  # fmt: skip


def test_a_checked_report_has_all_it_shows_confirmed(service: Any) -> None:
    correct(service, "wrong", one(service, "gdp", "growth"))
    answer = service.http.put("/v1/documents/1/checked").json()
    assert answer["confirmed"] == 3
    assert {each["corrected"] for each in seen(service)} == {"right"}
    assert service.http.get("/v1/documents/1").json()["checked"]["by"] == "token"
    assert service.http.put("/v1/documents/1/checked").json()["confirmed"] == 0
    assert service.http.delete("/v1/documents/1/checked").status_code == 204
    assert service.http.get("/v1/documents/1").json()["checked"] is None


@pytest.mark.parametrize(
    ("kind", "stated", "says"),
    [
        ("edited", {"indicator": "gpd"}, "gdp"),
        ("edited", {"unit": "亿圆"}, "亿元"),
        ("edited", {"unit": "%"}, "元"),
        ("edited", {"measure": "growth"}, "unit"),
        ("edited", {"period_start": 2030}, "2022"),
        ("edited", {"value_high": 5}, "value_high"),
        ("edited", {"value": "much"}, "value"),
        ("edited", {"start": 3, "end": 2}, "3-2"),
        ("edited", {"start": 0, "end": 3}, "number"),
        ("edited", {"colour": "red"}, "colour"),
        ("edited", None, "stated"),
        ("wrong", {"value": 3}, "edit it"),
        ("added", {"value": 3}, "observation"),
    ],
)
def test_what_cannot_be_is_refused_with_what_would_be_right(
    untouched: Any, kind: str, stated: Any, says: str
) -> None:
    service = untouched
    body = {"kind": kind, "observation": one(service, "gdp", "level")["id"], "stated": stated}
    answer = service.http.post("/v1/documents/1/corrections", json=body)
    assert answer.status_code == 422, answer.text
    assert says in answer.json()["error"]["message"]
    assert service.http.get("/v1/documents/1/corrections").json()["corrections"] == []


def test_an_observation_of_another_document_is_not_found(untouched: Any) -> None:
    service = untouched
    body = {"kind": "wrong", "observation": 99_999}
    assert service.http.post("/v1/documents/1/corrections", json=body).status_code == 404
    assert service.http.post("/v1/documents/7/corrections", json=body).status_code == 404


def test_a_document_that_is_not_extracted_yet_is_not_corrected(service: Any) -> None:
    service.submit({"b.txt": REPORT.replace("清河", "清水河").encode()})
    body = {"kind": "wrong", "observation": 1}
    answer = service.http.post("/v1/documents/2/corrections", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "not_correctable")


def test_a_correction_made_while_the_document_is_under_way_is_kept(service: Any) -> None:
    with service.store.write() as connection:
        now = service.store.now(connection)
        reruns.begin(
            connection,
            Selection(documents=(1,), first=Stage.READ),
            Current(versions=dict.fromkeys(Stage, "another")),
            now=now,
        )
    correct(service, "wrong", one(service, "gdp", "growth"))
    service.work()
    assert not [
        e for e in seen(service, indicator="gdp", status="actual") if e["measure"] == "growth"
    ]
