"""Sentences that state something of an indicator without its value, and some that do not.

A line of the case file: `text`, `section` (review or plan; default review) and `expect`, a list of
`kind relation indicator measure status year [reference] [value unit]`. Those of the region as a
whole only; the report is one of 2023, of a city called 江川市. The texts are invented.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from zhibiao.catalogue.indicators import Catalogue
from zhibiao.catalogue.loading import load_catalogue
from zhibiao.domain import CleanText, Metadata, OffsetMap, Scope, Statement
from zhibiao.extract import extract
from zhibiao.extract.predicates import Predicates

HEADINGS = {"review": "一、2022年工作回顾\n", "plan": "二、2023年工作安排\n"}
METADATA = Metadata(
    region="江川市", region_code="990100", level="prefecture", year=2023, review_year=2022
)
PATH = Path(__file__).parent / "statements" / "cases.jsonl"
CASES = [json.loads(line) for line in PATH.read_text("utf-8").splitlines()]


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    return load_catalogue()


def told(statement: Statement) -> str:
    assert statement.period_start == statement.period_end
    value = "" if statement.value is None else f"{statement.value} {statement.unit}"
    fields = (
        statement.kind, statement.relation, statement.indicator, statement.measure,
        statement.status, str(statement.period_end), statement.reference, value,
    )  # fmt: skip
    return " ".join(field for field in fields if field)


def test_all_cases_are_loaded() -> None:
    assert len(CASES) >= 20
    assert sum(not case["expect"] for case in CASES) >= 6


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:20])
def test_a_sentence_states_what_a_reader_finds(case: dict[str, Any]) -> None:
    text = HEADINGS[case.get("section", "review")] + case["text"]
    clean = CleanText(text=text, offsets=OffsetMap.identity(len(text)))
    found = extract(clean, text, METADATA, catalogue()).statements
    for statement in found:
        assert statement.span.of(text) == statement.evidence
        assert statement.sentence_span.of(text) == statement.sentence
        assert statement.evidence in statement.sentence
    of_region = [told(each) for each in found if each.scope is Scope.REGION]
    assert sorted(of_region) == sorted(case["expect"])


def test_a_quick_look_leaves_out_no_predicate() -> None:
    quick, thorough = Predicates(), Predicates()
    for predicate in thorough.all:
        predicate.needs = predicate.begins = None
    found = 0
    for text in (case["text"] for case in CASES):
        places = [(0, len(text))]
        expected = [match.span() for _, match, _ in thorough.find(text, places)]
        assert [match.span() for _, match, _ in quick.find(text, places)] == expected, text
        found += len(expected)
    assert found > len(CASES) / 2
