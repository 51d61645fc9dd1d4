"""Whole invented reports: each figure of the catalogue has the years that are marked behind it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, NamedTuple

import pytest
from invented import catalogue

from zhibiao.domain import CleanText, Metadata, Observation, OffsetMap
from zhibiao.extract import extract

REPORTS: Final = Path(__file__).with_name("reviews_of_terms.txt")
NEAR: Final = 6  # characters from a figure to its mark: 以上, 左右, 大关


class Report(NamedTuple):
    metadata: Metadata
    text: str
    marks: list[tuple[int, str]]  # each with where it stands


def load() -> list[Report]:
    reports = []
    for block in re.split("^=== ", REPORTS.read_text("utf-8"), flags=re.M)[1:]:
        head, body = block.split("\n", 1)
        region, year, level = head.split()
        text, marks = "", []
        for part in re.split("(〔[^〕]*〕)", body):
            if part.startswith("〔"):
                marks.append((len(text), part[1:-1]))
            else:
                text += part
        metadata = Metadata(
            region=region, region_code="990100", level=level, year=int(year),
            review_year=int(year) - 1,
        )  # fmt: skip
        reports.append(Report(metadata, text, marks))
    return reports


def readings(mark: str) -> list[tuple[str, int, int]]:
    found = []
    for one in mark.split("|"):
        first, _, last = one.rstrip("t").partition("-")
        years = [(1900 if int(y) > 50 else 2000) + int(y) for y in (first, last or first)]
        found.append(("target" if one.endswith("t") else "actual", years[0], years[1]))
    return found


def marked(observations: tuple[Observation, ...], at: int) -> Observation | None:
    """The observation of the catalogue whose number ends right before a mark."""
    near = [
        o for o in observations
        if o.indicator and o.number_span.end <= at <= o.number_span.end + NEAR
    ]  # fmt: skip
    return max(near, key=lambda o: o.number_span.end, default=None)


@pytest.mark.parametrize("report", load(), ids=lambda report: report.text[:24].strip())
def test_figures_have_the_years_that_a_reader_gives_them(report: Report) -> None:
    clean = CleanText(text=report.text, offsets=OffsetMap.identity(len(report.text)))
    found = extract(clean, report.text, report.metadata, catalogue()).observations
    wrong = []
    for at, mark in report.marks:
        one = marked(found, at)
        years = None if one is None else (one.status.value, one.period_start, one.period_end)
        if years not in readings(mark):
            wrong.append((report.text[max(0, at - 30) : at], mark, years))
    assert not wrong
