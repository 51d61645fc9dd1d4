"""A report's page in a real browser: its outline, and observations corrected and added.

The report is invented.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from chromium import WIDE, another_page, comes, page_width, show
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

PHONE = 390
FILLER = "山清水秀，风和日丽，河水缓缓流过县城。\n" * 30
REPORT = (
    "清河县2023年政府工作报告\n——2023年1月5日在清河县第十六届人民代表大会第三次会议上\n各位代表：\n"
    f"一、2022年工作回顾\n全县地区生产总值达到312.5亿元，增长6.8%。\n{FILLER}"
    f"全县雪莲草产量达到3.2万吨。\n"
    f"二、2023年工作安排\n今年的主要预期目标是：地区生产总值增长7%左右。\n{FILLER}"
    f"三、清河的山与水\n{FILLER}"
)


@dataclass(frozen=True, kw_only=True)
class Report:
    """A report of the stack."""

    stack: Any
    document: int

    @property
    def url(self) -> str:
        return f"{self.stack.address['url']}/documents/{self.document}"


@pytest.fixture(scope="module")
def report(inside: Any, browser: Chrome) -> Report:
    show(browser, f"{inside.address['url']}/language/en")
    with inside.client() as client:
        run = client.post("/v1/runs", files={"files": ("清河.txt", REPORT.encode())}).json()["id"]
        inside.wait_run(run)
        (document,) = client.get(f"/v1/runs/{run}/documents").json()["documents"]
    return Report(stack=inside, document=document["id"])


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_a_section_of_the_outline_leads_to_its_place_in_the_text(
    report: Report, browser: Chrome, width: int
) -> None:
    show(browser, report.url, width)
    outline = browser.find_element(By.CSS_SELECTOR, ".outline")
    said = [row.text.split("\n")[0] for row in outline.find_elements(By.CSS_SELECTOR, "li")]
    assert said == [
        "opening 2022",
        "一、2022年工作回顾 review 2022",
        "二、2023年工作安排 plan 2023",
        "三、清河的山与水 plan 2023 inferred",
    ]
    link = outline.find_element(By.PARTIAL_LINK_TEXT, "二、2023年工作安排")
    line = browser.find_element(By.XPATH, "//*[@id='text']/p[.='二、2023年工作安排']")
    assert not seen(browser, line)
    link.send_keys(Keys.ENTER)
    comes(browser, lambda page: page.current_url.partition("#")[2])
    at_rest(browser, line)
    assert seen(browser, line)
    assert page_width(browser) <= width


def test_the_outline_is_folded_and_unfolded_by_keyboard(report: Report, browser: Chrome) -> None:
    show(browser, report.url)
    outline = browser.find_element(By.CSS_SELECTOR, ".outline")
    links = outline.find_elements(By.CSS_SELECTOR, "a")
    assert links[0].is_displayed()
    summary = outline.find_element(By.CSS_SELECTOR, "summary")
    summary.send_keys(Keys.ENTER)
    assert not links[0].is_displayed()
    summary.send_keys(Keys.ENTER)
    assert links[0].is_displayed()


def test_an_observation_is_corrected_another_added_and_both_are_taken_back(
    report: Report, browser: Chrome
) -> None:
    show(browser, report.url)
    before = table(browser)
    choose(browser, "312.5")
    write(browser, value="312.6")
    press(browser, "button[value=edited]")
    corrected = table(browser)
    assert [row for row in corrected if "312.6" in row and "edited" in row]
    assert [row for row in corrected if "312.5" in row and "overruled" in row]

    select(browser, "全县雪莲草产量达到3.2万吨")
    assert "雪莲草" in browser.find_element(By.ID, "about").text
    write(browser, indicator="grain_output", period_start="2022", period_end="2022")
    press(browser, "button[value=added]")
    assert len([row for row in table(browser) if "3.2 万吨" in row and "added" in row]) == 1

    for left in (1, 0):
        press(browser, "#correcting form.inline input[name=undo] + button")
        assert len(browser.find_elements(By.CSS_SELECTOR, "#correcting input[name=undo]")) == left
    assert table(browser) == before


def test_a_refused_correction_is_shown_beside_what_it_is_about(
    report: Report, browser: Chrome
) -> None:
    show(browser, report.url)
    choose(browser, "312.5")
    write(browser, value="abc")
    press(browser, "button[value=edited]")
    comes(
        browser,
        lambda page: "312.5" in page.find_element(By.CSS_SELECTOR, "#found tr.current").text,
    )
    assert "312.5" in browser.find_element(By.ID, "about").text
    assert seen(browser, browser.find_element(By.CSS_SELECTOR, "#correcting [role=alert]"))
    field = browser.find_element(By.CSS_SELECTOR, "#correction [name=value]")
    assert field.get_attribute("value") == "abc"


def test_what_was_checked_on_the_page_is_exported_as_gold_and_scores_this_version(
    report: Report, browser: Chrome, tmp_path: Path
) -> None:
    show(browser, report.url)
    choose(browser, "312.5")
    write(browser, value="312.6")
    press(browser, "button[value=edited]")
    press(browser, "form[action$=checked] button")
    gold, reports = tmp_path / "gold", tmp_path / "reports"
    try:
        report.stack.run("export", "gold", "-o", str(gold))
    finally:
        press(browser, "form[action$=checked] button")
        press(browser, "#correcting form.inline input[name=undo] + button")
    annotated = [json.loads(line) for line in (gold / "清河.jsonl").read_text("utf-8").splitlines()]
    assert [each["value"] for each in annotated if each["measure"] == "level"] == [312.6]
    reports.mkdir()
    (reports / "清河.txt").write_text(REPORT, "utf-8")
    figures = json.loads(report.stack.run("score", str(gold), str(reports), "--json").stdout)
    # What was edited is missed; all else is found as it was confirmed.
    assert figures["gold"] == figures["found"] == len(annotated)
    assert figures["hit"] == len(annotated) - 1


def seen(browser: Chrome, line: Any) -> bool:
    """Whether nothing lies over a line's middle, and it is inside the window."""
    return bool(
        browser.execute_script(
            "const line = arguments[0].getBoundingClientRect();"
            "const top = document.elementFromPoint(line.x + 20, (line.top + line.bottom) / 2);"
            "return arguments[0].contains(top)",
            line,
        )
    )


