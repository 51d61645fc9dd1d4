"""Flower behind the log-in: what reaches it, what comes back, and that nobody else is asked."""

from __future__ import annotations

import base64
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from local_server import Handler, serving
from pydantic import ValidationError
from raw_http import connected

from api.flower import tasks_of
from zhibiao.settings import Settings

PAGE = {"Accept": "text/html"}


@dataclass
class Stub:
    """In Flower's place: remembers what it was asked, answers what it is told to."""

    url: str = ""
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"<p>Flower's</p>"


@pytest.fixture(scope="module")
def stub() -> Iterator[Stub]:
    told = Stub()

    class Requests(Handler):
        def answer(self) -> None:
            sent = {name.lower(): value for name, value in self.headers.items()}
            told.asked.append((self.command, self.path, sent, self.body()))
            self.say(told.status, told.body, told.headers)

    with serving(Requests) as told.url:
        yield told


@pytest.fixture(scope="module")
def service(serve: Callable[..., Any], stub: Stub) -> Any:
    return serve(flower_url=stub.url)


@pytest.fixture
def flower(stub: Stub) -> Stub:
    stub.asked.clear()
    stub.status, stub.headers, stub.body = 200, {}, b"<p>Flower's</p>"
    return stub


@pytest.fixture
def visitor(service: Any) -> Iterator[httpx.Client]:
    """A browser with a log-in's cookie."""
    with httpx.Client(base_url=service.url, timeout=30, trust_env=False) as client:
        client.post("/login", data={"token": service.token})
        yield client


def test_without_a_log_in_flower_is_not_asked(service: Any, flower: Stub) -> None:
    for path in ("/flower", "/flower/", "/flower/tasks", "/flower/metrics", "/flower/static/x.js"):
        page = httpx.get(service.url + path, headers=PAGE, trust_env=False)
        assert (page.status_code, page.headers["location"].partition("?")[0]) == (303, "/login")
        answer = httpx.get(service.url + path, trust_env=False)
        assert answer.json()["error"]["code"] == "unauthorised"
        assert answer.headers["www-authenticate"] == "Bearer"
    assert flower.asked == []


def test_flower_gets_its_own_password_and_neither_cookie_nor_token(
    service: Any, visitor: httpx.Client, flower: Stub
) -> None:
    address = "/flower/task/a%2Fb?x=1&y=%E6%8C%87"
    headers = {"X-CSRF-Token": "s", "X-Forwarded-For": "1.2.3.4", "Accept": "text/html"}
    assert visitor.get(address, headers=headers).text == "<p>Flower's</p>"
    assert service.http.get(address).status_code == 200  # by the token
    ((method, path, by_cookie, _), (*_, by_token, _)) = flower.asked
    assert (method, path) == ("GET", address)
    password = (service.settings.data_dir / "flower-password").read_text().strip()
    credential = base64.b64encode(f"zhibiao:{password}".encode()).decode()
    for sent in (by_cookie, by_token):
        assert sent["authorization"] == f"Basic {credential}"
        assert "cookie" not in sent
        assert service.token not in str(sent)
    assert by_cookie["accept"] == "text/html"
    assert {"x-csrf-token", "x-forwarded-for"}.isdisjoint(by_cookie)
    assert visitor.get("/flower").headers["location"] == "/flower/"


def test_of_flowers_answer_only_what_a_page_needs_comes_back(
    visitor: httpx.Client, flower: Stub
) -> None:
    flower.headers = {
        "Content-Type": "text/html",
        "Set-Cookie": "_xsrf=1",
        "Access-Control-Allow-Origin": "*",
        "Etag": '"1"',
        "X-Odd": "1",
    }
    answer = visitor.get("/flower/")
    assert answer.headers["content-type"] == "text/html"
    assert answer.headers["etag"] == '"1"'
    assert answer.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert {"set-cookie", "access-control-allow-origin", "x-odd"}.isdisjoint(answer.headers)
    visitor.get("/flower/")
    assert "cookie" not in flower.asked[-1][2]  # nor what Flower itself had set


