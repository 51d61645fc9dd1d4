"""Who asks a service for something: with the token, a key, or a log-in of a browser's."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from selectolax.lexbor import LexborHTMLParser as Page

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
PASSWORD = "correct horse battery"


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


def status_of(service: Any, key: str, method: str = "GET", path: str = "/v1/runs") -> int:
    with holding(service, key) as client:
        return client.request(method, path).status_code


def table(service: Any, name: str, **query: Any) -> list[dict[str, str]]:
    answer = service.http.get(f"/v1/exports/{name}", params={"format": "csv", **query})
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


@contextmanager
def browser_of(service: Any, **form: str) -> Iterator[httpx.Client]:
    """A browser that has logged in; with the token where `form` says nothing else."""
    with httpx.Client(
        base_url=service.url, headers=BROWSER, trust_env=False, timeout=30
    ) as browser:
        answer = browser.post("/login", data=form or {"token": service.token})
        assert (answer.status_code, answer.headers["location"]) == (303, form.get("to", "/"))
        yield browser


def secret_of(browser: httpx.Client) -> str:
    """What a form of this browser's session has to say."""
    found = Page(browser.get("/").text).css_first("body").attributes["data-csrf"]
    assert found
    return found
