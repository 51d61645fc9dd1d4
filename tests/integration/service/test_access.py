"""Who may do what: keys, users, scopes, one's own runs, limits, and the log of what was done."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from fastapi.routing import iter_route_contexts
from selectolax.lexbor import LexborHTMLParser as Page
from sqlalchemy import update

from api.access import RULES
from api.app import create_app
from zhibiao.domain.access import AccessScope
from zhibiao.settings import Settings
from zhibiao.store.access_tables import api_keys, users

# Invented.
REPORT = "清河县2023年政府工作报告\n全县地区生产总值达到312.5亿元，增长6.8%。\n".encode()
PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def shared(serve: Any) -> Any:
    """A service with a finished run of the token's."""
    service = serve(logins_per_minute=0)
    service.submit({"清河.txt": REPORT})
    service.work()
    return service


def key_of(service: Any, name: str, *scopes: str, **more: Any) -> str:
    asked = {"name": name, "scopes": scopes, **more}
    answer = service.http.post("/v1/keys", json=asked)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["key"])


def user_of(service: Any, name: str, *scopes: str, **more: Any) -> None:
    asked = {"name": name, "scopes": scopes, "password": PASSWORD, **more}
    assert service.http.post("/v1/users", json=asked).status_code == 201


@contextmanager
def holding(service: Any, key: str) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=service.url, headers=headers, trust_env=False, timeout=30) as client:
        yield client


@contextmanager
def browser_of(service: Any, **form: str) -> Iterator[httpx.Client]:
    with httpx.Client(
        base_url=service.url, headers={"Accept": "text/html"}, trust_env=False, timeout=30
    ) as browser:
        answer = browser.post("/login", data=form)
        assert answer.status_code == 303, answer.text
        yield browser


def status_of(service: Any, key: str, method: str, path: str) -> int:
    with holding(service, key) as client:
        return client.request(method, path).status_code


# The table of routes


def routes() -> list[tuple[str, str]]:
    contexts = iter_route_contexts(create_app(Settings()).routes)
    return [(method, each.path or "") for each in contexts for method in sorted(each.methods or ())]


def test_every_route_declares_the_scope_that_it_needs_and_no_line_is_left_over() -> None:
    found = routes()
    assert len(found) >= 60
    assert [route for route in found if route not in RULES] == []
    assert [route for route in RULES if route not in found] == []


def test_only_what_has_nothing_to_hide_is_open() -> None:
    opened = {path for (_, path), rule in RULES.items() if rule.is_open}
    assert opened == {
        *("/healthz", "/readyz", "/docs", "/openapi.json"),
        *("/login", "/language/{language}", "/static/{name}"),
    }


def test_nothing_is_changed_by_whoever_may_only_read() -> None:
    changing = [(route, rule) for route, rule in RULES.items() if route[0] not in ("GET", "HEAD")]
    for (method, path), rule in changing:
        exports = path.startswith(("/v1/exports/", "/v1/export-jobs/"))
        innocent = exports or path in ("/login", "/logout", "/flower/tasks/datatable")
        assert innocent or (AccessScope.READ not in rule.scopes and rule.scopes), (method, path)


def sample_of(path: str) -> str:
    ids = {"run": "1", "document": "1", "observation": "1", "table": "panel", "lever": "cancel"}
    ids |= {"kind": "users"}
    return re.sub(r"{(\w+)(:path)?}", lambda found: ids.get(found[1], "x"), path)


@pytest.fixture(scope="module")
def scoped_keys(shared: Any) -> dict[str, str]:
    return {scope: key_of(shared, f"only-{scope}", scope) for scope in AccessScope}


@pytest.mark.parametrize("scope", list(AccessScope))
def test_each_route_is_shut_for_every_scope_but_its_own(
    shared: Any, scoped_keys: dict[str, str], scope: AccessScope
) -> None:
    with holding(shared, scoped_keys[scope]) as client:
        for (method, path), rule in RULES.items():
            allowed = rule.is_open or not rule.scopes or scope in rule.scopes
            if scope is AccessScope.ADMIN or "/events" in path or (allowed and method != "GET"):
                continue
            answer = client.request(method, sample_of(path))
            assert (answer.status_code == 403) is not allowed, (method, path, answer.text)
            if not allowed:
                error = answer.json()["error"]
                assert error["code"] == "forbidden"
                assert error["details"]["needed"] == list(rule.scopes)


