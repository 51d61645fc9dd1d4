"""Nothing that people write makes a page wider than a phone, however long it is."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from chromium import page_width, show
from selenium.webdriver import Chrome

PHONE = 390
LATIN = "Donaudampfschifffahrtsgesellschaft" * 9
REGION = "清河" * 60 + "自治县"
SENTENCE = "坚持稳中求进工作总基调" * 40
# An invented report whose words, numbers and headings have no place to break at.
TEXT = (
    f"临城县2011年政府工作报告\n一、{LATIN}\n{SENTENCE}，全县{LATIN}达到{'9' * 200}亿元，"
    f"{'雪莲草' * 80}产量达到3.2万吨，地区生产总值达到323亿元，增长6.8%。\n"
)
# Every word of a page, and of what its lists offer, as one of so many letters.
LENGTHENED = (
    "const walker = document.createTreeWalker("
    "  document.querySelector('main'), NodeFilter.SHOW_TEXT);"
    "const nodes = [];"
    "while (walker.nextNode()) if (walker.currentNode.data.trim()) nodes.push(walker.currentNode);"
    "for (const node of nodes) node.data = arguments[0];"
    "return nodes.length"
)


@pytest.fixture(scope="module")
def long(inside: Any) -> list[str]:
    """Pages that show a run, a report, a user and a key whose every word is long."""
    with inside.client() as client:
        run = client.post(
            "/v1/runs",
            data={"label": "L" * 200, "metadata": json.dumps({"speaker": LATIN[:200]})},
            files=[
                ("files", (f"{'f' * 296}.txt", TEXT.encode())),
                ("files", (f"{'报告' * 80}.docx", b"PK\x03\x04no")),
            ],
        ).json()["id"]
        named = {"name": "u" * 64, "scopes": ["read"]}
        for kind in ("users", "keys"):
            assert client.post(f"/v1/{kind}", json=named).status_code == 201
    inside.wait_run(run)
    with inside.client() as client:
        listed = client.get(f"/v1/runs/{run}/documents").json()["documents"]
    (document,) = (each["id"] for each in listed if each["state"] == "done")
    return [
        *(f"/runs/{run}", f"/documents?run={run}", f"/documents/{document}"),
        *(f"/observations?run={run}&scope=any", f"/panel?run={run}&measure=level"),
        *(f"/search?text={LATIN[:100]}", f"/search?text={quote('雪莲草' * 20)}&of=quantities"),
        *(f"/documents?region={quote(REGION)}", f"/{LATIN}", f"/observations?{LATIN}={LATIN}"),
        *(f"/keywords?terms={LATIN}", "/coverage", "/audit", "/access", "/runs", "/failures", "/"),
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_name_number_or_sentence_widens_a_page(
    inside: Any, browser: Chrome, long: list[str], language: str
) -> None:
    url = inside.address["url"]
    show(browser, f"{url}/language/{language}", PHONE)
    assert wider(browser, [url + path for path in long]) == []


@pytest.mark.long
def test_no_words_at_all_widen_a_page(
    inside: Any, browser: Chrome, pages: list[str], long: list[str]
) -> None:
    url = inside.address["url"]
    show(browser, f"{url}/language/en", PHONE)
    for word in (LATIN, SENTENCE):
        assert wider(browser, [url + path for path in (*pages, *long)], word) == []


def wider(browser: Chrome, addresses: list[str], word: str = "") -> list[str]:
    """Which pages have to be scrolled sideways; `word`: instead of all that they say."""
    found = []
    for address in addresses:
        browser.get(address)
        if word:
            assert browser.execute_script(LENGTHENED, word) > 0
        if page_width(browser) > PHONE:
            found.append(f"{address} is {page_width(browser)} wide")
    return found
