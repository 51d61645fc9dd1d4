"""Nobody without the token sends more than a request's head, and no other site's page gets in."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from raw_http import connected, exchange, until

from zhibiao.settings import Settings

LARGE = 1_500_000_000
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def shared(serve: Any) -> Any:
    return serve()


@pytest.mark.parametrize(
    "path", ["/v1/reprocess", "/v1/runs", "/v1/runs/1/retry", "/v1/exports/keywords", "/v1/nothing"]
)
@pytest.mark.parametrize("kind", ["text/plain", "application/json", "multipart/form-data"])
@pytest.mark.parametrize(
    "length", [f"Content-Length: {LARGE}", f"Content-Length: {LARGE}\nExpect: 100-continue"]
)
def test_without_the_token_no_byte_of_a_body_is_waited_for(
    shared: Any, path: str, kind: str, length: str
) -> None:
    head = f"POST {path} HTTP/1.1\nHost: 127.0.0.1\nContent-Type: {kind}\n{length}"
    status, error = exchange(shared.url, head)
    assert (status, error["code"]) == (401, "unauthorised")


def test_a_stream_without_the_token_is_cut_off_with_the_answer(shared: Any) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while sent < LARGE:
            sent += 1_000_000
            yield bytes(1_000_000)

    answer = httpx.post(f"{shared.url}/v1/reprocess", content=endless(), trust_env=False)
    assert answer.status_code == 401
    assert answer.headers["connection"] == "close"
    assert sent < 100_000_000


@pytest.mark.parametrize("body", ["{", '{"run": }', '{"nothing": 1}', "[" * 1000])
def test_a_wrong_body_without_the_token_is_a_matter_of_the_token(shared: Any, body: str) -> None:
    for path in ("/v1/reprocess", "/v1/runs/1/retry", "/v1/exports/keywords"):
        answer = httpx.post(f"{shared.url}{path}", content=body, headers=JSON, trust_env=False)
        assert answer.json()["error"]["code"] == "unauthorised"


@pytest.mark.parametrize(
    "path", ["/v1/reprocess", "/v1/runs/1/retry", "/v1/runs/1/cancel", "/v1/prune"]
)
def test_a_body_that_is_no_upload_is_held_to_a_small_size(shared: Any, path: str) -> None:
    head = (
        f"POST {path} HTTP/1.1\nHost: 127.0.0.1\nAuthorization: Bearer {shared.token}\n"
        f"Content-Type: application/json\nContent-Length: {LARGE}"
    )
    status, error = exchange(shared.url, head)
    assert (status, error["code"]) == (413, "request_too_large")
    assert error["details"]["limit"] < 10_000_000

    def pieces() -> Iterator[bytes]:  # not announced
        for _ in range(12):
            yield b" " * 1_000_000

    answer = shared.http.post(path, content=pieces(), headers=JSON)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "request_too_large")


def test_the_largest_keyword_set_is_no_large_body(shared: Any) -> None:
    keywords = [f"{n:05}" + "数" * 95 for n in range(10_000)]
    content = json.dumps({"keywords": keywords}, ensure_ascii=False).encode()
    answer = shared.http.post("/v1/exports/keywords", content=content, headers=JSON)
    assert answer.status_code == 200


def test_a_body_that_does_not_come_is_not_waited_for_without_end(
    shared: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.gate._BODY_SECONDS", 0.3)
    head = (
        f"POST /v1/reprocess HTTP/1.1\nHost: 127.0.0.1\nAuthorization: Bearer {shared.token}\n"
        "Content-Type: application/json\nContent-Length: 20"
    )
    status, error = exchange(shared.url, head, b'{"run"')
    assert (status, error["code"]) == (408, "request_timeout")


def test_a_connection_goes_on_after_a_refusal_whose_body_was_read(shared: Any) -> None:
    with connected(shared.url) as wire:
        for _ in range(2):
            wire.sendall(
                b"POST /v1/reprocess HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json"
                b"\r\nAuthorization: Bearer " + shared.token.encode() + b"\r\nContent-Length: 1\r\n"
                b"\r\n{"
            )
            assert b" 422 " in until(wire, b"request_id")


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "evil.example:8750", "127.0.0.1.evil.example", "localhost.evil.example"),
        *("evillocalhost", "10.1.2.3", "169.254.169.254", "[2001:db8::1]", "", "a b", "[::1"),
    ],
)
def test_a_name_that_is_not_this_service_is_refused_on_every_path(shared: Any, host: str) -> None:
    for path in ("/healthz", "/docs", "/v1/runs", "/metrics"):
        head = f"GET {path} HTTP/1.1\nHost: {host}\nAuthorization: Bearer {shared.token}"
        status, error = exchange(shared.url, head)
        assert (status, error["code"]) in ((421, "unknown_host"), (400, "malformed_request"))
        assert status == 400 or "ZHIBIAO_ALLOWED_HOSTS" in error["message"]


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:80", "localhost.", "127.0.0.1:9", "127.1.2.3", "[::1]:8750"]
)
def test_the_loopback_names_are_this_service(shared: Any, host: str) -> None:
    head = f"GET /nothing HTTP/1.1\nHost: {host}\nAuthorization: Bearer {shared.token}"
    assert exchange(shared.url, head)[0] == 404


def test_a_probe_that_names_no_host_is_answered(shared: Any) -> None:
    with connected(shared.url) as wire:
        wire.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
        assert b" 200 " in until(wire, b'"alive"}')


@pytest.mark.parametrize(
    ("settings", "host", "known"),
    [
        ({"allowed_hosts": "zb.example.org, api"}, "zb.example.org:443", True),
        ({"allowed_hosts": "zb.example.org, api"}, "API:8750", True),
        ({"allowed_hosts": "zb.example.org, api"}, "localhost", True),
        ({"allowed_hosts": "zb.example.org, api"}, "org", False),
        ({"allowed_hosts": "*"}, "anything.example", True),
        ({"host": "192.0.2.7"}, "192.0.2.7:8750", True),
        ({"host": "192.0.2.7"}, "192.0.2.8:8750", False),
    ],
)
def test_other_names_are_a_setting(
    serve: Any, settings: dict[str, str], host: str, known: bool
) -> None:
    service = serve(**settings)
    head = f"GET /nothing HTTP/1.1\nHost: {host}\nAuthorization: Bearer {service.token}"
    assert exchange(service.url, head)[0] == (404 if known else 421)


def test_no_name_is_this_service_by_an_empty_setting() -> None:
    assert Settings(allowed_hosts=" , ").allowed_host_names == frozenset()


@pytest.mark.parametrize(
    "origin",
    [
        *("https://evil.example", "null", "http://localhost.evil.example", "file://", ""),
        *("http://127.0.0.1:1", "http://127.0.0.1", "https://127.0.0.1:8750", "http://[::1"),
    ],
)
def test_a_page_of_another_site_changes_nothing(shared: Any, origin: str) -> None:
    headers = {"Origin": origin, "Content-Type": "text/plain"}
    for method, path in (
        ("POST", "/v1/reprocess"),
        ("POST", "/v1/runs"),
        ("POST", "/v1/runs/1/cancel"),
        ("DELETE", "/v1/runs/1"),
    ):
        answer = shared.http.request(method, path, headers=headers, content=b"{}")
        error = answer.json()["error"]
        assert (answer.status_code, error["code"]) == (403, "foreign_origin"), (method, path)
    assert shared.http.get("/v1/runs", headers=headers).status_code == 200


def test_a_page_of_this_service_may_and_one_behind_a_proxy_under_its_own_name(serve: Any) -> None:
    service = serve(allowed_hosts="zb.example.org")
    asked = {"content": b"{}", "headers": JSON | {"Origin": service.url}}
    assert service.http.post("/v1/reprocess", **asked).status_code == 200
    asked["headers"]["Origin"] = "https://zb.example.org"
    assert service.http.post("/v1/reprocess", **asked).status_code == 200
    asked["headers"] |= {"Host": "zb.example.org", "Origin": "https://evil.example"}
    assert service.http.post("/v1/reprocess", **asked).status_code == 403


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        ("GET /v1/observations?region=长沙市 HTTP/1.1", 400),
        ("GET /v1/区域 HTTP/1.1", 400),
        ("nonsense", 400),
        ("GET / HTTP/1.1\nHost: localhost\nBad header", 400),
        ("GET / HTTP/1.1\nHost: localhost\nHost: evil.example", 400),
        ("GET / HTTP/1.1\nNo: host", 400),
        ("GET / HTTP/1.1\nHost: localhost\nContent-Length: x", 400),
        ("GET / HTTP/1.1\nHost: localhost\nTransfer-Encoding: magic", 501),
        (f"GET /{'x' * 1_000_000} HTTP/1.1", 431),
    ],
)
def test_what_is_no_http_gets_the_one_shape(shared: Any, request_line: str, status: int) -> None:
    if "\n" not in request_line:
        request_line += "\nHost: localhost"
    found, error = exchange(shared.url, request_line)
    assert (found, error["code"]) == (status, "malformed_request")
    assert set(error) == {"code", "message", "details", "request_id"}
    assert "--data-urlencode" in error["message"]


def test_a_body_in_no_valid_chunks_gets_the_one_shape(shared: Any) -> None:
    head = (
        f"POST /v1/reprocess HTTP/1.1\nHost: localhost\nAuthorization: Bearer {shared.token}\n"
        "Content-Type: application/json\nTransfer-Encoding: chunked"
    )
    assert exchange(shared.url, head, b"nonsense\r\n")[0] == 400


@pytest.mark.parametrize("begun", [b"", b"GET /healthz HTTP/1.1\r\nHost: local", b"G"])
def test_a_head_that_does_not_come_is_not_waited_for_without_end(
    shared: Any, monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    monkeypatch.setattr("api.protocol._HEAD_SECONDS", 0.3)
    with connected(shared.url) as wire:
        wire.sendall(begun)
        time.sleep(0.1)
        wire.sendall(begun[:1])
        answer = b""
        while piece := wire.recv(65536):  # until it is closed
            answer += piece
    assert b" 408 " in answer
    assert b"request_timeout" in answer


def test_a_head_that_comes_in_pieces_is_a_request_and_its_connection_serves_more(
    shared: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.protocol._HEAD_SECONDS", 1.5)
    with connected(shared.url) as wire:
        for _ in range(3):
            time.sleep(0.25)
            wire.sendall(b"GET /healthz HTTP/1.1\r\n")
            time.sleep(0.1)
            wire.sendall(b"Host: localhost\r\n\r\n")
            assert b" 200 " in until(wire, b'"alive"}')
        time.sleep(1.7)  # idle between requests is the keep-alive's own time
        wire.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b" 200 " in until(wire, b'"alive"}')
