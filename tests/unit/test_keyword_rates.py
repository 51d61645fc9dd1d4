"""Frequencies of a set in many reports, of rows as the table of keywords has them. Invented."""

from __future__ import annotations

from typing import Any

from zhibiao.keywords.rates import rates_of


def row(document: int, keyword: str, count: int, **other: Any) -> dict[str, Any]:
    known = {"region": "示例市", "year": 2023, "tokens": 1000}
    return {"document_id": document, "keyword": keyword, "count": count, **known, **other}


def test_the_words_of_a_report_count_once_however_many_terms_are_counted_in_it() -> None:
    found = rates_of([row(1, "甲", 3), row(1, "乙", 2), row(2, "甲", 0), row(2, "乙", 1)], "region")
    assert found.by_line == {"示例市": {2023: 30.0}}  # 6 in 2,000 words


def test_terms_come_by_frequency_without_those_that_nobody_says() -> None:
    found = rates_of([row(1, "甲", 1), row(1, "乙", 2), row(1, "丙", 0)], "region")
    assert found.terms == [("乙", 2), ("甲", 1)]


def test_a_report_without_a_year_or_a_region_counts_for_its_terms_only() -> None:
    found = rates_of([row(1, "甲", 1, year=None), row(2, "甲", 1, region=None)], "region")
    assert found.by_line == {}
    assert found.terms == [("甲", 2)]


def test_a_text_without_words_has_no_rate() -> None:
    assert rates_of([row(1, "甲", 0, tokens=0)], "region").by_line == {}


def test_sections_of_one_kind_are_measured_each() -> None:
    parts = [
        row(1, "甲", 1, section=0, section_kind="review"),
        row(1, "甲", 1, section=1, section_kind="review"),
        row(1, "甲", 5, section=2, section_kind="plan", year=2024),
    ]
    assert rates_of(parts, "section").by_line == {"review": {2023: 10.0}, "plan": {2024: 50.0}}
