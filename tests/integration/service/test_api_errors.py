"""Every refusal, of every route, has the one shape; everything under /v1 needs the token."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from api.app import create_app
from zhibiao.settings import Settings

OPEN = {"/healthz", "/readyz", "/docs", "/redoc", "/openapi.json", "/docs/oauth2-redirect"}


def routes() -> Iterator[tuple[str, str]]:
    paths = create_app(Settings()).openapi()["paths"]
    for path, methods in paths.items():
        for method in methods:
            yield method.upper(), path


def filled(path: str, value: str = "999999") -> str:
    return re.sub(r"\{(?:run|document|correction)\}", value, path.replace("{table}", "documents"))


def assert_shape(answer: httpx.Response) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    assert set(body) == {"error"}
    error: dict[str, Any] = body["error"]
    assert set(error) == {"code", "message", "details", "request_id"}
    assert re.fullmatch(r"[a-z_]+", error["code"])
    assert error["message"]
    assert isinstance(error["details"], dict)
    assert error["request_id"] == answer.headers["x-request-id"]
    return error


def test_there_are_routes_to_try() -> None:
    assert len(list(routes())) >= 22


def test_without_the_right_token_every_route_but_the_health_ones_refuses(service: Any) -> None:
    for given in (None, "Bearer wrong", "Basic abc", "Bearer"):
        headers = {} if given is None else {"Authorization": given}
        with httpx.Client(base_url=service.url, headers=headers, trust_env=False) as stranger:
            for method, path in routes():
                if path in OPEN:
                    continue
                answer = stranger.request(method, filled(path))
                assert answer.status_code == 401, (method, path)
                assert assert_shape(answer)["code"] == "unauthorised"
                assert answer.headers["www-authenticate"] == "Bearer"
                told_what_to_do = "`zhibiao token`" in answer.json()["error"]["message"]
                assert told_what_to_do == (given == "Bearer wrong")


def test_unknown_ids_unknown_routes_and_wrong_methods_have_the_shape(service: Any) -> None:
    for method, path in routes():
        if "{run}" in path or "{document}" in path:
            body = {}
            if method == "PATCH":
                body = {"json": {"year": 2020}}
            elif path.endswith("/corrections"):
                body = {"json": {"kind": "right", "observation": 1}}
            answer = service.http.request(method, filled(path), **body)
            assert answer.status_code == 404, (method, path)
            assert assert_shape(answer)["code"] == "not_found"
            answer = service.http.request(method, filled(path, "x"), **body)
            assert answer.status_code == 422, (method, path)
            assert assert_shape(answer)["code"] == "invalid_request"
        wrong = "POST" if path.endswith("/checked") else "PUT"
        answer = service.http.request(wrong, filled(path))
        assert answer.status_code == 405, path
        assert assert_shape(answer)["code"] == "method_not_allowed"
    for path in ("/v1", "/v1/nothing", "/v2/runs", "/nowhere"):
        assert assert_shape(service.http.get(path))["code"] == "not_found"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/v1/runs?limit=0", "invalid_request"),
        ("/v1/runs?next=%00%FF", "invalid_cursor"),
        ("/v1/documents?next=YWZ0ZXI6eA", "invalid_cursor"),
        ("/v1/observations?next=bmV4dDox", "invalid_cursor"),
        ("/v1/documents?state=lost", "invalid_request"),
        ("/v1/documents?region_code=6x", "invalid_request"),
        ("/v1/observations?measure=weight", "invalid_request"),
        ("/v1/exports/everything", "invalid_request"),
        ("/v1/exports/documents?format=pdf", "invalid_request"),
        ("/v1/documents/99999999999999999999", "invalid_request"),
    ],
)
def test_a_wrong_parameter_is_named(service: Any, path: str, code: str) -> None:
    answer = service.http.get(path)
    assert answer.status_code == 422
    assert assert_shape(answer)["code"] == code


def test_a_retry_of_something_unknown_to_the_schema_is_refused(service: Any) -> None:
    service.submit({"a.txt": b"text"})
    answer = service.http.post("/v1/runs/1/retry", json={"everything": True})
    assert answer.status_code == 422
    assert "everything" in assert_shape(answer)["message"]


def test_a_store_that_fails_is_a_passing_state_and_its_statements_stay_inside(
    service: Any,
) -> None:
    with service.store.write() as connection:
        connection.execute(text("ALTER TABLE runs RENAME TO elsewhere"))
    answer = service.http.get("/v1/runs")
    assert answer.status_code == 503
    assert assert_shape(answer)["code"] == "store_unavailable"
    assert "SELECT" not in answer.text
    assert int(answer.headers["retry-after"]) > 0


def test_a_defect_is_an_internal_error_with_the_id_that_the_log_has(
    service: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("api.routes.runs.summaries", fail)
    answer = service.http.get("/v1/runs", headers={"X-Request-ID": "mine-1"})
    assert answer.status_code == 500
    error = assert_shape(answer)
    assert (error["code"], error["request_id"]) == ("internal_error", "mine-1")
    assert "secret" not in answer.text
    assert any("mine-1" in record.getMessage() for record in caplog.records)
    assert "secret detail" in caplog.text


def test_a_request_id_that_could_forge_a_log_line_is_replaced(service: Any) -> None:
    answer = service.http.get("/healthz", headers={"X-Request-ID": "a b\tc" + "x" * 200})
    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["x-request-id"])


def test_readiness_names_the_part_that_is_missing(service: Any) -> None:
    assert service.http.get("/healthz").json() == {"status": "alive"}
    answer = service.http.get("/readyz")
    assert answer.status_code == 503
    error = assert_shape(answer)
    assert error["code"] == "not_ready"
    assert error["details"]["database"]["ok"]
    assert not error["details"]["broker"]["ok"]
    assert not error["details"]["workers"]["ok"]


def test_every_route_reads_well_in_the_schema() -> None:
    schema = create_app(Settings()).openapi()
    ids = []
    for methods in schema["paths"].values():
        for operation in methods.values():
            ids.append(operation["operationId"])
            assert re.fullmatch(r"[a-z]+(_[a-z]+)+", operation["operationId"])
            assert operation["tags"]
            assert operation["summary"]
    assert len(ids) == len(set(ids))
    assert "examples" in schema["components"]["schemas"]["RunView"]


def test_no_origin_is_allowed_to_read_across(service: Any) -> None:
    answer = service.http.get("/v1/runs", headers={"Origin": "https://elsewhere.example"})
    assert not any(name.startswith("access-control") for name in answer.headers)


def test_the_docs_page_needs_no_token_and_nothing_from_elsewhere(service: Any) -> None:
    with httpx.Client(base_url=service.url, trust_env=False) as stranger:
        page = stranger.get("/docs")
        assert page.status_code == 200
        assert "https://" not in page.text
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert stranger.get("/openapi.json").json()["info"]["title"].startswith("zhibiao")
