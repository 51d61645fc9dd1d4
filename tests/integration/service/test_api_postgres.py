"""The service on PostgreSQL: the same answers as on SQLite, where the two could differ."""

from __future__ import annotations

import json
from typing import Any

from zhibiao.testing.forms import as_txt
from zhibiao.testing.reports import generate

REPORTS = {f"{seed}.txt": as_txt(generate(seed), "utf-8") for seed in range(3)}


def test_postgres_and_sqlite_answer_alike(serve: Any, postgres_url: str) -> None:
    answers = []
    for service in (serve(), serve(database_url=postgres_url)):
        line = {
            "name": "nul\u0000.txt",
            "text": "2023年示例\u0000市政府工作报告",
            "speaker": "甲\u0000",
        }
        service.submit({**REPORTS, "empty.txt": b"", "again.txt": REPORTS["0.txt"]})
        service.http.post(
            "/v1/runs",
            content=json.dumps(line).encode(),
            headers={"Content-Type": "application/x-ndjson"},
        )
        service.work()
        tables = {
            table: service.http.get(
                f"/v1/exports/{table}", params={"format": "jsonl", "keyword": ["数字经济"]}
            ).text
            for table in ("observations", "statements", "panel", "keywords", "documents")
        }
        documents = [
            {
                name: value
                for name, value in json.loads(row).items()
                if name not in ("created_at", "changed_at")
            }
            for row in tables.pop("documents").splitlines()
        ]
        accounts = service.http.get("/v1/runs/1").json()["accounts"]
        pages = service.http.get("/v1/documents", params={"region_code": "1", "limit": 2}).json()
        answers.append((tables, documents, accounts, [d["id"] for d in pages["documents"]]))
    assert answers[0] == answers[1]
    tables, documents, accounts, _ = answers[1]
    assert accounts["done"] == 3
    assert all(tables.values())
    assert len(documents) == 6


def test_names_that_postgres_could_not_hold_are_refused_or_made_harmless(
    serve: Any, postgres_url: str
) -> None:
    service = serve(database_url=postgres_url)
    page = b"<html><body><p>404</p></body></html>"
    files = {"0.txt": REPORTS["0.txt"], "404.html": page}
    for metadata in (
        {"speaker": "甲\0"},
        {"0.txt": {"title": "乙\0"}},
        {"0\0.txt": {"year": 2023}},
    ):
        answer = service.submit(files, metadata=json.dumps(metadata))
        assert answer.json()["error"]["code"] == "invalid_metadata"
    answer = service.submit(files, label="a\0b")
    assert answer.status_code == 202, answer.text
    assert answer.json()["label"] == "ab"
    service.work()
    for query in ("name=%00", "region=%00", "error_code=%00", f"run={10**30}"):
        assert service.http.get(f"/v1/documents?{query}").status_code == 422
    huge = {"documents": [10**30]}
    assert service.http.post("/v1/runs/1/retry", json=huge).status_code == 422
    assert service.http.post("/v1/reprocess?dry_run=true", json=huge).status_code == 422
    last = {"documents": [2**63 - 1]}
    assert service.http.post("/v1/runs/1/retry", json=last).status_code == 404
    newest = service.http.get("/v1/documents?order=newest&count=true&barren=true").json()
    assert [found["source"] for found in newest["documents"]] == ["404.html"]
    assert newest["total"] == 1
    answer = service.http.get("/v1/observations?indicator=gpd")
    assert answer.json()["error"]["code"] == "unknown_indicator"


def test_an_upload_that_fails_leaves_nothing_in_postgres(serve: Any, postgres_url: str) -> None:
    service = serve(database_url=postgres_url)
    head = '--b\r\nContent-Disposition: form-data; name="files"; filename="{}.txt"\r\n\r\n{}\r\n'
    body = "".join(head.format(n, f"报告{n}") for n in range(200))  # no closing boundary
    answer = service.http.post(
        "/v1/runs",
        content=body.encode(),
        headers={"Content-Type": "multipart/form-data; boundary=b"},
    )
    assert answer.json()["error"]["code"] == "incomplete_upload"
    assert service.http.get("/v1/runs").json()["runs"] == []
    assert service.http.get("/v1/documents").json()["documents"] == []


def test_a_repeated_key_is_one_run_in_postgres(serve: Any, postgres_url: str) -> None:
    service = serve(database_url=postgres_url)
    for status in (202, 200):
        answer = service.http.post(
            "/v1/runs",
            files=[("files", ("a.txt", b"text"))],
            headers={"Idempotency-Key": "k"},
        )
        assert (answer.status_code, answer.json()["id"]) == (status, 1)
