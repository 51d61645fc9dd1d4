"""The console in a real browser: from the log-in to an observation's sentence, at two widths."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from chromium import WIDE, another_page, appears, comes, show
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

WIDTHS = (WIDE, 390)


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """What was submitted through the page."""

    stack: Any
    run: int
    document: int  # the first of its reports

    @property
    def url(self) -> str:
        return str(self.stack.address["url"])


# Invented reports of a county that no other test's report is of: two of one year are prints of one
# report, of which lists show one. Beside them comes a file that cannot be read.
REPORT = "临西县{year}年政府工作报告\n去年，全县地区生产总值达到{value}亿元，增长6.8%。\n"


@pytest.fixture(scope="module")
def submitted(inside: Any, browser: Chrome, tmp_path_factory: pytest.TempPathFactory) -> Submitted:
    folder = tmp_path_factory.mktemp("reports")
    paths = [folder / f"临西{year}.txt" for year in (2021, 2022, 2023)]
    for path, year in zip(paths, (2021, 2022, 2023), strict=True):
        path.write_text(REPORT.format(year=year, value=year - 1700), "utf-8")
    paths.append(folder / "broken.docx")
    paths[-1].write_bytes(b"PK\x03\x04 no archive")
    submit(inside, browser, paths)
    outcome = browser.find_element(By.CSS_SELECTOR, "#outcome").text
    assert [int(word) for word in outcome.split() if word.isdecimal()] == [3, 1]
    refused = comes(browser, lambda page: page.find_elements(By.CSS_SELECTOR, "#refused li"))
    assert [each.text.startswith("broken.docx: ") for each in refused] == [True]
    with another_page(browser):
        browser.find_element(By.CSS_SELECTOR, "#outcome a").click()
    comes(
        browser,
        lambda page: page.find_elements(By.CSS_SELECTOR, "[role=status].finished"),
        seconds=60,
    )
    run = int(browser.current_url.rpartition("/")[2])
    with inside.client() as client:
        listed = client.get(f"/v1/runs/{run}/documents", params={"state": "done"}).json()
    first = min(document["id"] for document in listed["documents"])
    return Submitted(stack=inside, run=run, document=first)


def submit(live: Any, browser: Chrome, paths: list[Path]) -> None:
    show(browser, f"{live.address['url']}/submit", WIDTHS[0])
    appears(browser, "#files").send_keys("\n".join(map(str, paths)))
    assert str(len(paths)) in browser.find_element(By.CSS_SELECTOR, "#chosen").text
    browser.find_element(By.CSS_SELECTOR, "#send").click()
    appears(browser, "#outcome a")


def test_a_submission_is_watched_to_its_end_with_each_files_reason(
    submitted: Submitted, browser: Chrome
) -> None:
    show(browser, f"{submitted.url}/runs/{submitted.run}", WIDTHS[0])
    counts = {
        link.get_attribute("href").partition("state=")[2].partition("#")[0]: link.text
        for link in browser.find_elements(By.CSS_SELECTOR, "#run .counts a")
    }
    assert counts["done"].startswith("3")
    assert counts["quarantined"].startswith("1")
    with another_page(browser):
        browser.find_element(By.CSS_SELECTOR, "a[href*=quarantined]").click()
    rows = browser.find_elements(By.CSS_SELECTOR, "#documents tbody tr")
    assert len(rows) == 1
    assert "broken.docx" in rows[0].text
    assert "broken_file" in rows[0].text


def test_what_was_submitted_before_is_told_from_what_cannot_be_read(
    submitted: Submitted, browser: Chrome, tmp_path: Path
) -> None:
    again, broken = tmp_path / "again.txt", tmp_path / "broken.docx"
    again.write_text(REPORT.format(year=2021, value=321), "utf-8")
    broken.write_bytes(b"PK\x03\x04 no archive")
    submit(submitted.stack, browser, [again, broken])
    outcome = browser.find_element(By.CSS_SELECTOR, "#outcome").text
    assert outcome.startswith("0 documents accepted; 1 not accepted; 1 already there.")
    told = comes(browser, lambda page: page.find_elements(By.CSS_SELECTOR, "#refused li"))
    assert [each.text.partition(":")[0] for each in told] == ["again.txt", "broken.docx"]
    assert "The same bytes as document" in told[0].text


@pytest.mark.parametrize("width", WIDTHS)
def test_an_observation_opens_its_sentence_marked(
    submitted: Submitted, browser: Chrome, width: int
) -> None:
    chosen = f"run={submitted.run}&indicator=gdp&measure=level&period=2022"
    show(browser, f"{submitted.url}/observations?{chosen}", width)
    with another_page(browser):
        browser.find_element(By.CSS_SELECTOR, "td.sentence a").click()
    mark = appears(browser, "#text .mark.current")
    assert mark.is_displayed()
    marked = browser.find_elements(By.CSS_SELECTOR, "#text .mark.current")
    assert "".join(each.text for each in marked) == "地区生产总值达到323亿元"
    row = browser.find_element(By.CSS_SELECTOR, "#found tr.current")
    assert "323" in row.text


def test_a_click_on_a_mark_shows_its_row_and_on_a_row_its_mark(
    submitted: Submitted, browser: Chrome
) -> None:
    show(browser, f"{submitted.url}/documents/{submitted.document}", WIDTHS[0])
    growth = browser.find_elements(By.CSS_SELECTOR, "#text b")[-1]
    assert growth.text == "6.8"
    growth.click()
    assert "6.8" in appears(browser, "#found tr.current").text
    first = browser.find_element(By.CSS_SELECTOR, "#found tbody tr:not(.current) .n")
    amount = first.text.split()[0]
    first.click()
    comes(
        browser,
        lambda page: amount in page.find_element(By.CSS_SELECTOR, "#text .current b").text,
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


def test_the_pages_are_walked_by_keyboard(submitted: Submitted, browser: Chrome) -> None:
    show(browser, f"{submitted.url}/documents/{submitted.document}", WIDTHS[0])
    browser.switch_to.active_element.send_keys(Keys.TAB)
    assert browser.switch_to.active_element.get_attribute("class") == "skip"
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    for _ in range(40):
        browser.switch_to.active_element.send_keys(Keys.TAB)
        if "mark" in (browser.switch_to.active_element.get_attribute("class") or "").split():
            break
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    assert appears(browser, "#found tr.current")
