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
            for table in ("observations", "panel", "keywords", "documents")
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
