"""What a page of the console shows whom, over HTTP: nothing that would be refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from callers import PASSWORD, browser_of, secret_of, user_of
from invented import REPORT
from selectolax.lexbor import LexborHTMLParser as Page

AGAIN = {"documents": [1], "from": "extract"}
SCOPES = ("read", "submit", "correct", "reprocess")


@pytest.fixture(scope="module")
def shared(serve: Any) -> Any:
    """Each scope has a user; there are a report, one that nobody can read, and a reprocessing."""
    service = serve(logins_per_minute=0, requests_per_minute=0)
    service.submit({"清河.txt": REPORT.encode(), "broken.pdf": b"%PDF-1.7 broken"})
    service.work()
    assert service.http.post("/v1/reprocess", json=AGAIN).status_code == 202
    service.work()
    for scope in SCOPES:
        user_of(service, scope, scope)
    return service


def kind_of(address: str) -> str:
    """Pages of one kind show the same links."""
    return re.sub(r"\d+", "1", address.partition("#")[0].partition("?")[0])


def links(page: Page) -> Iterator[str]:
    for link in page.css("a[href]"):
        address = link.attributes["href"] or ""
        if address.startswith("/") and not address.startswith("/language/"):
            yield address


def own_run(service: Any, browser: httpx.Client, scope: str) -> list[str]:
    """The page of a run that this user has begun, where they may begin one."""
    headers = {"X-CSRF-Token": secret_of(browser)}
    if scope == "submit":
        files = {"files": ("own.txt", f"{REPORT}又一份。".encode())}
        run = browser.post("/v1/runs", files=files, headers=headers).json()["id"]
    elif scope == "reprocess":
        run = browser.post("/v1/reprocess", json=AGAIN, headers=headers).json()["run"]["id"]
    else:
        return []
    service.work()
    return [f"/runs/{run}"]


@pytest.mark.parametrize("scope", SCOPES)
def test_no_page_shows_a_link_or_a_button_that_would_be_refused(shared: Any, scope: str) -> None:
    seen: set[str] = set()
    forms: set[str] = set()
    with browser_of(shared, name=scope, password=PASSWORD) as browser:
        ahead = ["/", *own_run(shared, browser, scope)]
        while ahead:
            address = ahead.pop()
            if kind_of(address) in seen:
                continue
            seen.add(kind_of(address))
            answer = browser.get(address, follow_redirects=False)
            assert answer.status_code not in (401, 403), address
            if answer.headers.get("content-type", "").startswith("text/html"):
                page = Page(answer.text)
                ahead += links(page)
                forms |= {form.attributes["action"] or "" for form in page.css("form[method=post]")}
        for action in forms:
            # Without its session's secret it changes nothing; the gate has been asked before.
            refused = browser.post(action, headers={"Accept": "application/json"})
            assert (refused.status_code, action) == (403, action)
            assert refused.json()["error"]["code"] == "foreign_origin", action
    assert "/logout" in forms
    expected = {
        "read": {"/documents/1", "/runs/1", "/panel", "/search", "/system"},
        "submit": {"/submit", "/runs/1"},
        "correct": set(),
        "reprocess": {"/reprocess", "/runs/1"},
    }
    assert expected[scope] <= seen


def test_whoever_may_do_a_thing_is_shown_its_button(shared: Any) -> None:
    user_of(shared, "editor", "read", "correct", "reprocess")
    with browser_of(shared, name="editor", password=PASSWORD) as browser:
        document = Page(browser.get("/documents/1").text)
        assert document.css("form[action='/documents/1/corrections'] button")
        assert document.css("form[action='/documents/1/metadata'] button")
        assert document.css("form[action='/documents/1/checked'] button")
        changes = Page(browser.get("/runs/2/changes").text)
        assert changes.css("form[action='/runs/2/rollback'] button")
        assert not Page(browser.get("/runs/1").text).css("form[action^='/runs/']")  # another's
    with browser_of(shared, name="read", password=PASSWORD) as browser:
        document = Page(browser.get("/documents/1").text)
        assert not document.css("form[action^='/documents/']")
