"""What was done stands in the audit log, with who did it."""

from __future__ import annotations

import re
from typing import Any

from callers import PASSWORD, browser_of, holding, key_of, secret_of, status_of, user_of
from invented import REPORT


def entries_of(service: Any, **asked: Any) -> list[dict[str, Any]]:
    found = service.http.get("/v1/audit", params=asked)
    assert found.status_code == 200
    return list(found.json()["entries"])


def test_what_was_done_stands_in_the_audit_log_with_who_did_it_and_no_secret(serve: Any) -> None:
    service = serve()
    key = key_of(service, "worker", "submit", "read", "reprocess")
    user_of(service, "li", "read")
    with holding(service, key) as client:
        run = client.post("/v1/runs", files={"files": ("a.txt", REPORT.encode())}).json()["id"]
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
    reader = key_of(shared, "for-pages", "read")
    key_of(shared, "for-more-pages", "read")
    first = shared.http.get("/v1/audit", params={"limit": 1, "action": "create key"}).json()
    second = shared.http.get(
        "/v1/audit", params={"limit": 1, "action": "create key", "next": first["next"]}
    ).json()
    assert first["entries"][0]["id"] > second["entries"][0]["id"]
    assert status_of(shared, reader, "GET", "/v1/audit") == 403


def test_what_is_done_in_the_console_is_noted_too(serve: Any) -> None:
    service = serve()
    service.submit({"a.txt": REPORT.encode()})
    with browser_of(service, token=service.token) as browser:
        form = {"csrf": secret_of(browser)}
        browser.post("/runs/1/pause", data=form)
        browser.post("/samples", data=form)
    found = {(each["action"], each["path"]) for each in entries_of(service, caller="token")}
    assert {("move", "/runs/1/pause"), ("submit", "/samples")} <= found


def test_a_look_at_a_form_is_nothing_done(serve: Any) -> None:
    service = serve()
    with browser_of(service, token=service.token) as browser:
        for page in ("/submit", "/reprocess", "/access", "/audit"):
            assert browser.get(page).status_code == 200
    assert [entry["action"] for entry in entries_of(service)] == ["log in"]
