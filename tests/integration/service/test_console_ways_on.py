"""Where a page counts something or finds nothing, it leads on to what that is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from callers import browser_of
from selectolax.lexbor import LexborHTMLParser as Page

from api.console.routes import reprocessing

REPORT = "清河县2023年政府工作报告\n去年，全县地区生产总值达到312.5亿元，增长6.8%。\n".encode()
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(scope="module")
def browser(serve: Any) -> Iterator[httpx.Client]:
    """A report; the same again, one of no region, files that are none; and one that waits."""
    service = serve()
    service.submit({"a.txt": REPORT})
    service.submit(
        {
            "b.txt": REPORT,
            "c.txt": REPORT.replace("清河县2023年".encode(), b""),
            "d.txt": b"",
            "e.txt": "两岸杨柳依依。\n".encode(),
        }
    )
    service.work()
    service.submit({"f.txt": REPORT.replace("清河县".encode(), "长沙市".encode())})
    with browser_of(service) as browser:
        browser.headers.update(ENGLISH)
        yield browser


def page(browser: httpx.Client, path: str) -> Page:
    answer = browser.get(path)
    assert answer.status_code == 200
    return Page(answer.text)


def links(found: Page, selector: str) -> dict[str, str]:
    return {
        node.text().strip(): node.attributes["href"] or "" for node in found.css(f"{selector} a")
    }


def test_a_plan_says_why_documents_are_left_alone_and_which(browser: httpx.Client) -> None:
    plan = page(browser, "/reprocess")
    reasons = plan.css("#left-alone li")
    said = dict(each.text().strip().rsplit(": ", 1) for each in reasons)
    assert said == {
        "being worked on": "1",
        "duplicates": "1",
        "refused as it came": "1",
    }
    whole = links(plan, ".counts")
    assert any(name.startswith("3 ") and to == "#left-alone" for name, to in whole.items())
    to = links(plan, "#left-alone")
    listed = page(browser, to["duplicates"])
    assert [row.text().strip() for row in listed.css("td.name a")] == ["b.txt"]
    assert page(browser, to["being worked on"]).css(".status.running")
    assert page(browser, to["refused as it came"]).css("tbody .state.quarantined")


def test_the_lists_behind_a_plan_are_narrowed_as_it_is(browser: httpx.Client) -> None:
    plan = page(browser, "/reprocess?run=2")
    assert links(plan, "#left-alone")["duplicates"] == "/documents?run=2&state=duplicate"
    done = next(to for to in links(plan, ".counts").values() if to.startswith("/documents"))
    assert done == "/documents?run=2&state=done"


def test_a_run_leads_to_what_lacks_something_only_where_anything_does(
    browser: httpx.Client,
) -> None:
    unknown, nothing = "Documents of an unknown region or year", "Documents without an indicator"
    to = links(page(browser, "/runs/2"), ".buttons")
    for name, file in ((unknown, "c.txt"), (nothing, "e.txt")):
        listed = page(browser, to[name])
        assert [row.text().strip() for row in listed.css("td.name a")] == [file]
    assert not {unknown, nothing} & links(page(browser, "/runs/1"), ".buttons").keys()


def test_a_list_says_of_which_reports_no_panel_holds_anything(browser: httpx.Client) -> None:
    marked = {
        row.css_first("td.name a").text().strip()
        for row in page(browser, "/documents").css("tbody tr")
        if "in no panel" in row.text()
    }
    assert marked == {"c.txt"}


def test_a_search_of_numbers_that_finds_none_leads_to_the_texts(browser: httpx.Client) -> None:
    found = page(browser, "/search?of=quantities&text=达到&region_code=13")
    (to,) = links(found, ".empty").values()
    assert "of=" not in to
    assert page(browser, to).css_first("td.sentence mark").text() == "达到"


def test_a_change_says_what_differs_where_both_sides_look_alike(
    serve: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A page without time shows one document's changes even so.
    monkeypatch.setattr(reprocessing, "_SECONDS", -1.0)
    catalogue = tmp_path / "catalogue.toml"
    catalogue.write_text("", "utf-8")
    service = serve(catalogue=catalogue)
    text = "清河县2023年政府工作报告\n去年，全县金融机构贷款余额达到800亿元。\n"
    service.submit({"a.txt": text.encode()})
    service.work()
    catalogue.write_text(
        '[[indicator]]\nid = "own_loans"\nname = "Own loans"\nname_zh = "自有贷款"\n'
        'aliases = ["金融机构贷款余额"]\nunits = ["亿元"]\nbase_unit = "元"\n',
        "utf-8",
    )
    assert service.http.post("/v1/reprocess").status_code == 202
    service.work()
    with browser_of(service) as browser:
        browser.headers.update(ENGLISH)
        (row,) = page(browser, "/runs/2/changes").css("tbody tr")
        what = " ".join(row.css("td")[1].text().split())
    assert what.endswith("→ Own loans different: indicator")