def test_every_route_is_shut_without_a_key_and_with_a_wrong_one(shared: Any) -> None:
    for headers in ({}, {"Authorization": "Bearer zb_00000000_made-up"}, {"Authorization": "x y"}):
        with httpx.Client(base_url=shared.url, headers=headers, trust_env=False) as client:
            for (method, path), rule in RULES.items():
                if not rule.is_open:
                    answer = client.request(method, sample_of(path))
                    assert answer.status_code == 401, (method, path)
                    assert answer.headers["www-authenticate"] == "Bearer"


# Keys


def test_a_key_is_answered_once_and_only_its_digest_is_stored(shared: Any) -> None:
    key = key_of(shared, "once", "read")
    assert re.fullmatch(r"zb_[0-9a-f]{8}_[\w-]{43}", key)
    listed = shared.http.get("/v1/keys").text
    assert key[:11] in listed
    assert key not in listed
    shared.store.close()  # what it holds back is written
    stored = b"".join(path.read_bytes() for path in shared.settings.data_dir.glob("zhibiao.db*"))
    assert key[:11].encode() in stored
    assert key.encode() not in stored
    assert key[12:].encode() not in stored


def test_a_key_ends_at_once_when_it_is_revoked_and_its_name_is_not_given_again(
    shared: Any,
) -> None:
    key = key_of(shared, "leaver", "read")
    assert status_of(shared, key, "GET", "/v1/runs") == 200
    assert shared.http.delete("/v1/keys/leaver").json()["revoked_at"]
    assert status_of(shared, key, "GET", "/v1/runs") == 401
    again = shared.http.post("/v1/keys", json={"name": "leaver", "scopes": ["read"]})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "name_taken")
    assert shared.http.post("/v1/keys/leaver/rotate").status_code == 404
    assert shared.http.delete("/v1/keys/nobody").status_code == 404


def test_a_key_ends_when_its_time_is_over(shared: Any) -> None:
    key = key_of(shared, "short", "read", expires_days=1)
    assert status_of(shared, key, "GET", "/v1/runs") == 200
    with shared.store.write() as connection:
        connection.execute(
            update(api_keys).where(api_keys.c.name == "short").values(expires_at=time.time())
        )
    assert status_of(shared, key, "GET", "/v1/runs") == 401


def test_a_key_is_rotated_while_the_service_runs_with_time_to_take_the_new_one(
    shared: Any,
) -> None:
    first = key_of(shared, "scraper", "read")
    second = shared.http.post("/v1/keys/scraper/rotate", json={"grace_seconds": 3600}).json()["key"]
    assert {status_of(shared, key, "GET", "/v1/runs") for key in (first, second)} == {200}
    third = shared.http.post("/v1/keys/scraper/rotate").json()["key"]
    found = [status_of(shared, key, "GET", "/v1/runs") for key in (first, second, third)]
    assert found == [401, 401, 200]


def test_a_key_of_a_user_may_no_more_than_the_user_and_ends_with_them(shared: Any) -> None:
    user_of(shared, "guest", "read")
    key = key_of(shared, "guests", "read", "submit", "admin", user="guest")
    with holding(shared, key) as client:
        me = client.get("/v1/me").json()
        assert me == {"name": "key:guests", "owner": "user:guest", "scopes": ["read"]}
        assert client.post("/v1/runs").status_code == 403
        shared.http.delete("/v1/users/guest")
        assert client.get("/v1/runs").status_code == 401
    asked = {"name": "orphan", "scopes": ["read"], "user": "nobody"}
    assert shared.http.post("/v1/keys", json=asked).status_code == 404


