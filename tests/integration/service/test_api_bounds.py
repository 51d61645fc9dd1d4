"""Whatever a request says, the answer is never "something went wrong inside"."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from zhibiao.testing.samples import sample_paths

HUGE = 10**30
HALF = "\\ud800"  # half a character, as JSON writes it
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def filled(serve: Any) -> Any:
    """A service with one sample."""
    service = serve()
    path = sample_paths()[0]
    assert service.submit({path.name: path.read_bytes()}).status_code == 202
    service.work()
    return service


def assert_refused(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 422, answer.text
    error: dict[str, Any] = answer.json()["error"]
    assert error["message"]
    return error


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/reprocess?dry_run=true", f'{{"run": {HUGE}}}'),
        ("/v1/reprocess?dry_run=true", f'{{"documents": [{HUGE}]}}'),
        ("/v1/reprocess?dry_run=true", '{"documents": [0]}'),
        ("/v1/reprocess?dry_run=true", f'{{"year_from": {HUGE}}}'),
        ("/v1/reprocess?dry_run=true", f'{{"year_to": {-HUGE}}}'),
        ("/v1/reprocess?dry_run=true", f'{{"name": "{HALF}"}}'),
        ("/v1/reprocess?dry_run=true", '{"name": "\\u0000"}'),
        ("/v1/reprocess?dry_run=true", f'{{"error_code": "{HALF}"}}'),
        ("/v1/reprocess?dry_run=true", f'{{"label": "{HALF}"}}'),
        ("/v1/reprocess?dry_run=true", '{"region_code": "６１"}'),
        ("/v1/runs/1/retry", f'{{"documents": [{HUGE}]}}'),
        ("/v1/runs/1/retry", f'{{"error_code": "{HALF}"}}'),
        ("/v1/runs/1/rollback", f'{{"document": {HUGE}}}'),
        ("/v1/exports/keywords", '{"keywords": []}'),
        ("/v1/exports/keywords", '{"keywords": [""]}'),
        ("/v1/exports/keywords", f'{{"keywords": ["{HALF}"]}}'),
    ],
)
def test_a_body_that_no_database_could_hold_is_refused(filled: Any, path: str, body: str) -> None:
    error = assert_refused(filled.http.post(path, content=body, headers=JSON))
    assert error["code"] == "invalid_request"


@pytest.mark.parametrize(
    "body", ["[" * 100_000, '{"run": ' * 100_000, f'{{"run": 1{"0" * 5000}}}', f'{{"{HALF}": 1}}']
)
@pytest.mark.parametrize("path", ["/v1/reprocess?dry_run=true", "/v1/runs/1/retry"])
def test_a_body_that_is_hardly_json_is_refused(filled: Any, path: str, body: str) -> None:
    answer = filled.http.post(path, content=body, headers=JSON)
    assert answer.status_code in (400, 422), answer.text
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "path",
    [
        f"/v1/documents?run={HUGE}",
        f"/v1/documents?year={HUGE}",
        "/v1/documents?name=%00",
        "/v1/documents?error_code=%00",
        "/v1/documents?region=%00",
        "/v1/documents?region_code=%EF%BC%96%EF%BC%91",
        f"/v1/observations?document={HUGE}",
        f"/v1/observations?period={HUGE}",
        "/v1/observations?indicator=%00",
        "/v1/runs/1/documents?error_code=%00",
        f"/v1/runs/{HUGE}",
        "/v1/exports/keywords?keyword=%00",
        f"/v1/exports/panel?as_of={HUGE}",
        "/v1/exports/panel?as_of=9999-12-31",
        "/v1/exports/panel?as_of=9999-12-31T23:59:59-08:00",
        "/v1/diff?before=9999-12-31&after=0001-01-01",
        "/v1/diff?before=2026-01-01&after=9999-12-31T23:59:59.999999-23:59",
    ],
)
def test_a_query_that_no_database_could_hold_is_refused(filled: Any, path: str) -> None:
    assert_refused(filled.http.get(path))


def test_more_generations_than_any_store_has_are_refused(filled: Any) -> None:
    assert_refused(filled.http.post(f"/v1/prune?dry_run=true&keep={HUGE}"))


def test_the_first_day_of_the_calendar_is_a_moment_like_others(filled: Any) -> None:
    answer = filled.http.get("/v1/exports/panel?as_of=0001-01-01")
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    "metadata",
    [
        "[" * 100_000,
        '{"a": ' * 100_000,
        f'{{"region": "{HALF}"}}',
        f'{{"{HALF}": "x"}}',
        '{"region": "\\u0000"}',
        '{"year": NaN}',
        '{"year": 1e999}',
        f'{{"year": 1{"0" * 5000}}}',
    ],
)
def test_metadata_that_could_not_be_stored_are_refused(filled: Any, metadata: str) -> None:
    answer = filled.submit({"a.txt": "政府工作报告".encode()}, metadata=metadata)
    assert assert_refused(answer)["code"] == "invalid_metadata"
