"""Who may do what: the table of routes, keys, one's own runs, requests in a minute."""

from __future__ import annotations

import re
import time
from typing import Any

import httpx
import pytest
from callers import holding, key_of, status_of, user_of
from fastapi.routing import iter_route_contexts
from invented import REPORT
from sqlalchemy import update

from api.access import RULES
from api.app import create_app
from zhibiao.domain.access import AccessScope
from zhibiao.settings import Settings
from zhibiao.store.database.access_tables import api_keys

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
        *("/login", "/login/oidc", "/login/oidc/back"),
        *("/language/{language}", "/static/{name}"),
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


# One's own runs


def test_whoever_submits_watches_and_moves_only_their_own_run(shared: Any) -> None:
    mine, theirs = (key_of(shared, name, "submit") for name in ("mine", "theirs"))
    with holding(shared, mine) as me, holding(shared, theirs) as they:
        files = {"files": ("own.txt", f"{REPORT}又一份。".encode())}
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
                files={"files": ("same.txt", f"{REPORT}同一份。".encode())},
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
            files={"files": ("other.txt", REPORT.encode())},
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
