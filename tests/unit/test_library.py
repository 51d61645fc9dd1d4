"""The library for notebooks: reports as documents and tables, without any service."""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import zhibiao
from zhibiao.domain import Metadata
from zhibiao.errors import CatalogueError, ReadError
from zhibiao.library import Document
from zhibiao.library.local import NotRead
from zhibiao.testing.forms import as_compendium, as_txt
from zhibiao.testing.reports import generate

# Invented for these tests.
REPORT = """榆林市政府工作报告
——2023年1月5日在榆林市第五届人民代表大会第三次会议上
榆林市市长 张某某
各位代表：
一、2022年工作回顾
全市地区生产总值增长6.5%，达到6543.7亿元。财政收入<b>突破</b>800亿元 & 城镇新增就业3万人。
二、2023年工作安排
今年发展的主要预期目标是：地区生产总值增长6%左右，力争6.5%。
"""


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "榆林2023.txt"
    path.write_text(REPORT, "utf-8")
    return path


def test_a_file_is_read_into_documents_with_text_metadata_and_observations(report: Path) -> None:
    (document,) = zhibiao.read(report)
    assert document.metadata.region == "榆林市"
    assert document.metadata.year == 2023
    assert "地区生产总值增长6.5%" in document.clean_text
    stated = document.observations
    growth = stated[(stated.indicator == "gdp") & (stated.measure == "growth")]
    assert growth[growth.status == "actual"].value.tolist() == [6.5]
    assert growth[~growth.stretch & (growth.status == "target")].value.tolist() == [6]


def test_the_places_of_observations_point_into_the_text(report: Path) -> None:
    document = zhibiao.read(str(report))[0]
    assert len(document.observations) >= 4
    for row in document.observations.itertuples():
        assert document.text[row.start : row.end] == row.evidence
        assert document.text[row.sentence_start : row.sentence_end] == row.sentence


def test_columns_have_types_that_know_missing_values(report: Path) -> None:
    types = zhibiao.read(report).observations.dtypes
    assert types["value"] == "Float64"
    assert types["period_end"] == types["year"] == "Int64"
    assert types["certain"] == types["stretch"] == "boolean"
    assert types["region_code"] == types["sentence"] == "string"
    assert isinstance(types["status"], pd.CategoricalDtype)


def test_a_report_without_numbers_has_an_empty_table_of_the_same_columns(
    report: Path, tmp_path: Path
) -> None:
    bare = tmp_path / "bare.txt"
    bare.write_text("榆林市政府工作报告\n各位代表：\n现在向大会报告工作，请予审议。\n", "utf-8")
    full, empty = zhibiao.read(report).observations, zhibiao.read(bare).observations
    assert len(empty) == 0
    assert empty.dtypes.equals(full.dtypes)


def test_a_file_of_several_reports_gives_them_all_in_order(tmp_path: Path) -> None:
    reports = [generate(seed) for seed in range(3)]
    path = tmp_path / "all.txt"
    path.write_bytes(as_compendium(reports))
    documents = zhibiao.read(path)
    assert documents.metadata.region.tolist() == [each.region for each in reports]
    assert documents.metadata.year.tolist() == [each.year for each in reports]
    assert len(documents.observations) == sum(len(each.observations) for each in documents)
    assert [each.part for each in documents[1:]] == [1, 2]


def test_extract_gives_the_observations_of_all_files(tmp_path: Path) -> None:
    for seed in range(3):
        (tmp_path / f"{seed}.txt").write_bytes(as_txt(generate(seed), "utf-8"))
    one_by_one = [zhibiao.read(tmp_path / f"{seed}.txt").observations for seed in range(3)]
    found = zhibiao.extract(tmp_path)
    assert found.source.unique().tolist() == ["0.txt", "1.txt", "2.txt"]
    expected = pd.concat(one_by_one, ignore_index=True)
    pd.testing.assert_frame_equal(found, expected)
    given = zhibiao.extract([tmp_path / "0.txt", str(tmp_path / "1.txt"), tmp_path / "2.txt"])
    pd.testing.assert_frame_equal(given, found)


def test_extract_works_after_the_package_of_the_same_name_was_imported(report: Path) -> None:
    code = (
        "import sys, zhibiao.extract.engine, zhibiao\n"
        "print(len(zhibiao.extract(sys.argv[1])), len(zhibiao.read(sys.argv[1]).observations))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code, str(report)], capture_output=True, text=True, check=True
    )
    extracted, read = map(int, shown.stdout.split())
    assert extracted == read > 0


