"""Whatever changes in a catalogue: real reports that are spared come out as in a full run.

The reports stand beside the repository, not in it; without them this is skipped.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from bench.beside import DATA
from zhibiao import pipeline
from zhibiao.catalogue.changes import change_between
from zhibiao.catalogue.indicators import Catalogue, Indicator, Kind, Made
from zhibiao.catalogue.loading import load_catalogue
from zhibiao.domain import RawDocument, digests
from zhibiao.errors import ZhibiaoError
from zhibiao.extract.reach import Reach
from zhibiao.pipeline import Described

pytestmark = [
    pytest.mark.exhaustive,
    pytest.mark.skipif(not DATA.exists(), reason="the real reports are not beside the repository"),
]


@cache
def reports() -> list[tuple[RawDocument, Described]]:
    found = []
    for path in sorted(DATA.rglob("*.txt")):
        for raw in pipeline.read(path.read_bytes(), path.name):
            try:
                found.append((raw, pipeline.clean(raw, {})))
            except ZhibiaoError:
                continue
    return found


def extracted(known: Catalogue) -> list[str]:
    language = pipeline.Language(catalogue=known, segmenter_name="rjieba")
    return [
        digests.of_extraction(
            pipeline.extract(described.clean, raw.text, described.metadata, language)
        )
        for raw, described in reports()
    ]


@cache
def before() -> tuple[Catalogue, list[str]]:
    known = load_catalogue()
    return known, extracted(known)


def with_one(known: Catalogue, id_: str, **fields: object) -> Catalogue:
    changed = replace(known.indicators[id_], **fields)  # type: ignore[arg-type]
    indicators = {**known.indicators, id_: changed}
    return Catalogue(indicators, known.compounds, repr(sorted(fields)) + id_)


def with_names(known: Catalogue, id_: str, *names: str) -> Catalogue:
    return with_one(known, id_, aliases=(*known.indicators[id_].aliases, *names))


def with_own(known: Catalogue, *names: str) -> Catalogue:
    own: Indicator = replace(
        known.indicators["rural_roads"], id="own", aliases=names, units=("辆", "个", "家", "亩")
    )
    return Catalogue({**known.indicators, "own": own}, known.compounds, "own" + names[0])


# Each with how few of the reports it may come to: one that touches all of them proves nothing.
CHANGES = {
    "a name added that few hold": (lambda k: with_names(k, "gdp", "经济总盘子", "总产出"), 0.2),
    "a name added that is made of parts": (
        lambda k: with_names(k, "rural_income", "农村居民人均收入增速", "乡村收入"),
        0.6,
    ),
    "names removed": (
        lambda k: with_one(k, "gdp", aliases=("地区生产总值", "经济总量", "GDP")),
        1.0,
    ),
    "an indicator added": (lambda k: with_own(k, "新能源公交车", "公交车辆"), 0.3),
    "an indicator removed": (
        lambda k: Catalogue(
            {i: each for i, each in k.indicators.items() if i != "forest_coverage"},
            [c for c in k.compounds if "forest_coverage" not in (*c.members, c.single)],
            "without",
        ),
        0.9,
    ),
    "a unit changed": (lambda k: with_one(k, "forest_coverage", units=("%", "亩")), 0.9),
    "a kind changed": (lambda k: with_one(k, "forest_coverage", kind=Kind.STOCK), 0.9),
    "a modifier changed": (lambda k: with_one(k, "forest_coverage", strict=True), 0.9),
    "what is made changed": (lambda k: with_one(k, "grain_output", made=Made.SAID), 1.0),
    "an exclusion added": (lambda k: with_one(k, "gdp", excludes=("绿色生产总值核算",)), 1.0),
    "a range changed": (lambda k: with_one(k, "forest_coverage", range=(0.0, 10.0)), 0.9),
    "a passage dropped": (lambda k: _without(k, "passage"), 1.0),
    "a share dropped": (lambda k: _without(k, "share"), 1.0),
    "a topic dropped": (lambda k: _without(k, "topic"), 1.0),
}


def _without(known: Catalogue, rule: str) -> Catalogue:
    id_ = next(i for i, each in known.indicators.items() if getattr(each, rule) is not None)
    return with_one(known, id_, **{rule: None})


@pytest.mark.parametrize("change", CHANGES)
def test_spared_reports_equal_those_of_a_full_run(change: str) -> None:
    make, most = CHANGES[change]
    former, old = before()
    other = make(former)
    new = extracted(other)
    for one, two in ((former, other), (other, former)):
        reach = Reach(change_between(one, two).words)
        touched = [reach.touches(described.clean.text) for _, described in reports()]
        wrong = [
            raw.name
            for (raw, _), held, first, second in zip(reports(), touched, old, new, strict=True)
            if first != second and not held
        ]
        assert wrong == []
        assert sum(touched) <= most * len(touched)
    assert len(old) > 100
