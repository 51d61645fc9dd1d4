"""Whole tables made in the background: asked for, watched, fetched, forgotten."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from small_disk import small_disk
from waiting import wait_until

from api.errors import ExportNotFinished, NotWritten, TooManyExports
from api.export_jobs import ExportJob, ExportJobs
from zhibiao.client import Refused
from zhibiao.store.database.errors import NotFound
from zhibiao.testing.forms import as_txt
from zhibiao.testing.reports import generate


@pytest.fixture(scope="module")
def filled(serve: Any) -> Any:
    running = serve()
    running.submit({f"{seed}.txt": as_txt(generate(seed), "utf-8") for seed in range(2)})
    running.work()
    return running


def begin(filled: Any, table: str, **query: str) -> dict[str, Any]:
    answer = filled.http.post(f"/v1/export-jobs/{table}", params=query)
    assert answer.status_code == 202, answer.text
    return answer.json()


def rest(filled: Any, job: str) -> dict[str, Any]:
    def at_rest() -> dict[str, Any] | None:
        found = filled.http.get(f"/v1/export-jobs/{job}").json()
        return found if found["state"] in ("done", "failed") else None

    return wait_until(at_rest)


@pytest.mark.parametrize(
    ("table", "query"),
    [
        ("observations", {"format": "csv", "parts": "true"}),
        ("panel", {"format": "jsonl", "layout": "long"}),
        ("keywords", {"format": "csv", "keyword": "发展"}),
    ],
)
def test_a_table_made_in_the_background_is_the_one_that_is_asked_for_at_once(
    filled: Any, table: str, query: dict[str, str]
) -> None:
    at_once = filled.http.get(f"/v1/exports/{table}", params=query)
    job = rest(filled, begin(filled, table, **query)["id"])
    assert (job["state"], job["table"], job["error"]) == ("done", table, None)
    fetched = filled.http.get(f"/v1/export-jobs/{job['id']}/file")
    assert fetched.content == at_once.content
    assert len(fetched.content) == job["size"] > 100
    assert job["manifest"]["rows"] > 0
    for header in ("content-type", "content-disposition"):
        assert fetched.headers[header] == at_once.headers[header]


def test_what_fails_says_why_and_leaves_no_file(filled: Any) -> None:
    job = rest(filled, begin(filled, "observations", as_of="999")["id"])
    assert (job["state"], job["error"]["code"]) == ("failed", "not_found")
    assert "999" in job["error"]["message"]
    answer = filled.http.get(f"/v1/export-jobs/{job['id']}/file")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "export_not_finished")
    folder = filled.settings.data_dir / "exports"
    assert not list(folder.glob(f"{job['id']}.csv"))


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("observations?indicator=gpd", 422),
        ("observations?formt=csv", 422),
        ("nothing", 422),
        ("observations?run=999", 404),
    ],
)
def test_a_bad_question_is_refused_before_anything_is_made(
    filled: Any, path: str, status: int
) -> None:
    assert filled.http.post(f"/v1/export-jobs/{path}").status_code == status


def test_a_deleted_export_is_gone(filled: Any) -> None:
    job = rest(filled, begin(filled, "documents")["id"])["id"]
    assert filled.http.delete(f"/v1/export-jobs/{job}").status_code == 204
    assert filled.http.get(f"/v1/export-jobs/{job}").status_code == 404
    assert not list((filled.settings.data_dir / "exports").glob(f"{job}*"))


def test_the_client_and_the_command_line_wait_for_it(
    filled: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    from zhibiao.cli.main import run

    with filled.client as client:
        plain, made = tmp_path / "plain.csv", tmp_path / "made.csv"
        client.export("observations", plain, certain=True)
        exported = client.export("observations", made, background=True, certain=True)
        assert made.read_bytes() == plain.read_bytes()
        assert exported.manifest["rows"] > 0
        with pytest.raises(Refused, match="999"):
            client.export("observations", made, background=True, as_of="999")
    monkeypatch.setenv("ZHIBIAO_URL", filled.url)
    monkeypatch.setenv("ZHIBIAO_TOKEN", filled.token)
    out = tmp_path / "out.csv"
    assert run(["export", "observations", "-o", str(out), "--certain", "--background"]) == 0
    assert out.read_bytes() == plain.read_bytes()
    capsys.readouterr()
    wrong = ["export", "keywords", "-o", str(out), "--keyword", "发展", "--background"]
    assert run(wrong) == 2
    assert "--background" in capsys.readouterr().err


def until_rest(jobs: ExportJobs, job: str) -> ExportJob:
    def at_rest() -> ExportJob | None:
        found = jobs.get(job)
        return None if found.state in ("waiting", "running") else found

    return wait_until(at_rest, seconds=30, every=0.01)


def written(path: Path) -> dict[str, Any]:
    path.write_bytes(b"a,b\n")
    return {"rows": 0}


def test_exports_are_made_one_after_the_other_and_not_too_many_wait(tmp_path: Path) -> None:
    go = threading.Event()

    def slowly(path: Path) -> dict[str, Any]:
        assert go.wait(30)
        return written(path)

    jobs = ExportJobs(tmp_path / "exports")
    asked = [jobs.submit("observations", "csv", slowly).id for _ in range(20)]
    with pytest.raises(ExportNotFinished):
        jobs.file(asked[0])
    with pytest.raises(ExportNotFinished):
        jobs.delete(asked[1])
    with pytest.raises(TooManyExports):
        jobs.submit("observations", "csv", written)
    go.set()
    assert [until_rest(jobs, each).state for each in asked] == ["done"] * 20
    assert until_rest(jobs, jobs.submit("observations", "csv", written).id).state == "done"


def test_a_finished_export_outlives_a_restart_and_is_forgotten_after_a_day(
    tmp_path: Path,
) -> None:
    jobs = ExportJobs(tmp_path)
    job = jobs.submit("observations", "csv", written).id
    found = until_rest(jobs, job)
    anew = ExportJobs(tmp_path)
    assert anew.get(job) == found
    assert anew.file(job)[1].read_bytes() == b"a,b\n"
    for path in tmp_path.iterdir():
        os.utime(path, (0, 0))
    until_rest(anew, anew.submit("observations", "csv", written).id)
    with pytest.raises(NotFound):
        anew.get(job)
    assert len(list(tmp_path.glob("*.csv"))) == 1


def test_a_full_disk_is_told_and_nothing_half_written_is_left(tmp_path: Path) -> None:
    def full(path: Path) -> dict[str, Any]:
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    jobs = ExportJobs(tmp_path)
    found = until_rest(jobs, jobs.submit("observations", "csv", full).id)
    assert found.error is not None
    assert found.error["code"] == "export_not_written"
    assert "No space left" in found.error["message"]
    assert not list(tmp_path.glob("*.csv"))
    assert until_rest(jobs, jobs.submit("observations", "csv", written).id).state == "done"


@pytest.mark.parametrize("background", [False, True])
def test_a_service_whose_disk_is_full_says_so_and_keeps_nothing(
    serve: Any, tmp_path: Path, background: bool
) -> None:
    running = serve()
    running.submit({"1.txt": as_txt(generate(1), "utf-8")})
    running.work()
    with small_disk(running.settings.data_dir / "exports", kilobytes=4) as folder:
        query = {"format": "xlsx", "parts": "true"}
        if background:
            told = rest(running, begin(running, "observations", **query)["id"])["error"]
        else:
            answer = running.http.get("/v1/exports/observations", params=query)
            assert answer.status_code == 507
            told = answer.json()["error"]
        assert told["code"] == "export_not_written"
        assert "No space left on device" in told["message"]
        assert "observations.xlsx" in told["message"]
        assert str(folder) not in told["message"]
        assert not list(folder.glob("*.xlsx")) + list(folder.glob(".*"))
        with running.client as client, pytest.raises(Refused, match="Make room there"):
            client.export("observations", tmp_path / "out.xlsx", background=background, parts=True)
        assert list(tmp_path.iterdir()) == []
        # Of a wide panel, whose rows wait in a file before any of the table is written.
        assert running.http.get("/v1/exports/codebook").status_code == 507
        assert not list(folder.glob("*.csv")) + list(folder.glob(".*"))
    assert running.http.get("/v1/exports/codebook").status_code == 200


# Takes a job, and waits to be killed while the table is written.
KILLED = """
import sys, time
from pathlib import Path
from api.export_jobs import ExportJobs
from zhibiao.whole_file import whole_file
def made(path):
    with whole_file(path) as partial:
        partial.write_bytes(b"half")
        print(path.stem, flush=True)
        time.sleep(600)
