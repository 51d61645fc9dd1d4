"""Reports in, a table out: over the command line, on the embedded stack."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from bench.beside import DATA, GOLD, SHARED
from zhibiao.testing.reports import generate_many
from zhibiao.testing.samples import planted_reports, sample_paths


def exported(stack: Any, what: str, folder: Path, *options: str) -> list[dict[str, str]]:
    path = folder / f"{what}.csv"
    stack.run("export", what, "-o", str(path), *options)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def submitted(stack: Any, *paths: str) -> str:
    """The run, when it is done."""
    stack.run("submit", *paths, "--wait")
    with stack.client() as client:
        return str(max(run["id"] for run in client.get("/v1/runs").json()["runs"]))


def test_the_bundled_samples_become_their_planted_observations(live: Any, tmp_path: Path) -> None:
    run = submitted(live, str(sample_paths()[0].parent))
    rows = exported(live, "observations", tmp_path, "--run", run)
    reports = planted_reports()
    assert {(row["region"], row["year"]) for row in rows} == {
        (report["region"], str(report["year"])) for report in reports
    }
    stated = {
        (report["region"], o["indicator"], o["measure"], float(o["value"]), o["status"])
        for report in reports
        for o in report["observations"]
    }
    found = {
        (row["region"], row["indicator"], row["measure"], float(row["value"]), row["status"])
        for row in rows
    }
    assert len(stated & found) / len(stated) > 0.95


@pytest.mark.skipif(not SHARED.exists(), reason="the real reports are not on this machine")
def test_a_compendium_and_a_folder_become_one_table(live: Any, tmp_path: Path) -> None:
    run = submitted(live, str(DATA / "compendium.txt"), str(DATA / "reports"))
    rows = exported(live, "observations", tmp_path, "--run", run)
    metadata = json.loads((GOLD / "metadata.json").read_text("utf-8"))
    assert {(row["region_code"], row["year"]) for row in rows} == {
        (report["region_code"], str(report["year"])) for report in metadata.values()
    }
    documents = exported(live, "documents", tmp_path, "--run", run)
    assert len(documents) == 26
    assert {row["state"] for row in documents} == {"done"}
    # Twelve of them are stored twice: the panel has each region once for the year that its report
    # reviews, and once for the year that it plans.
    panel = exported(live, "panel", tmp_path, "--run", run)
    assert sorted((row["region_code"], row["year"]) for row in panel) == sorted(
        (report["region_code"], str(report[year]))
        for report in metadata.values()
        for year in ("review_year", "year")
    )


def bad_input(folder: Path) -> Path:
    """A folder with five good reports among everything that goes wrong."""
    for report in generate_many(5, seed=21):
        (folder / f"{report.name}.txt").write_text(report.text, "utf-8")
    (folder / "empty.txt").touch()
    (folder / "a folder.txt").mkdir()
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 100)
    (folder / "nothing.zip").touch()
    with zipfile.ZipFile(folder / "escape.zip", "w") as archive:
        archive.writestr("../../escape\n.txt", "短")
        archive.writestr("good.txt", next(generate_many(1, seed=99)).text)
    return folder


def test_bad_files_are_named_with_reasons_and_the_good_ones_are_done(
    live: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "scrapes"
    folder.mkdir()
    done = live.run("submit", str(bad_input(folder)), "--wait", check=False)
    assert done.returncode == 1, done.stderr
    rows = exported(live, "documents", tmp_path)
    mine = [row for row in rows if row["run"] == rows[-1]["run"]]
    bad = {row["source"]: row for row in mine if row["state"] == "quarantined"}
    assert set(bad) >= {"empty.txt", "binary.txt", "nothing.zip"}
    assert all(row["error_code"] and row["error_message"] for row in bad.values())
    assert sum(row["state"] == "done" for row in mine) >= 6
    assert not any(set("\n\r\t") & set(row["source"]) or ".." in row["source"] for row in mine)


def test_a_broken_line_of_ndjson_fails_alone(live: Any) -> None:
    lines = [
        json.dumps({"name": f"line {n}", "text": f"2023年甲市政府工作报告 第{n}号 生产总值增长6%"})
        for n in range(1, 51)
    ]
    lines[29] = '{"text": broken'
    with live.client() as client:
        answer = client.post(
            "/v1/runs",
            content="\n".join(lines).encode(),
            headers={"Content-Type": "application/x-ndjson"},
        )
        assert answer.status_code == 202
        run = answer.json()["id"]
        accounts = live.wait_run(run)
        assert (accounts["submitted"], accounts["quarantined"]) == (50, 1)
        answer = client.get(f"/v1/runs/{run}/documents", params={"state": "quarantined"})
        (broken,) = answer.json()["documents"]
        assert "30" in broken["error_message"]


def test_every_number_opens_the_sentence_that_states_it(live: Any) -> None:
    report = next(generate_many(1, seed=33))
    with live.client() as client:
        answer = client.post(
            "/v1/runs", files={"files": (f"{report.name}.txt", report.text.encode("gb18030"))}
        )
        run = answer.json()["id"]
        live.wait_run(run)
        (document,) = client.get(f"/v1/runs/{run}/documents").json()["documents"]
        raw = client.get(f"/v1/documents/{document['id']}/text", params={"form": "raw"})
        text = raw.text
        found = client.get(f"/v1/documents/{document['id']}/observations").json()["observations"]
    assert len(found) > 40
    assert all(text[o["start"] : o["end"]] == o["evidence"] for o in found)


@pytest.mark.long
def test_a_panel_opens_in_excel_and_in_pandas(live: Any, tmp_path: Path) -> None:
    import pandas

    live.run("submit", str(sample_paths()[0].parent), "--wait")
    for ending, read in (("xlsx", pandas.read_excel), ("parquet", pandas.read_parquet)):
        path = tmp_path / f"panel.{ending}"
        live.run("export", "panel", "-o", str(path))
        frame = read(io.BytesIO(path.read_bytes()))
        assert {"region_code", "year"} <= set(frame.columns)
        assert not frame.duplicated(["region_code", "year"]).any()
