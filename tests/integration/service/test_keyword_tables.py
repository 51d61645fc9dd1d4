"""Keyword sets counted over stored reports, through the API, the client and the command line."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import update

import zhibiao
from zhibiao.library import Service
from zhibiao.store.schema import term_counts
from zhibiao.testing.forms import as_txt
from zhibiao.testing.reports import generate
from zhibiao.text import segmentation

TERMS = ["发展", "经济", "数字经济", "经济发展", "项目", "没有这个词"]


@pytest.fixture(scope="module")
def filled(serve: Any) -> Any:
    running = serve()
    running.submit({f"{seed}.txt": as_txt(generate(seed), "utf-8") for seed in range(3)})
    running.work()
    return running


@pytest.fixture(scope="module")
def connected(filled: Any) -> Any:
    with zhibiao.connect(filled.url, token=filled.token) as service:
        yield service


@pytest.mark.parametrize("match", ["token", "substring"])
def test_stored_reports_are_counted_as_their_texts_are(
    filled: Any, connected: Service, match: str
) -> None:
    found = connected.keywords(TERMS, match=match)  # type: ignore[arg-type]
    assert len(found) == 3 * len(TERMS)
    for document, rows in found.groupby("document_id"):
        text = filled.http.get(f"/v1/documents/{document}/text").text
        if match == "substring":
            expected = Counter()
            at = 0
            while at < len(text):
                here = max((t for t in TERMS if text.startswith(t, at)), key=len, default=None)
                expected[here] += here is not None
                at += len(here or " ")
            counts = dict(zip(rows.keyword, rows["count"], strict=True))
            assert counts == {term: expected[term] for term in TERMS}
        assert set(rows.characters) == {len("".join(text.split()))}
        assert (rows.per_10000 == (rows["count"] * 10_000 / rows.tokens).round(4)).all()
    assert found["count"].sum() > 20


def test_a_stored_report_is_not_segmented_again(
    filled: Any, connected: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = connected.keywords(TERMS)

    def refuse(*_arguments: object) -> None:
        raise AssertionError("a stored report is segmented again")

    monkeypatch.setattr(segmentation._Rjieba, "cut", refuse)
    pd.testing.assert_frame_equal(connected.keywords(TERMS), before)


def test_a_report_stored_before_cuts_were_kept_is_counted_the_same(
    serve: Any, tmp_path: Path
) -> None:
    running = serve()
    running.submit({"a.txt": as_txt(generate(5), "utf-8")})
    running.work()
    with zhibiao.connect(running.url, token=running.token) as service:
        before = service.keywords(TERMS)
        with running.store.write() as connection:
            connection.execute(update(term_counts).values(cut=None))
        pd.testing.assert_frame_equal(service.keywords(TERMS), before)


def test_sections_add_up_to_their_document(connected: Service) -> None:
    whole = connected.keywords(TERMS)
    parts = connected.keywords(TERMS, by="section")
    assert {"section", "section_kind", "heading"} <= set(parts)
    assert {"review", "plan"} <= set(parts.section_kind)
    keys = ["document_id", "keyword"]
    added = parts.groupby(keys)[["count", "tokens", "content_words", "characters", "sentences"]]
    expected = whole.set_index(keys).sort_index()
    for name, column in added.sum().sort_index().items():
        assert column.tolist() == expected[name].tolist()


def test_the_denominator_can_be_chosen(connected: Service) -> None:
    for per in ("content_words", "characters", "sentences"):
        rows = connected.keywords(["发展"], per=per)  # type: ignore[arg-type]
        assert (rows.per_10000 == (rows["count"] * 10_000 / rows[per]).round(4)).all()
    assert (rows.content_words < rows.tokens).all()


@pytest.mark.parametrize("ending", ["csv", "xlsx", "jsonl", "parquet"])
def test_the_command_line_takes_a_file_with_groups_and_weights(
    filled: Any, tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zhibiao.cli.main import run

    monkeypatch.setenv("ZHIBIAO_URL", filled.url)
    monkeypatch.setenv("ZHIBIAO_TOKEN", filled.token)
    terms = tmp_path / "terms.csv"
    terms.write_bytes("词,类别,权重\n发展,甲,2\n项目,乙,\n".encode("gbk"))
    out = tmp_path / f"out.{ending}"
    options = ["--keywords", str(terms), "--match", "substring", "--by", "section"]
    assert run(["export", "keywords", "-o", str(out), *options]) == 0
    reading = {
        "csv": pd.read_csv,
        "xlsx": pd.read_excel,
        "jsonl": lambda path: pd.read_json(path, lines=True),
        "parquet": pd.read_parquet,
    }
    found = reading[ending](out)
    assert found.groupby("keyword").weight.first().to_dict() == {"发展": 2, "项目": 1}
    assert found.groupby("keyword").group.first().to_dict() == {"发展": "甲", "项目": "乙"}
    asked = json.loads(out.with_name(f"{out.name}.manifest.json").read_text())["asked"]
    assert asked["keyword"][0] == {"term": "发展", "group": "甲", "weight": 2.0}
    assert (asked["match"], asked["by"]) == (["substring"], ["section"])


def test_a_bundled_set_is_chosen_by_its_name(connected: Service) -> None:
    found = connected.keywords("环境")
    assert {"污染防治", "生态保护"} <= set(found.group)
    assert found["count"].sum() > 0


def test_a_bad_set_leaves_no_file(
    filled: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    from zhibiao.cli.main import run

    monkeypatch.setenv("ZHIBIAO_URL", filled.url)
    monkeypatch.setenv("ZHIBIAO_TOKEN", filled.token)
    terms = tmp_path / "terms.csv"
    terms.write_text("词,权重\n发展,高\n", "utf-8")
    out = tmp_path / "out.csv"
    assert run(["export", "keywords", "-o", str(out), "--keywords", str(terms)]) == 2
    said = capsys.readouterr().err
    assert "line 2" in said
    assert "'高'" in said
    assert not out.exists()
