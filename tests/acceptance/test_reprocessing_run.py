"""A changed catalogue on the real stack: plan, run, diff, rollback, and what readers see."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from zhibiao.testing.places import PLACES

REPORTS = 500
CATALOGUE = """
[[indicator]]
id = "gdp"
aliases = ["全域产出总值"]

[[indicator]]
id = "tea_output"
name_zh = "茶叶产量"
aliases = ["茶叶产量"]
units = ["吨"]
base_unit = "公斤"
"""


def has_alias(number: int) -> bool:
    return number % 5 == 0


def has_tea(number: int) -> bool:
    return number % 7 == 0


def report(number: int) -> dict[str, Any]:
    place = PLACES[number % len(PLACES)]
    year = 2012 + number // len(PLACES)
    alias = f"全域产出总值达到{100 + number}亿元。" if has_alias(number) else ""
    tea = f"茶叶产量达到{1 + number}吨。" if has_tea(number) else ""
    text = (
        f"{year}年{place.name}政府工作报告\n各位代表：\n"
        f"现在，我代表{place.name}人民政府向大会报告工作，请予审议。\n"
        f"一、{year - 1}年工作回顾\n"
        f"全市社会消费品零售总额达到{50 + number}亿元，增长{3 + number % 6}.1%。"
        f"固定资产投资增长{1 + number % 9}.2%。{alias}{tea}城镇新增就业{1000 + number}人。\n"
        f"二、{year}年工作安排\n全市一般公共预算收入增长{2 + number % 5}%左右。\n"
    )
    return {"name": f"{number}.txt", "text": text}


class Readers:
    """Poll all observations over HTTP, page by page, until they are stopped."""

    def __init__(self, stack: Any, count: int = 2) -> None:
        self.stack = stack
        self.faults: list[str] = []
        self.snapshots: list[dict[int, frozenset[Any]]] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._poll) for _ in range(count)]

    def __enter__(self) -> Readers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _poll(self) -> None:
        with self.stack.client() as client:
            while not self._stop.is_set():
                found: dict[int, list[Any]] = {}
                query: dict[str, Any] = {"limit": 333}
                while True:
                    page = client.get("/v1/observations", params=query).json()
                    for row in page["observations"]:
                        statement = (row["indicator"], row["measure"], row["value"])
                        found.setdefault(row["document_id"], []).append(statement)
                    if page["next"] is None:
                        break
                    query["next"] = page["next"]
                for document, statements in found.items():
                    if len(set(statements)) != len(statements):
                        self.faults.append(f"document {document} twice")
                self.snapshots.append({d: frozenset(s) for d, s in found.items()})


def observed(stack: Any) -> dict[int, frozenset[Any]]:
    found: dict[int, set[Any]] = {}
    with stack.client() as client:
        query: dict[str, Any] = {"limit": 1000}
        while True:
            page = client.get("/v1/observations", params=query).json()
            for row in page["observations"]:
                statement = (row["indicator"], row["measure"], row["value"])
                found.setdefault(row["document_id"], set()).add(statement)
            if page["next"] is None:
                return {document: frozenset(stated) for document, stated in found.items()}
            query["next"] = page["next"]


@pytest.mark.long
def test_an_alias_and_an_indicator_change_exactly_what_they_should(
    start_stack: Any, database_url: str, tmp_path: Path
) -> None:
    catalogue = tmp_path / "own.toml"
    catalogue.write_text("# nothing yet\n", "utf-8")
    stack = start_stack(
        environment={"ZHIBIAO_CATALOGUE": str(catalogue), "ZHIBIAO_DATABASE_URL": database_url}
    )
    corpus = tmp_path / "corpus.ndjson"
    lines = [json.dumps(report(n), ensure_ascii=False) for n in range(REPORTS)]
    corpus.write_text("\n".join(lines), "utf-8")
    stack.run("submit", str(corpus), "--wait")
    before, former = tmp_path / "before.csv", observed(stack)
    assert len(former) == REPORTS
    stack.run("export", "observations", "-o", str(before))

    catalogue.write_text(CATALOGUE, "utf-8")
    (planned,) = [
        json.loads(line) for line in stack.run("reprocess", "--plan", "--json").stdout.splitlines()
    ]
    plan = planned["plan"]
    touched = sum(has_alias(n) or has_tea(n) for n in range(REPORTS))
    assert plan["starts"] == {"read": 0, "clean": 0, "segment": 0, "extract": touched}
    assert [spared["documents"] for spared in plan["spared"]] == [REPORTS - touched]
    assert plan["executions"]["segment"] == 0
    assert plan["reasons"] == [
        {"stage": "extract", "changed": ["user catalogue"], "documents": touched}
    ]
    assert 0 < plan["worker_seconds_at_least"] == plan["worker_seconds_at_most"]

    with Readers(stack) as readers:
        done = json.loads(stack.run("reprocess", "--wait", "--json").stdout)["run"]
    assert (done["accounts"]["done"], done["spared"]) == (touched, REPORTS - touched)
    assert {stage: counts["executed"] for stage, counts in done["executions"].items()} == {
        "extract": touched
    }
    present = observed(stack)
    assert readers.faults == []
    assert len(readers.snapshots) >= 2
    for snapshot in readers.snapshots:
        assert snapshot.keys() == former.keys()
        assert all(snapshot[d] in (former[d], present[d]) for d in snapshot)

    changes = [
        json.loads(line)
        for line in stack.run("diff", str(done["id"]), "--format", "json").stdout.splitlines()
    ]
    assert {(c["source"], c["change"], c["indicator"], c["new"]["value"]) for c in changes} == {
        (f"{n}.txt", "appeared", "gdp", 100 + n) for n in range(REPORTS) if has_alias(n)
    } | {(f"{n}.txt", "appeared", "tea_output", 1 + n) for n in range(REPORTS) if has_tea(n)}
    assert all(c["new"]["evidence"] and c["old"] is None for c in changes)
    after, again = tmp_path / "after.csv", tmp_path / "again.csv"
    stack.run("export", "observations", "-o", str(after))
    assert after.read_bytes() != before.read_bytes()

    stack.run("rollback", str(done["id"]))
    stack.run("export", "observations", "-o", str(again))
    assert again.read_bytes() == before.read_bytes()
    manifest = json.loads((tmp_path / "after.csv.manifest.json").read_text("utf-8"))
    stack.run("export", "observations", "-o", str(again), "--as-of", manifest["as_of"])
    assert again.read_bytes() == after.read_bytes()
