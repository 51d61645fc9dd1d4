"""Who gets into the console, and which forms change something, over HTTP."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest
from callers import browser_of, secret_of
from fastapi.routing import iter_route_contexts
from sqlalchemy import update

from api.app import create_app
from api.console import sessions
from zhibiao.store.database.access_tables import logins


def test_a_program_without_the_token_gets_no_page(shared: Any) -> None:
    answer = httpx.get(f"{shared.url}/documents", trust_env=False)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthorised")


def test_a_wrong_token_does_not_log_in(shared: Any) -> None:
    for token in (
        "",
        "x" * 43,
        f"{shared.token}x",
        "令牌",
        "\ud800".encode("utf-8", "surrogatepass"),
    ):
        answer = httpx.post(f"{shared.url}/login", data={"token": token}, trust_env=False)
        assert answer.status_code == 401
        assert "set-cookie" not in answer.headers


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites_forms(shared: Any) -> None:
    answer = httpx.post(f"{shared.url}/login", data={"token": shared.token}, trust_env=False)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert shared.token not in cookie


@pytest.mark.parametrize(
    "to", ["//evil.example", "https://evil.example", "/\\evil", "javascript:1"]
)
def test_a_log_in_leads_to_no_other_site(shared: Any, to: str) -> None:
    form = {"token": shared.token, "to": to}
    answer = httpx.post(f"{shared.url}/login", data=form, trust_env=False)
    assert answer.headers["location"] == "/"
    answer = httpx.get(f"{shared.url}/language/zh", params={"to": to}, trust_env=False)
    assert answer.headers["location"] == "/"


def test_a_cookie_that_was_made_up_or_is_over_opens_nothing(
    shared: Any, browser: httpx.Client
) -> None:
    (name,) = [name for name in browser.cookies if name.startswith("zhibiao_session")]
    real = browser.cookies[name]
    for made_up in (real[:-1], f"{real}x", real.swapcase(), "0" * len(real), "x" * 5000, "..", "x"):
        cookies = {name: made_up}
        answer = httpx.get(f"{shared.url}/v1/runs", cookies=cookies, trust_env=False)
        assert answer.status_code == 401
    with shared.store.write() as connection:
        connection.execute(update(logins).values(expires_at=time.time()))
    assert browser.get("/v1/runs").status_code == 401


def test_a_session_reads_the_api_and_changes_it_with_its_secret_only(
    shared: Any, browser: httpx.Client
) -> None:
    assert browser.get("/v1/runs/1").json()["id"] == 1
    form = {"files": ("b.txt", "清河县2024年政府工作报告。".encode())}
    refused = browser.post("/v1/runs", files=form)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "foreign_origin")
    headers = {sessions.CSRF_HEADER: secret_of(browser)}
    assert browser.post("/v1/runs", files=form, headers=headers).status_code == 202


def changing_paths(service: Any) -> list[str]:
    """Of all forms of the console but the log-in's, whichever router they are in."""
    ids = {"run": "1", "document": "2", "lever": "cancel", "name": "x", "path": "x"}
    ids |= {"kind": "keys", "table": "panel"}
    contexts = iter_route_contexts(create_app(service.settings).routes)
    found = {
        each.path.replace(":path}", "}").format(**ids)
        for each in contexts
        if each.path is not None and "POST" in (each.methods or ())
    }
    return sorted(path for path in found if not path.startswith("/v1/") and path != "/login")


@pytest.mark.parametrize("secret", [None, "", "x", "0" * 64])
def test_a_form_without_its_sessions_secret_changes_nothing(
    serve: Any, shared: Any, browser: httpx.Client, secret: str | None
) -> None:
    before = browser.get("/v1/runs").json()
    paths = changing_paths(shared)
    assert {"/samples", "/logout", "/reprocess", "/runs/1/rollback"} <= set(paths)
    for path in paths:
        form = {} if secret is None else {"csrf": secret}
        assert browser.post(path, data=form).status_code == 403, path
    assert browser.get("/v1/runs").json() == before


def test_another_sessions_secret_and_another_sites_page_are_refused(
    shared: Any, browser: httpx.Client
) -> None:
    with browser_of(shared) as other:
        form = {"csrf": secret_of(other)}
    assert browser.post("/runs/1/pause", data=form).status_code == 403
    form = {"csrf": secret_of(browser)}
    foreign = {"Origin": "https://evil.example"}
    assert browser.post("/runs/1/pause", data=form, headers=foreign).status_code == 403
    login = {"token": shared.token}
    assert browser.post("/login", data=login, headers=foreign).status_code == 403


def test_a_log_in_takes_no_large_body(shared: Any) -> None:
    answer = httpx.post(f"{shared.url}/login", data={"token": "x" * 100_000}, trust_env=False)
    assert answer.status_code == 413


def test_after_the_log_out_the_browser_has_no_session(shared: Any) -> None:
    with browser_of(shared) as browser:
        answer = browser.post("/logout", data={"csrf": secret_of(browser)})
        assert answer.headers["location"] == "/login"
        assert browser.get("/").status_code == 303
