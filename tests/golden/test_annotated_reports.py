"""Ten reports, written and annotated by readers who did not know the extractor's rules.

Synthetic, each in another house style; `reports/NAME.jsonl` says what NAME.txt states. Lines that a
fair reader may judge otherwise are marked optional.
"""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from zhibiao import pipeline
from zhibiao.catalogue.units import dimension
from zhibiao.domain import Scope
from zhibiao.pipeline import Language

REPORTS = sorted(Path(__file__).with_name("reports").glob("*.txt"))

Fact = tuple[str, str, Decimal, str, int, int]


def amount(value: Decimal, unit: str) -> Decimal:
    """The value in the base unit of its dimension."""
    known = dimension(unit)
    return (value if known is None else value * known[1]).normalize()


def fact(row: dict[str, Any]) -> Fact:
    return (
        row["indicator"],
        row["measure"],
        amount(Decimal(str(row["value"])), row["unit"]),
        row["status"],
        row["period_start"],
        row["period_end"],
    )


@cache
def language() -> Language:
    return Language.load()


@cache
def compared(path: Path) -> tuple[set[Fact], set[Fact], set[Fact]]:
    """What the report states, what may be judged otherwise, and what is found."""
    rows = [json.loads(line) for line in path.with_suffix(".jsonl").read_text("utf-8").splitlines()]
    stated = {fact(row) for row in rows if not row.get("optional")}
    optional = {fact(row) for row in rows if row.get("optional")}
    catalogued = {row["indicator"] for row in rows}
    (raw,) = pipeline.read(path.read_bytes(), path.name)
    described = pipeline.clean(raw, {})
    found = set()
    for o in pipeline.extract(
        described.clean, raw.text, described.metadata, language()
    ).observations:
        if o.indicator in catalogued and o.scope is Scope.REGION:
            value = amount(o.value, o.unit)
            found.add((o.indicator, o.measure, value, o.status, o.period_start, o.period_end))
    return stated, optional, found


def test_all_reports_are_there() -> None:
    assert len(REPORTS) == 10
    assert sum(len(compared(path)[0]) for path in REPORTS) > 750


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_a_report_is_read_as_a_careful_reader_does(path: Path) -> None:
    stated, optional, found = compared(path)
    missed, invented = stated - found, found - stated - optional
    assert len(missed) + len(invented) <= 0.04 * len(stated), (missed, invented)
