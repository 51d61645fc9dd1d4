"""Panel, coverage and one number from the command line. Invented texts."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from zhibiao.cli.main import run

REPORT = (
    "邯郸市2024年政府工作报告\n各位代表：\n一、2023年工作回顾\n（一）经济运行\n"
    "全市生产总值4346.3亿元、增长6.5%。\n（二）民生改善\n城镇新增就业5万人。\n"
    "二、2024年工作安排\n今年的主要预期目标是：地区生产总值增长7%左右，一般公共预算收入增长5%。\n"
)


@pytest.fixture
def pointed(service: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("ZHIBIAO_DATA_DIR", str(service.settings.data_dir))
    (service.settings.data_dir / "stack.json").write_text(json.dumps({"url": service.url}))
    service.submit({"邯郸市2024年政府工作报告.txt": REPORT.encode()})
    service.work()
    return service


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))


def test_the_long_panel_and_the_number_behind_a_cell(
    pointed: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "panel.csv"
    assert run(["export", "panel", "-o", str(path), "--long", "--unit", "亿元"]) == 0
    (level,) = [row for row in rows(path) if (row["indicator"], row["measure"]) == ("gdp", "level")]
    assert (level["value"], level["unit"], level["region_code"]) == ("4346.3", "亿元", "130400")
    capfd.readouterr()
    assert run(["show", level["observation"], "--lines", "1"]) == 0
    shown = capfd.readouterr().out
    assert "邯郸市2024年政府工作报告" in shown
    assert "一、2023年工作回顾\n  （一）经济运行" in shown
    assert "（一）经济运行\n全市生产总值【4346.3】亿元、增长6.5%。\n（二）民生改善" in shown
    assert level["address"] in shown


def test_in_a_window_the_lines_around_a_number_are_cut_and_its_own_is_whole(
    pointed: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "panel.csv"
    assert run(["export", "panel", "-o", str(path), "--long"]) == 0
    (level,) = [row for row in rows(path) if (row["indicator"], row["measure"]) == ("gdp", "level")]
    capfd.readouterr()
    monkeypatch.setenv("COLUMNS", "6")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert run(["show", level["observation"], "--lines", "1"]) == 0
    shown = re.sub("\x1b\\[[0-9;]*m", "", capfd.readouterr().out)
    assert "\n（一）经济…\n全市生产总值4346.3亿元、增长6.5%。\n（二）民生…\n" in shown


def test_show_says_that_there_is_no_such_number(
    pointed: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["show", "999999"]) == 1
    assert "no observation 999999" in capfd.readouterr().err


def test_coverage_takes_the_expected_reports_by_name_or_code(pointed: Any, tmp_path: Path) -> None:
    units = tmp_path / "units.csv"
    units.write_bytes("地区,代码,年份\n邯郸市,,2024年\n,610000,2024\n\n".encode("gb18030"))
    path = tmp_path / "coverage.csv"
    asked = ["export", "coverage", "-o", str(path), "--expect", str(units)]
    assert run([*asked, "--indicator", "gdp"]) == 0
    assert [
        (row["region"], row["year"], row["indicator"], row["reason"]) for row in rows(path)
    ] == [
        ("邯郸市", "2024", "gdp", "value"),
        ("陕西省", "2024", "gdp", "not_submitted"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("region,when\n邯郸市,2024\n", "columns year and region"),
        ("region,year\n不存在市,2024\n", "line 2: there is no region '不存在市'"),
        ("region,year\n邯郸市,二〇二四\n", "line 2: '二〇二四' is no year"),
        ("region,year\n朝阳区,2024\n", "several regions are called '朝阳区'"),
        ("region_code,year\n13x400,2024\n", "'13x400' is no region code"),
        ("region,year\n", "lists no report"),
        ("", "says nothing"),
    ],
)
def test_a_list_of_expected_reports_that_is_none_is_refused_by_its_line(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    units = tmp_path / "units.csv"
    units.write_text(text, "utf-8")
    out = tmp_path / "coverage.csv"
    assert run(["export", "coverage", "-o", str(out), "--expect", str(units)]) == 2
    assert said in capfd.readouterr().err
    assert not out.exists()


def test_what_a_panel_leaves_out_is_said_behind_it_and_behind_the_run(
    pointed: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    pointed.submit({"无名.txt": REPORT.replace("邯郸市", "青渡").replace("全市", "全境").encode()})
    pointed.work()
    told = "No panel has 1 of the reports, whose region or year is not known"
    assert run(["status", "2"]) == 0
    assert f"{told}: zhibiao documents --run 2" in capfd.readouterr().err
    assert run(["export", "panel", "-o", str(tmp_path / "panel.csv")]) == 0
    assert told in capfd.readouterr().err
    assert run(["export", "observations", "-o", str(tmp_path / "all.csv")]) == 0
    assert told not in capfd.readouterr().err
    assert run(["documents", "--unplaced", "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["source"] == "无名.txt"


def test_a_table_goes_to_standard_output(
    pointed: Any, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert run(["export", "panel", "-o", "-"]) == 0
    assert capfdbinary.readouterr().out.startswith(b"\xef\xbb\xbfregion_code,region,")
    assert run(["export", "panel", "-o", "-", "--format", "xlsx"]) == 0
    assert capfdbinary.readouterr().out.startswith(b"PK")


@pytest.mark.parametrize(
    "wrong",
    [
        ["export", "documents", "-o", "x.csv", "--long"],
        ["export", "observations", "-o", "x.csv", "--unit", "亿元"],
        ["export", "panel", "-o", "x.csv", "--labels", "fr"],
        ["export", "panel", "-o", "x.dbf"],
    ],
)
def test_a_choice_that_a_table_does_not_have_is_wrong_usage(
    wrong: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(wrong) == 2
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_unit_leaves_nothing_behind(
    pointed: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    assert run(["export", "panel", "-o", str(out / "panel.csv"), "--unit", "光年"]) == 1
    assert "光年" in capfd.readouterr().err
    assert list(out.iterdir()) == []


def test_the_catalogue_is_listed_without_a_service(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["indicators", "--json"]) == 0
    known = {entry["id"]: entry for entry in map(json.loads, capfd.readouterr().out.splitlines())}
    assert known["gdp"]["name_zh"] == "地区生产总值"
    assert known["gdp"]["base_unit"] == "元"
    assert run(["indicators", "收入"]) == 0
    shown = capfd.readouterr().out
    assert "budget_revenue" in shown
    assert "cpi" not in shown
    assert run(["indicators", "没有这个"]) == 1
