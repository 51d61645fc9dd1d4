"""Local commands: no service, one bad file never in the way, output that programs can read."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import pytest

from zhibiao.cli.main import run
from zhibiao.local import Outcome, Wish, process
from zhibiao.reading import Member, expand
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
            *("sentence", "sentence_start", "sentence_end", "certain", "doubts"),
        }
        assert raw[line["start"] : line["end"]] == line["evidence"]
        assert raw[line["sentence_start"] : line["sentence_end"]] == line["sentence"]
        assert line["evidence"] in line["sentence"]
        assert line["sentence"].endswith(("。", "；"))
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


def test_statements_without_a_value_are_added_on_request(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    raw = (
        "2023年江川市政府工作报告\n二、2023年工作安排\n"
        "地区生产总值增长6%，增速高于全省平均水平1个百分点，居民收入增长与经济增长同步。\n"
    )
    path = tmp_path / "report.txt"
    path.write_text(raw, "utf-8")

    def extracted(*options: str) -> list[dict[str, object]]:
        assert run(["extract", str(path), *options]) == 0
        return [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]

    (plain,) = extracted()
    assert "kind" not in plain
    numeric, relative, qualitative = extracted("--statements")
    assert {name: numeric[name] for name in plain} == plain
    assert [each["kind"] for each in (numeric, relative, qualitative)] == [
        *("numeric", "relative", "qualitative"),
    ]
    assert (relative["indicator"], relative["relation"], relative["value"]) == ("gdp", "above", 1)
    assert (relative["reference"], relative["unit"]) == ("全省平均水平", "个百分点")
    assert (qualitative["indicator"], qualitative["value"]) == ("resident_income", None)
    for line in (relative, qualitative):
        assert raw[line["start"] : line["end"]] == line["evidence"]  # type: ignore[misc]
        assert str(line["evidence"]) in str(line["sentence"])
    run(["extract", str(path), "--statements", "--format", "csv"])
    rows = list(csv.DictReader(io.StringIO(capfdbinary.readouterr().out.decode())))
    assert [row["relation"] for row in rows] == ["", "above", "in_step"]


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
    assert b"bad.bin gives Chinese text in none of UTF-8" in captured.err


def test_csv_and_jsonl_say_the_same(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    run(["extract", str(folder / "all.txt")])
    lines = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    run(["extract", str(folder / "all.txt"), "--format", "csv"])
    rows = list(csv.DictReader(io.StringIO(capfdbinary.readouterr().out.decode())))
    for name in ("evidence", "sentence"):
        assert [row[name] for row in rows] == [line[name] for line in lines]
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
    assert "sentence" in shown


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


class KillsItsReader(bytes):
    """Ends the process that receives it, as a crash in C code would."""

    def __reduce__(self) -> tuple[object, ...]:
        return os._exit, (9,)


@pytest.fixture
def two_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pool of two, soon and in small steps."""
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1})
    monkeypatch.setattr("zhibiao.local._WORTH_A_POOL_MEMBERS", 2)
    monkeypatch.setattr("zhibiao.local._BATCH_MEMBERS", 2)


def one_by_one(files: list[SubmittedFile], wish: Wish) -> list[Outcome]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.sched_getaffinity", lambda _: {0})
        return list(process(files, wish))


@pytest.mark.long
@pytest.mark.usefixtures("two_processes")
def test_many_members_give_in_parallel_what_they_give_one_by_one_and_a_crash_stays_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for seed in range(5):
            archive.writestr(f"{seed}.txt", as_txt(generate(seed), "utf-8"))
    (tmp_path / "b.txt").write_bytes(as_txt(generate(5), "utf-8"))
    files, wish = list(walk([tmp_path])), Wish(purpose="extract")
    expected = one_by_one(files, wish)
    assert [outcome.file for outcome in expected] == [0, 0, 0, 0, 0, 1]
    assert list(process(files, wish)) == expected

    def with_a_killer(name: str, stream: BinaryIO, **_: object) -> Iterator[Member]:
        for member in expand(name, stream):
            deadly = member.name == "all.zip/3.txt"
            yield replace(member, content=KillsItsReader(b"x")) if deadly else member

    monkeypatch.setattr("zhibiao.local.expand", with_a_killer)
    outcomes = list(process(files, wish))
    assert outcomes[3].source == "all.zip/3.txt"
    assert "died" in str(outcomes[3].errors)
    assert outcomes[:3] + outcomes[4:] == expected[:3] + expected[4:]


@pytest.mark.parametrize("processes", [1, 2])
def test_results_come_while_an_archive_is_still_being_unpacked(
    processes: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(processes)))
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for number in range(400):
            archive.writestr(f"{number}.txt", f"第{number}份没有数字的短文。")
    unpacked = 0

    def counted(name: str, stream: BinaryIO, **_: object) -> Iterator[Member]:
        nonlocal unpacked
        for member in expand(name, stream):
            unpacked += 1
            yield member

    monkeypatch.setattr("zhibiao.local.expand", counted)
    outcomes = process(list(walk([tmp_path])), Wish(purpose="clean"))
    assert next(outcomes).records[0]["text"].startswith("第0份")
    assert unpacked < 200
    assert [outcome.source for outcome in outcomes] == [f"all.zip/{n}.txt" for n in range(1, 400)]


