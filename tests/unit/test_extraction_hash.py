"""The hash of an extraction is of all of its fields, written as JSON, however it is written."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

import pytest

from zhibiao import pipeline
from zhibiao.domain import Extraction, digests
from zhibiao.domain.spans import Span
from zhibiao.domain.vocabulary import Doubt
from zhibiao.pipeline import Language
from zhibiao.testing.reports import generate_many


def plainly_hashed(extraction: Extraction) -> str:
    """By the general way: each value as JSON has it, or as its constructor is written."""

    def values(row: Any) -> list[Any]:
        return [getattr(row, field.name) for field in fields(row)]

    parts = [
        [values(row) for row in rows]
        for rows in (extraction.observations, extraction.rejections, extraction.statements)
    ]
    written = json.dumps(parts, ensure_ascii=False, default=repr)
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@pytest.fixture(scope="module")
def extractions() -> list[Extraction]:
    language = Language.load()
    found = []
    for report in generate_many(6, seed=29):
        (document,) = pipeline.read(report.text.encode(), report.name)
        described = pipeline.clean(document, {})
        found.append(pipeline.extract(described.clean, document.text, described.metadata, language))
    return found


def test_the_hash_is_of_every_field(extractions: list[Extraction]) -> None:
    assert sum(len(each.observations) for each in extractions) > 100
    for extraction in extractions:
        assert digests.of_extraction(extraction) == plainly_hashed(extraction)


def test_the_hash_is_of_what_is_rare_in_a_field(extractions: list[Extraction]) -> None:
    observation = extractions[0].observations[0]
    odd = [
        replace(observation, subject='"\\\n\t\x01', evidence="\ud800", indicator=None),
        replace(observation, value=Decimal("-1E+3"), value_high=Decimal("0.50"), base_value=None),
        replace(observation, name_span=None, period_start=None, period_end=None, conflict=0),
        replace(observation, name_span=Span(0, 7), tone="力争", stretch=True, flags=("a", "b")),
        replace(observation, sentence_span=Span(1, 9)),
        replace(observation, sentence="another", doubts=(Doubt.CONFLICT,)),
    ]
    extraction = replace(extractions[0], observations=tuple(odd))
    assert digests.of_extraction(extraction) == plainly_hashed(extraction)
    assert digests.of_extraction(Extraction(observations=(), rejections=())) == plainly_hashed(
        Extraction(observations=(), rejections=())
    )
