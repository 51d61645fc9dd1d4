"""Local commands: no service, one bad file never in the way, output that programs can read."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from zhibiao.cli.files import Wish, process, process_file
from zhibiao.cli.main import run
from zhibiao.testing.forms import as_compendium, as_txt
from zhibiao.testing.reports import generate
from zhibiao.uploading import SubmittedFile, walk


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two reports, a compendium of two, and a file that is none."""
    reports = [generate(seed) for seed in range(4)]
    home = tmp_path / "reports"
    (home / "old").mkdir(parents=True)
    (home / "a.txt").write_bytes(as_txt(reports[0], "utf-8"))
    (home / "old" / "b.txt").write_bytes(as_txt(reports[1], "gb18030"))
    (home / "all.txt").write_bytes(as_compendium(reports[2:]))
    (home / "bad.bin").write_bytes(b"\x00\xff\x01" * 500)
    return home


def test_extract_prints_one_observation_a_line_with_all_fields(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert run(["extract", str(folder / "a.txt")]) == 0
    lines = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    report = generate(0)
    raw = (folder / "a.txt").read_text()
    assert len(lines) > 10
    for line in lines:
        assert line.keys() >= {
            *("indicator", "measure", "value", "value_high", "unit", "bound", "status"),
            *("period_start", "period_end", "evidence", "region", "region_code", "year"),
            *("scope", "start", "end", "document", "source", "subject", "tone", "flags"),
        }
        assert raw[line["start"] : line["end"]] == line["evidence"]
        assert line["indicator"] is not None
        assert line["scope"] == "region"
        assert line["source"] == "a.txt"
        assert (line["region"], line["year"]) == (report.region, report.year)
    assert any(isinstance(line["value"], int) for line in lines)


def test_all_and_open_add_what_is_left_out_otherwise(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    def extracted(*options: str) -> list[dict[str, object]]:
        assert run(["extract", str(folder / "a.txt"), *options]) == 0
        return [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]

    plain = extracted()
    assert "part" in {line["scope"] for line in extracted("--all", "--open")}
    opened = extracted("--open")
    assert {line["scope"] for line in opened} == {"region"}
    assert None in {line["indicator"] for line in opened}
    assert [line for line in opened if line["indicator"] is not None] == plain


def test_explain_accounts_for_every_number_with_the_rule_that_decided(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    run(["extract", str(folder / "a.txt"), "--all", "--open"])
    kept = capfdbinary.readouterr().out.splitlines()
    assert run(["extract", str(folder / "a.txt"), "--explain"]) == 0
    told = capfdbinary.readouterr().out.decode()
    decided = [line for line in told.splitlines() if line.startswith("  ") and " -> " in line]
    refused = [line for line in decided if " -> rejected: " in line]
    assert len(decided) - len(refused) == len(kept)
    assert refused
    assert "measure: " in told


def test_an_unreadable_file_is_named_on_stderr_and_the_rest_goes_on(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert run(["extract", str(folder)]) == 1
    captured = capfdbinary.readouterr()
    sources = {json.loads(line)["source"] for line in captured.out.splitlines()}
    assert sources == {"a.txt", "all.txt", "old/b.txt"}
    assert b"bad.bin: " in captured.err


def test_csv_and_jsonl_say_the_same(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    run(["extract", str(folder / "all.txt")])
    lines = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    run(["extract", str(folder / "all.txt"), "--format", "csv"])
    rows = list(csv.DictReader(io.StringIO(capfdbinary.readouterr().out.decode())))
    assert [row["evidence"] for row in rows] == [line["evidence"] for line in lines]
    assert [float(row["value"]) for row in rows] == [line["value"] for line in lines]
    assert len({line["document"] for line in lines}) == 2


def test_a_table_shows_every_observation_without_colour_when_piped(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    run(["extract", str(folder / "a.txt")])
    lines = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    run(["extract", str(folder / "a.txt"), "--format", "table"])
    shown = capfdbinary.readouterr().out.decode()
    assert "\x1b" not in shown
    assert all(line["indicator"] in shown for line in lines)


def test_inspect_prints_an_object_a_document(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert run(["inspect", str(folder / "all.txt"), "--format", "json"]) == 0
    found = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    expected = [generate(2), generate(3)]
    assert [(entry["region"], entry["year"]) for entry in found] == [
        (report.region, report.year) for report in expected
    ]
    for entry in found:
        assert entry.keys() >= {
            *("source", "title", "region", "region_code", "province", "year", "review_year"),
            *("speaker", "delivered_on", "partial", "characters"),
        }
    assert run(["inspect", str(folder / "all.txt")]) == 0
    assert expected[0].region in capfdbinary.readouterr().out.decode()


def test_clean_prints_the_text(folder: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(["clean", str(folder / "old" / "b.txt")]) == 0
    assert generate(1).region in capfdbinary.readouterr().out.decode()


class KillsItsReader(SubmittedFile):
    """Ends the process that receives it, as a crash in C code would."""

    def __reduce__(self) -> tuple[object, ...]:
        return os._exit, (9,)


def test_many_files_give_in_parallel_what_they_give_one_by_one_and_a_crash_stays_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zhibiao.cli.files._WORTH_A_POOL_FILES", 2)
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1})
    for seed in range(6):
        (tmp_path / f"{seed}.txt").write_bytes(as_txt(generate(seed), "utf-8"))
    whole = list(walk([tmp_path]))
    wish = Wish(purpose="extract")
    one_by_one = [process_file(file, wish) for file in whole]
    assert list(process(whole, wish)) == one_by_one

    whole[4] = KillsItsReader(path=whole[4].path, name=whole[4].name)
    outcomes = list(process(whole, wish))
    assert "died" in str(outcomes[4][0].error)
    assert outcomes[:4] + outcomes[5:] == one_by_one[:4] + one_by_one[5:]


@pytest.mark.parametrize(
    "arguments",
    [
        ["nothing"],
        ["extract"],
        ["extract", "/no/such/file"],
        ["extract", __file__, "--format", "pdf"],
        ["export", "panel", "-o", "panel.pdf"],
        ["export", "panel", "-o", "/no/such/folder/panel.csv"],
        ["submit", __file__, "--metadata", "no json"],
        ["status", "x"],
    ],
)
def test_wrong_usage_ends_with_two_and_says_why(
    arguments: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    captured = capfd.readouterr()
    assert captured.out == ""
    assert captured.err


def test_an_unknown_setting_is_named_with_its_neighbour(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ZHIBIAO_PROT", "1")
    assert run(["token"]) == 2
    assert "ZHIBIAO_PORT" in capfd.readouterr().err


def test_without_a_service_the_exit_code_is_three_and_the_way_out_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ZHIBIAO_DATA_DIR", str(tmp_path))
    assert run(["status"]) == 3
    assert "zhibiao up" in capfd.readouterr().err
    (tmp_path / "token").write_text("t")
    monkeypatch.setenv("ZHIBIAO_URL", "http://127.0.0.1:1")
    assert run(["status"]) == 3
    assert "127.0.0.1:1" in capfd.readouterr().err


def test_an_empty_folder_is_wrong_usage(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["extract", str(tmp_path)]) == 2
    assert "no file" in capfd.readouterr().err


def test_help_comes_without_waiting_for_what_it_does_not_need() -> None:
    code = (
        "import sys; from zhibiao.cli.main import run; run(['--help']);"
        "heavy = {'pandas', 'sqlalchemy', 'pydantic_settings', 'httpx', 'celery', 'rjieba'};"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    began = time.monotonic()
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stderr.strip() == "[]"
    assert time.monotonic() - began < 3  # 0.15 s on an idle machine