def test_an_error_names_its_file_once(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.ndjson").write_text('{"txt": ""}\n{"text": "政府工作报告。", "year": "x"}\n')
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "old.rar").write_bytes(b"Rar!\x1a\x07\x01\x00" + bytes(50))
    (tmp_path / "locked.txt").symlink_to("/proc/1/mem")
    assert run(["extract", str(tmp_path)]) == 1
    told = capfd.readouterr().err.splitlines()
    named = ["bad.ndjson:1", "bad.ndjson:2", "empty.txt", "locked.txt", "old.rar"]
    assert [line[: len(name)] for line, name in zip(told, named, strict=True)] == named
    for line, name in zip(told, named, strict=True):
        assert line.count(name) == 1


def test_a_page_that_is_no_report_is_told_from_one(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    page = folder / "404.html"
    page.write_text("<html><title>404</title><body><p>您访问的页面不存在。</p></body></html>")
    assert run(["extract", str(page), str(folder / "a.txt")]) == 0
    captured = capfd.readouterr()
    assert captured.err == "404.html: no region, no year, 0 observations\n"
    assert '"source": "a.txt"' in captured.out

    part = folder / "2023年清河县政府工作报告.txt"
    part.write_text("2023年清河县政府工作报告\n各位代表：\n新建标准化厂房12栋。\n", "utf-8")
    assert run(["extract", str(part)]) == 0
    assert capfd.readouterr().err == (
        "2023年清河县政府工作报告.txt: 清河县, 2023, 0 observations "
        "(1 of other scope or no indicator: --all, --open)\n"
    )


@pytest.mark.parametrize("by_setting", [False, True])
def test_a_broken_catalogue_is_wrong_usage_and_told_once(
    by_setting: bool,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    catalogue = folder.parent / "bad.toml"
    catalogue.write_text('[[indicator]]\nid = "x"\nunits = 5\n', "utf-8")
    option = [] if by_setting else ["--catalogue", str(catalogue)]
    if by_setting:
        monkeypatch.setenv("ZHIBIAO_CATALOGUE", str(catalogue))
    assert run(["extract", str(folder), "--format", "csv", *option]) == 2
    captured = capfd.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert "bad.toml" in captured.err

    monkeypatch.setenv("ZHIBIAO_CATALOGUE", "/nowhere.toml")
    assert run(["extract", str(folder)]) == 2
    captured = capfd.readouterr()
    assert (captured.out, captured.err.count("\n")) == ("", 1)
    assert "/nowhere.toml" in captured.err


def test_a_name_that_is_no_utf_8_is_read_as_it_was_meant(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = os.fsencode(tmp_path) + b"/" + "清河县2023年政府工作报告.txt".encode("gbk")
    Path(os.fsdecode(path)).write_bytes("各位代表：全年生产总值增长6.8%。\n".encode())
    assert run(["inspect", os.fsdecode(path), "--format", "json"]) == 0
    found = json.loads(capfd.readouterr().out)
    assert (found["source"], found["region"]) == ("清河县2023年政府工作报告.txt", "清河县")


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


def loaded_by(code: str, *modules: str) -> str:
    """Which of these modules are loaded after the code has run."""
    told = f"{code}; import sys; print(sorted({set(modules)} & set(sys.modules)), file=sys.stderr)"
    ran = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    return ran.stderr.strip()


def test_help_comes_without_waiting_for_what_it_does_not_need() -> None:
    code = "from zhibiao.cli.main import run; run(['--help'])"
    heavy = ("pandas", "sqlalchemy", "pydantic_settings", "httpx", "celery", "rjieba")
    assert loaded_by(code, *heavy, "zhibiao.cli.main") == "['zhibiao.cli.main']"


def test_workers_and_local_commands_load_no_library_of_tables_before_they_need_it() -> None:
    code = "import tasks.stages, zhibiao.local, zhibiao.tabulating, zhibiao.store.queries.exports"
    assert loaded_by(code, "pandas", "pyarrow", "matplotlib", "openpyxl") == "[]"


def test_files_that_programs_leave_behind_are_skipped_and_are_no_failures(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "bad.bin").unlink()
    (folder / "~$a.docx").write_bytes(b"\x05user" * 30)
    with zipfile.ZipFile(folder / "mac.zip", "w") as archive:
        archive.writestr("c.txt", as_txt(generate(7), "utf-8"))
        archive.writestr("__MACOSX/._c.txt", b"\0\5\x16\7")
    assert run(["inspect", str(folder), "--format", "json"]) == 0
    out, err = capfd.readouterr()
    assert len(out.splitlines()) == 5
    assert "2 files that programs leave behind skipped" in err
    assert "~$a.docx" in err
    assert "mac.zip/__MACOSX/._c.txt" in err