@pytest.mark.parametrize(
    ("location", "led"),
    [
        ("/flower/login?next=%2F", "/flower/login?next=%2F"),
        ("http://127.0.0.1:1/flower/tasks", "/flower/tasks"),
        ("https://elsewhere.example/", "/flower/"),
        ("//elsewhere.example/flower/", "/flower/"),
        ("/elsewhere", "/flower/"),
    ],
)
def test_flower_leads_to_its_own_pages_only(
    visitor: httpx.Client, flower: Stub, location: str, led: str
) -> None:
    flower.status, flower.headers = 302, {"Location": location}
    answer = visitor.get("/flower/")
    assert (answer.status_code, answer.headers["location"]) == (302, led)


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:{other}/flower/",
        "/flower/http://127.0.0.1:{other}/",
        "/flower//127.0.0.1:{other}/x",
        "/flower/@127.0.0.1:{other}/",
        "/flower/..//127.0.0.1:{other}/",
        "/flower/%2e%2e/%2f127.0.0.1:{other}",
        "//127.0.0.1:{other}/flower/",
    ],
)
def test_whatever_is_asked_nobody_but_flower_is(service: Any, flower: Stub, target: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.settimeout(0.3)
        host = service.url.removeprefix("http://")
        asked = target.format(other=other.getsockname()[1])
        with connected(service.url) as connection:
            connection.sendall(
                f"GET {asked} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
                f"Authorization: Bearer {service.token}\r\n\r\n".encode()
            )
            assert connection.recv(100).startswith(b"HTTP/1.1 ")
        with pytest.raises(TimeoutError):
            other.accept()
    assert all(path.startswith("/flower/") for _, path, _, _ in flower.asked)


def test_a_form_is_passed_on_from_pages_of_this_service_only(
    service: Any, visitor: httpx.Client, flower: Stub
) -> None:
    address, form = "/flower/api/task/revoke/1", {"terminate": "true"}
    for headers in ({}, {"Origin": "https://elsewhere.example"}, {"Origin": "null"}):
        answer = visitor.post(address, data=form, headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "foreign_origin")
    assert flower.asked == []
    ours = {"Origin": service.url, "Sec-Fetch-Site": "same-origin"}
    assert visitor.post(address, data=form, headers=ours).status_code == 200
    assert service.http.post(address, data=form).status_code == 200  # a program, with the token
    (method, _, sent, body), _ = flower.asked
    assert (method, body, sent["sec-fetch-site"]) == ("POST", b"terminate=true", "same-origin")
    assert visitor.delete("/flower/", headers=ours).status_code == 405
    assert service.http.post("/flower/x", content=b"0" * 5_000_000).status_code == 413


def test_a_flower_with_another_password_or_none_at_all_is_said_to_be_so(
    serve: Callable[..., Any], service: Any, visitor: httpx.Client, flower: Stub
) -> None:
    flower.status, flower.headers = 401, {"WWW-Authenticate": 'Basic realm="flower"'}
    answer = visitor.get("/flower/", headers=PAGE)
    assert answer.status_code == 502
    assert "ZHIBIAO_FLOWER_BASIC_AUTH" in answer.text
    assert "www-authenticate" not in answer.headers  # a browser would ask for a password
    with socket.create_server(("127.0.0.1", 0)) as other:
        away = serve(flower_url=f"http://127.0.0.1:{other.getsockname()[1]}")
    error = away.http.get("/flower/tasks").json()["error"]
    assert error["code"] == "flower_unavailable"
    assert "does not answer" in error["message"]


def test_readiness_waits_for_flower_until_it_has_heard_of_a_worker(
    serve: Callable[..., Any], flower: Stub
) -> None:
    begun = serve(flower_url=flower.url)

    def told() -> dict[str, object]:
        found: dict[str, object] = begun.http.get("/readyz").json()["error"]["details"]["flower"]
        return found

    flower.body = b"# TYPE flower_worker_online gauge\n"
    assert told() == {"ok": False, "detail": "It receives no events yet."}
    flower.body = b'flower_worker_online{worker="embedded@here"} 1.0\n'
    assert told()["ok"] is True
    flower.body = b""
    assert told() == {"ok": True, "detail": "It does not answer; work goes on without it."}
    assert "flower" not in serve().http.get("/readyz").json()["error"]["details"]


def test_a_runs_page_leads_to_its_tasks_and_the_systems_to_all(service: Any) -> None:
    run = service.submit({"a.txt": "清河县2023年政府工作报告".encode()}).json()["id"]
    page = service.http.get(f"/runs/{run}", headers=PAGE).text
    assert f'href="{tasks_of(run)}"' in page
    assert 'href="/flower/"' in service.http.get("/system", headers=PAGE).text


@pytest.mark.parametrize(
    "written",
    ["flower:8751", "http://flower:8751/other", "http://a@b", "file:///etc", "http://x?y"],
)
def test_an_address_of_flower_that_is_none_is_refused(written: str) -> None:
    with pytest.raises(ValidationError, match="http://host:port"):
        Settings(flower_url=written)


def test_flower_is_looked_for_on_this_machine() -> None:
    assert Settings(host="0.0.0.0", flower_port=1).flower_origin == "http://127.0.0.1:1"
    assert Settings(host="::", flower_port=1).flower_origin == "http://[::1]:1"
    assert Settings(flower_url="https://flower:2/").flower_origin == "https://flower:2"
