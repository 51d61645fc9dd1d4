"""What a page of the console calls a report, and in which language it says what is wrong."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from callers import browser_of
from invented import REPORT
from selectolax.lexbor import LexborHTMLParser as Page


@pytest.fixture(scope="module")
def browser(serve: Any) -> Any:
    with browser_of(serve()) as browser:
        yield browser


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("清河县2023年政府工作报告.txt", REPORT),
        ("untitled.txt", "全县地区生产总值达到313.5亿元，增长6.8%。\n"),
    ],
)
def test_a_document_states_once_what_it_is_called(serve: Any, name: str, text: str) -> None:
    service = serve()
    service.submit({name: text.encode()})
    service.work()
    with browser_of(service) as browser:
        page = Page(browser.get("/documents/1").text)
    called = page.css_first("h1").text().strip()
    assert called == name.removesuffix(".txt") or called == name
    assert called.removesuffix(".txt") not in page.css_first(".head + p").text()


@pytest.mark.parametrize(
    "path", ["/search?colour=red", "/runs/999", "/runs/x", "/panel?indicator=x", "/nowhere"]
)
def test_what_is_wrong_is_said_in_the_language_of_the_page(
    browser: httpx.Client, path: str
) -> None:
    said = {
        language: Page(browser.get(path, headers={"Accept-Language": language}).text)
        .css_first(".problem")
        .text()
        for language in ("en", "zh")
    }
    chinese = re.compile("[\u4e00-\u9fff]")
    assert chinese.search(said["zh"])
    assert not re.search("[a-z]{2,} [a-z]{2,} [a-z]{2,}", said["zh"])
    assert not chinese.search(said["en"])
