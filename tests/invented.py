"""An invented report, invented observations as records, and those found in such reports."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

from zhibiao import pipeline
from zhibiao.catalogue.indicators import Catalogue
from zhibiao.catalogue.loading import load_catalogue
from zhibiao.extract import extract
from zhibiao.rendering import extracted_observation

REPORT = "清河县2023年政府工作报告\n全县地区生产总值达到312.5亿元，增长6.8%。\n"


@cache
def catalogue() -> Catalogue:
    """The built-in one."""
    return load_catalogue()


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
            for each in extract(described.clean, raw.text, known, catalogue()).observations
        )
    return found
