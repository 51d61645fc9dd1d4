"""The console as a browser meets it, over HTTP: what is shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from callers import BROWSER, browser_of, secret_of
from selectolax.lexbor import LexborHTMLParser as Page

PAGES = (
    *("/", "/submit", "/runs", "/runs/1", "/documents", "/documents/1", "/observations"),
    *(
        "/panel",
        "/coverage",
        "/keywords",
        "/search",
        "/reprocess",
        "/runs/1/changes",
        "/failures",
        "/system",
    ),
    *("/access", "/audit"),
)
REPORT = (
    "清河县2023年政府工作报告\n——2023年1月5日在清河县第十六届人民代表大会第三次会议上\n"
    "一、2022年工作回顾\n全县地区生产总值达到312.5亿元，增长6.8%。\n"
    "二、2023年工作安排\n今年的主要预期目标是：地区生产总值增长7%左右。\n"
)
OWN_INDICATOR = """
[[indicator]]
id = "snow_lotus_output"
name = "Snow lotus output"
name_zh = "雪莲草产量"
aliases = ["雪莲草产量"]
units = ["吨"]
base_unit = "公斤"
"""
# In names, in texts, wherever people can write.
NASTY = "<script>alert(1)</script> \"'&amp;<b> \u202e\u0627\u0644 🙂"


@pytest.fixture(scope="module")
def shared(serve: Any) -> Any:
    """A service with one report, an unreadable file and a report of nasty words."""
    service = serve()
    files = {"清河.txt": REPORT.encode(), f"{NASTY}.xyz": b"\x00\x01", f"{NASTY}.txt": b""}
    files["nasty.txt"] = REPORT.replace("全县地区", f"{NASTY}。全县地区").encode()
    assert service.submit(files, label=NASTY).status_code == 202
    service.work()
    return service


@pytest.mark.parametrize("path", PAGES)
def test_who_has_not_logged_in_is_led_to_the_log_in_and_back(shared: Any, path: str) -> None:
    with httpx.Client(base_url=shared.url, headers=BROWSER, trust_env=False) as stranger:
        answer = stranger.get(f"{path}?year_from=2020")
        assert answer.status_code == 303
        login = Page(stranger.get(answer.headers["location"]).text)
    to = login.css_first("input[name=to]").attributes["value"]
    assert to == ("/" if path == "/" else f"{path}?year_from=2020")


@pytest.mark.parametrize("path", [*PAGES, "/login", "/nowhere", "/documents/999"])
def test_a_page_may_load_nothing_from_elsewhere(browser: httpx.Client, path: str) -> None:
    answer = browser.get(path)
    assert answer.headers["content-type"].startswith("text/html")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "://" not in policy
    page = Page(answer.text)
    assert not page.css("[style]")
    assert not [node for node in page.css("script") if node.text()]
    for node in page.css("link[href], script[src]"):
        address = node.attributes.get("href") or node.attributes["src"] or ""
        assert address.startswith(("/static/", "data:"))
        if address.startswith("/"):
            assert browser.get(address).status_code == 200


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("en-GB,en;q=0.9", "en"),
        ("fr, zh;q=0.2, en;q=0.7", "en"),
        ("en;q=0, zh-TW", "zh-CN"),
        ("*", "en"),
        (";;q=x,,", "en"),
    ],
)
def test_the_browsers_language_decides(shared: Any, accepted: str, language: str) -> None:
    headers = {**BROWSER, "Accept-Language": accepted}
    page = httpx.get(f"{shared.url}/login", headers=headers, trust_env=False).text
    assert Page(page).css_first("html").attributes["lang"] == language


def test_the_chosen_language_wins_over_the_browsers(browser: httpx.Client) -> None:
    answer = browser.get("/language/zh", params={"to": "/runs?state=done"})
    assert answer.headers["location"] == "/runs?state=done"
    page = Page(browser.get("/runs", headers={"Accept-Language": "en"}).text)
    assert page.css_first("html").attributes["lang"] == "zh-CN"


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/runs", "/runs/1", "/documents", "/failures", "/observations?scope=any"),
        *("/documents/2", "/documents/3"),
        *(f"/documents?name={NASTY}", f"/documents?region={NASTY}", f"/panel?indicator={NASTY}"),
        f"/observations?period={NASTY}",
    ],
)
def test_what_people_write_is_shown_as_text(browser: httpx.Client, path: str) -> None:
    address, _, query = path.partition("?")
    name, _, written = query.partition("=")
    page = Page(browser.get(address, params={name: written} if name else None).text)
    assert not page.css("body script, script:not([src])")
    assert all(node.attributes["src"].startswith("/static/") for node in page.css("script"))
    shown = page.css_first("body").text()
    fields = "".join(node.attributes.get("value") or "" for node in page.css("input"))
    if path not in ("/observations?scope=any", "/failures"):
        assert "<script>alert(1)</script>" in shown + fields
    for node in page.css("body b, body i"):
        assert "\u202e" not in node.text()  # nobody's <b> has become ours


def test_a_text_is_shown_as_it_is(browser: httpx.Client) -> None:
    text = browser.get("/v1/documents/4/text").text
    assert "\"'&" in text
    page = Page(browser.get("/documents/4").text)
    shown = [node.text() for node in page.css("#text p")]
    assert shown == [line for line in text.split("\n") if line.strip()]


def test_every_observation_is_marked_in_the_text_and_stands_in_the_table(
    browser: httpx.Client,
) -> None:
    stated = browser.get(
        "/v1/documents/1/observations", params={"scope": "any", "open": True}
    ).json()["observations"]
    assert len(stated) == 3
    page = Page(browser.get("/documents/1").text)
    for each in stated:
        span = f"{each['start']}-{each['end']}"
        marks = [
            node
            for node in page.css("#text [data-spans]")
            if span in (node.attributes["data-spans"] or "").split()
        ]
        assert "".join(node.text() for node in marks) == each["evidence"]
        kinds = {(node.attributes["class"] or "").split()[1] for node in marks}
        assert each["status"] in kinds
        assert page.css_first(f'#found [data-span="{span}"]')


def test_an_observation_leads_to_its_sentence(browser: httpx.Client) -> None:
    page = Page(browser.get("/observations", params={"indicator": "gdp", "status": "target"}).text)
    link = page.css_first("td.sentence a")
    assert link.css_first("mark").text() == "地区生产总值增长7%左右"
    assert link.text() == "今年的主要预期目标是：地区生产总值增长7%左右。"
    document, _, span = (link.attributes["href"] or "").partition("#")
    assert Page(browser.get(document).text).css_first(f'#found [data-span="{span}"]')


def test_a_hit_of_a_search_leads_to_its_place(browser: httpx.Client) -> None:
    page = Page(browser.get("/search", params={"text": "预期目标"}).text)
    link = page.css_first("td.sentence a")
    assert link.css_first("mark").text() == "预期目标"
    document, _, span = (link.attributes["href"] or "").partition("#")
    raw = browser.get(f"/v1{document}/text", params={"form": "raw"}).text
    start, end = map(int, span.split("-"))
    assert raw[start:end] == "预期目标"
    of = {"text": "生产总值", "of": "quantities"}
    link = Page(browser.get("/search", params=of).text).css_first("td.sentence a")
    document, _, span = (link.attributes["href"] or "").partition("#")
    assert "生产总值" in link.text()
    assert Page(browser.get(document).text).css_first(f'#found [data-span="{span}"]')
    nothing = Page(browser.get("/search", params={"text": NASTY}).text)
    assert not nothing.css("tbody tr")
    assert not nothing.css("body script, script:not([src])")


def test_what_is_seen_is_what_is_exported(browser: httpx.Client) -> None:
    page = Page(browser.get("/observations", params={"measure": "growth", "period": "2022"}).text)
    link = page.css_first("a[download]").attributes["href"] or ""
    rows = browser.get(link).text.splitlines()[1:]
    assert len(rows) == len(page.css("tbody tr")) > 0


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/documents?year_from=soon", "year_from"),
        ("/documents?region=诸暨", "诸暨市"),
        ("/observations?indicator=gpd", "gdp"),
        ("/observations?certain=perhaps", "certain"),
        ("/panel?measure=weight", "measure"),
        ("/panel?indicator=gpd", "gdp"),
        ("/documents?next=x", "cursor"),
        ("/documents?regoin=x", "regoin"),
        ("/runs/1?state=lost", "state"),
        ("/reprocess?year_from=soon", "year_from"),
        ("/reprocess?region=x", "region"),
        ("/reprocess?region_code=330699", "330600"),
        ("/runs?year_from=2020", "year_from"),
        ("/runs/1?region=x", "region"),
        ("/audit?action=delete", "action"),
        ("/keywords?set=nothing", "nothing"),
    ],
)
def test_a_wrong_choice_is_told_beside_the_form(
    browser: httpx.Client, path: str, told: str
) -> None:
    answer = browser.get(path)
    assert answer.status_code == 422
    assert told in Page(answer.text).css_first("[role=alert]").text()


def test_a_panel_leads_from_each_cell_to_what_states_it(browser: httpx.Client) -> None:
    page = Page(browser.get("/panel", params={"indicator": "gdp", "measure": "level"}).text)
    cell = page.css_first("table.panel td a")
    assert cell.text() == "312.5 亿元"
    assert page.css_first("svg circle")
    stated = Page(browser.get(cell.attributes["href"] or "").text)
    assert [node.text() for node in stated.css("td.sentence mark")] == ["地区生产总值达到312.5亿元"]


@pytest.mark.parametrize(
    ("path", "module"), [("/panel", "observations"), ("/coverage", "coverage")]
)
def test_a_table_of_many_reports_is_paged_by_region(
    serve: Any, monkeypatch: pytest.MonkeyPatch, path: str, module: str
) -> None:
    service = serve()
    names = ("长沙市", "株洲市", "湘潭市")
    service.submit({f"{name}.txt": REPORT.replace("清河县", name).encode() for name in names})
    service.work()

    def rows(page: Page) -> list[str | None]:
        return [row.html for row in page.css("table.panel tbody tr")]

    with browser_of(service) as browser:
        given = "" if path == "/coverage" else "?measure=level"
        whole = Page(browser.get(path + given).text)
        assert len(rows(whole)) == 3
        assert whole.css("nav.pager") == []
        for reports, sizes in ((2, [2, 1]), (1, [1, 1, 1]), (0, [1, 1, 1])):
            monkeypatch.setattr(f"api.console.routes.{module}._REPORTS", reports)
            following, pages = given or "?", []
            while following:
                page = Page(browser.get(path + following).text)
                pages.append(rows(page))
                link = page.css_first("nav.pager a[rel=next]")
                following = "" if link is None else link.attributes["href"] or ""
            assert list(map(len, pages)) == sizes
            assert [row for each in pages for row in each] == rows(whole)


def test_a_panels_file_is_of_the_reports_that_are_seen(browser: httpx.Client) -> None:
    page = Page(browser.get("/panel", params={"run": "1", "region": "清河县"}).text)
    link = page.css_first("a[download]").attributes["href"] or ""
    assert parse_qs(link.partition("?")[2]) == {
        "indicator": ["gdp"],
        "run": ["1"],
        "region": ["清河县"],
        "format": ["xlsx"],
    }
    assert browser.get(link).status_code == 200


def test_a_plan_that_is_not_all_clear_is_not_carried_out(serve: Any) -> None:
    service = serve()
    service.submit({"a.txt": REPORT.encode()})
    service.work()
    with browser_of(service) as browser:
        for wrong in ("year_from=soon", "region=x", "regoin_code=61", "region_code=330699"):
            assert not Page(browser.get(f"/reprocess?{wrong}").text).css("form[method=post].stack")
            form = {"csrf": secret_of(browser)}
            assert browser.post(f"/reprocess?{wrong}", data=form).status_code == 422
        assert len(browser.get("/v1/runs").json()["runs"]) == 1


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/login", "/documents/2", "/v1/documents/4/text?form=raw", "/v1/documents/4/source"),
        *("/v1/runs/1", "/v1/observations?format=csv", "/v1/nothing", "/docs", "/healthz"),
        *("/static/console.css", "/static/nothing.css"),
    ],
)
def test_no_answers_type_is_guessed(browser: httpx.Client, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == (404 if "nothing" in path else 200)
    assert answer.headers["x-content-type-options"] == "nosniff"
    if path.startswith("/v1/"):
        assert "html" not in answer.headers["content-type"]


@pytest.mark.parametrize("page", ["/documents?name=nobody", "/observations?period=1950"])
def test_a_list_that_is_narrowed_to_nothing_leads_back_to_all(browser: Any, page: str) -> None:
    link = Page(browser.get(page).text).css_first(".empty a").attributes["href"]
    assert link == page.partition("?")[0]
    assert Page(browser.get(link).text).css("tbody tr")


@pytest.mark.parametrize("name", ["nothing.css", "..%2Fpages.py", "%2Fetc%2Fpasswd", "%2E%2E"])
def test_there_is_no_file_but_those_of_the_pages(browser: httpx.Client, name: str) -> None:
    assert browser.get(f"/static/{name}").status_code == 404


def test_the_samples_are_one_click_away_and_said_to_be_invented(serve: Any) -> None:
    service = serve()
    with browser_of(service) as browser:
        for path in (
            *("/", "/runs", "/documents", "/observations", "/panel", "/coverage", "/keywords"),
            *("/search", "/reprocess"),
        ):
            page = Page(browser.get(path, headers={"Accept-Language": "en"}).text)
            lesson = page.css_first(".lesson")
            assert "invented" in lesson.text()
        action = lesson.css_first("form").attributes["action"] or ""
        answer = browser.post(action, data={"csrf": secret_of(browser)})
        run = browser.get("/v1" + answer.headers["location"]).json()
        assert run["accounts"]["files"] > 5
        assert "invented" in run["label"]


def test_a_run_is_paused_resumed_and_cancelled_from_its_page(serve: Any) -> None:
    service = serve()
    service.submit({"a.txt": REPORT.encode()})
    with browser_of(service) as browser:
        for lever, status in (
            *(("pause", "paused"), ("resume", "running")),
            *(("cancel", "cancelled"), ("resume", "running")),
        ):
            forms = Page(browser.get("/runs/1").text).css("form[action^='/runs/1/']")
            assert f"/runs/1/{lever}" in {form.attributes["action"] for form in forms}
            answer = browser.post(f"/runs/1/{lever}", data={"csrf": secret_of(browser)})
            assert answer.headers["location"] == "/runs/1"
            assert browser.get("/v1/runs/1").json()["status"] == status


def test_the_changes_of_a_run_are_counted_no_further_than_they_are_shown_unless_asked_to(
    serve: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.console.routes.reprocessing._CHANGES", 3)
    service = serve()
    names = ("长沙市", "株洲市", "湘潭市")
    service.submit({f"{name}.txt": REPORT.replace("清河县", name).encode() for name in names})
    service.work()
    with browser_of(service) as browser:
        few = Page(browser.get("/runs/1/changes").text)
        assert few.css_first(".counts b").text() == "at least 1"
        assert len(few.css("tbody tr")) == 3
        link = few.css_first("p.hint a").attributes["href"] or ""
        every = Page(browser.get(f"/runs/1/changes{link}").text)
        assert every.css_first(".counts b").text() == "3"
        assert len(every.css("tbody tr")) == 3


def test_a_plan_is_carried_out_compared_and_taken_back_from_the_pages(
    serve: Any, tmp_path: Path
) -> None:
    catalogue = tmp_path / "catalogue.toml"
    catalogue.write_text("", "utf-8")
    service = serve(catalogue=catalogue)
    service.submit({"a.txt": (REPORT + "全县雪莲草产量达到3.2万吨。\n").encode()})
    service.work()
    with browser_of(service) as browser:
        assert not Page(browser.get("/reprocess").text).css("form[method=post].stack")
        catalogue.write_text(OWN_INDICATOR, "utf-8")
        plan = Page(browser.get("/reprocess", headers={"Accept-Language": "zh"}).text)
        (reason,) = plan.css("#reasons tbody tr")
        assert [cell.text() for cell in reason.css("td")] == ["提取", "用户的指标目录", "1"]
        form = plan.css_first("form[method=post].stack")
        action = form.attributes["action"] or ""
        run = browser.post(action, data={"csrf": secret_of(browser)}).headers["location"]
        service.work()
        changes = Page(browser.get(f"{run}/changes").text)
        (row,) = changes.css("tbody tr")
        assert "雪莲草产量达到3.2万吨" in row.text()
        answer = browser.post(f"{run}/rollback", data={"csrf": secret_of(browser)})
        assert answer.headers["location"] == f"{run}/changes"
        stated = browser.get("/v1/documents/1/observations").json()["observations"]
        assert {each["indicator"] for each in stated} == {"gdp"}
