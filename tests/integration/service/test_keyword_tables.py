"""Keyword sets counted over stored reports, through the API, the client and the command line."""

from __future__ import annotations

import json
import math
import sys
from collections import Counter
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import update

import zhibiao
from zhibiao.client import Refused
from zhibiao.library import Service
from zhibiao.library.matrix import NoScipy
from zhibiao.store.database.schema import term_counts
from zhibiao.store.queries import documents, keywords
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


# None: from before cuts were kept; then one number a word, of four bytes each.
@pytest.mark.parametrize("earlier", [None, b"\x16\0\0\0" * 5000])
def test_a_report_stored_by_an_earlier_version_is_counted_the_same(
    serve: Any, earlier: bytes | None
) -> None:
    running = serve()
    running.submit({"a.txt": as_txt(generate(5), "utf-8")})
    running.work()
    with zhibiao.connect(running.url, token=running.token) as service:
        before = service.keywords(TERMS)
        with running.store.write() as connection:
            connection.execute(update(term_counts).values(cut=earlier))
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


LETTERS = "经济社会产业项目教育农村发展创新数字改革"
ODD = ["5G+产业", "(试点)", "C++", "发.展", "[重点]", "^发展$", "\\d+%", "经济|社会"]


def counted_plainly(text: str, terms: set[str]) -> Counter[str]:
    """By the rule of the docs, read letter by letter."""
    found: Counter[str] = Counter()
    lengths = sorted({len(term) for term in terms}, reverse=True)
    at = 0
    while at < len(text):
        here = next((text[at : at + n] for n in lengths if text[at : at + n] in terms), "")
        found[here] += bool(here)
        at += len(here) or 1
    return +found


