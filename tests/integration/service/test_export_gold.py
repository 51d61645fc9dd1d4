"""What people have checked becomes annotations that a version is scored with; invented."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from zhibiao.cli.main import run

REPORT = (
    "清河县2022年政府工作报告\n——在清河县第十六届人民代表大会第三次会议上\n"
    "一、过去一年工作回顾\n全县地区生产总值达到312.5亿元，增长6.8%。\n"
    "全年社会消费品零售总额增长5.2%。\n"
)


def test_checked_reports_are_exported_and_score_the_version_that_found_them(
    service: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setenv("ZHIBIAO_URL", service.url)
    monkeypatch.setenv("ZHIBIAO_TOKEN", service.token)
    other = REPORT.replace("清河", "清水河")
    service.submit({"清河.txt": REPORT.encode(), "unchecked.txt": other.encode()})
    service.work()
    service.http.patch("/v1/documents/1", json={"year": 2023})
    service.work()
    found = service.http.get("/v1/documents/1/observations").json()["observations"]
    growth = next(e for e in found if (e["indicator"], e["measure"]) == ("gdp", "growth"))
    level = next(e for e in found if (e["indicator"], e["measure"]) == ("gdp", "level"))
    for body in (
        {"kind": "wrong", "observation": growth["id"]},
        {"kind": "edited", "observation": level["id"], "stated": {"value": 312.6}},
    ):
        answer = service.http.post("/v1/documents/1/corrections", json=body)
        assert answer.status_code == 201, answer.text
    assert service.http.put("/v1/documents/1/checked").status_code == 200
    gold, reports = tmp_path / "gold", tmp_path / "reports"
    assert run(["export", "gold", "-o", str(gold)]) == 0
    assert sorted(path.name for path in gold.iterdir()) == ["metadata.json", "清河.jsonl"]
    lines = [json.loads(line) for line in (gold / "清河.jsonl").read_text("utf-8").splitlines()]
    assert [(e["indicator"], e["value"], e["period_end"]) for e in lines] == [
        ("gdp", 312.6, 2022),
        ("retail_sales", 5.2, 2022),
    ]
    assert list(lines[0]) == [
        *("indicator", "measure", "value", "value_high", "unit", "bound", "status"),
        *("period_start", "period_end", "evidence"),
    ]
    reports.mkdir()
    (reports / "清河.txt").write_text(REPORT, "utf-8")
    capsys.readouterr()
    assert run(["score", str(gold), str(reports), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    # It misses the edited value, and finds what it was and what is wrong.
    assert (figures["gold"], figures["found"], figures["hit"]) == (2, 3, 1)
    assert run(["export", "gold", "-o", str(gold)]) == 2
    assert "not an empty folder" in capsys.readouterr().err
