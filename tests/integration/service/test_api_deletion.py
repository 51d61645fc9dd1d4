"""A mistaken submission is deleted over HTTP and from the command line."""

from __future__ import annotations

import io
from typing import Any

import pytest

from zhibiao.cli.main import run as run_command
from zhibiao.domain import State
from zhibiao.store.work import control

REPORT = "2024年{}政府工作报告\n各位代表：\n2023年，全市生产总值达到{}00亿元，增长6.{}%。\n"


def report(city: str, number: int) -> bytes:
    return REPORT.format(city, number, number).encode()


@pytest.fixture
def filled(service: Any) -> Any:
    """Run 1 with two reports, run 2 with another one."""
    service.submit({"a.txt": report("西安市", 1), "b.txt": report("宝鸡市", 2)})
    service.submit({"c.txt": report("咸阳市", 3)})
    service.work()
    return service


def documents_of(service: Any) -> list[dict[str, Any]]:
    with service.client as client:
        return list(client.documents())


def test_a_deleted_submission_is_gone_and_the_others_are_not(filled: Any) -> None:
    answer = filled.http.delete("/v1/runs/1")
    assert (answer.status_code, answer.json()) == (200, {"documents": 2, "sources": 2})
    assert filled.http.get("/v1/runs/1").status_code == 404
    assert filled.http.delete("/v1/runs/1").status_code == 404
    assert [run["id"] for run in filled.http.get("/v1/runs").json()["runs"]] == [2]
    assert [document["source"] for document in documents_of(filled)] == ["c.txt"]
    panel = filled.http.get("/v1/exports/panel", params={"format": "csv"}).text
    assert "咸阳市" in panel
    assert "西安市" not in panel


def test_what_somebody_still_needs_is_refused_with_the_reason(filled: Any) -> None:
    filled.submit({"again.txt": report("西安市", 1)})
    answer = filled.http.delete("/v1/runs/1")
    assert answer.status_code == 409
    error = answer.json()["error"]
    assert (error["code"], error["details"]["runs"]) == ("run_not_deletable", [3])
    assert "Delete those runs first" in error["message"]
    waiting = filled.submit({"new.txt": report("铜川市", 4)}).json()["id"]
    answer = filled.http.delete(f"/v1/runs/{waiting}")
    assert (answer.status_code, answer.json()["error"]["details"]["in_flight"]) == (409, 1)
    with filled.store.write() as connection:
        control.cancel(connection, waiting, now=1.0)
    assert filled.http.delete(f"/v1/runs/{waiting}").json()["documents"] == 1
    states = {document["state"] for document in documents_of(filled)}
    assert states == {State.DONE, State.DUPLICATE}


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_an_id_is_never_used_again_after_a_deletion(
    serve: Any, request: pytest.FixtureRequest, database: str
) -> None:
    if database == "sqlite":
        service = serve()
    else:
        service = serve(database_url=request.getfixturevalue("postgres_url"))

    def ids() -> tuple[int, set[int], set[int]]:
        """Of a new submission, its documents and their observations."""
        run = service.submit({"a.txt": report("西安市", 1), "b.txt": report("宝鸡市", 2)}).json()[
            "id"
        ]
        service.work()
        found = service.http.get("/v1/observations", params={"run": run}).json()["observations"]
        return run, {d["id"] for d in documents_of(service)}, {o["id"] for o in found}

    run, documents, observations = ids()
    assert documents
    assert observations
    for _ in range(2):
        assert service.http.delete(f"/v1/runs/{run}").status_code == 200
        service.submit({})  # refused, and forgotten
        next_run, next_documents, next_observations = ids()
        assert next_run > run
        assert min(next_documents) > max(documents)
        assert min(next_observations) > max(observations)
        run, documents, observations = next_run, next_documents, next_observations


def test_the_command_asks_first(
    filled: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ZHIBIAO_URL", filled.url)
    monkeypatch.setenv("ZHIBIAO_TOKEN", filled.token)
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    assert run_command(["delete", "1"]) == 1
    assert "its 2 documents" in capsys.readouterr().err
    assert len(documents_of(filled)) == 3
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert run_command(["delete", "1"]) == 0
    assert capsys.readouterr().out.endswith("2 documents and 2 files deleted.\n")
    assert run_command(["delete", "2", "--yes"]) == 0
    assert documents_of(filled) == []
