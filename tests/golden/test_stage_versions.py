"""A stage whose output changes must declare another version, or nobody would reprocess.

`stage_outputs.json` holds, for each stage, its version and what it makes of the golden corpus.
After a version has changed: `REGENERATE=1 pytest tests/golden/test_stage_versions.py`. It refuses
to write other outputs under the same version: raise the stage's VERSION first.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from zhibiao import pipeline
from zhibiao.domain import RawDocument, Stage, digests
from zhibiao.pipeline import Language
from zhibiao.reading import expand
from zhibiao.testing.forms import as_docx, as_html, as_txt
from zhibiao.testing.reports import generate_many
from zhibiao.testing.samples import sample_paths

EXPECTED = Path(__file__).with_name("stage_outputs.json")
DECLARED_IN = {
    Stage.READ: "zhibiao/reading/__init__.py",
    Stage.CLEAN: "zhibiao/text/__init__.py, or METADATA_VERSION in zhibiao/metadata/describe.py",
    Stage.SEGMENT: "zhibiao/text/segmentation.py",
    Stage.EXTRACT: "zhibiao/extract/__init__.py",
}


def corpus() -> Iterator[tuple[str, bytes]]:
    """The bundled samples, and synthetic reports in three forms."""
    for path in sample_paths():
        for member in expand(path.name, io.BytesIO(path.read_bytes())):
            assert member.content is not None
            yield member.name, member.content
    for number, report in enumerate(generate_many(9, seed=20)):
        form, make = (("txt", as_txt), ("html", as_html), ("docx", as_docx))[number % 3]
        yield f"{report.name}.{form}", make(report)


@cache
def language() -> Language:
    return Language.load()


@cache
def outputs() -> dict[Stage, str]:
    """One hash a stage over its outputs for the whole corpus; given the others' outputs."""
    made = {stage: hashlib.sha256() for stage in Stage}
    documents = 0
    for name, content in corpus():
        for raw in pipeline.read(content, name):
            documents += 1
            for stage, digest in digests_of(raw).items():
                made[stage].update(digest.encode())
    assert documents >= 15
    return {stage: digest.hexdigest()[:32] for stage, digest in made.items()}


def digests_of(raw: RawDocument) -> dict[Stage, str]:
    described = pipeline.clean(raw, {})
    clean, metadata = described.clean, described.metadata
    extraction = pipeline.extract(clean, raw.text, metadata, language())
    assert extraction.observations
    terms = pipeline.segment(clean, language())
    return {
        Stage.READ: digests.of_raw(raw),
        Stage.CLEAN: digests.of_clean(clean, metadata, described.sketch),
        Stage.SEGMENT: digests.of_terms(terms.counts, terms.cut),
        Stage.EXTRACT: digests.of_extraction(extraction),
    }


def found() -> dict[str, dict[str, Any]]:
    """As in the file. A stage's input counts: it explains another output without another code."""
    versions = pipeline.versions(language())
    made = outputs()
    inputs = {
        Stage.READ: "",
        Stage.CLEAN: made[Stage.READ],
        Stage.SEGMENT: made[Stage.CLEAN],
        Stage.EXTRACT: made[Stage.READ] + made[Stage.CLEAN],
    }
    return {
        stage.value: {
            "version": versions[stage],
            "input": hashlib.sha256(inputs[stage].encode()).hexdigest()[:32],
            "output": made[stage],
        }
        for stage in Stage
    }


def undeclared(before: dict[str, dict[str, Any]], now: dict[str, dict[str, Any]]) -> list[Stage]:
    """The stages that make something else of the same input under the same version."""
    return [
        stage
        for stage in Stage
        if stage.value in before
        and before[stage.value]["output"] != now[stage.value]["output"]
        and all(before[stage.value][k] == now[stage.value][k] for k in ("version", "input"))
    ]


def known() -> dict[str, dict[str, Any]]:
    return json.loads(EXPECTED.read_text("utf-8")) if EXPECTED.exists() else {}


def test_no_stage_changes_its_output_under_the_same_version() -> None:
    now = found()
    changed = undeclared(known(), now)
    for stage in changed:
        pytest.fail(
            f"{stage.value} makes something else of the golden corpus, and its version is as it "
            f"was: raise VERSION in {DECLARED_IN[stage]}"
        )
    if os.environ.get("REGENERATE"):
        EXPECTED.write_text(json.dumps(now, indent=2) + "\n", "utf-8")
        pytest.fail(f"{EXPECTED.name} was written anew; run again without REGENERATE")
    assert known() == now, (
        "a version is new: REGENERATE=1 pytest tests/golden/test_stage_versions.py, then commit"
    )


def test_another_output_under_the_same_version_is_noticed() -> None:
    now = found()
    for stage in Stage:
        other = {**now, stage.value: {**now[stage.value], "output": "0" * 32}}
        assert undeclared(now, other) == [stage]
        renamed = {**other, stage.value: {**other[stage.value], "version": "new"}}
        assert undeclared(now, renamed) == []
    assert undeclared({}, now) == []


def test_the_version_of_each_stage_covers_code_and_data(tmp_path: Path) -> None:
    words, indicators = tmp_path / "words.txt", tmp_path / "own.toml"
    words.write_text("彬州新词\n", "utf-8")
    indicators.write_text('[[indicator]]\nid = "gdp"\naliases = ["全域产出总值"]\n', "utf-8")
    base = pipeline.versions(language())
    with_words = pipeline.versions(Language.load(user_dictionary=words))
    with_indicators = pipeline.versions(Language.load(catalogue=indicators))
    assert {stage for stage in Stage if with_words[stage] != base[stage]} == {Stage.SEGMENT}
    assert {stage for stage in Stage if with_indicators[stage] != base[stage]} == {Stage.EXTRACT}
    for stage, module, name in (
        (Stage.READ, pipeline.reading, "VERSION"),
        (Stage.EXTRACT, pipeline.extracting, "VERSION"),
        (Stage.CLEAN, pipeline, "METADATA_VERSION"),
    ):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, name, "another")
            assert pipeline.versions(language())[stage] != base[stage]