def at_rest(browser: Chrome, line: Any) -> None:
    """Wait until the text has stopped moving: it scrolls smoothly, past other places."""
    tops: list[float] = []

    def stopped(page: Chrome) -> bool:
        top = "return arguments[0].getBoundingClientRect().top"
        tops.append(page.execute_script(top, line))
        return len(tops) > 2 and tops[-1] == tops[-2] == tops[-3]

    comes(browser, stopped, every=0.2)


def table(browser: Chrome) -> list[str]:
    return [
        " ".join(row.text.split())
        for row in browser.find_elements(By.CSS_SELECTOR, "#found tbody tr")
    ]


def choose(browser: Chrome, amount: str) -> None:
    rows = browser.find_elements(By.CSS_SELECTOR, "#found tbody tr")
    next(row for row in rows if amount in row.text).find_element(By.CSS_SELECTOR, ".n").click()
    comes(browser, lambda page: amount in page.find_element(By.ID, "about").text)


def select(browser: Chrome, words: str) -> None:
    """Select words of the text, as a mouse does."""
    browser.execute_script(
        "const [line] = [...document.querySelectorAll('#text p')]"
        ".filter(line => line.textContent.includes(arguments[0]));"
        "const nodes = [], walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);"
        "while (walker.nextNode()) nodes.push(walker.currentNode);"
        "const at = offset => { for (const node of nodes) {"
        "  if (offset <= node.data.length) return [node, offset]; offset -= node.data.length; } };"
        "const start = line.textContent.indexOf(arguments[0]);"
        "getSelection().setBaseAndExtent(...at(start), ...at(start + arguments[0].length));",
        words,
    )
    comes(browser, lambda page: words in page.find_element(By.ID, "about").text)


def write(browser: Chrome, **fields: str) -> None:
    for name, written in fields.items():
        field = browser.find_element(By.CSS_SELECTOR, f"#correction [name={name}]")
        if field.tag_name == "select":
            field.find_element(By.CSS_SELECTOR, f"option[value={written}]").click()
        else:
            field.clear()
            field.send_keys(written)


def press(browser: Chrome, selector: str) -> None:
    """Press a button and wait for the page that answers."""
    with another_page(browser):
        browser.find_element(By.CSS_SELECTOR, selector).click()
