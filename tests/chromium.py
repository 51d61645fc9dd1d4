"""A real browser, and what a person does with it on the API's page of its routes."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, TypeVar

import pytest
from missing_services import missing
from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

T = TypeVar("T")

WIDE = 1440
AXE = Path(__file__).parent / "browser" / "axe" / "axe.min.js"
# What keeps people from using a page; "minor" and "moderate" are matters of taste too.
GRAVE = ("serious", "critical")


@contextmanager
def browser_of(folder: Path) -> Iterator[Chrome]:
    """A browser that keeps what it keeps in the folder."""
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if program is None or driver is None:
        missing("a browser", "Chromium and its driver are not installed")
    options = ChromeOptions()
    options.binary_location = program
    for flag in (
        *("headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run"),
        *("disable-background-networking", "disable-component-update", "disable-sync"),
        f"user-data-dir={folder}",
    ):
        options.add_argument(f"--{flag}")
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    # With the locale C it finds no file whose name is Chinese.
    service = ChromeService(driver, env={**os.environ, "LC_ALL": "C.UTF-8"})
    opened = Chrome(options=options, service=service)
    try:
        yield opened
    finally:
        opened.quit()


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """One browser for all tests of a process: to start it takes longest."""
    with browser_of(tmp_path_factory.mktemp("browser")) as opened:
        yield opened


def comes(
    browser: Chrome, condition: Callable[[Chrome], T], seconds: float = 20, *, every: float = 0.5
) -> T:
    """What the condition answers, as soon as it is not empty.

    What it asks of a page that is just being replaced is not answered yet.
    """

    def answered(page: Chrome) -> T | Literal[False]:
        try:
            return condition(page)
        except WebDriverException as error:
            if _of_a_page_that_goes(error):
                return False
            raise

    return WebDriverWait(browser, seconds, poll_frequency=every).until(answered)


def appears(browser: Chrome, selector: str) -> WebElement:
    return comes(browser, lambda page: page.find_element(By.CSS_SELECTOR, selector))


@contextmanager
def another_page(browser: Chrome) -> Iterator[None]:
    """What is done inside leads to another page: wait until that has taken the place of this one.

    Nothing is asked of elements before: the page that is left is known by a mark on its window.
    """
    browser.execute_script("window.left = true")
    try:
        yield
    except WebDriverException as error:
        if not _of_a_page_that_goes(error):
            raise
    comes(
        browser,
        lambda page: page.execute_script(
            "return !window.left && document.readyState === 'complete'"
        ),
    )


def _of_a_page_that_goes(error: WebDriverException) -> bool:
    """Whether the driver's question met a page that was just being replaced by another."""
    said = str(error.msg)
    return isinstance(error, StaleElementReferenceException) or any(
        words in said for words in ('"code":-32000', "aborted by navigation", "does not exist in")
    )


def show(browser: Chrome, url: str, width: int = WIDE) -> None:
    # A window cannot be made as narrow as a telephone's screen; its viewport can.
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False},
    )
    browser.get(url)


def redrawn(browser: Chrome, change: str) -> None:
    """Flower's table of tasks after a change of what it shows, when its rows have come."""
    browser.execute_async_script(
        "const shown = arguments[arguments.length - 1];"
        "$('#tasks-table').one('draw.dt', () => shown());"
        f"$('#tasks-table').DataTable().{change}.draw()"
    )


def ask(live: Any, browser: Chrome, operation: str, **fields: str) -> WebElement:
    """Fill in a route of the docs page and send it; the route's box."""
    token = (live.data_dir / "token").read_text().strip()
    show(browser, f"{live.address['url']}/docs")
    route = appears(browser, f"#{operation}")
    given = browser.find_element(By.CSS_SELECTOR, "#token")
    given.clear()
    given.send_keys(token)
    route.find_element(By.CSS_SELECTOR, "summary").click()
    for name, value in fields.items():
        route.find_element(By.CSS_SELECTOR, f"input[aria-label={name}]").send_keys(value)
    route.find_element(By.CSS_SELECTOR, "button").click()
    return route


def page_width(browser: Chrome) -> int:
    """Of what there is to see; more than the window's: one has to scroll sideways."""
    width: int = browser.execute_script("return document.documentElement.scrollWidth")
    return width


def asked_for(browser: Chrome) -> list[str]:
    """The addresses that were asked for over HTTP since this was last called."""
    noted = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = [
        event["params"]["request"]["url"]
        for event in noted
        if event["method"] == "Network.requestWillBeSent"
    ]
    return [address for address in asked if address.startswith(("http", "ws"))]


def barriers(browser: Chrome) -> list[str]:
    """What axe finds on the page that somebody cannot use it for, and where."""
    browser.execute_script(AXE.read_text("utf-8"))
    found = browser.execute_async_script(
        "const done = arguments[arguments.length - 1];"
        "axe.run(document, {resultTypes: ['violations']})"
        ".then(result => done(JSON.stringify(result.violations)), error => done(String(error)))"
    )
    return [
        f"{each['id']} ({each['impact']}): {node['html'][:200]} {node['failureSummary']}"
        for each in json.loads(found)
        if each["impact"] in GRAVE
        for node in each["nodes"]
    ]
