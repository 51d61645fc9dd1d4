"""Requests that are made from the API's own description: whatever is asked, no answer is a defect,
and each is one that the description lists. Bounded, and the same ones each time."""

from __future__ import annotations

from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.access import RULES
from api.app import create_app
from zhibiao.domain.access import AccessScope
from zhibiao.settings import Settings

pytestmark = pytest.mark.exhaustive

REPORT = (
    "清河县2023年政府工作报告\n全县地区生产总值达到312.5亿元，增长6.8%。\n".encode()
)  # invented
CONFORMS = [status_code_conformance, content_type_conformance, response_schema_conformance]
OPERATIONS = {
    operation["operationId"]: (method.upper(), path)
    for path, methods in create_app(Settings()).openapi()["paths"].items()
    for method, operation in methods.items()
    # A stream of a run that is never finished has no end; tests of its own read it.
    if operation["operationId"] != "watch_run"
}
EXAMPLES = 15
answered: set[tuple[str, int]] = set()  # name of the operation, status
_seeded = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],  # a shorter example is not worth the minutes
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def service(serve: Any) -> Any:
    service = serve(requests_per_minute=0)
    service.submit({"清河.txt": REPORT})
    service.work()
    service.http.post("/v1/keys", json={"name": "there", "scopes": ["read"]})
    return service


@pytest.fixture(scope="module")
def described(service: Any) -> dict[str, Any]:
    session = requests.Session()
    session.trust_env = False
    loaded = schemathesis.openapi.from_dict(session.get(f"{service.url}/openapi.json").json())
    return {
        found.ok().definition.raw["operationId"]: found.ok()
        for found in loaded.get_all_operations()
    }


def asked(service: Any, case: Any, key: str | None) -> requests.Response:
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    session = requests.Session()
    session.trust_env = False
    answer: requests.Response = case.call(
        base_url=service.url, headers=headers, session=session, timeout=60
    )
    return answer


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("name", OPERATIONS)
def test_whatever_is_asked_the_answer_is_one_of_the_description(
    service: Any, described: dict[str, Any], name: str, mode: GenerationMode
) -> None:
    checks = list(CONFORMS)
    if name != "get_readiness":  # there is no broker here, and it says so
        checks.append(not_a_server_error)

    @_seeded
    @given(described[name].as_strategy(generation_mode=mode))
    def conforms(case: Any) -> None:
        answer = asked(service, case, service.token)
        answered.add((name, answer.status_code))
        case.validate_response(answer, checks=checks)

    try:
        conforms()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE
        pytest.skip("nothing about this route can be asked wrongly")


def test_the_requests_above_were_taken_as_well_as_refused() -> None:
    taken = {name for name, status in answered if status < 300}
    assert len(taken) >= 15  # most ids that are made up are of nothing
    assert {status for _, status in answered} >= {200, 404, 422}


@pytest.mark.parametrize("name", OPERATIONS)
def test_without_a_right_key_and_without_the_scope_nothing_but_a_refusal(
    service: Any, described: dict[str, Any], keys: dict[str, str], name: str
) -> None:
    rule = RULES[OPERATIONS[name]]
    if rule.is_open:
        pytest.skip("open to all")

    @settings(_seeded, max_examples=3)
    @given(described[name].as_strategy())
    def is_refused(case: Any) -> None:
        for key in (None, "wrong", "zb_00000000_made-up"):
            answer = asked(service, case, key)
            assert answer.status_code == 401
            case.validate_response(answer, checks=CONFORMS)
        for scope, key in keys.items():
            if rule.scopes and scope not in rule.scopes:
                answer = asked(service, case, key)
                assert answer.status_code == 403, scope
                case.validate_response(answer, checks=CONFORMS)

    is_refused()


@pytest.fixture(scope="module")
def keys(service: Any) -> dict[str, str]:
    """One of each scope but admin, which may everything."""
    return {
        scope: service.http.post(
            "/v1/keys", json={"name": f"only-{scope}", "scopes": [scope]}
        ).json()["key"]
        for scope in AccessScope
        if scope is not AccessScope.ADMIN
    }
