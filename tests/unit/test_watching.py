"""The language follows its files, and a broken file changes nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from zhibiao import pipeline
from zhibiao.domain import Stage
from zhibiao.errors import CatalogueError
from zhibiao.watching import LanguageFiles, WatchedLanguage

OWN = '[[indicator]]\nid = "gdp"\naliases = ["{}"]\n'


def written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    # The next write may come within the clock's tick: only the time would tell it from this one.
    stamp = path.stat().st_mtime_ns + 1_000_000
    os.utime(path, ns=(stamp, stamp))
    return path


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return written(tmp_path / "own.toml", OWN.format("甲总值"))


def test_an_unchanged_file_gives_the_same_language(own: Path) -> None:
    watched = WatchedLanguage(LanguageFiles(catalogue=own), segments=False)
    assert watched.current() is watched.current()


def test_a_changed_catalogue_is_read_anew_and_its_stage_has_another_version(own: Path) -> None:
    watched = WatchedLanguage(LanguageFiles(catalogue=own), segments=False)
    before = watched.current()
    written(own, OWN.format("乙总值"))
    after = watched.current()
    assert "乙总值" in after.catalogue.names
    assert "甲总值" not in after.catalogue.names
    old, new = pipeline.versions(before), pipeline.versions(after)
    assert {stage for stage in Stage if old[stage] != new[stage]} == {Stage.EXTRACT}


def test_a_broken_catalogue_keeps_the_former_one_until_it_is_mended(own: Path) -> None:
    watched = WatchedLanguage(LanguageFiles(catalogue=own), segments=False)
    before = watched.current()
    written(own, "[[indicator]]\nid = 7\n")
    assert watched.current() is before
    assert watched.problem is not None
    assert "own.toml" in watched.problem
    written(own, OWN.format("乙总值"))
    assert "乙总值" in watched.current().catalogue.names
    assert watched.problem is None


def test_a_catalogue_that_is_gone_keeps_the_former_one(own: Path) -> None:
    watched = WatchedLanguage(LanguageFiles(catalogue=own), segments=False)
    before = watched.current()
    own.unlink()
    assert watched.current() is before
    assert watched.problem is not None


def test_a_catalogue_that_was_never_valid_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError):
        WatchedLanguage(LanguageFiles(catalogue=tmp_path / "none.toml"), segments=False)


def test_a_changed_dictionary_cuts_otherwise(tmp_path: Path) -> None:
    words = written(tmp_path / "words.txt", "# none\n")
    watched = WatchedLanguage(LanguageFiles(user_dictionary=words), segments=True)
    text = "彬塬示范带建设"
    assert "彬塬示范带" not in watched.current().segmenter.cut(text)
    written(words, "彬塬示范带 100000\n")
    assert "彬塬示范带" in watched.current().segmenter.cut(text)
