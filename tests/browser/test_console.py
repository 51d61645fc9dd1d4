"""The console in a real browser: from the log-in to an observation's sentence, at two widths."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from chromium import WIDE, appears, asked_for, page_width, show
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

WIDTHS = (WIDE, 390)
PAGES = (
    *("/", "/submit", "/runs", "/runs/1", "/documents", "/documents/1", "/observations"),
    *(
        "/observations?certain=false",
        "/panel",
        "/panel?measure=level",
        "/search?text=%E5%85%A8%E5%8E%BF",
        "/reprocess",
        "/failures",
        "/system",
    ),
    *("/documents?region=%E6%97%A0", "/runs/999"),
)
# An invented report, in three prints that differ, and a file that cannot be read.
REPORT = "清河县{year}年政府工作报告\n去年，全县地区生产总值达到{value}亿元，增长6.8%。\n"
NASTY = "<script>alert(1)<script> \u0627\u0644 🙂.txt"  # no name of a file holds a slash


@pytest.fixture(scope="module")
def inside(live: Any, browser: Chrome) -> Any:
    """A stack that the browser has logged in to, with what was submitted through the page."""
    show(browser, f"{live.address['url']}/documents", WIDTHS[0])
    appears(browser, "input[name=token]").send_keys(
        (live.data_dir / "token").read_text().strip(), Keys.ENTER
    )
    WebDriverWait(browser, 20).until(lambda page: page.current_url.endswith("/documents"))
    return live


@pytest.fixture(scope="module")
def submitted(inside: Any, browser: Chrome, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("reports")
    paths = [folder / f"清河{year}.txt" for year in (2021, 2022, 2023)]
    for path, year in zip(paths, (2021, 2022, 2023), strict=True):
        path.write_text(REPORT.format(year=year, value=year - 1700), "utf-8")
    paths.append(folder / "broken.docx")
    paths[-1].write_bytes(b"PK\x03\x04 no archive")
    submit(inside, browser, paths)
    outcome = browser.find_element(By.CSS_SELECTOR, "#outcome").text
    assert [int(word) for word in outcome.split() if word.isdecimal()] == [3, 1]
    refused = WebDriverWait(browser, 20).until(
        lambda page: page.find_elements(By.CSS_SELECTOR, "#refused li")
    )
    assert [each.text.startswith("broken.docx: ") for each in refused] == [True]
    browser.find_element(By.CSS_SELECTOR, "#outcome a").click()
    WebDriverWait(browser, 60).until(
        lambda page: page.find_elements(By.CSS_SELECTOR, "[role=status].finished")
    )
    return inside


def submit(live: Any, browser: Chrome, paths: list[Path]) -> None:
    show(browser, f"{live.address['url']}/submit", WIDTHS[0])
    appears(browser, "#files").send_keys("\n".join(map(str, paths)))
    assert str(len(paths)) in browser.find_element(By.CSS_SELECTOR, "#chosen").text
    browser.find_element(By.CSS_SELECTOR, "#send").click()
    appears(browser, "#outcome a")


def test_a_submission_is_watched_to_its_end_with_each_files_reason(
    submitted: Any, browser: Chrome
) -> None:
    show(browser, f"{submitted.address['url']}/runs/1", WIDTHS[0])
    counts = {
        link.get_attribute("href").partition("state=")[2].partition("#")[0]: link.text
        for link in browser.find_elements(By.CSS_SELECTOR, "#run .counts a")
    }
    assert counts["done"].startswith("3")
    assert counts["quarantined"].startswith("1")
    browser.find_element(By.CSS_SELECTOR, "a[href*=quarantined]").click()
    rows = browser.find_elements(By.CSS_SELECTOR, "#documents tbody tr")
    assert len(rows) == 1
    assert "broken.docx" in rows[0].text
    assert "broken_file" in rows[0].text


@pytest.mark.parametrize("width", WIDTHS)
def test_an_observation_opens_its_sentence_marked(
    submitted: Any, browser: Chrome, width: int
) -> None:
    url = f"{submitted.address['url']}/observations?indicator=gdp&measure=level&period=2022"
    show(browser, url, width)
    browser.find_element(By.CSS_SELECTOR, "td.sentence a").click()
    mark = appears(browser, "#text .mark.current")
    assert mark.is_displayed()
    marked = browser.find_elements(By.CSS_SELECTOR, "#text .mark.current")
    assert "".join(each.text for each in marked) == "地区生产总值达到323亿元"
    row = browser.find_element(By.CSS_SELECTOR, "#found tr.current")
    assert "323" in row.text


def test_a_click_on_a_mark_shows_its_row_and_on_a_row_its_mark(
    submitted: Any, browser: Chrome
) -> None:
    show(browser, f"{submitted.address['url']}/documents/1", WIDTHS[0])
    growth = browser.find_elements(By.CSS_SELECTOR, "#text b")[-1]
    assert growth.text == "6.8"
    growth.click()
    assert "6.8" in appears(browser, "#found tr.current").text
    first = browser.find_element(By.CSS_SELECTOR, "#found tbody tr:not(.current) .n")
    amount = first.text.split()[0]
    first.click()
    WebDriverWait(browser, 5).until(
        lambda page: amount in page.find_element(By.CSS_SELECTOR, "#text .current b").text
    )
    assert browser.execute_script("return location.hash") != ""


def test_any_span_of_the_raw_text_can_be_opened(inside: Any, browser: Chrome) -> None:
    # Characters that JavaScript counts twice, before the span.
    text = f"清河县2024年政府工作报告\n{'🙂' * 5}我们在县委领导下工作。\n全县地区生产总值增长7%。\n"
    with inside.client() as client:
        run = client.post("/v1/runs", files={"files": ("emoji.txt", text.encode())}).json()["id"]
        inside.wait_run(run)
        (document,) = client.get(f"/v1/runs/{run}/documents").json()["documents"]
        raw = client.get(f"/v1/documents/{document['id']}/text", params={"form": "raw"}).text
    start = raw.index("县委领导")
    address = f"{inside.address['url']}/documents/{document['id']}#{start}-{start + 4}"
    show(browser, address, WIDTHS[0])
    shown = browser.execute_script(
        "return [...CSS.highlights.get('span')].map(range => range.toString()).join()"
    )
    assert shown == "县委领导"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_fits_and_asks_nobody_else(
    submitted: Any, browser: Chrome, width: int, language: str, scheme: str
) -> None:
    url = submitted.address["url"]
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia",
        {"features": [{"name": "prefers-color-scheme", "value": scheme}]},
    )
    show(browser, f"{url}/language/{language}", width)
    asked_for(browser)  # by other pages
    browser.get_log("browser")
    for path in PAGES:
        browser.get(url + path)
        assert page_width(browser) <= width, path
        assert browser.find_elements(By.CSS_SELECTOR, "main h1"), path
        said = [entry["message"] for entry in browser.get_log("browser")]
        # A page that says what is wrong has the status that says so.
        assert all("responded with a status of 4" in message for message in said), (path, said)
        assert bool(said) == (path in PAGES[-2:]), path
    asked = asked_for(browser)
    assert len(asked) >= len(PAGES)
    assert [address for address in asked if not address.startswith(f"{url}/")] == []


def test_a_name_that_is_a_script_is_shown_and_not_run(
    submitted: Any, browser: Chrome, tmp_path: Path
) -> None:
    path = tmp_path / NASTY
    path.write_text(REPORT.format(year=2020, value=250), "utf-8")
    submit(submitted, browser, [path])
    for page in ("/runs", "/documents"):
        show(browser, submitted.address["url"] + page, WIDTHS[0])
    assert NASTY in {
        link.get_property("textContent")
        for link in browser.find_elements(By.CSS_SELECTOR, "td.name a")
    }
    assert len(browser.find_elements(By.CSS_SELECTOR, "script")) == 1


def test_the_pages_are_walked_by_keyboard(submitted: Any, browser: Chrome) -> None:
    show(browser, f"{submitted.address['url']}/documents/1", WIDTHS[0])
    browser.switch_to.active_element.send_keys(Keys.TAB)
    assert browser.switch_to.active_element.get_attribute("class") == "skip"
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    for _ in range(40):
        browser.switch_to.active_element.send_keys(Keys.TAB)
        if "mark" in (browser.switch_to.active_element.get_attribute("class") or "").split():
            break
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    assert appears(browser, "#found tr.current")
