"""How well observations that were found agree with annotated ones.

Two match when indicator, measure, value (in base units), status and period are equal. A report's
annotations are complete: what is found beside them is false. An annotation that says
`"optional": true` costs nothing, found or not. Of what is found only the indicators that any of the
annotations has, and the region as a whole, are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any, Final

Stated = Mapping[str, Any]  # an observation by field names, as annotations and records have them
Key = tuple[str, str, float, str, int, int]

_FACTORS: Final[Mapping[str, float]] = {
    "万亿元": 1e12, "亿元": 1e8, "万元": 1e4, "元": 1, "亿美元": 1e8, "万美元": 1e4, "美元": 1,
    "亿人次": 1e8, "万人次": 1e4, "人次": 1, "亿人": 1e8, "万人": 1e4, "人": 1, "万个": 1e4,
    "个": 1, "万户": 1e4, "户": 1, "万家": 1e4, "家": 1, "亿户": 1e8, "亿亩": 1e8, "万亩": 1e4,
    "亩": 1, "万": 1e4, "亿吨": 1e11, "万吨": 1e7, "吨": 1e3, "万亿斤": 5e11, "亿斤": 5e7,
    "万斤": 5e3, "斤": 0.5, "万亿公斤": 1e12, "亿公斤": 1e8, "万公斤": 1e4, "公斤": 1,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Disagreement:
    """One observation that only one side has."""

    report: str
    missed: bool  # annotated and not found; else found and not annotated
    key: Key
    evidence: str


@dataclass(kw_only=True, slots=True)
class Counts:
    """Observations counted."""

    gold: int = 0
    found: int = 0
    hit: int = 0

    @property
    def precision(self) -> float:
        return self.hit / max(1, self.found)

    @property
    def recall(self) -> float:
        return self.hit / max(1, self.gold)

    @property
    def f1(self) -> float:
        return 2 * self.hit / max(1, self.gold + self.found)


@dataclass(kw_only=True, slots=True)
class Score:
    """What came out, over all reports and by indicator."""

    reports: int = 0
    total: Counts = field(default_factory=Counts)
    bounds: int = 0  # of the hits: the bound is the annotated one
    evidence: int = 0  # of the hits: the evidence holds the annotated number
    indicators: dict[str, Counts] = field(default_factory=dict)
    disagreements: list[Disagreement] = field(default_factory=list)


def report_name(source: str, part: int) -> str:
    """What a report's annotations are called: its file's name without the ending.

    The second report of a file has -2 behind it, and so on.
    """
    stem = PurePosixPath(source).stem
    return stem if part == 0 else f"{stem}-{part + 1}"


def score(gold: Mapping[str, Sequence[Stated]], found: Mapping[str, Iterable[Stated]]) -> Score:
    """Compare what was found with the annotations, both by the reports' names."""
    catalogue = {stated["indicator"] for rows in gold.values() for stated in rows}
    result = Score(reports=len(gold))
    for name in sorted(gold):
        _compare(result, name, gold[name], found.get(name, ()), catalogue)
    return result


def _compare(
    result: Score,
    name: str,
    annotated: Sequence[Stated],
    observations: Iterable[Stated],
    catalogue: set[str],
) -> None:
    gold = {_key(stated): stated for stated in annotated if not stated.get("optional")}
    optional = {_key(stated) for stated in annotated if stated.get("optional")} - gold.keys()
    found: dict[Key, Stated] = {}
    for stated in observations:
        if stated["indicator"] in catalogue and stated.get("scope", "region") == "region":
            found.setdefault(_key(stated), stated)
    found = {key: stated for key, stated in found.items() if key not in optional}
    hits = gold.keys() & found.keys()
    for key in gold.keys() | found.keys():
        for counts in (result.total, result.indicators.setdefault(key[0], Counts())):
            counts.gold += key in gold
            counts.found += key in found
            counts.hit += key in hits
    for key in hits:
        result.bounds += gold[key]["bound"] == found[key].get("bound")
        result.evidence += _holds_number(gold[key], found[key])
    for side, missed in ((gold, True), (found, False)):
        result.disagreements += [
            Disagreement(
                report=name, missed=missed, key=key, evidence=_solid(side[key].get("evidence"))
            )
            for key in sorted(side.keys() - hits)
        ]


def _key(stated: Stated) -> Key:
    value = round(float(stated["value"]) * _FACTORS.get(stated["unit"], 1), 4)
    first, last = stated["period_start"], stated["period_end"]
    return (
        *(stated["indicator"], stated["measure"], value, stated["status"]),
        *(int(first or 0), int(last or 0)),
    )


def _holds_number(gold: Stated, found: Stated) -> bool:
    if not re.search(r"\d", _solid(gold.get("evidence"))):
        return True  # 翻一番, 七成
    number = format(abs(Decimal(str(gold["value"])).normalize()), "f")
    return number in _solid(found.get("evidence"))


def _solid(text: str | None) -> str:
    return re.sub(r"\s+", "", text or "")