@pytest.mark.parametrize(
    "asked",
    [
        {"name": "a/b", "scopes": ["read"]},
        {"name": "", "scopes": ["read"]},
        {"name": "x" * 65, "scopes": ["read"]},
        {"name": "a\nb", "scopes": ["read"]},
        {"name": "fine", "scopes": []},
        {"name": "fine", "scopes": ["root"]},
        {"name": "fine", "scopes": ["read"], "expires_days": 0},
        {"name": "fine", "scopes": ["read"], "admin": True},
    ],
)
def test_a_key_that_makes_no_sense_is_refused(shared: Any, asked: dict[str, Any]) -> None:
    assert shared.http.post("/v1/keys", json=asked).status_code == 422


def test_another_token_in_its_file_counts_without_a_restart(serve: Any) -> None:
    service = serve()
    service.settings.token_file.write_text("another-token-that-is-long\n")
    assert service.http.get("/v1/runs").status_code == 401
    assert status_of(service, "another-token-that-is-long", "GET", "/v1/runs") == 200
    service.settings.token_file.unlink()
    assert status_of(service, "another-token-that-is-long", "GET", "/v1/runs") == 200


# Users and log-ins


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
        secret = Page(browser.get("/").text).css_first("body").attributes["data-csrf"]
        assert browser.post("/logout", data={"csrf": secret}).status_code == 303
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


# One's own runs


def test_whoever_submits_watches_and_moves_only_their_own_run(shared: Any) -> None:
    mine, theirs = (key_of(shared, name, "submit") for name in ("mine", "theirs"))
    with holding(shared, mine) as me, holding(shared, theirs) as they:
        files = {"files": ("own.txt", REPORT + "又一份。".encode())}
        made = me.post("/v1/runs", files=files).json()
        run = made["id"]
        assert made["owner"] == "key:mine"
        assert me.get(f"/v1/runs/{run}").status_code == 200
        assert me.post(f"/v1/runs/{run}/pause").status_code == 200
        for guessed in (run, 1, 999_999_999, 2**63 - 1, 2**63, "9" * 5000, "x"):
            for method, path in (
                ("GET", ""),
                ("GET", "/documents"),
                ("GET", "/events"),
                ("DELETE", ""),
                ("POST", "/cancel"),
                ("POST", "/pause"),
                ("POST", "/resume"),
                ("POST", "/retry"),
            ):
                answer = they.request(method, f"/v1/runs/{guessed}{path}")
                assert answer.status_code == 403, (method, guessed, path)
                assert answer.json()["error"]["code"] == "forbidden"
        assert me.get("/v1/runs").status_code == 403
        assert shared.http.get(f"/v1/runs/{run}").json()["paused_at"]  # admin: any
        assert me.post(f"/v1/runs/{run}/cancel").status_code == 200
        assert me.delete(f"/v1/runs/{run}").status_code == 200


def test_an_idempotency_key_that_another_has_guessed_is_another_submission(shared: Any) -> None:
    keys = [key_of(shared, name, "submit", "read") for name in ("first", "second")]
    found = []
    for key in (*keys, keys[0]):
        with holding(shared, key) as client:
            answer = client.post(
                "/v1/runs",
                files={"files": ("same.txt", REPORT + "同一份。".encode())},
                headers={"Idempotency-Key": "guessed"},
            )
            found.append((answer.status_code, answer.json()["id"]))
    (one, run), (other, another), repeated = found
    assert (one, other) == (202, 202)
    assert run != another
    assert repeated == (200, run)
    with holding(shared, keys[0]) as client:
        reused = client.post(
            "/v1/runs",
            files={"files": ("other.txt", REPORT)},
            headers={"Idempotency-Key": "guessed"},
        )
    assert reused.json()["error"]["details"]["idempotency_key"] == "guessed"


# Limits


def test_more_requests_than_a_minute_has_room_for_are_put_off_by_key(serve: Any) -> None:
    service = serve(requests_per_minute=30)
    key = key_of(service, "busy", "read")
    with holding(service, key) as client:
        answers = [client.get("/v1/version") for _ in range(40)]
        assert [answer.status_code for answer in answers[:30]] == [200] * 30
        refused = answers[-1]
        assert (refused.status_code, refused.json()["error"]["code"]) == (429, "too_many_requests")
        assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert service.http.get("/v1/version").status_code == 200  # others go on


