"""Every page, in both languages and colour schemes, on a laptop and a phone."""

from __future__ import annotations

import json
from itertools import product
from typing import Any
from urllib.parse import quote

import pytest
from chromium import WIDE, asked_for, barriers, page_width, show
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

PHONE = 390
_SHOWN = 5  # faults a page: the others are alike
WAYS = list(product((WIDE, PHONE), ("zh", "en"), ("light", "dark")))
QUICK = (WIDE, "zh", "light")

# No name of a file holds a slash. Written to break out of elements, attributes and scripts, to turn
# what stands beside it around, and to be taken for a template's expression.
NAME = "<img src=x onerror=pwned()><script>pwned()<script>'\"&lt;{{7*191}}\u202e\u0627\u0644 🙂.txt"
TEXT = (
    "清河县2024年政府工作报告\n"
    "一、去年工作 </script><script>pwned()</script>\"'&lt;{{7*191}}\u202e 🙂\n"
    '去年，全县"><img src=x onerror=pwned()>🙂地区生产总值达到323亿元，增长6.8%</td></bdi>。\n'
)
SAID = '"><img src=x onerror=pwned()>🙂'


@pytest.mark.parametrize(
    ("width", "language", "scheme"),
    [
        pytest.param(
            *way, marks=() if way == QUICK else pytest.mark.long, id="-".join(map(str, way))
        )
        for way in WAYS
    ],
)
def test_every_page_fits_can_be_used_by_all_and_asks_nobody_else(
    inside: Any, browser: Chrome, pages: list[str], width: int, language: str, scheme: str
) -> None:
    url = inside.address["url"]
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia",
        {"features": [{"name": "prefers-color-scheme", "value": scheme}]},
    )
    show(browser, f"{url}/language/{language}", width)
    asked_for(browser)  # by other pages
    browser.get_log("browser")
    faults: list[str] = []
    for path in [*pages, "/docs"]:
        browser.get(url + path)
        if page_width(browser) > width:
            faults.append(f"{path} is {page_width(browser)} wide")
        faults += [f"{path}: {fault}" for fault in barriers(browser)[:_SHOWN]]
        said = [entry["message"] for entry in browser.get_log("browser")]
        # A page that says what is wrong has the status that says so.
        faults += [f"{path}: {each}" for each in said if "responded with a status of 4" not in each]
        if bool(said) != (path in pages[-2:]):
            faults.append(f"{path} says {said}")
    asked = asked_for(browser)
    assert len(asked) >= len(pages)
    faults += [address for address in asked if not address.startswith(f"{url}/")]
    assert not faults, "\n".join(faults)


def test_the_log_in_can_be_used_by_all(live: Any, inside: Any, browser: Chrome) -> None:
    kept = browser.get_cookies()
    browser.delete_all_cookies()
    try:
        for width in (WIDE, PHONE):
            show(browser, f"{live.address['url']}/login", width)
            assert browser.find_elements(By.CSS_SELECTOR, "input[name=token]")
            assert page_width(browser) <= width
            assert barriers(browser) == []
    finally:
        for cookie in kept:
            browser.add_cookie(cookie)


@pytest.fixture(scope="module")
def nasty(inside: Any) -> int:
    """A run of a report and of a broken file, whose names, label and text are all attempts."""
    with inside.client() as client:
        run = client.post(
            "/v1/runs",
            data={"label": TEXT[:150], "metadata": json.dumps({"speaker": SAID})},
            files=[("files", (NAME, TEXT.encode())), ("files", (f"{NAME}.docx", b"PK\x03\x04no"))],
        ).json()["id"]
    inside.wait_run(run)
    return int(run)


def test_what_people_write_is_text_on_every_page(
    inside: Any, browser: Chrome, pages: list[str], nasty: int
) -> None:
    url = inside.address["url"]
    with inside.client() as client:
        listed = client.get(f"/v1/runs/{nasty}/documents").json()["documents"]
    (document,) = (each["id"] for each in listed if each["state"] == "done")
    (name,) = (each["source"] for each in listed if each["state"] == "done")
    assert "<script>pwned()<script>'" in name  # forms send a quotation mark as %22
    attempt = quote(NAME)
    shown_at = {
        f"/runs/{nasty}": name,
        f"/documents?run={nasty}": name,
        f"/documents/{document}": SAID,
        f"/observations?run={nasty}": SAID,
        f"/search?text={quote(SAID)}": SAID,
        "/runs": TEXT[:40].partition("\n")[2],
        "/": TEXT[:40].partition("\n")[2],
    }
    others = [
        *pages[:-2],
        *(f"/documents?name={attempt}", f"/search?text={attempt}", f"/panel?run={nasty}"),
        *(f"/login?to={attempt}", f"/documents?{attempt}={attempt}", f"/{attempt}"),
        *(f"/runs/{attempt}", "/flower/tasks", f"/flower/task/{attempt}"),
        *(f"/flower/tasks?name={attempt}", f"/flower/worker/{attempt}"),
    ]
    browser.get(f"{url}/")
    for path in [*shown_at, *others]:
        browser.get(url + path)
        done = browser.execute_script(
            "const made = document.querySelectorAll('[onerror], img[src=x], main script');"
            "return {inside: made.length, text: document.body.textContent}"
        )
        assert done["inside"] == 0, path
        assert "1337" not in done["text"], path
        assert shown_at.get(path, "") in done["text"], path
    said = [entry["message"] for entry in browser.get_log("browser")]
    assert [each for each in said if "responded with a status of" not in each] == []


def test_a_name_that_turns_text_around_turns_nothing_beside_it(
    inside: Any, browser: Chrome, nasty: int
) -> None:
    show(browser, f"{inside.address['url']}/runs/{nasty}", WIDE)
    for cell in browser.find_elements(By.CSS_SELECTOR, "td.name a"):
        isolated = browser.execute_script(
            "return ['isolate', 'plaintext', 'isolate-override'].includes("
            "getComputedStyle(arguments[0].querySelector('bdi') ?? arguments[0]).unicodeBidi)",
            cell,
        )
        assert isolated
