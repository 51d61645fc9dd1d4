"""The table of attacks: each is tried on a real service over HTTP, and each has one right answer.

What Flower, the data dir and the token's printing are asked stands in `test_flower_door.py`,
`test_own_folders.py` and `test_stack.py`, because it needs processes of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from raw_http import exchange

REPORT = "示例县政府工作报告\n\n2024年，地区生产总值326.3亿元，增长5.1%。\n"  # invented


@pytest.fixture(scope="module")
def shared(serve: Any) -> Any:
    return serve()


@dataclass(frozen=True, kw_only=True)
class Attack:
    """One request of a stranger, or of a careless friend, and the answer to it."""

    name: str
    method: str = "GET"
    path: str
    status: int
    code: str
    token: bool = True
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    says: str = ""  # something that the message has to hold


JSON = {"Content-Type": "application/json"}
PLAIN = {"Content-Type": "text/plain"}
LARGE = {"Content-Length": "1500000000"}  # announced, and never sent
MISSPELT = {"status": 422, "code": "unknown_parameter"}
FOREIGN = {"status": 403, "code": "foreign_origin"}
TOO_LARGE = {"status": 413, "code": "request_too_large"}
UNNAMED = {"status": 421, "code": "unknown_host"}
STRANGER = {"token": False, "status": 401, "code": "unauthorised"}
ATTACKS = [
    Attack(name="a route without a token", path="/v1/runs", **STRANGER),
    Attack(name="metrics without a token", path="/metrics", **STRANGER),
    Attack(name="a path that is not there, without a token", path="/v1/x", **STRANGER),
    Attack(
        name="a wrong token",
        path="/v1/runs",
        headers={"Authorization": "Bearer wrong"},
        **STRANGER,
    ),
    Attack(
        name="the token as a query parameter",
        path="/v1/runs?token=wrong&access_token=wrong",
        **STRANGER,
    ),
    Attack(
        name="malformed JSON without a token",
        method="POST",
        path="/v1/reprocess",
        headers=JSON,
        body=b"{",
        **STRANGER,
    ),
    Attack(
        name="plain text, which needs no preflight, without a token",
        method="POST",
        path="/v1/reprocess",
        headers=PLAIN,
        body=b'{"all": true}',
        **STRANGER,
    ),
    Attack(
        name="1.5 GB to no upload, without a token",
        method="POST",
        path="/v1/reprocess",
        headers=PLAIN | LARGE,
        **STRANGER,
    ),
    Attack(
        name="1.5 GB to the uploads, without a token",
        method="POST",
        path="/v1/runs",
        headers=LARGE | {"Content-Type": "application/zip"},
        **STRANGER,
    ),
    Attack(
        name="1.5 GB to no upload, with the token",
        method="POST",
        path="/v1/reprocess",
        headers=JSON | LARGE,
        **TOO_LARGE,
    ),
    Attack(
        name="5 MB to no upload",
        method="POST",
        path="/v1/exports/coverage",
        headers=JSON,
        body=b'{"expected": ["' + b"x" * 5_000_000 + b'"]}',
        **TOO_LARGE,
    ),
    Attack(
        name="a set of terms that is announced with 41 MB",
        method="POST",
        path="/v1/exports/keywords",
        headers=JSON | {"Content-Length": "41000000"},
        **TOO_LARGE,
    ),
    Attack(
        name="a set of 5 MB with a term that is too long",
        method="POST",
        path="/v1/exports/concordance",
        headers=JSON,
        body=b'{"keywords": ["' + b"x" * 5_000_000 + b'"]}',
        status=422,
        code="invalid_request",
    ),
    Attack(
        name="a body that is nested 100,000 times",
        method="POST",
        path="/v1/reprocess",
        headers=JSON,
        body=b"[" * 100_000,
        status=422,
        code="invalid_request",
        says="nested",
    ),
    Attack(
        name="a body that is no UTF-8",
        method="POST",
        path="/v1/runs/1/retry",
        headers=JSON,
        body=b'{"error_code": "\xff"}',
        status=422,
        code="invalid_request",
        says="UTF-8",
    ),
    Attack(
        name="a name that was made to point here (DNS rebinding)",
        path="/v1/runs",
        headers={"Host": "evil.example:8750"},
        **UNNAMED,
        says="ZHIBIAO_ALLOWED_HOSTS",
    ),
    Attack(
        name="such a name on a page without a token",
        path="/healthz",
        headers={"Host": "evil.example"},
        token=False,
        **UNNAMED,
    ),
    Attack(
        name="a post of another site's page",
        method="POST",
        path="/v1/prune",
        headers={"Origin": "https://evil.example"},
        **FOREIGN,
    ),
    Attack(
        name="a post of a page without an origin (a sandbox, a file)",
        method="POST",
        path="/v1/reprocess",
        headers=PLAIN | {"Origin": "null"},
        body=b"{}",
        **FOREIGN,
    ),
    Attack(
        name="a deletion by a page of another port of this machine",
        method="DELETE",
        path="/v1/runs/1",
        headers={"Origin": "http://127.0.0.1:1"},
        **FOREIGN,
    ),
    Attack(
        name="a query parameter without its underline",
        path="/v1/observations?yearfrom=2020",
        **MISSPELT,
        says="year_from",
    ),
    Attack(
        name="a query parameter in capitals",
        path="/v1/documents?STATE=done",
        **MISSPELT,
        says="state",
    ),
    Attack(
        name="a query parameter of an export",
        path="/v1/exports/panel?fromat=csv",
        **MISSPELT,
        says="format",
    ),
    Attack(
        name="a query parameter of a route that has none",
        method="POST",
        path="/v1/runs/1/cancel?force=1",
        **MISSPELT,
        says="none",
    ),
    Attack(
        name="a query parameter of a submission",
        method="POST",
        path="/v1/runs?lable=x",
        headers={"Content-Type": "application/zip"},
        body=b"PK",
        **MISSPELT,
        says="label",
    ),
    Attack(
        name="one value twice, of which one would be ignored",
        path="/v1/observations?year_from=2020&year_from=1990",
        status=422,
        code="invalid_request",
        says="more than once",
    ),
    Attack(
        name="Chinese characters in an address",
        path="/v1/observations?region=示例市",
        status=400,
        code="malformed_request",
        says="--data-urlencode",
    ),
    Attack(
        name="a head of a megabyte",
        path="/" + "x" * 1_000_000,
        status=431,
        code="malformed_request",
    ),
    Attack(
        name="a body of an unknown type",
        method="POST",
        path="/v1/runs",
        headers={"Content-Type": "text/html"},
        body=b"<p>",
        status=415,
        code="unsupported_body",
    ),
]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_a_request_gets_its_one_right_answer(shared: Any, attack: Attack) -> None:
    headers = {"Host": "127.0.0.1"} | attack.headers
    if attack.token:
        headers["Authorization"] = f"Bearer {shared.token}"
    if attack.body:
        headers["Content-Length"] = str(len(attack.body))
    lines = [f"{attack.method} {attack.path} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    status, error = exchange(shared.url, "\n".join(lines), attack.body)
    assert (status, error["code"]) == (attack.status, attack.code)
    assert set(error) == {"code", "message", "details", "request_id"}
    assert attack.says in error["message"]


def test_every_attack_has_a_name_of_its_own() -> None:
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS) >= 26


UNSAFE = {"post", "delete", "put", "patch"}


def test_the_description_lists_every_refusal_of_the_table(shared: Any) -> None:
    paths = shared.http.get("/openapi.json").json()["paths"]

    def described(method: str, path: str) -> set[int]:
        found = next(
            operations[method.lower()]
            for template, operations in paths.items()
            if method.lower() in operations and _fits(template, path)
        )
        return {int(status) for status in found["responses"]}

    compared = 0
    for attack in ATTACKS:
        path = attack.path.partition("?")[0]
        if any(_fits(template, path) for template in paths):
            assert attack.status in described(attack.method, path), attack.name
            compared += 1
    assert compared >= 20


def _fits(template: str, path: str) -> bool:
    one, other = template.split("/"), path.split("/")
    return len(one) == len(other) and all(
        a == b or a.startswith("{") for a, b in zip(one, other, strict=True)
    )


def test_the_description_lists_what_any_route_may_refuse(shared: Any) -> None:
    description = shared.http.get("/openapi.json").json()
    of_all, of_routes, of_changes = {400, 408, 421, 431}, {401, 404, 422, 503}, {403, 413}
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            listed = {int(status) for status in operation["responses"]}
            wanted = set(of_all)
            wanted |= of_routes if path.startswith("/v1/") or path == "/metrics" else set()
            wanted |= of_changes if method in UNSAFE else set()
            assert wanted <= listed, (method, path, wanted - listed)
            for status in listed:
                if status >= 400:
                    content = operation["responses"][str(status)]["content"]
                    schema = content["application/json"]["schema"]["$ref"]
                    assert schema.endswith("/ErrorAnswer"), (method, path, status)
    submit = description["paths"]["/v1/runs"]["post"]["responses"]
    assert {"409", "413", "415", "422", "429", "503"} <= set(submit)


Situation = Callable[[Any], httpx.Response]


def _cancelled(service: Any) -> httpx.Response:
    service.submit({"a.txt": REPORT.encode()})
    service.http.post("/v1/runs/1/cancel")
    answer: httpx.Response = service.http.delete("/v1/runs/2")
    return answer


def _in_flight(service: Any) -> httpx.Response:
    service.submit({"a.txt": REPORT.encode()})
    answer: httpx.Response = service.http.delete("/v1/runs/1")
    return answer


def _no_route(service: Any) -> httpx.Response:
    answer: httpx.Response = service.http.get("/v1/nothing/here")
    return answer


@pytest.mark.parametrize(
    ("situation", "status"),
    [(_cancelled, 404), (_in_flight, 409), (_no_route, 404)],
    ids=["a run that is not there", "a run in flight", "a path that is not there"],
)
def test_what_does_not_fit_how_things_are_is_refused_in_the_one_shape(
    serve: Any, situation: Situation, status: int
) -> None:
    answer = situation(serve())
    assert answer.status_code == status
    assert set(answer.json()["error"]) == {"code", "message", "details", "request_id"}
