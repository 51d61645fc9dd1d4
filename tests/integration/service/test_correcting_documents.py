"""A wrong region or year is corrected by hand, and stays corrected. The reports are invented."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from callers import table

import zhibiao.testing
from zhibiao.domain import Stage
from zhibiao.store.reprocessing import reruns
from zhibiao.store.reprocessing.outdated import Current, Selection

# Its title says another year than it is of: a slip that no rule can see through.
REPORT = (
    "清河县{year}年政府工作报告\n——在清河县第十六届人民代表大会第三次会议上\n"
    "一、过去一年工作回顾\n全年全县地区生产总值达到312.5亿元，增长6.8%。\n"
    "二、今年工作安排\n今年的主要预期目标是：地区生产总值增长7%左右。\n"
)
COMPENDIUM = Path(zhibiao.testing.__file__).parent / "samples" / "compendium.txt"
BYTES = REPORT.format(year=2022).encode()


def submitted(service: Any, files: dict[str, bytes], **form: str) -> list[int]:
    answer = service.submit(files, **form)
    assert answer.status_code == 202, answer.text
    service.work()
    found = service.http.get(f"/v1/runs/{answer.json()['id']}/documents").json()["documents"]
    return [document["id"] for document in found]


def patch(service: Any, document: int, **changes: Any) -> Any:
    answer = service.http.patch(f"/v1/documents/{document}", json=changes)
    assert answer.status_code == 200, answer.text
    service.work()
    return answer.json()


def known(service: Any, document: int) -> Any:
    return service.http.get(f"/v1/documents/{document}").json()


def periods(service: Any, document: int) -> set[tuple[str, int]]:
    found = service.http.get(f"/v1/documents/{document}/observations").json()["observations"]
    return {(each["status"], each["period_end"]) for each in found}


@pytest.fixture
def document(service: Any) -> int:
    return submitted(service, {"清河.txt": BYTES})[0]


def test_a_corrected_year_moves_the_years_of_its_observations(service: Any, document: int) -> None:
    assert periods(service, document) == {("actual", 2021), ("target", 2022)}
    answer = patch(service, document, year=2023)
    assert answer["run"] is not None
    found = known(service, document)
    assert (found["year"], found["review_year"], found["corrected"]) == (2023, 2022, ["year"])
    assert periods(service, document) == {("actual", 2022), ("target", 2023)}
    (correction,) = found["metadata_corrections"]
    assert (
        correction.items()
        >= {
            "field": "year",
            "value": 2023,
            "before": 2022,
            "by": "token",
            "in_force": True,
            "applied": True,
        }.items()
    )
    assert found["metadata_notes"]["decided_by"]["year"] == "corrected"


def test_a_region_is_corrected_by_name_or_by_code_with_all_that_follows_from_it(
    service: Any, document: int
) -> None:
    patch(service, document, region="彬州市")
    found = known(service, document)
    assert (found["region_code"], found["region"]) == ("610482", "彬州市")
    assert (found["province"], found["level"]) == ("陕西省", "county")
    patch(service, document, region_code="330700")
    assert known(service, document)["region"] == "金华市"
    earlier = known(service, document)["metadata_corrections"][1]
    assert (earlier["value"], earlier["in_force"], earlier["ended_by"]) == (
        *("610482", False),
        "token",
    )


def test_the_tables_have_the_corrected_place_and_say_that_it_was_corrected(
    service: Any, document: int
) -> None:
    patch(service, document, year=2023, region="彬州市")
    (wide,) = [row for row in table(service, "panel") if row["year"] == "2023"]
    assert (wide["region"], wide["gdp_growth_target"]) == ("彬州市", "7")
    for name in ("observations", "panel"):
        for row in table(service, name, **({"layout": "long"} if name == "panel" else {})):
            assert {"region_corrected", "year_corrected"} <= set(row["flags"].split()), name
    (row,) = table(service, "documents")
    assert row["corrected"] == "region_code year"
    assert {row["corrected"] for row in table(service, "coverage")} == {"region_code year"}


def test_it_stays_corrected_when_all_is_made_anew(service: Any, document: int) -> None:
    patch(service, document, year=2023)
    answer = service.http.post("/v1/reprocess", json={"all": True})
    assert answer.json()["plan"]["outdated"] == 1
    service.work()
    assert known(service, document)["year"] == 2023
    assert periods(service, document) == {("actual", 2022), ("target", 2023)}


def test_it_holds_for_the_same_bytes_submitted_again(service: Any, document: int) -> None:
    patch(service, document, year=2023)
    (again,) = submitted(service, {"again.txt": BYTES})
    assert known(service, again)["duplicate_of"] == document
    (told,) = submitted(service, {"told.txt": BYTES}, metadata='{"year": 2019, "speaker": "李明"}')
    assert (known(service, told)["year"], known(service, told)["speaker"]) == (2023, "李明")
    answer = service.http.patch(f"/v1/documents/{again}", json={"year": 2020})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "not_correctable")


def test_a_correction_of_one_print_of_the_same_bytes_corrects_the_others(service: Any) -> None:
    (one,) = submitted(service, {"a.txt": BYTES})
    (other,) = submitted(service, {"b.txt": BYTES}, metadata='{"speaker": "李明"}')
    patch(service, other, year=2023)
    assert [known(service, each)["year"] for each in (one, other)] == [2023, 2023]


def test_taking_it_back_brings_back_what_was_found(service: Any, document: int) -> None:
    patch(service, document, year=2023, region="彬州市")
    patch(service, document, year=None)
    found = known(service, document)
    assert (found["year"], found["region"], found["corrected"]) == (2022, "彬州市", ["region_code"])
    assert periods(service, document) == {("actual", 2021), ("target", 2022)}
    patch(service, document, region=None)
    assert known(service, document)["region"] == "清河县"


def test_what_is_there_already_begins_no_run(service: Any, document: int) -> None:
    assert patch(service, document, year=2023)["run"] is not None
    assert patch(service, document, year=2023)["run"] is None
    assert patch(service, document, speaker=None)["run"] is None


def test_a_document_under_way_takes_the_correction_along(service: Any, document: int) -> None:
    with service.store.write() as connection:
        now = service.store.now(connection)
        current = Current(versions=dict.fromkeys(Stage, "another"))
        chosen = Selection(documents=(document,), first=Stage.EXTRACT)
        run = reruns.begin(connection, chosen, current, now=now)
    answer = patch(service, document, year=2023)
    assert answer["run"] is None
    assert answer["document"]["metadata_corrections"][0]["applied"] is False
    assert known(service, document)["year"] == 2023
    accounts = service.http.get(f"/v1/runs/{run}").json()["accounts"]
    assert (accounts["done"], accounts["submitted"]) == (1, 1)
    assert periods(service, document) == {("actual", 2022), ("target", 2023)}


def test_a_rollback_behind_a_correction_is_outdated_and_made_anew(
    service: Any, document: int
) -> None:
    run = patch(service, document, year=2023)["run"]
    assert service.http.post(f"/v1/runs/{run}/rollback").json()["documents"] == 1
    found = known(service, document)
    assert (found["year"], found["metadata_corrections"][0]["applied"]) == (2022, False)
    service.http.post("/v1/reprocess", json={})
    service.work()
    assert known(service, document)["year"] == 2023


def test_a_file_that_cannot_be_read_is_counted_where_it_belongs(service: Any) -> None:
    (document,) = submitted(service, {"清河县2022.pdf": b"%PDF-1.4 broken"})
    assert patch(service, document, region="彬州市", year=2023)["run"] is None
    found = known(service, document)
    assert (found["state"], found["region"], found["year"]) == ("quarantined", "彬州市", 2023)


def test_one_report_of_a_file_of_several_is_corrected_alone(service: Any) -> None:
    documents = submitted(service, {"compendium.txt": COMPENDIUM.read_bytes()})
    before = [known(service, each)["year"] for each in documents]
    patch(service, documents[1], year=2010)
    expected = [before[0], 2010, *before[2:]]
    assert [known(service, each)["year"] for each in documents] == expected
    service.http.post("/v1/reprocess", json={"all": True})
    service.work()
    assert [known(service, each)["year"] for each in documents] == expected


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"year": 1889}, "1949"),
        ({"year": "soon"}, "year"),
        ({"region": "彬洲市"}, "彬州市"),
        ({"region": "朝阳区"}, "110105"),
        ({"region": "朝阳区", "province": "陕西省"}, "220104"),
        ({"region_code": "610483"}, "610482"),
        ({"region_code": "610482", "region": "金华市"}, "彬州市"),
        ({"province": "陕西省"}, "region"),
        ({"year": 2020, "review_year": 2021}, "2019"),
        ({"review_year": 2030}, "2030"),
        ({"delivered_on": "5 January"}, "date"),
        ({"colour": "red"}, "colour"),
        ({"title": ""}, "title"),
    ],
)
def test_what_cannot_be_is_refused_with_what_would_be_right(
    service: Any, document: int, changes: dict[str, Any], says: str
) -> None:
    answer = service.http.patch(f"/v1/documents/{document}", json=changes)
    assert answer.status_code == 422, answer.text
    assert says in answer.json()["error"]["message"]
    assert known(service, document)["metadata_corrections"] == []


def test_an_unknown_document_is_not_found(service: Any) -> None:
    assert service.http.patch("/v1/documents/77", json={"year": 2023}).status_code == 404


def test_what_is_deleted_takes_its_corrections_along(service: Any, document: int) -> None:
    patch(service, document, year=2023)
    run = known(service, document)["run"]
    assert service.http.delete(f"/v1/runs/{run}").status_code == 200
    (again,) = submitted(service, {"清河.txt": BYTES})
    assert known(service, again)["year"] == 2022