@pytest.mark.parametrize("ending", ["txt", "csv"])
def test_a_large_dictionary_in_gbk_is_counted_as_its_terms_are_written(
    filled: Any, tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zhibiao.cli.main import run

    monkeypatch.setenv("ZHIBIAO_URL", filled.url)
    monkeypatch.setenv("ZHIBIAO_TOKEN", filled.token)
    terms = ["".join(each) for n in (2, 3, 4) for each in product(LETTERS, repeat=n)][:25_000]
    terms = [*ODD, *dict.fromkeys(terms)]
    lines = [f"{term},{'类' * 30},0.5" for term in terms] if ending == "csv" else terms
    lines = [*lines, "", *lines[:1000], "  "]  # twice, and blanks
    heading = ["词,类别,权重"] if ending == "csv" else ["# 词表"]
    dictionary = tmp_path / f"terms.{ending}"
    dictionary.write_bytes("\r\n".join([*heading, *lines]).encode("gbk"))
    out = tmp_path / "out.csv"
    options = ["--keywords", str(dictionary), "--match", "substring", "--no-zeros"]
    assert run(["export", "keywords", "-o", str(out), *options]) == 0
    found = pd.read_csv(out)
    assert found.document_id.nunique() == 3
    for document, rows in found.groupby("document_id"):
        text = filled.http.get(f"/v1/documents/{document}/text").text
        counts = dict(zip(rows.keyword, rows["count"], strict=True))
        assert counts == counted_plainly(text, set(terms))
        assert sum(counts.values()) > 50


def test_a_table_of_too_many_zeros_is_refused_before_it_is_made(
    connected: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keywords, "MOST_ROWS", 3 * len(TERMS) - 1)
    with pytest.raises(Refused, match=r"3 reports and 6 terms would be 18 rows.*--no-zeros"):
        connected.keywords(TERMS)
    found = connected.keywords(TERMS, zeros=False)
    assert 0 < len(found) < 3 * len(TERMS)
    assert found["count"].min() > 0
    assert "没有这个词" not in set(found.keyword)


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


@pytest.mark.parametrize("match", ["token", "substring"])
def test_the_concordance_has_each_place_that_is_counted(
    filled: Any, connected: Service, match: str
) -> None:
    keys = ["document_id", "section", "keyword"]
    counted = connected.keywords(TERMS, match=match, by="section")  # type: ignore[arg-type]
    found = connected.concordance(TERMS, match=match)  # type: ignore[arg-type]
    expected = counted[counted["count"] > 0].set_index(keys)["count"]
    assert found.groupby(keys).size().to_dict() == expected.to_dict()
    for document, rows in found.groupby("document_id"):
        url = f"/v1/documents/{document}/text"
        raw, clean = (filled.http.get(url, params={"form": form}).text for form in ("raw", "clean"))
        assert rows.clean_start.is_monotonic_increasing
        for row in rows.itertuples():
            assert raw[row.start : row.end] == row.found == row.keyword
            around = clean[max(0, row.clean_start - 30) : row.clean_end + 30]
            assert row.before + row.found + row.after == around.replace("\n", " ")
    assert set(found.section_kind) >= {"review", "plan"}


def stored_terms(filled: Any, document: int) -> dict[str, int]:
    with filled.store.read() as connection:
        return documents.terms(connection, int(document))


def test_the_terms_of_documents_are_their_words_with_tf_idf(
    filled: Any, connected: Service
) -> None:
    found = connected.terms()
    ids = sorted(set(found.document_id))
    stored = {each: stored_terms(filled, each) for each in ids}
    assert len(ids) == 3
    for document, rows in found.groupby("document_id"):
        own = stored[document]
        assert dict(zip(rows.term, rows["count"], strict=True)).items() <= own.items()
        left_out = set(own) - set(rows.term)
        assert {"的", "和"} <= left_out
        assert not left_out & {"发展", "项目", "经济"}
        assert not any(term.isdigit() for term in rows.term)
        words = sum(own.values())
        for row in rows.itertuples():
            says = sum(row.term in each for each in stored.values())
            assert row.documents == says
            assert row.tfidf == pytest.approx(
                row.count / words * math.log(4 / (1 + says)), abs=1e-8
            )
        assert rows["rank"].tolist() == list(range(1, len(rows) + 1))
        assert rows.tfidf.is_monotonic_decreasing


def test_terms_are_ranked_by_year_and_region_too(filled: Any, connected: Service) -> None:
    every = connected.terms()
    for of, key in (("year", "year"), ("region", "region_code")):
        grouped = connected.terms(of=of)  # type: ignore[arg-type]
        sums = every.groupby([key, "term"])["count"].sum()
        assert grouped.set_index([key, "term"])["count"].sort_index().to_dict() == sums.to_dict()
        best = connected.terms(of=of, top=5)  # type: ignore[arg-type]
        expected = grouped[grouped["rank"] <= 5].reset_index(drop=True)
        pd.testing.assert_frame_equal(best, expected)


def test_the_matrix_is_the_terms_of_all_documents(connected: Service) -> None:
    every = connected.terms()
    made = connected.term_matrix()
    assert made.matrix.shape == (3, every.term.nunique())
    assert made.matrix.sum() == every["count"].sum()
    for row, document in enumerate(made.documents.document_id):
        own = every[every.document_id == document]
        dense = made.matrix[[row], :].toarray()[0]
        found = {made.terms[column]: dense[column] for column in dense.nonzero()[0]}
        assert found == dict(zip(own.term, own["count"], strict=True))
    weighted = connected.term_matrix(values="tfidf")
    assert weighted.matrix.sum() == pytest.approx(every.tfidf.sum())


def test_without_scipy_a_matrix_is_refused_in_words(
    connected: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "scipy.sparse", None)
    with pytest.raises(NoScipy, match="pip install scipy"):
        connected.term_matrix()


def test_the_command_line_writes_places_and_words(
    filled: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    from zhibiao.cli.main import run

    monkeypatch.setenv("ZHIBIAO_URL", filled.url)
    monkeypatch.setenv("ZHIBIAO_TOKEN", filled.token)
    places = tmp_path / "places.csv"
    assert run(["export", "concordance", "-o", str(places), "--keywords", "环境"]) == 0
    assert {"before", "found", "after", "start"} <= set(pd.read_csv(places))
    words = tmp_path / "words.csv"
    assert run(["export", "terms", "-o", str(words), "--of", "region", "--top", "7"]) == 0
    assert pd.read_csv(words).groupby("region_code").size().tolist() == [7] * 3
    for wrong in (
        ["export", "terms", "-o", str(words), "--keyword", "发展"],
        ["export", "concordance", "-o", str(words), "--per", "tokens"],
        ["export", "keywords", "-o", str(words), "--top", "3"],
    ):
        assert run(wrong) == 2
        assert wrong[-2] in capsys.readouterr().err


@pytest.mark.parametrize("match", ["token", "substring"])
def test_a_notebook_counts_as_the_service_does(
    connected: Service, tmp_path: Path, match: str
) -> None:
    for seed in range(3):
        (tmp_path / f"{seed}.txt").write_bytes(as_txt(generate(seed), "utf-8"))
    local = zhibiao.read(tmp_path).keywords(TERMS, match=match)  # type: ignore[arg-type]
    stored = connected.keywords(TERMS, match=match)  # type: ignore[arg-type]
    pd.testing.assert_frame_equal(local, stored[list(local)], check_dtype=False)
