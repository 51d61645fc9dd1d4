"""Reprocessing over HTTP: planned, run, compared, taken back, pruned, looked back at."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zhibiao.cli.main import run as run_command

TEXT = (
    "2023年{0}政府工作报告\n各位代表：\n一、2022年工作回顾\n"
    "全市固定资产投资增长{1}.2%。全域产出总值达到{1}00亿元。\n"
)
OWN = '[[indicator]]\nid = "gdp"\naliases = ["全域产出总值"]\n'


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.toml"
    path.write_text("# nothing yet\n", "utf-8")
    return path


@pytest.fixture
def service(serve: Callable[..., Any], own: Path) -> Any:
    running = serve(catalogue=own)
    files = {
        "a.txt": TEXT.format("彬州市", 5).encode(),
        "b.txt": TEXT.format("石家庄市", 6).encode(),
    }
    running.submit(files)
    running.work()
    return running


def reprocess(service: Any, **body: Any) -> Any:
    answer = service.http.post("/v1/reprocess", json=body)
    service.work()
    return answer


def export(service: Any, **query: Any) -> tuple[bytes, dict[str, Any]]:
    answer = service.http.get("/v1/exports/observations", params=query)
    assert answer.status_code == 200, answer.text
    return answer.content, json.loads(answer.headers["x-zhibiao-manifest"])


def test_nothing_outdated_begins_no_run(service: Any) -> None:
    answer = service.http.post("/v1/reprocess")
    assert answer.status_code == 200
    assert answer.json()["run"] is None
    assert answer.json()["plan"]["up_to_date"] == 2


def test_a_dry_run_says_what_and_does_nothing(service: Any, own: Path) -> None:
    own.write_text(OWN, "utf-8")
    runs = len(service.http.get("/v1/runs").json()["runs"])
    answer = service.http.post("/v1/reprocess", params={"dry_run": True})
    assert answer.status_code == 200
    plan = answer.json()["plan"]
    assert plan["outdated"] == plan["starts"]["extract"] == 2
    assert len(service.http.get("/v1/runs").json()["runs"]) == runs


def test_a_run_its_diff_and_its_rollback(service: Any, own: Path) -> None:
    before, _ = export(service)
    own.write_text(OWN, "utf-8")
    answer = reprocess(service, label="own names")
    assert answer.status_code == 202
    run = answer.json()["run"]
    assert (run["kind"], run["priority"], run["label"]) == (
        "reprocessing",
        "reprocess",
        "own names",
    )
    diff = service.http.get(f"/v1/runs/{run['id']}/diff").json()
    assert diff["totals"] == {"appeared": 2, "vanished": 0, "changed": 0}
    assert diff["indicators"]["gdp"]["appeared"] == 2
    assert [entry["source"] for entry in diff["by_document"]] == ["a.txt", "b.txt"]
    assert diff["changes"][0]["new"]["evidence"] == "全域产出总值达到500亿元"
    lines = service.http.get(f"/v1/runs/{run['id']}/diff", params={"format": "csv"}).text
    rows = list(csv.DictReader(io.StringIO(lines.removeprefix("\ufeff"))))
    assert [row["new_value"] for row in rows] == ["500", "600"]
    one = service.http.get(f"/v1/runs/{run['id']}/diff", params={"document": 1, "limit": 1}).json()
    assert (one["documents"], one["truncated"]) == (1, False)
    between = service.http.get("/v1/diff", params={"before": "1", "after": str(run["id"])}).json()
    assert between == diff
    back = service.http.post(f"/v1/runs/{run['id']}/rollback", json={"document": 1}).json()
    assert (back["documents"], back["superseded"]) == (1, 0)
    back = service.http.post(f"/v1/runs/{run['id']}/rollback").json()
    assert (back["documents"], back["superseded"]) == (1, 1)
    assert export(service)[0] == before


def test_a_plan_and_its_run_say_what_they_spare(
    service: Any, own: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ZHIBIAO_URL", service.url)
    monkeypatch.setenv("ZHIBIAO_TOKEN", service.token)
    other = TEXT.format("示例市", 7).replace("全域产出总值", "全部产出")
    service.submit({"c.txt": other.encode()})
    service.work()
    own.write_text(OWN, "utf-8")
    plan = service.http.post("/v1/reprocess", params={"dry_run": True}).json()["plan"]
    assert (plan["outdated"], plan["up_to_date"]) == (2, 0)
    assert plan["spared"] == [
        {
            "documents": 1,
            "changed": ["user catalogue"],
            "indicators": [],
            "names": ["全域产出总值"],
            "names_changed": 1,
        }
    ]
    page = service.http.get("/reprocess").text
    assert "全域产出总值" in page
    assert run_command(["reprocess", "--plan"]) == 0
    assert "1 spared: none of what has changed" in capsys.readouterr().out
    assert (
        service.http.post("/v1/reprocess", params={"dry_run": True}, json={"all": True}).json()[
            "plan"
        ]["outdated"]
        == 3
    )
    run = reprocess(service).json()["run"]
    assert (run["accounts"]["submitted"], run["spared"]) == (2, 1)
    assert service.http.post("/v1/reprocess").json()["plan"]["up_to_date"] == 3


def test_an_export_can_be_made_again_from_its_manifest(service: Any, own: Path) -> None:
    first, manifest = export(service, region_code="13", format="jsonl")
    own.write_text(OWN, "utf-8")
    reprocess(service)
    assert (manifest["rows"], manifest["documents"]) == (len(first.splitlines()), 1)
    (extract,) = manifest["versions"]["extract"].values()
    assert extract["documents"] == 1
    assert set(extract["inputs"]) >= {"code", "catalogue", "user catalogue"}
    again, second = export(service, **manifest["asked"], as_of=manifest["as_of"])
    assert again == first
    same = ("file_sha256", "inputs", "rows", "documents", "versions", "as_of")
    assert {name: second[name] for name in same} == {name: manifest[name] for name in same}
    now, third = export(service, region_code="13", format="jsonl")
    assert now != first
    assert third["inputs"] != manifest["inputs"]


def test_a_broken_catalogue_is_told_and_the_former_one_stays(service: Any, own: Path) -> None:
    before = service.http.get("/v1/version").json()
    own.write_text("[[indicator", "utf-8")
    after = service.http.get("/v1/version").json()
    assert before["problem"] is None
    assert "own.toml" in after["problem"]
    assert after["stages"] == before["stages"]
    plan = service.http.post("/v1/reprocess", params={"dry_run": True}).json()["plan"]
    assert (plan["up_to_date"], plan["problem"]) == (2, after["problem"])


def test_pruning_is_rehearsed_and_done(service: Any, own: Path) -> None:
    own.write_text(OWN, "utf-8")
    run = reprocess(service).json()["run"]["id"]
    would = service.http.post("/v1/prune", params={"keep": 0, "dry_run": True}).json()
    assert (would["extractions"], would["dry_run"]) == (2, True)
    done = service.http.post("/v1/prune", params={"keep": 0}).json()
    assert {**done, "dry_run": True} == would
    gone = service.http.get(f"/v1/runs/{run}/diff")
    assert (gone.status_code, gone.json()["error"]["code"]) == (410, "pruned")
    assert service.http.post(f"/v1/runs/{run}/rollback").json()["pruned"] == 2


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/v1/runs/99/diff", "not_found"),
        ("POST", "/v1/runs/99/rollback", "not_found"),
        ("GET", "/v1/diff?before=1&after=soon", "invalid_selection"),
        ("GET", "/v1/exports/observations?as_of=99", "not_found"),
        ("GET", "/v1/exports/documents?as_of=1", "no_time_travel"),
    ],
)
def test_what_cannot_be_answered_is_refused(
    service: Any, method: str, path: str, code: str
) -> None:
    answer = service.http.request(method, path)
    assert answer.json()["error"]["code"] == code


def test_an_unknown_field_is_refused_rather_than_reprocessing_everything(service: Any) -> None:
    answer = service.http.post("/v1/reprocess", json={"regioncode": "61"})
    assert answer.status_code == 422


def test_the_commands_show_plan_diff_and_rollback(
    service: Any, own: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ZHIBIAO_URL", service.url)
    monkeypatch.setenv("ZHIBIAO_TOKEN", service.token)
    own.write_text(OWN, "utf-8")
    assert run_command(["reprocess", "--plan"]) == 0
    told = capsys.readouterr().out
    assert "2 outdated, 0 up to date" in told
    assert "user catalogue" in told
    assert run_command(["reprocess", "--json"]) == 0
    run = json.loads(capsys.readouterr().out)["run"]["id"]
    service.work()
    assert run_command(["diff", str(run)]) == 0
    assert "全域产出总值达到500亿元" in capsys.readouterr().out
    assert run_command(["diff", str(run), "--format", "json"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2
    assert run_command(["rollback", str(run)]) == 0
    assert "2 documents are as they were" in capsys.readouterr().out
    assert run_command(["prune", "--dry-run"]) == 0
    assert run_command(["diff", "2026-01-01"]) == 2
