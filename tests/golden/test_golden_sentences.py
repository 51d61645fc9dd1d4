"""Sentences by phenomenon, each with every catalogued figure that it states for the region.

A line of a case file: `text`, `section` (review, plan, five_back, five_ahead; opening for no
heading; default review) and `expect`, a list of
`indicator measure value unit [bound] [years] [status] [stretch]`, `-` for no unit.
A case that expects nothing is a negative. The report is one of 2023, of a city called 江川市; one
with a `year` is the nation's report of that year.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from zhibiao.catalogue.indicators import Catalogue
from zhibiao.catalogue.loading import load_catalogue
from zhibiao.domain import CleanText, Metadata, Observation, OffsetMap, Scope
from zhibiao.extract import explain, extract

HERE = Path(__file__).parent
HEADINGS = {
    "opening": "",
    "review": "一、{review}年工作回顾\n",
    "plan": "二、{year}年工作安排\n",
    "five_back": "一、过去五年工作回顾\n",
    "five_ahead": "二、今后五年的奋斗目标和主要任务\n",
}
# years from delivery on
AHEAD = {"opening": -1, "review": -1, "plan": 0, "five_back": -1, "five_ahead": 4}
BOUNDS = {">=": "ge", "<=": "le", "~": "approx"}
PLANNED = ("plan", "five_ahead")
# The name of a rule where its words should stand.
RULE = re.compile("^(?:owner: |runner-up: |time: .*[(])[a-z]+(?:_[a-z]+)*(?=[)]?$| [(])")
METADATA = Metadata(
    region="江川市", region_code="990100", level="prefecture", year=2023, review_year=2022
)


def metadata_of(case: dict[str, Any]) -> Metadata:
    if "year" not in case:
        return METADATA
    year = case["year"]
    return Metadata(
        region="全国", region_code="000000", level="nation", year=year, review_year=year - 1
    )


def load_cases() -> list[dict[str, Any]]:
    cases = []
    for path in sorted(HERE.glob("*.jsonl")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            case = json.loads(line)
            case["id"] = f"{path.stem}:{number}"
            cases.append(case)
    return cases


CASES = load_cases()


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def expected(case: dict[str, Any]) -> list[str]:
    """The case's expectations with everything spelt out."""
    section = case.get("section", "review")
    lines = []
    for short in case["expect"]:
        indicator, measure, value, *rest = short.split()
        unit = rest.pop(0).replace("-", "")
        bound, status = "eq", "target" if section in PLANNED else "actual"
        first = last = case.get("year", 2023) + AHEAD[section]
        scope, stretch = "region", ""
        for word in rest:
            if word in BOUNDS:
                bound = BOUNDS[word]
            elif word in ("actual", "target"):
                status = word
            elif word == "part":
                scope = "part"
            elif word == "stretch":
                stretch = " stretch"
            else:
                named = word.split("-")
                first, last = int(named[0]), int(named[-1])
        if scope == "region":
            lines.append(
                f"{indicator} {measure} {value} {unit} {bound} {status} {first}-{last}{stretch}"
            )
    return sorted(lines)


def stated(observation: Observation) -> str:
    value = format(observation.value.normalize(), "f")
    if observation.value_high is not None:
        value += "~" + format(observation.value_high.normalize(), "f")
    return (
        f"{observation.indicator} {observation.measure} {value} {observation.unit} "
        f"{observation.bound} {observation.status} "
        f"{observation.period_start}-{observation.period_end}"
        + (" stretch" if observation.stretch else "")
    )


def test_all_cases_are_loaded() -> None:
    assert len(CASES) >= 600
    assert sum(not case["expect"] for case in CASES) >= 140


def report_of(case: dict[str, Any]) -> tuple[CleanText, Metadata]:
    metadata = metadata_of(case)
    heading = HEADINGS[case.get("section", "review")]
    text = heading.format(review=metadata.review_year, year=metadata.year) + case["text"]
    return CleanText(text=text, offsets=OffsetMap.identity(len(text))), metadata


def test_every_rule_that_a_sentence_needs_is_explained_in_words(catalogue: Catalogue) -> None:
    bare = set()
    for case in CASES:
        clean, metadata = report_of(case)
        for explained in explain(clean, clean.text, metadata, catalogue):
            for step in explained.steps:
                rule = RULE.search(step)
                if rule is not None:
                    bare.add(rule[0])
    assert bare == set()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_sentence_yields_what_a_reader_finds(case: dict[str, Any], catalogue: Catalogue) -> None:
    clean, metadata = report_of(case)
    extraction = extract(clean, clean.text, metadata, catalogue)
    found = sorted(
        stated(o)
        for o in extraction.observations
        if o.indicator is not None and o.scope is Scope.REGION
    )
    assert found == expected(case)
