"""What is looked for is said until it is there, and nothing moves a reader's place meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from chromium import WIDE, show
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

PHONE = 390
HEIGHTS = """
const arrival = document.querySelector(".arrival"), waiting = document.createElement("p");
waiting.className = "arriving";
waiting.textContent = "…";
arrival.before(waiting);
const there = waiting.offsetHeight;
arrival.remove();
return [there, waiting.offsetHeight];
"""


def test_that_something_is_looked_for_is_shown_only_until_it_is_there(
    inside: Any, browser: Chrome
) -> None:
    show(browser, f"{inside.address['url']}/reprocess")
    there, awaited = browser.execute_script(HEIGHTS)
    assert there == 0
    assert awaited > 0


@pytest.mark.parametrize(
    ("width", "address", "is_open"),
    [
        (PHONE, "/observations", False),
        (PHONE, "/reprocess", False),
        (PHONE, "/observations?region_code=99", True),  # something is wrong with it
        (PHONE, "/search", True),  # the page is the form
        (WIDE, "/observations", True),
    ],
)
def test_what_narrows_a_page_is_folded_on_a_phone(
    inside: Any, browser: Chrome, width: int, address: str, is_open: bool
) -> None:
    show(browser, inside.address["url"] + address, width)
    narrowing = browser.find_element(By.CSS_SELECTOR, ".narrowing")
    assert narrowing.get_property("open") is is_open