jobs = ExportJobs(Path(sys.argv[1]))
jobs.submit("observations", "csv", made)
time.sleep(600)
"""


def test_what_a_killed_service_had_begun_is_cleared_when_the_next_one_starts(
    tmp_path: Path,
) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        job = process.stdout.readline().strip()
        ExportJobs(tmp_path)  # another process of the service, beside it
        assert [path.name[:18] for path in tmp_path.iterdir()] == [f".{job}."]
        process.kill()
    anew = ExportJobs(tmp_path)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(NotFound, match="started anew"):
        anew.get(job)


def test_a_table_that_is_sent_leaves_no_file_even_where_its_receiver_goes(filled: Any) -> None:
    folder = filled.settings.data_dir / "exports"
    before = set(folder.iterdir()) if folder.exists() else set()
    with filled.http.stream("GET", "/v1/exports/observations", params={"parts": "true"}) as answer:
        assert answer.status_code == 200  # and not read
        assert int(answer.headers["content-length"]) > 1000
    assert set(folder.iterdir()) == before


def test_a_folder_that_cannot_be_made_is_told_as_a_table_that_cannot_be_written(
    tmp_path: Path,
) -> None:
    jobs = ExportJobs(tmp_path / "missing" / "exports")
    with pytest.raises(NotWritten, match="No such file or directory"):
        jobs.scratch("csv")
    found = until_rest(jobs, jobs.submit("observations", "csv", written).id)
    assert found.error is not None
    assert found.error["code"] == NotWritten.code


def test_failures_that_cannot_be_noted_do_not_count_as_waiting(tmp_path: Path) -> None:
    def full(_path: Path) -> dict[str, Any]:
        raise OSError(28, "No space left on device")

    with small_disk(tmp_path / "disk", kilobytes=4) as folder:
        (folder / "full").write_bytes(b"x" * 4096)
        jobs = ExportJobs(folder)
        asked = [until_rest(jobs, jobs.submit("panel", "csv", full).id) for _ in range(21)]
        assert {job.state for job in asked} == {"failed"}
        assert [path.name for path in folder.iterdir()] == ["full"]
        jobs.delete(asked[0].id)
        with pytest.raises(NotFound):
            jobs.get(asked[0].id)


def test_a_defect_is_told_without_what_only_the_log_may_hold(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def defective(_path: Path) -> dict[str, Any]:
        raise RuntimeError("secret detail")

    jobs = ExportJobs(tmp_path)
    found = until_rest(jobs, jobs.submit("observations", "csv", defective).id)
    assert found.error is not None
    assert found.error["code"] == "internal_error"
    assert found.id in found.error["message"]
    assert "secret" not in found.error["message"]
    assert f"export {found.id} failed" in caplog.text
    assert "secret detail" in caplog.text
