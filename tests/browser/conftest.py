"""One stack and one browser that all tests of the pages share; to start them takes longest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from chromium import another_page, appears, asked_for, show
from live_stack import LiveStack, begin
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from waiting import wait_until

from zhibiao.testing.ports import free_port
from zhibiao.testing.samples import sample_paths


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveStack]:
    """A stack to which the samples were sent, as run 1, as soon as `/readyz` said 200."""
    port = free_port()
    folder = tmp_path_factory.mktemp("live")
    stack = begin(folder, "--port", str(port), "--flower-port", "0")
    try:
        _await_ready(stack, f"http://127.0.0.1:{port}/readyz")
        files = [("files", (path.name, path.read_bytes())) for path in sample_paths()]
        stack.address = {"url": f"http://127.0.0.1:{port}"}
        with stack.client() as client:
            assert client.post("/v1/runs", files=files).json()["id"] == 1
        stack.wait_ready()
        stack.wait_run(1)
        yield stack
    finally:
        stack.end()


def _await_ready(stack: LiveStack, address: str) -> None:
    def ready() -> bool:
        assert stack.process.poll() is None, stack.log.read_text()[-3000:]
        try:
            return httpx.get(address, timeout=10, trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    wait_until(ready, seconds=200, why=lambda: stack.log.read_text()[-3000:])


@pytest.fixture(autouse=True)
def as_before(live: LiveStack, browser: Chrome) -> None:
    """Nothing that the test before has left in the browser, but the log-in and the language.

    That is the colours, what Flower's table keeps (its search, its length), and what was noted.
    """
    browser.get("about:blank")  # first: an open page goes on keeping and asking
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    for url in (live.address["url"], live.address["flower_url"]):
        kept = {"origin": "/".join(url.split("/")[:3]), "storageTypes": "local_storage"}
        browser.execute_cdp_cmd("Storage.clearDataForOrigin", kept)
    asked_for(browser)
    browser.get_log("browser")


@pytest.fixture(scope="session")
def inside(live: Any, browser: Chrome) -> Any:
    """The stack, and the browser has logged in to it."""
    show(browser, f"{live.address['url']}/documents")
    token = (live.data_dir / "token").read_text().strip()
    field = appears(browser, "input[name=token]")
    with another_page(browser):
        field.send_keys(token, Keys.ENTER)
    assert browser.current_url.endswith("/documents")
    return live


@pytest.fixture(scope="session")
def pages(inside: Any, browser: Chrome) -> list[str]:
    """Every page of the console, and some that say what is wrong, last."""
    url = inside.address["url"]
    show(browser, f"{url}/")
    named = [
        str(link.get_attribute("href")).removeprefix(url)
        for link in browser.find_elements(By.CSS_SELECTOR, "nav a")
    ]
    assert len(named) >= 10
    return [
        *named,
        *("/runs/1", "/documents/1", "/observations?certain=false", "/panel?measure=level"),
        *("/search?text=%E5%85%A8%E5%8E%BF", "/documents?state=done"),
        *("/runs/1/changes", "/coverage", "/audit", "/documents?barren=true"),
        "/documents?unplaced=true",
        *("/documents?region=%E6%97%A0", "/runs/999"),
    ]