@pytest.mark.long
def test_a_script_without_a_main_guard_can_use_several_processes(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    for number in range(101):
        (folder / f"{number:03}.txt").write_text(REPORT, "utf-8")
    script = tmp_path / "script.py"
    script.write_text(
        "import sys, zhibiao\n"
        "found = zhibiao.extract(sys.argv[1], workers=2, progress=True)\n"
        "print(found.source.nunique(), found.attrs['failures'])\n"
    )
    done = subprocess.run(
        [sys.executable, str(script), str(folder)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(zhibiao.__file__).parents[1])},
    )
    assert done.stdout.split() == ["101", "[]"]
    assert "extract" in done.stderr  # the bar


def test_what_cannot_be_read_is_a_warning_beside_what_can(report: Path) -> None:
    (report.parent / "broken.docx").write_bytes(b"PK\x03\x04 no archive")
    with pytest.warns(NotRead, match=r"broken\.docx"):
        found = zhibiao.extract(report.parent)
    assert found.source.unique().tolist() == [report.name]
    assert len(found.attrs["failures"]) == 1
    with pytest.warns(NotRead, match=r"broken\.docx"):
        assert len(zhibiao.read(report.parent)) == 1


def test_mistakes_are_errors_that_name_them(report: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no such file or folder.*absent\.txt"):
        zhibiao.read(tmp_path / "absent.txt")
    with pytest.raises(FileNotFoundError, match=r"absent"):
        zhibiao.extract([report, tmp_path / "absent"])
    with pytest.raises(ValueError, match="workers=0"):
        zhibiao.extract(report, workers=0)
    broken = tmp_path / "broken.docx"
    broken.write_bytes(b"PK\x03\x04 no archive")
    with pytest.raises(ReadError, match=r"broken\.docx"):
        zhibiao.read(broken)
    catalogue = tmp_path / "own.toml"
    catalogue.write_text("[[indicator]]\nname = 3\n")
    with pytest.raises(CatalogueError):
        zhibiao.read(report, catalogue=catalogue)
    with pytest.raises(AttributeError, match="no attribute 'reed'"):
        zhibiao.reed  # noqa: B018


def test_a_notebook_shows_the_text_escaped_with_its_numbers_marked(report: Path) -> None:
    shown = zhibiao.read(report)._repr_html_()
    assert "财政收入&lt;b&gt;突破&lt;/b&gt;" in shown
    assert "亿元 &amp; 城镇新增就业" in shown
    assert "<b>突破" not in shown
    marks = shown.count("<mark")
    document = zhibiao.read(report)[0]
    numbers = document.observations[["number_start", "number_end"]].drop_duplicates()
    assert marks == len(numbers) > 0
    assert 'title="gdp, growth, actual: 6.5 %, 2022">6.5' in shown


def test_numbers_that_overlap_are_both_marked() -> None:
    stated = pd.DataFrame(
        {
            "indicator": ["gdp", "ports"],
            "subject": "",
            "measure": "level",
            "status": "actual",
            "bound": "eq",
            "value": [326.3, 6.3],
            "value_high": None,
            "unit": "亿元",
            "period_start": 2022,
            "period_end": 2022,
            "number_start": [2, 4],
            "number_end": [7, 9],
        }
    )
    text = "达到326.3亿<元\n\n增长"
    document = Document(
        source="a", part=0, text=text, clean_text=text, metadata=Metadata(), observations=stated
    )
    shown = document._repr_html_()
    marked = re.findall(r'<mark [^>]*title="([^"]*)">([^<]*)</mark>', shown)
    assert [number for _, number in marked] == ["32", "6.3", "亿&lt;"]
    assert ["gdp" in title for title, _ in marked] == [True, True, False]
    assert ["ports" in title for title, _ in marked] == [False, True, True]
    assert html.unescape(re.sub("<[^>]*>", "", shown)).endswith(text)


def test_a_file_name_does_not_become_markup(tmp_path: Path) -> None:
    path = tmp_path / "<img src=x onerror=alert(1)>.txt"
    path.write_text(REPORT, "utf-8")
    documents = zhibiao.read([path, path])
    assert "<img" not in documents._repr_html_() + documents[0]._repr_html_()


def test_importing_the_library_waits_for_nothing() -> None:
    code = (
        "import sys, json, zhibiao; "
        "print(json.dumps([m for m in ('pandas', 'sqlalchemy', 'httpx') if m in sys.modules]))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert json.loads(shown.stdout) == []
