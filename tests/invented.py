"""Invented observations as records, and those that are found in invented reports."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from zhibiao import pipeline
from zhibiao.catalogue.loading import load_catalogue
from zhibiao.extract import extract
from zhibiao.rendering import extracted_observation

CATALOGUE = load_catalogue()


def observation(**others: Any) -> dict[str, Any]:
    """GDP grew by 6.8 % in 2022, or what `others` say instead and besides."""
    return {
        "indicator": "gdp",
        "measure": "growth",
        "value": Decimal("6.8"),
        "value_high": None,
        "unit": "%",
        "bound": "eq",
        "status": "actual",
        "period_start": 2022,
        "period_end": 2022,
        "scope": "region",
        "stretch": False,
        "evidence": "生产总值增长6.8%",
        **others,
    }


def found_in(text: str, name: str) -> list[dict[str, Any]]:
    """The observations of a file's reports, as a panel takes them."""
    found: list[dict[str, Any]] = []
    for raw in pipeline.read(text.encode(), name):
        described = pipeline.clean(raw, {})
        known = described.metadata
        found += (
            extracted_observation(each, known, source=raw.name) | {"review_year": known.review_year}
            for each in extract(described.clean, raw.text, known, CATALOGUE).observations
        )
    return found
