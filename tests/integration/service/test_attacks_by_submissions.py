"""More of the table of attacks: slow uploads, reused keys, ids of what was deleted."""

from __future__ import annotations

import json
import select
import threading
import time
from typing import Any

import httpx
import pytest
from raw_http import answer_of, begun_upload

REPORT = "示例县政府工作报告\n\n2024年，地区生产总值326.3亿元，增长5.1%。\n"  # invented


def test_forty_uploads_of_a_byte_now_and_then_keep_nobody_out_for_long(
    serve: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.arriving.WINDOW_SECONDS", 3.0)
    monkeypatch.setattr("api.arriving._WAIT_SECONDS", 0.5)
    service = serve()
    slow = [begun_upload(service) for _ in range(40)]
    ended = threading.Event()

    def drip() -> None:
        while not ended.wait(0.2):
            for wire in slow:
                try:
                    wire.sendall(b"x")
                except OSError:
                    continue

    dripping = threading.Thread(target=drip)
    dripping.start()
    try:
        began = time.monotonic()
        while len(select.select(slow, [], [], 0.1)[0]) < 24:  # for which there is no room
            assert time.monotonic() - began < 20
        refused = service.submit({"a.txt": REPORT.encode()})
        assert refused.status_code == 503
        assert refused.json()["error"]["code"] == "too_many_uploads"
        assert int(refused.headers["retry-after"]) > 0
        assert service.http.get("/v1/runs").status_code == 200  # readers wait for nobody
        while (found := service.submit({"a.txt": REPORT.encode()})).status_code == 503:
            assert time.monotonic() - began < 20
        assert found.status_code == 202
        statuses = [answer_of(wire)[0] for wire in slow]
        assert set(statuses) == {408, 503}
        assert statuses.count(408) == 16
    finally:
        ended.set()
        dripping.join()
        for wire in slow:
            wire.close()


def test_an_upload_that_is_slow_but_comes_is_taken(
    serve: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.arriving.WINDOW_SECONDS", 2.0)
    monkeypatch.setattr("api.arriving._WINDOW_BYTES", 200)
    service = serve()
    line = json.dumps({"name": "a.txt", "text": REPORT * 40}, ensure_ascii=False).encode()

    def pieces() -> Any:  # faster than is asked for, over more than a window
        for start in range(0, len(line), 400):
            yield line[start : start + 400]
            time.sleep(0.3)

    answer = service.http.post(
        "/v1/runs", content=pieces(), headers={"Content-Type": "application/x-ndjson"}
    )
    assert answer.status_code == 202


def submitted(service: Any, files: dict[str, bytes], key: str = "k", **form: str) -> httpx.Response:
    answer: httpx.Response = service.http.post(
        "/v1/runs",
        data=form,
        files=[("files", (name, content)) for name, content in files.items()],
        headers={"Idempotency-Key": key},
    )
    return answer


@pytest.mark.parametrize(
    ("files", "form"),
    [
        ({"a.txt": b"another text"}, {"label": "x"}),
        ({"b.txt": REPORT.encode()}, {"label": "x"}),
        ({"a.txt": REPORT.encode(), "b.txt": b"one more"}, {"label": "x"}),
        ({"a.txt": REPORT.encode()}, {"label": "y"}),
        ({"a.txt": REPORT.encode()}, {"label": "x", "metadata": '{"year": 2023}'}),
        ({"a.txt": REPORT.encode()[:-1]}, {"label": "x"}),
    ],
    ids=["other content", "other name", "more files", "other label", "metadata", "a byte less"],
)
def test_a_key_of_another_submission_is_refused_and_stores_nothing(
    serve: Any, files: dict[str, bytes], form: dict[str, str]
) -> None:
    service = serve()
    first = submitted(service, {"a.txt": REPORT.encode()}, label="x")
    assert first.status_code == 202
    refused = submitted(service, files, **form)
    error = refused.json()["error"]
    assert (refused.status_code, error["code"]) == (422, "idempotency_key_reused")
    assert error["details"]["run"] == first.json()["id"]
    again = submitted(service, {"a.txt": REPORT.encode()}, label="x")
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    assert len(service.http.get("/v1/runs").json()["runs"]) == 1
    assert submitted(service, files, key="another", **form).status_code == 202


def test_a_zip_and_its_metadata_are_the_same_submission_whatever_the_order_of_keys(
    serve: Any,
) -> None:
    service = serve()
    line = json.dumps({"name": "a.txt", "text": REPORT}).encode()
    answers = [
        service.http.post(
            "/v1/runs",
            params={"metadata": metadata, "label": "x"},
            content=line,
            headers={"Content-Type": "application/x-ndjson", "Idempotency-Key": "k"},
        ).status_code
        for metadata in (
            '{"province": "陕西省", "year": 2023}',
            '{"year":2023,"province":"陕西省"}',
            '{"province": "陕西省", "year": 2024}',
        )
    ]
    assert answers == [202, 200, 422]


def test_an_id_is_not_used_again_after_a_deletion(serve: Any) -> None:
    service = serve()
    first = service.submit({"a.txt": REPORT.encode()}).json()["id"]
    service.work()
    document = service.http.get("/v1/documents").json()["documents"][0]["id"]
    assert service.http.delete(f"/v1/runs/{first}").status_code == 200
    second = service.submit({"b.txt": REPORT.encode() + b"2"}).json()["id"]
    service.work()
    assert second > first
    assert service.http.get("/v1/documents").json()["documents"][0]["id"] > document
    assert service.http.get(f"/v1/runs/{first}").status_code == 404