def test_strangers_are_counted_by_their_address_and_probes_are_not(serve: Any) -> None:
    service = serve(requests_per_minute=30)
    with httpx.Client(base_url=service.url, trust_env=False) as stranger:
        found = [stranger.get("/v1/runs").status_code for _ in range(40)]
        assert found[:30] == [401] * 30
        assert found[-1] == 429
        assert stranger.get("/login").status_code == 429
        assert stranger.get("/healthz").status_code == 200
    assert service.http.get("/v1/runs").status_code == 200


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


# The audit log


def entries_of(service: Any, **asked: Any) -> list[dict[str, Any]]:
    found = service.http.get("/v1/audit", params=asked)
    assert found.status_code == 200
    return list(found.json()["entries"])


def test_what_was_done_stands_in_the_audit_log_with_who_did_it_and_no_secret(serve: Any) -> None:
    service = serve()
    key = key_of(service, "worker", "submit", "read", "reprocess")
    user_of(service, "li", "read")
    with holding(service, key) as client:
        run = client.post("/v1/runs", files={"files": ("a.txt", REPORT)}).json()["id"]
        service.work()
        client.get("/v1/exports/observations", params={"format": "csv", "year_from": 2020})
        client.get("/v1/observations")
        client.get("/v1/observations", params={"format": "csv"})
        client.get("/v1/documents/1/source")
        client.post("/v1/reprocess", json={"all": True})
        assert client.post("/v1/prune").status_code == 403
        assert client.delete(f"/v1/runs/{run}").status_code == 409  # not done: not noted
    with browser_of(service, name="li", password=PASSWORD):
        pass
    done = [
        (entry["caller"], entry["action"], entry["path"], entry["status"])
        for entry in reversed(entries_of(service))
    ]
    assert done == [
        ("token", "create key", "/v1/keys", 201),
        ("token", "create user", "/v1/users", 201),
        ("key:worker", "submit", "/v1/runs", 202),
        ("key:worker", "export", "/v1/exports/observations", 200),
        ("key:worker", "export", "/v1/observations", 200),
        ("key:worker", "export", "/v1/documents/1/source", 200),
        ("key:worker", "reprocess", "/v1/reprocess", 202),
        ("key:worker", "prune", "/v1/prune", 403),
        ("user:li", "log in", "/login", 303),
    ]
    (submitted,) = entries_of(service, action="submit")
    assert submitted["facts"] == {"run": run}
    assert submitted["address"] == "127.0.0.1"
    assert re.fullmatch(r"[0-9a-f]{32}", submitted["request_id"])
    exported = entries_of(service, action="export")
    assert exported[-1]["facts"] == {"query": "format=csv&year_from=2020"}
    text = service.http.get("/v1/audit").text
    assert not any(secret in text for secret in (key, key[12:], PASSWORD, service.token))


def test_the_audit_log_comes_in_pages_and_is_for_admins(shared: Any) -> None:
    key_of(shared, "for-pages", "read")
    key_of(shared, "for-more-pages", "read")
    first = shared.http.get("/v1/audit", params={"limit": 1, "action": "create key"}).json()
    second = shared.http.get(
        "/v1/audit", params={"limit": 1, "action": "create key", "next": first["next"]}
    ).json()
    assert first["entries"][0]["id"] > second["entries"][0]["id"]


def test_a_deletion_in_the_console_is_noted_too(serve: Any) -> None:
    service = serve()
    service.submit({"a.txt": REPORT})
    with browser_of(service, token=service.token) as browser:
        secret = Page(browser.get("/").text).css_first("body").attributes["data-csrf"]
        browser.post("/runs/1/pause", data={"csrf": secret})
        browser.post("/samples", data={"csrf": secret})
    found = {(each["action"], each["path"]) for each in entries_of(service, caller="token")}
    assert {("move", "/runs/1/pause"), ("submit", "/samples")} <= found


# The console's page


def test_users_and_keys_are_made_changed_and_ended_in_the_console(serve: Any) -> None:
    service = serve()
    with browser_of(service, token=service.token) as browser:

        def sent(path: str, **form: Any) -> httpx.Response:
            secret = Page(browser.get("/access").text).css_first("body").attributes["data-csrf"]
            return browser.post(path, data={"csrf": secret, **form})

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
