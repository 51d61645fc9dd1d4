"""Users and their log-ins: with a password or a key, in a browser; and how they end."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest
from callers import PASSWORD, browser_of, key_of, secret_of, status_of, user_of
from selectolax.lexbor import LexborHTMLParser as Page
from sqlalchemy import update

from zhibiao.store.database.access_tables import users


def test_a_user_logs_in_with_name_and_password_and_sees_what_they_may(shared: Any) -> None:
    user_of(shared, "李雷", "read")
    with browser_of(shared, name="李雷", password=PASSWORD, to="/runs") as browser:
        page = Page(browser.get("/").text)
        shown = [link.attributes["href"] for link in page.css("header nav a")]
        assert "/documents" in shown
        assert not {"/submit", "/reprocess"} & set(shown)
        refused = browser.get("/submit")
        assert refused.status_code == 403
        assert "submit" in refused.text
        assert browser.get("/v1/me").json()["name"] == "user:李雷"


@pytest.mark.parametrize(
    "form",
    [
        {"name": "hanmei", "password": "wrong password"},
        {"name": "nobody", "password": PASSWORD},
        {"name": "hanmei", "password": ""},
        {"name": "hanmei", "password": "x" * 9000},
        {"name": "hanmei\0", "password": PASSWORD},
        {"name": "hanmei", "token": "zb_00000000_made-up"},
    ],
)
def test_a_wrong_log_in_is_told_nothing_of_who_there_is(shared: Any, form: dict[str, str]) -> None:
    if not any(user["name"] == "hanmei" for user in shared.http.get("/v1/users").json()["users"]):
        user_of(shared, "hanmei", "read")
    answer = httpx.post(f"{shared.url}/login", data=form, trust_env=False)
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    said = Page(answer.text).css_first("#wrong").text()
    assert said in ("User name or password is wrong.", "用户名或密码不正确。")


def test_another_password_and_a_revocation_end_a_log_in(shared: Any) -> None:
    user_of(shared, "wang", "read")
    with browser_of(shared, name="wang", password=PASSWORD) as browser:
        assert browser.get("/v1/runs").status_code == 200
        made = shared.http.post("/v1/users/wang/rotate").json()["password"]
        assert browser.get("/v1/runs").status_code == 401
    with browser_of(shared, name="wang", password=made) as browser:
        assert browser.get("/v1/runs").status_code == 200
        shared.http.delete("/v1/users/wang")
        assert browser.get("/v1/runs").status_code == 401
    again = httpx.post(
        f"{shared.url}/login", data={"name": "wang", "password": made}, trust_env=False
    )
    assert again.status_code == 401


def test_a_user_whose_time_is_over_is_out(shared: Any) -> None:
    user_of(shared, "visitor", "read", expires_days=30)
    with browser_of(shared, name="visitor", password=PASSWORD) as browser:
        with shared.store.write() as connection:
            connection.execute(
                update(users).where(users.c.name == "visitor").values(expires_at=time.time())
            )
        assert browser.get("/v1/runs").status_code == 401


def test_a_log_in_with_a_key_has_its_scopes_and_ends_with_it(shared: Any) -> None:
    key = key_of(shared, "in-a-browser", "read")
    with browser_of(shared, token=key) as browser:
        assert browser.get("/v1/me").json()["scopes"] == ["read"]
        shared.http.post("/v1/keys/in-a-browser/rotate")
        assert browser.get("/v1/runs").status_code == 401


def test_a_log_out_ends_the_log_in_and_not_only_the_cookie(shared: Any) -> None:
    with browser_of(shared, token=shared.token) as browser:
        kept = dict(browser.cookies)
        assert browser.post("/logout", data={"csrf": secret_of(browser)}).status_code == 303
    assert httpx.get(f"{shared.url}/v1/runs", cookies=kept, trust_env=False).status_code == 401


def test_a_password_is_stored_as_argon2_and_a_short_one_is_refused(shared: Any) -> None:
    short = {"name": "short", "scopes": ["read"], "password": "eleven char"}
    refused = shared.http.post("/v1/users", json=short)
    assert refused.status_code == 422
    assert "eleven char" not in refused.text
    user_of(shared, "stored", "read")
    with shared.store.read() as connection:
        row = connection.execute(users.select().where(users.c.name == "stored")).mappings().one()
    assert row["password_hash"].startswith("$argon2id$")


def test_guessing_passwords_is_stopped_also_before_the_right_one(serve: Any) -> None:
    service = serve(logins_per_minute=3)
    user_of(service, "li", "read")
    with httpx.Client(base_url=service.url, trust_env=False, timeout=30) as stranger:
        wrong = {"name": "li", "password": "guess"}
        assert [stranger.post("/login", data=wrong).status_code for _ in range(4)] == [
            *(401, 401, 401, 429)
        ]
        right = stranger.post("/login", data={"name": "li", "password": PASSWORD})
        assert right.status_code == 429
        assert int(right.headers["retry-after"]) >= 1
        assert stranger.post("/login", data={"token": "guess"}).status_code == 429
    assert service.http.get("/v1/runs").status_code == 200  # a key is not guessed


def test_right_log_ins_are_not_counted(serve: Any) -> None:
    service = serve(logins_per_minute=2)
    for _ in range(5):
        with browser_of(service, token=service.token):
            pass


def test_users_and_keys_are_made_changed_and_ended_in_the_console(serve: Any) -> None:
    service = serve()
    with browser_of(service, token=service.token) as browser:

        def sent(path: str, **form: Any) -> httpx.Response:
            return browser.post(path, data={"csrf": secret_of(browser), **form})

        made = sent("/access/keys", name="notebook", scopes=["read", "submit"], expires_days="30")
        assert made.headers["cache-control"] == "no-store"
        key = Page(made.text).css_first("#secret").text()
        assert status_of(service, key, "GET", "/v1/runs") == 200
        assert key not in browser.get("/access").text
        other = Page(sent("/access/keys/notebook/rotate").text).css_first("#secret").text()
        assert [status_of(service, each, "GET", "/v1/runs") for each in (key, other)] == [401, 200]
        assert sent("/access/keys/notebook/revoke").status_code == 200
        assert status_of(service, other, "GET", "/v1/runs") == 401
        assert (
            sent("/access/users", name="李雷", scopes="read", password=PASSWORD).status_code == 200
        )
        with browser_of(service, name="李雷", password=PASSWORD) as user:
            assert user.get("/access").status_code == 403
        wrong = sent("/access/users", name="short", scopes="read", password="eleven char")
        assert wrong.status_code == 422
        assert "eleven char" not in wrong.text
        assert sent("/access/users", name="李雷", scopes="read").status_code == 422
        audited = browser.get("/audit").text
        assert "/access/keys/notebook/revoke" in audited
        assert browser.post("/access/keys", data={"name": "x", "scopes": "read"}).status_code == 403
