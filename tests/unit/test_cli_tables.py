"""Tables of local files, without a service. Invented texts."""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from zhibiao.cli.main import run
from zhibiao.tables import Sheet, excel, stata_file, write
from zhibiao.tables.stata import stata_names

PLAN = "今年的主要预期目标是：地区生产总值增长7%左右，一般公共预算收入增长5%，进出口增长3%。"


def report(region: str, year: int, review: str) -> str:
    body = "我们坚持稳中求进，扎实推进各项工作，保障和改善民生，全面深化改革开放。" * 20
    return (
        f"{region}{year}年政府工作报告\n各位代表：\n一、{year - 1}年工作回顾\n{review}\n{body}\n"
        f"二、{year}年工作安排\n{PLAN}\n"
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "reports"
    made.mkdir()
    whole = report("邯郸市", 2024, "全市生产总值4346.3亿元、增长6.5%。")
    (made / "邯郸市2024.txt").write_text(whole, "utf-8")
    # The same report from another site, cut short.
    (made / "邯郸市2024转载.txt").write_text(whole[: whole.index("二、")], "utf-8")
    (made / "邯郸市2023.txt").write_text(report("邯郸市", 2023, "去年工作平稳。"), "utf-8")
    return made


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet", "dta", "jsonl"])
def test_observations_are_the_same_in_every_format_and_prints_count_once(
    folder: Path, tmp_path: Path, form: str
) -> None:
    out = tmp_path / f"out.{form}"
    assert run(["extract", str(folder), "-o", str(out)]) == 0
    read = {
        "csv": lambda: pd.read_csv(out, dtype={"region_code": str}),
        "xlsx": lambda: pd.read_excel(out, dtype={"region_code": str}),
        "parquet": lambda: pd.read_parquet(out),
        "dta": lambda: pd.read_stata(out),
        "jsonl": lambda: pd.read_json(out, lines=True, dtype={"region_code": str}),
    }
    frame = read[form]()
    stated = frame[frame["indicator"] == "gdp"].sort_values(["year", "start"])
    assert stated[["year", "measure", "value", "region_code"]].to_numpy().tolist() == [
        [2023, "growth", 7, "130400"],
        [2024, "level", 4346.3, "130400"],
        [2024, "growth", 6.5, "130400"],
        [2024, "growth", 7, "130400"],
    ]


def test_the_panel_of_local_files_has_all_its_sheets(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "panel.xlsx"
    asked = ["extract", str(folder), "-o", str(out), "--table", "panel", "--long"]
    assert run([*asked, "--unit", "亿元", "--labels", "zh"]) == 0
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["panel", "codebook", "coverage", "notes"]
    rows = [[cell.value for cell in row] for row in book["panel"]]
    heading = rows[0]
    values = {
        (row[heading.index("年份")], row[heading.index("指标")], row[heading.index("度量")],
         row[heading.index("目标或实绩")]): row
        for row in rows[1:]
    }  # fmt: skip
    level = values[2023, "gdp", "level", "actual"]
    assert (level[heading.index("数值")], level[heading.index("单位")]) == (4346.3, "亿元")
    target = values[2023, "gdp", "growth", "target"]
    assert target[heading.index("实绩减目标")] == -0.5


@pytest.mark.parametrize("layout", [[], ["--long"]])
@pytest.mark.parametrize(("language", "chinese"), [("zh", True), ("en", False)])
def test_a_workbook_with_labels_is_in_their_language_throughout(
    folder: Path, tmp_path: Path, language: str, chinese: bool, layout: list[str]
) -> None:
    out = tmp_path / "panel.xlsx"
    asked = ["extract", str(folder), "-o", str(out), "--table", "panel", *layout]
    assert run([*asked, "--labels", language]) == 0
    book = openpyxl.load_workbook(out)
    told = [cell.value for sheet in book for cell in sheet[1]]
    told += [row[0].value for row in book["notes"].iter_rows(min_row=2)]
    told += [cell.value for cell in book["codebook"]["H"][1:] if cell.value]  # the rules
    # Units and words of officialese stand in English, too, in brackets.
    bare = [re.sub(r"\(.*?\)", "", each) for each in told]
    assert len(told) > 20
    assert {bool(re.search(r"[\u4e00-\u9fff]", each)) for each in bare} == {chinese}


def test_a_unit_fits_amounts_of_its_size_and_differences_of_percentages_are_points(
    tmp_path: Path,
) -> None:
    stated = "全市生产总值4346.3亿元、增长6.5%，城镇居民人均可支配收入43210元。"
    for year in (2023, 2024):
        text = report("邯郸市", year, stated)
        (tmp_path / f"邯郸市{year}.txt").write_text(text, "utf-8")
    shown = {}
    for unit in ("亿元", "万元"):
        out = tmp_path / f"{unit}.csv"
        asked = ["extract", *map(str, tmp_path.glob("*.txt")), "-o", str(out), "--table", "panel"]
        assert run([*asked, "--unit", unit, "--labels", "zh"]) == 0
        shown[unit] = pd.read_csv(out).set_index("年份").loc[2023]
    assert shown["亿元"]["地区生产总值 实绩（亿元）"] == 4346.3
    assert shown["亿元"]["城镇居民人均可支配收入 实绩（元）"] == 43210
    assert shown["万元"]["城镇居民人均可支配收入 实绩（万元）"] == 4.321
    assert shown["亿元"]["地区生产总值 增速 目标（%）"] == 7
    assert shown["亿元"]["地区生产总值 增速 目标 实绩减目标（个百分点）"] == -0.5


def test_local_reports_that_a_panel_leaves_out_are_counted(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "无名.txt").write_text(report("青渡", 2023, "去年平稳。"), "utf-8")
    told = "No panel has 1 of the reports, whose region or year is not known"
    for table, left_out in (("panel", True), ("coverage", True), ("observations", False)):
        out = tmp_path / f"{table}.csv"
        assert run(["extract", str(folder), "-o", str(out), "--table", table]) == 0
        assert (told in capsys.readouterr().err) is left_out


def test_coverage_of_local_files(folder: Path, tmp_path: Path) -> None:
    (folder / "保定市2023.txt").write_text(report("保定市", 2023, "去年平稳。"), "utf-8")
    out = tmp_path / "coverage.csv"
    assert run(["extract", str(folder), "-o", str(out), "--table", "coverage"]) == 0
    grid = pd.read_csv(out, dtype=str).query("indicator == 'gdp'")
    assert dict(zip(grid["region"] + grid["year"], grid["reason"], strict=True)) == {
        "邯郸市2023": "value",
        "邯郸市2024": "value",
        "保定市2023": "value",
        "保定市2024": "not_submitted",
    }


@pytest.mark.parametrize(
    "wrong",
    [
        ["-o", "out.pdf"],
        ["-o", "no/such/folder/out.csv"],
        ["-o", "out.csv", "--explain"],
        ["-o", "out.csv", "--long"],
        ["-o", "-"],
    ],
)
def test_a_table_that_cannot_be_is_refused_before_reading(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: list[str]
) -> None:
    place = tmp_path / "here"
    place.mkdir()
    monkeypatch.chdir(place)
    assert run(["extract", str(folder), *wrong]) == 2
    assert list(place.iterdir()) == []


def test_an_unknown_unit_is_refused_and_leaves_nothing(
    folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "panel.csv"
    asked = ["extract", str(folder), "-o", str(out), "--table", "panel", "--unit", "光年"]
    assert run(asked) == 2
    assert "光年" in capfd.readouterr().err
    assert not out.exists()


def test_a_table_is_not_written_over_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "out.csv"
    os.mkfifo(pipe)
    sheet = Sheet(title="t", columns={"a": "integer"}, records=iter(({"a": 1},)))
    with pytest.raises(OSError, match="a device or a pipe") as raised:
        write("csv", pipe, [sheet])
    assert raised.value.filename == str(pipe)
    assert pipe.is_fifo()


@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx", "jsonl", "dta"])
def test_a_full_disk_names_the_file_and_leaves_nothing(tmp_path: Path, form: str) -> None:
    out = tmp_path / f"out.{form}"
    out.write_text("what was there before")

    def records():
        yield {"a": 1}
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left") as raised:
        write(form, out, [Sheet(title="t", columns={"a": "integer"}, records=records())])
    assert raised.value.filename == str(out)
    assert [each.name for each in tmp_path.iterdir()] == [out.name]
    assert out.read_text() == "what was there before"


def test_a_target_without_its_outturn_says_what_the_next_report_says_instead(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    plan = "今年的主要预期目标是：地区生产总值增长7%，一般公共预算收入增长5%，进出口总额增长3%，"
    plan += "固定资产投资增长9%，社会消费品零售总额增长8%，实际利用外资2亿美元。"
    first = report("邯郸市", 2023, "去年工作平稳。").replace(PLAN, plan)
    review = "全市生产总值稳步增长，一般公共预算收入五年年均增长6%，进出口总额120亿元。"
    review += "前三季度固定资产投资增长9.5%。实际利用外资15亿元。"
    for year, text in ((2023, first), (2024, report("邯郸市", 2024, review))):
        (folder / f"邯郸市{year}.txt").write_text(text, "utf-8")
    out, grid = tmp_path / "panel.csv", tmp_path / "coverage.csv"
    assert run(["extract", str(folder), "-o", str(out), "--table", "panel", "--long"]) == 0
    assert run(["extract", str(folder), "-o", str(grid), "--table", "coverage"]) == 0
    found = pd.read_csv(out)
    targets = found[(found.status == "target") & (found.year == 2023)].set_index("indicator")
    assert targets.outturn_missing.to_dict() == {
        "gdp": "qualitative",
        "budget_revenue": "value_other_years",
        "foreign_trade": "value_other_measure",
        "fixed_asset_investment": "value_part_of_year",
        "retail_sales": "nothing_stated",
        "fdi": "value_other_unit",
    }
    # As the grid has it, which knows no measures and no units.
    coverage = pd.read_csv(grid)
    reasons = coverage[coverage.year == 2024].set_index("indicator").outturn_reason
    for indicator, missing in targets.outturn_missing.items():
        assert reasons[indicator] == missing.removesuffix("_other_measure").removesuffix(
            "_other_unit"
        )


def test_names_for_stata_are_short_ascii_and_stay_apart() -> None:
    columns = [
        "gdp_growth_target",
        "gdp_level_actual_亿元",
        "above_scale_industrial_enterprises_average_growth_target",
        "above_scale_industrial_enterprises_average_growth_actual",
        "foreign_trade_level_actual_标箱",
        "foreign_trade_level_actual_剂次",
        "long",
        "5g",
    ]
    names = stata_names(columns)
    assert list(names) == columns
    assert names["gdp_growth_target"] == "gdp_growth_target"
    assert names["gdp_level_actual_亿元"] == "gdp_level_actual_yi_yuan"
    assert len({name.lower() for name in names.values()}) == len(columns)
    assert all(name.isascii() and name.isidentifier() for name in names.values())
    assert max(map(len, names.values())) <= 32
    assert "long" not in names.values()
    # One column has one name, whatever else a table has.
    assert stata_names(columns[3:4])[columns[3]] == names[columns[3]]


@pytest.mark.parametrize(("rows", "sheets"), [(0, [0]), (2, [2]), (5, [2, 2, 1])])
def test_a_table_too_long_for_an_excel_sheet_goes_on_in_further_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int, sheets: list[int]
) -> None:
    monkeypatch.setattr(excel, "_ROWS", 2)
    out = tmp_path / "t.xlsx"
    table = Sheet(title="t", columns={"a": "integer"}, records=({"a": i} for i in range(rows)))
    other = Sheet(title="notes", columns={"b": "text"}, records=({"b": "c"} for _ in range(1)))
    assert write("xlsx", out, [table, other]) == rows
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["t", *(f"t {n + 2}" for n in range(len(sheets) - 1)), "notes"]
    parts = [[row[0].value for row in book[name]] for name in book.sheetnames[:-1]]
    assert [len(part) - 1 for part in parts] == sheets
    assert {part[0] for part in parts} == {"a"}
    streamed = openpyxl.load_workbook(out, read_only=True)  # by the sizes that the sheets state
    assert [each.max_row for each in streamed] == [*(n + 1 for n in sheets), 2]
    streamed.close()
    assert [value for part in parts for value in part[1:]] == list(range(rows))
    assert [each.name for each in tmp_path.iterdir()] == ["t.xlsx"]


COLUMNS = {"text": "text", "long": "text", "number": "number", "whole": "integer",
           "large": "integer", "truth": "boolean"}  # fmt: skip


def stata_rows(count: int) -> list[dict[str, object]]:
    return [
        {
            "text": None if i % 3 == 1 else f"地区{i}",
            "long": None if i % 4 == 2 else "长" * (i * 300),
            "number": None if i == 1 else Decimal(i) / 4 - 1,
            "whole": None if i == 2 else i - 2,
            "large": 4_000_000_000 + i,
            "truth": (None, True, False)[i % 3],
        }
        for i in range(count)
    ]


@pytest.mark.parametrize("wasted", [0, 10**9])
@pytest.mark.parametrize("rows", [0, 1, 2, 7])
def test_a_stata_file_is_written_in_batches_and_read_back_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int, wasted: int
) -> None:
    monkeypatch.setattr(stata_file, "_BATCH_ROWS", 2)
    monkeypatch.setattr(stata_file, "_WASTED_BYTES", wasted)
    out = tmp_path / "t.dta"
    records = stata_rows(rows)
    sheet = Sheet(title="表", columns=COLUMNS, records=iter(records), labels={"text": "地区"})  # type: ignore[arg-type]
    assert write("dta", out, [sheet]) == rows
    assert [each.name for each in tmp_path.iterdir()] == ["t.dta"]
    with pd.io.stata.StataReader(out, convert_categoricals=False) as reader:
        frame = reader.read()
        assert reader.data_label == "表"
        assert reader.variable_labels()["text"] == "地区"
        assert reader.value_labels() == {"truth": {0: "no", 1: "yes"}}
    assert frame.columns.tolist() == ["text", "_long", "number", "whole", "large", "truth"]
    for record, row in zip(records, frame.itertuples(index=False), strict=True):
        for value, read in zip(record.values(), row, strict=True):
            if isinstance(read, str):
                assert read == (value or "")
            elif value is None:
                assert pd.isna(read)
            else:
                assert read == float(value)  # type: ignore[arg-type]


def test_a_stata_file_is_read_the_same_by_r(tmp_path: Path) -> None:
    r = shutil.which("Rscript")
    if r is None:
        pytest.skip("R is not installed")
    out, back = tmp_path / "t.dta", tmp_path / "back.csv"
    records = stata_rows(7)
    sheet = Sheet(title="t", columns=COLUMNS, records=iter(records))  # type: ignore[arg-type]
    write("dta", out, [sheet])
    program = f"""
        if (!requireNamespace("haven")) quit(status = 9)
        found <- haven::zap_labels(haven::read_dta("{out}"))
        write.csv(found, "{back}", na = "", row.names = FALSE, fileEncoding = "UTF-8")
    """
    done = subprocess.run([r, "-e", program], capture_output=True, check=False)
    if done.returncode == 9:
        pytest.skip("R has no haven")
    assert done.returncode == 0, done.stderr
    found = pd.read_csv(back)
    found.columns = list(COLUMNS)
    for record, row in zip(records, found.to_dict("records"), strict=True):
        for name, value in record.items():
            if value is None or value == "":
                assert pd.isna(row[name])
            else:
                assert row[name] == (value if COLUMNS[name] == "text" else float(value))  # type: ignore[arg-type]


def test_long_texts_and_missing_values_come_back_from_stata(tmp_path: Path) -> None:
    out = tmp_path / "t.dta"
    long = "长" * 3000
    rows = [
        {"text": long, "number": 1.5, "whole": None, "truth": True},
        {"text": None, "number": None, "whole": 4_000_000_000, "truth": None},
    ]
    columns = {"text": "text", "number": "number", "whole": "integer", "truth": "boolean"}
    sheet = Sheet(title="t", columns=columns, records=rows, labels={"text": "语句"})  # type: ignore[arg-type]
    assert write("dta", out, [sheet]) == 2
    frame = pd.read_stata(out, convert_categoricals=False)
    assert frame["text"].tolist() == [long, ""]
    assert frame["number"].fillna(-1).tolist() == [1.5, -1]
    assert frame["whole"].fillna(-1).tolist() == [-1, 4_000_000_000]
    assert frame["truth"].fillna(-1).tolist() == [1, -1]


def test_the_grid_says_where_a_report_names_an_indicator_near_a_number(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    review = "争取地方政府专项债券、中央预算内资金等31.5亿元。民间投资稳步增长。"
    review += "2019年至2022年，存量危旧房、棚户区改造等项目320个。"
    file = tmp_path / "邯郸市2024年政府工作报告.txt"
    text = report("邯郸市", 2024, review)
    file.write_text(text, "utf-8")
    grid = tmp_path / "coverage.csv"
    assert run(["extract", str(file), "-o", str(grid), "--table", "coverage"]) == 0
    rows = pd.read_csv(grid).set_index("indicator")
    bonds = rows.loc["special_bonds"]
    assert (bonds.reason, bonds.outturn_reason) == ("mentioned", "mentioned")
    assert bonds.evidence.startswith("地方政府专项债券")
    assert bonds.evidence.endswith("31.5亿元")
    assert text[int(bonds.start) : int(bonds.end)] == bonds.evidence
    assert bonds.address == f"{file.name}#{bonds.start:.0f}-{bonds.end:.0f}"
    assert rows.reason["private_investment"] == "qualitative"
    assert rows.evidence["private_investment"] == "民间投资稳步增长"
    assert rows.reason["shanty_homes"] == "mentioned"  # though of other years
    assert rows.reason["population"] == "nothing_stated"
    assert pd.isna(rows.address["population"])
