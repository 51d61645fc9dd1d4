"""Clauses of reports put together at random: whatever comes, the extraction raises nothing."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from bench import fuzz_extraction
from bench.beside import DATA
from bench.fuzz_extraction import Clauses
from zhibiao.catalogue.indicators import Catalogue
from zhibiao.domain import CleanText, Extraction, Metadata
from zhibiao.extract import extract


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Clauses:
    return Clauses.of(fuzz_extraction.texts(beside=tmp_path_factory.mktemp("nothing")))


def test_random_sentences_from_the_bundled_texts_raise_nothing(bundled: Clauses) -> None:
    outcomes = fuzz_extraction.run(2_500, seed=20, clauses=bundled)
    assert outcomes.surprises == []
    assert outcomes.sentences == 2_500
    assert outcomes.observations > 2_500, "the sentences state something"
    assert outcomes.rejections > 500


@pytest.mark.skipif(
    not any(DATA.glob("*/*.txt")), reason="the real reports are not beside the repository"
)
def test_random_sentences_from_real_reports_raise_nothing() -> None:
    clauses = Clauses.of(fuzz_extraction.texts())
    assert fuzz_extraction.run(2_500, seed=21, clauses=clauses).surprises == []


def test_the_same_seed_gives_the_same_sentences(bundled: Clauses) -> None:
    first, again = (
        [fuzz_extraction.sentence(bundled, rng) for _ in range(50)]
        for rng in (random.Random(4), random.Random(4))
    )
    assert first == again
    assert len(set(first)) == 50


def test_a_crash_is_reported_with_the_sentence_that_shows_it(
    bundled: Clauses, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(clean: CleanText, raw: str, metadata: Metadata, catalogue: Catalogue) -> Extraction:
        if "、" in clean.text:
            raise IndexError
        return extract(clean, raw, metadata, catalogue)

    monkeypatch.setattr(fuzz_extraction, "extract", broken)
    outcomes = fuzz_extraction.run(500, seed=3, clauses=bundled)
    assert outcomes.surprises
    assert all("IndexError" in surprise for surprise in outcomes.surprises)
    assert min(surprise.count("。\\n") for surprise in outcomes.surprises) == 1


def test_texts_beside_the_repository_are_read_too(tmp_path: Path) -> None:
    (tmp_path / "town").mkdir()
    (tmp_path / "town" / "a.txt").write_text("全镇新栽果树7311株，长势良好。", "utf-8")
    clauses = Clauses.of(fuzz_extraction.texts(beside=tmp_path))
    assert "全镇新栽果树7311株" in clauses.stating
    assert "长势良好" in clauses.other
