"""Correcting by hand on a document's page, over HTTP. The report is invented."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from callers import browser_of
from later_versions import other_version
from selectolax.lexbor import LexborHTMLParser as Page

REPORT = (
    "清河县2022年政府工作报告\n——在清河县第十六届人民代表大会第三次会议上\n"
    "一、过去一年工作回顾\n全年全县地区生产总值达到312.5亿元，增长6.8%。\n"
    "二、今年工作安排\n今年的主要预期目标是：地区生产总值增长7%左右。\n"
).encode()


@pytest.fixture
def browser(service: Any) -> Iterator[httpx.Client]:
    assert service.submit({"清河.txt": REPORT}).status_code == 202
    service.work()
    with browser_of(service) as browser:
        yield browser


def fields_of(browser: httpx.Client) -> dict[str, str]:
    """What the form says when it is sent as it is."""
    form = Page(browser.get("/documents/1").text).css_first('form[action="/documents/1/metadata"]')
    fields = {field.attributes["name"]: field.attributes["value"] for field in form.css("input")}
    chosen = form.css_first("option[selected]").attributes["value"]
    return {**fields, "partial": chosen}  # type: ignore[dict-item]


def known(service: Any) -> Any:
    return service.http.get("/v1/documents/1").json()


def test_only_what_was_changed_in_the_form_is_corrected(service: Any, browser: Any) -> None:
    answer = browser.post("/documents/1/metadata", data={**fields_of(browser), "year": "2023"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/documents/1")
    waiting = Page(browser.get("/documents/1").text)
    assert waiting.css_first("[data-wait]").attributes["data-wait"] == "/v1/documents/1"
    service.work()
    assert (known(service)["year"], known(service)["corrected"]) == (2023, ["year"])
    page = Page(browser.get("/documents/1").text)
    assert not page.css("[data-wait]")
    assert "corrected" in page.css_first("p.line").text()
    assert "token" in page.css_first(".facts .links").text()


def test_an_emptied_field_and_the_button_beside_a_correction_take_it_back(
    service: Any, browser: Any
) -> None:
    fields = fields_of(browser)
    browser.post("/documents/1/metadata", data={**fields, "region": "610482", "year": "2023"})
    service.work()
    assert (known(service)["region"], known(service)["year"]) == ("彬州市", 2023)
    browser.post("/documents/1/metadata", data={**fields_of(browser), "region": ""})
    service.work()
    assert (known(service)["region"], known(service)["year"]) == ("清河县", 2023)
    browser.post("/documents/1/metadata", data={"csrf": fields["csrf"], "undo": "year"})
    service.work()
    assert (known(service)["year"], known(service)["corrected"]) == (2022, [])


@pytest.mark.parametrize(
    ("field", "written", "says"),
    [("year", "soon", "year"), ("region", "彬洲市", "彬州市"), ("year", "1066", "1949")],
)
def test_what_cannot_be_is_told_beside_the_form_which_keeps_what_was_written(
    service: Any, browser: Any, field: str, written: str, says: str
) -> None:
    answer = browser.post("/documents/1/metadata", data={**fields_of(browser), field: written})
    page = Page(answer.text)
    assert answer.status_code == 422
    assert says in page.css_first(".problem").text()
    assert page.css_first(f'input[name="{field}"]').attributes["value"] == written
    assert known(service)["metadata_corrections"] == []


def test_a_form_of_another_page_corrects_nothing(service: Any, browser: Any) -> None:
    answer = browser.post("/documents/1/metadata", data={"year": "2023"})
    assert answer.status_code == 403
    assert known(service)["metadata_corrections"] == []


def send(browser: Any, service: Any, **fields: Any) -> Any:
    page = Page(browser.get("/documents/1").text)
    form = page.css_first("#correction")
    known = {each.attributes["name"]: each.attributes["value"] for each in form.css("input")}
    return browser.post("/documents/1/corrections", data={**known, **fields})


def observed(service: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = service.http.get("/v1/observations").json()["observations"]
    return found


def test_the_buttons_of_an_observation_correct_it_and_the_list_takes_it_back(
    service: Any, browser: Any
) -> None:
    level = next(each for each in observed(service) if each["measure"] == "level")
    answer = send(browser, service, kind="edited", observation=level["id"], value="312.6",
                  start=level["start"], end=level["end"])  # fmt: skip
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"] == f"/documents/1#{level['start']}-{level['end']}"
    assert [e["value"] for e in observed(service) if e["measure"] == "level"] == [312.6]
    page = Page(browser.get("/documents/1").text)
    assert "312.5" in page.css_first("#found tr.overruled").text()
    assert send(browser, service, undo="1").status_code == 303
    assert [e["value"] for e in observed(service) if e["measure"] == "level"] == [312.5]


def test_a_missing_one_is_added_by_its_words(service: Any, browser: Any) -> None:
    stated = {"indicator": "gdp", "measure": "level", "unit": "亿元", "period_end": "2020"}
    answer = send(
        browser, service, kind="added", value="312.5", evidence="总值达到312.5亿元", **stated
    )
    assert answer.status_code == 303, answer.text
    assert [e["corrected"] for e in observed(service) if e["period_end"] == 2020] == ["added"]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"kind": "added", "evidence": "地区生产总值", "value": "7"}, "2 times"),
        ({"kind": "added", "value": "7"}, "indicator"),
        ({"kind": "edited", "observation": "1", "unit": "亿圆"}, "亿圆"),
        ({"kind": "green", "observation": "1"}, "kind"),
        ({"kind": "wrong", "observation": "99"}, "99"),
    ],
)
def test_what_cannot_be_corrected_so_is_told_beside_the_form(
    service: Any, browser: Any, fields: dict[str, str], says: str
) -> None:
    answer = send(browser, service, **fields)
    assert answer.status_code == 422
    assert says in Page(answer.text).css_first("#correcting .problem").text()


def test_a_report_is_marked_as_checked_in_full(service: Any, browser: Any) -> None:
    secret = fields_of(browser)["csrf"]
    browser.post("/documents/1/checked", data={"csrf": secret, "checked": "true"})
    assert {each["corrected"] for each in observed(service)} == {"right"}
    assert known(service)["checked"]
    browser.post("/documents/1/checked", data={"csrf": secret, "checked": "false"})
    assert known(service)["checked"] is None


def test_what_a_run_has_changed_says_whether_it_agrees_with_what_was_corrected(
    service: Any, browser: Any
) -> None:
    level = next(each for each in observed(service) if each["measure"] == "level")
    send(browser, service, kind="edited", observation=level["id"], value="412.5",
         start=level["start"], end=level["end"])  # fmt: skip
    said = {
        changed: Page(browser.get(f"/runs/{run}/changes").text).css("tbody td:last-child")
        for changed, run in [
            ("412.5", other_version(service, "312.5", "412.5")),
            ("9.8%", other_version(service, "6.8%", "9.8%")),
        ]
    }
    assert [cell.text(strip=True) for cell in said["412.5"]] == ["editedthis version agrees"]
    assert sorted(cell.text(strip=True) for cell in said["9.8%"]) == [
        "",
        "editedthis version says otherwise",
    ]
