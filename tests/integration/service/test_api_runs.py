"""Runs over HTTP: how they stand, how they are moved, how they are watched."""

from __future__ import annotations

import json
import threading
from typing import Any

from zhibiao.testing.forms import as_compendium
from zhibiao.testing.reports import generate

REPORT = "2023年示例市政府工作报告\n全年地区生产总值增长6.1%，一般公共预算收入38亿元。第{}份。\n"


def files(count: int) -> dict[str, bytes]:
    return {f"{n}.txt": REPORT.format(n).encode() for n in range(count)}


def test_a_run_ends_finished_and_its_accounts_add_up(service: Any) -> None:
    run = service.submit({**files(3), "empty.txt": b"", "again.txt": REPORT.format(0).encode()})
    service.work()
    found = service.http.get(f"/v1/runs/{run.json()['id']}").json()
    accounts = found["accounts"]
    assert found["finished"]
    assert found["status"] == "finished"
    assert found["finished_at"] is not None
    assert found["seconds_left"] == 0
    assert found["documents_per_second"] > 0
    assert (accounts["done"], accounts["quarantined"], accounts["duplicate"]) == (3, 1, 1)
    assert accounts["balanced"]
    assert accounts["submitted"] == 5


def test_a_compendium_counts_its_reports_once_it_has_been_read(service: Any) -> None:
    compendium = as_compendium([generate(seed) for seed in (1, 2, 3)])
    service.submit({"all.txt": compendium})
    service.work()
    found = service.http.get("/v1/runs/1").json()
    assert found["accounts"]["files"] == 1
    assert found["accounts"]["submitted"] == found["accounts"]["done"] == 3


def test_runs_are_listed_newest_first_page_by_page(service: Any) -> None:
    for n in range(5):
        service.submit({f"{n}.txt": REPORT.format(n).encode()})
    seen: list[int] = []
    cursor = None
    while True:
        page = service.http.get(
            "/v1/runs", params={"limit": 2, "next": cursor} if cursor else {"limit": 2}
        ).json()
        seen += [run["id"] for run in page["runs"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == [5, 4, 3, 2, 1]


def test_a_cancelled_run_rests_until_it_is_resumed(service: Any) -> None:
    service.submit(files(4))
    cancelled = service.http.post("/v1/runs/1/cancel").json()
    assert cancelled["documents"] == 4
    assert cancelled["run"]["status"] == "cancelled"
    assert cancelled["run"]["accounts"]["cancelled"] == 4
    service.work()
    assert service.http.get("/v1/runs/1").json()["accounts"]["done"] == 0
    refused = service.http.post("/v1/runs/1/retry", json={})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "run_cancelled")
    resumed = service.http.post("/v1/runs/1/resume").json()
    assert resumed["documents"] == 4
    service.work()
    assert service.http.get("/v1/runs/1").json()["accounts"]["done"] == 4


def test_a_paused_run_starts_nothing_and_keeps_its_documents_pending(service: Any) -> None:
    service.submit(files(2))
    paused = service.http.post("/v1/runs/1/pause").json()["run"]
    assert (paused["status"], paused["accounts"]["pending"]) == ("paused", 2)
    assert paused["seconds_left"] is None
    service.work()
    assert service.http.get("/v1/runs/1").json()["accounts"]["pending"] == 2
    service.http.post("/v1/runs/1/resume")
    service.work()
    assert service.http.get("/v1/runs/1").json()["accounts"]["done"] == 2


def test_unreadable_documents_are_tried_again_by_code_or_by_number(service: Any) -> None:
    service.submit({"a.bin": b"\x00\x01\xff" * 500, "b.bin": b"\x00\x02\xfe" * 500, **files(1)})
    service.work()
    listed = service.http.get("/v1/runs/1/documents", params={"state": "quarantined"}).json()
    assert [entry["source"] for entry in listed["documents"]] == ["a.bin", "b.bin"]
    code = listed["documents"][0]["error_code"]
    assert service.http.post("/v1/runs/1/retry").json()["documents"] == 0  # none is `failed`
    by_code = service.http.post("/v1/runs/1/retry", json={"error_code": code}).json()
    assert by_code["documents"] == 2
    service.work()
    one = listed["documents"][1]["id"]
    assert service.http.post("/v1/runs/1/retry", json={"documents": [one]}).json()["documents"] == 1
    single = service.http.post(f"/v1/documents/{listed['documents'][0]['id']}/retry").json()
    assert single["state"] == "pending"


def test_documents_of_a_run_come_in_pages_without_gap_or_repetition(service: Any) -> None:
    service.submit(files(7))
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 3}
    while True:
        page = service.http.get("/v1/runs/1/documents", params=query).json()
        seen += [entry["source"] for entry in page["documents"]]
        if page["next"] is None:
            break
        query["next"] = page["next"]
    assert seen == [f"{n}.txt" for n in range(7)]


def test_events_tell_of_progress_and_end_with_the_run(service: Any) -> None:
    service.submit(files(2))
    worker = threading.Thread(target=service.work)
    events: list[tuple[str, dict[str, Any]]] = []
    with service.http.stream("GET", "/v1/runs/1/events", timeout=30) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        name = ""
        for line in stream.iter_lines():
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                events.append((name, json.loads(line.removeprefix("data: "))))
                if len(events) == 1:
                    worker.start()
    worker.join()
    assert events[0][0] == "progress"
    assert events[0][1]["accounts"]["pending"] == 2
    assert events[-1][0] == "finished"
    assert events[-1][1]["accounts"]["done"] == 2


def test_metrics_count_documents_by_state(service: Any) -> None:
    service.submit({**files(2), "empty.txt": b""})
    metrics = service.http.get("/metrics").text
    assert 'zhibiao_documents{state="pending"} 2.0' in metrics
    assert 'zhibiao_documents{state="quarantined"} 1.0' in metrics
    assert "zhibiao_backlog_documents 2.0" in metrics
