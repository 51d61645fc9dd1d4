"""`zhibiao score`: this version's extraction against annotations, as their scorer does it.

The reports and annotations of this file are invented; the annotators' own stand beside the
repository, and without them the comparison with their scorer is skipped.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from invented import observation

from bench.beside import DATA, GOLD
from zhibiao.analysis.scoring import report_name, score
from zhibiao.cli.main import run

REPORT = (
    "清河县2023年政府工作报告\n——2023年1月5日在清河县第十六届人民代表大会第三次会议上\n"
    "一、过去一年工作回顾\n全县地区生产总值达到312.5亿元，增长6.8%。\n"
)


def stated(value: float = 6.8, **others: Any) -> dict[str, Any]:
    return observation(**{"value": value, "evidence": f"生产总值增长{value}%", **others})


def test_a_hit_a_miss_and_a_false_one_are_told_apart() -> None:
    gold = {"a": [stated(), stated(7.1)], "b": [stated()]}
    found = {"a": [stated(), stated(5.0)], "c": [stated()]}
    result = score(gold, found)
    total = result.total
    assert (result.reports, total.gold, total.found, total.hit) == (2, 3, 2, 1)
    assert (total.precision, total.recall, total.f1) == (1 / 2, 1 / 3, 2 / 5)
    assert [(each.report, each.missed, each.key[2]) for each in result.disagreements] == [
        ("a", True, 7.1),
        ("a", False, 5.0),
        ("b", True, 6.8),
    ]


def test_base_units_optional_lines_parts_and_other_indicators_count_as_the_guide_says() -> None:
    gold = {"a": [stated(1.2, unit="亿元"), stated(9, optional=True)]}
    found = {
        "a": [
            stated(12000, unit="万元"),
            stated(9),
            stated(3, scope="part"),
            stated(indicator="exports"),
        ]
    }
    total = score(gold, found).total
    assert (total.gold, total.found, total.hit) == (1, 1, 1)


def test_bounds_and_evidence_are_counted_over_the_hits() -> None:
    found = {"a": [stated(bound="ge", evidence="别处")]}
    result = score({"a": [stated()]}, found)
    assert (result.total.hit, result.bounds, result.evidence) == (1, 0, 0)


def test_reports_are_called_after_their_files() -> None:
    assert [report_name("a.zip/清河.2023.txt", part) for part in (0, 1)] == [
        "清河.2023",
        "清河.2023-2",
    ]


@pytest.fixture
def corpus(tmp_path: Path) -> tuple[Path, Path]:
    """Annotations of one report, and the report."""
    gold, reports = tmp_path / "gold", tmp_path / "reports"
    for folder in (gold, reports):
        folder.mkdir()
    (reports / "清河.txt").write_text(REPORT, "utf-8")
    lines = [stated(), stated(5.2, indicator="retail_sales")]
    written = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    (gold / "清河.jsonl").write_text(written, "utf-8")
    return gold, reports


def test_the_command_prints_the_figures_and_lists_what_differs(
    corpus: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["score", *map(str, corpus), "--verbose"]) == 0
    shown = capsys.readouterr().out
    assert "miss  清河 retail_sales growth 5.2 actual 2022 2022" in shown
    assert "false 清河 gdp level 31250000000.0 actual 2022 2022" in shown
    assert run(["score", *map(str, corpus), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert (figures["gold"], figures["found"], figures["hit"], figures["f1"]) == (2, 2, 1, 0.5)
    assert figures["indicators"]["gdp"]["hit"] == 1


def test_corrected_metadata_beside_the_annotations_count_as_given(
    corpus: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    gold, reports = corpus
    (gold / "metadata.json").write_text('{"清河": {"year": 2020}}', "utf-8")
    assert run(["score", str(gold), str(reports), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["hit"] == 0


def test_a_report_that_is_not_there_is_missed_and_named(
    corpus: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    gold, reports = corpus
    (reports / "清河.txt").rename(reports / "别的.txt")
    assert run(["score", str(gold), str(reports), "--json"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["found"] == 0
    assert "holds no report 清河" in told.err


@pytest.mark.parametrize(
    "line",
    [
        b'{"indicator": "gdp"}',
        b"\xff",
        b"[]",
        json.dumps(stated(indicator=["gdp"])).encode(),
        json.dumps(stated(evidence=5)).encode(),
        json.dumps(stated(period_start="this year")).encode(),
        json.dumps(stated() | {"value": None}).encode(),
    ],
)
def test_a_line_that_is_no_annotation_is_refused_with_its_place(
    line: bytes, corpus: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    gold, reports = corpus
    (gold / "清河.jsonl").write_bytes(b"\n" + line)
    assert run(["score", str(gold), str(reports)]) == 2
    assert "清河.jsonl, line 2, is no annotation" in capsys.readouterr().err


@pytest.mark.parametrize("written", ["{", "[1]", '{"清河": 2020}'])
def test_metadata_that_are_no_objects_are_refused(
    written: str, corpus: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    gold, reports = corpus
    (gold / "metadata.json").write_text(written, "utf-8")
    assert run(["score", str(gold), str(reports)]) == 2
    assert "metadata.json" in capsys.readouterr().err


def test_a_text_that_holds_another_end_of_a_line_is_one_line(
    corpus: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    gold, reports = corpus
    line = json.dumps(stated(evidence="生产总值\u2028增长6.8%"), ensure_ascii=False)
    (gold / "清河.jsonl").write_text(line, "utf-8")
    assert run(["score", str(gold), str(reports), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["hit"] == 1


@pytest.mark.skipif(
    not (GOLD / "score.py").exists(), reason="the annotated reports are not beside the repository"
)
def test_the_figures_are_those_of_the_annotators_scorer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    annotated = GOLD / "observations"
    reports, found, gold = (tmp_path / name for name in ("reports", "found", "gold"))
    for folder in (reports, found, gold):
        folder.mkdir()
    for path in sorted(annotated.glob("*.jsonl"))[:4]:
        (gold / path.name).write_bytes(path.read_bytes())
        text = reports / f"{path.stem}.txt"
        text.write_bytes((DATA / "reports" / text.name).read_bytes())
        assert run(["extract", str(text)]) == 0
        (found / path.name).write_text(capsys.readouterr().out, "utf-8")
    assert run(["score", str(gold), str(reports), "--json"]) == 0
    ours = json.loads(capsys.readouterr().out)
    theirs = subprocess.run(
        [sys.executable, str(GOLD / "score.py"), str(gold), str(found)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    figures = dict(zip(theirs[::2], theirs[1::2], strict=True))
    names = {"reports": "reports", "gold": "gold", "found": "system", "hit": "hit"}
    assert {name: str(ours[name]) for name in names} == {n: figures[t] for n, t in names.items()}
    rates = {"precision": "precision", "recall": "recall", "f1": "F1"}
    rates |= {"bound": "bound", "evidence": "evidence"}
    assert {n: f"{ours[n]:.4f}" for n in rates} == {n: figures[t] for n, t in rates.items()}
    assert ours["hit"] > 100
