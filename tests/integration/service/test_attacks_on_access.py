"""More of the table of attacks: on who may do what, on headers, and by JSON that is huge or deep.

Guessed ids and idempotency keys, expired and revoked keys stand in `test_access.py`.
"""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from raw_http import exchange

REPORT = "示例县政府工作报告\n\n2024年，地区生产总值326.3亿元，增长5.1%。\n".encode()  # invented


@pytest.fixture(scope="module")
def shared(serve: Any) -> Any:
    service = serve()
    service.submit({"a.txt": REPORT})
    service.work()
    return service


@pytest.mark.parametrize(
    ("header", "status"),
    [
        (f"Authorization: Bearer {'x' * 8_000}", 401),
        (f"Authorization: {'x' * 8_000}", 401),
        ("Authorization: Bearer", 401),
        ("Authorization: Bearer \xff\xfe", 401),
        ("Authorization: Bearer zb_00000000_' OR 1=1 --", 401),
        (f"Cookie: zhibiao_session={'x' * 8_000}", 401),
        (f"Cookie: {'a=b; ' * 4_000}", 401),
        ("Cookie: zhibiao_session=\xff; zhibiao_session=' OR 1=1 --", 401),
        ("X-Forwarded-For: 127.0.0.1\nX-Forwarded-User: token", 401),
        ("X-Original-URL: /healthz\nX-Rewrite-URL: /healthz", 401),
    ],
)
def test_an_oversized_or_made_up_credential_opens_nothing(
    shared: Any, header: str, status: int
) -> None:
    found, error = exchange(shared.url, f"GET /v1/runs HTTP/1.1\nHost: localhost\n{header}")
    assert found == status
    assert error["code"] in ("unauthorised", "malformed_request")
    assert "x" * 100 not in error["message"]


def test_a_credential_that_no_head_holds_is_refused(shared: Any) -> None:
    head = f"GET /v1/runs HTTP/1.1\nHost: localhost\nAuthorization: Bearer {'x' * 1_000_000}"
    status, error = exchange(shared.url, head)
    assert (status, error["code"]) == (431, "malformed_request")


@pytest.mark.parametrize(
    "path",
    [
        *("//v1/runs", "/v1//runs", "/V1/RUNS", "/healthz/../v1/runs", "/static/../v1/runs"),
        *("/static/%2e%2e/v1/runs", "/login/..%2fv1/runs", "/login%3f/../v1/runs", "/v1/runs%00"),
        *("/healthz%2f..%2fv1%2fruns", "/docs;/v1/runs", "/static/..%2f..%2fgate.py"),
    ],
)
def test_no_spelling_of_a_path_goes_round_the_gate(shared: Any, path: str) -> None:
    status, error = exchange(shared.url, f"GET {path} HTTP/1.1\nHost: localhost")
    assert (status, error["code"]) in ((401, "unauthorised"), (404, "not_found"))


@pytest.mark.parametrize(
    "method", ["TRACE", "CONNECT", "PROPFIND", "OPTIONS", "HEAD", "get", "PURGE"]
)
def test_no_other_method_goes_round_the_gate(shared: Any, method: str) -> None:
    with httpx.Client(base_url=shared.url, trust_env=False) as stranger:
        assert stranger.request(method, "/v1/runs").status_code in (400, 401)


def test_names_break_no_header(serve: Any) -> None:
    service = serve()
    names = [
        "a\r\nSet-Cookie: evil=1\r\n.txt",
        'b".txt; filename=evil.html',
        "c\u2028d.txt",
        "丁.txt",
    ]
    lines = b"".join(
        json.dumps({"name": name, "text": REPORT.decode() + name}).encode() + b"\n"
        for name in names
    )
    kind = {"Content-Type": "application/x-ndjson"}
    assert service.http.post("/v1/runs", content=lines, headers=kind).status_code == 202
    service.work()
    documents = service.http.get("/v1/documents").json()["documents"]
    assert len(documents) == len(names)
    for document in documents:
        answer = service.http.get(f"/v1/documents/{document['id']}/source")
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers
        assert answer.headers["content-disposition"].startswith("attachment")
        assert "evil.html" not in answer.headers["content-disposition"].partition("filename*")[0]
    with httpx.Client(base_url=service.url, trust_env=False) as stranger:
        for path in ("/language/zh", "/login"):
            answer = stranger.get(path, params={"to": "/\r\nSet-Cookie: evil=1"})
            assert "evil" not in answer.headers.get("set-cookie", "")
            assert "\n" not in answer.headers.get("location", "")
        answer = stranger.get("/healthz", headers={"X-Request-ID": "x" * 5000})
        assert len(answer.headers["x-request-id"]) <= 64


DEEP = 50_000
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    "body",
    [
        b'{"label": ' + b"[" * DEEP + b"]" * DEEP + b"}",
        b'{"a":' * DEEP + b"1" + b"}" * DEEP,
        b'{"run": ' + b"9" * 100_000 + b"}",
        b'{"run": 1e999999999}',
        b'{"run": NaN}',
        b'{"run": true}',
        b'{"documents": [' + b"1," * 200_000 + b"1]}",
        b'{"label": "' + b"x" * 1_000_000 + b'"}',
        b'{"label": "\\ud800"}',
        b'{"label": "\\u0000"}',
        b'{"' + b"k" * 1_000_000 + b'": 1}',
        b"{" + b",".join(b'"k%d": 1' % n for n in range(100_000)) + b"}",
        b"[]",
        b'"x"',
    ],
    ids=[
        *("deep list", "deep object", "long number", "infinite", "not a number", "a bool"),
        *("long list", "long text", "half a character", "NUL", "long name", "many names"),
        *("a list", "a text"),
    ],
)
def test_json_that_is_huge_or_deep_is_refused_in_the_one_shape(shared: Any, body: bytes) -> None:
    for path in ("/v1/reprocess", "/v1/keys", "/v1/users"):
        answer = shared.http.post(path, content=body, headers=JSON)
        assert answer.status_code == 422, (path, answer.text[:300])
        assert set(answer.json()["error"]) == {"code", "message", "details", "request_id"}
        assert len(answer.content) < 10_000
    assert shared.http.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    "line",
    [
        b"[" * DEEP,
        b'{"name": "a.txt", "text": ' + b"[" * DEEP + b"]" * DEEP + b"}",
        b'{"name": "a.txt", "text": "x", "year": ' + b"9" * 100_000 + b"}",
    ],
    ids=["deep", "deep text", "long year"],
)
def test_a_line_of_a_submission_that_is_huge_or_deep_ends_that_line_alone(
    shared: Any, line: bytes
) -> None:
    good = json.dumps({"name": "good.txt", "text": REPORT.decode() + line[:40].decode()}).encode()
    answer = shared.http.post(
        "/v1/runs",
        content=line + b"\n" + good + b"\n",
        headers={"Content-Type": "application/x-ndjson"},
    )
    assert answer.status_code in (202, 422), answer.text[:300]
    if answer.status_code == 202:
        counts = answer.json()["accounts"]
        assert counts["quarantined"] >= 1
        assert counts["submitted"] == 2


def test_metadata_and_keys_that_are_huge_or_deep_are_refused(shared: Any) -> None:
    kind = {"Content-Type": "application/zip"}
    deep = "[" * 20_000
    answer = shared.http.post("/v1/runs", params={"metadata": deep}, content=b"PK", headers=kind)
    assert answer.status_code == 422
    headers = {**kind, "Idempotency-Key": "k" * 201}
    assert shared.http.post("/v1/runs", content=b"PK", headers=headers).status_code == 422
