"""Phrases that say which years are spoken of: 过去五年, 今后三年, “十四五”, 2017—2021年."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final, NamedTuple

from zhibiao.language.dates import HAN_YEAR, YEAR_BEGINS, parse_year
from zhibiao.language.plans import counted, plan_years
from zhibiao.language.wording import wording
from zhibiao.outline.frames import Years


class YearsSaid(StrEnum):
    """How a phrase names years."""

    YEARS = "years"  # 2022年, 2017—2021年
    SINCE = "since"  # 2018年以来
    BACK = "back"  # 过去五年, 五年来
    AHEAD = "ahead"  # 今后五年
    COUNT = "count"  # 五年, 五载: behind or ahead, as the other words say
    TERM = "term"  # 本届政府: the term looked back on, or its aims
    SINCE_TERM = "since term"  # 一次会议以来, 换届以来
    NEXT_TERM = "next term"  # 新一届政府
    PLAN = "plan"  # “十四五”
    ONE_BACK = "one back"  # 去年, 过去一年
    ONE_AHEAD = "one ahead"  # 新的一年, 明年
    THIS_YEAR = "this year"


class Phrase(NamedTuple):
    """A phrase on years; offsets into the text it was found in."""

    start: int
    end: int
    kind: YearsSaid
    first: int = 0  # years named; of a count 0
    last: int = 0
    counted: int = 0  # how many years, of BACK, AHEAD, COUNT


_WORDING: Final = wording(__name__)
_PHRASES: Final = _WORDING.pattern("phrases", han_year=HAN_YEAR)
# What each of them begins with: none is looked for elsewhere.
BEGINS: Final = frozenset(YEAR_BEGINS + _WORDING.text("begins"))
_BEGIN: Final = re.compile(f"[{''.join(sorted(BEGINS))}]")
_PLAN_BEGINS: Final = _WORDING.pattern("plan_begins")
_COUNTED_BEHIND: Final = _WORDING.pattern("counted_behind")
_PERIOD: Final = _WORDING.text("period")
_TERM_YEARS: Final = 5
_SHORT_YEAR: Final = _WORDING.pattern("short_year")


def phrases(text: str) -> Iterator[Phrase]:
    """The phrases on years of a heading or a sentence, in order."""
    behind = 0
    for begin in _BEGIN.finditer(text):
        start = begin.start()
        found = _PHRASES.match(text, start) if start >= behind else None
        if found is not None:
            behind = found.end()
            phrase = _phrase(found)
            if phrase is not None:
                yield phrase


def opening_phrase(text: str) -> Phrase | None:
    """The phrase on years that a text begins with, be it behind one other character."""
    found = _PHRASES.match(text) if text[:1] in BEGINS else None
    if found is None and text[1:2] in BEGINS:
        found = _PHRASES.match(text, 1)
    return None if found is None else _phrase(found)


def with_whole_years(heading: str) -> str:
    """回眸2022, 2023怎么干 -> 回眸2022年: a digest's headings leave 年 out."""
    if "20" not in heading:
        return heading
    return _SHORT_YEAR.sub(lambda found: f"{found[0]}年", heading)


def _phrase(found: re.Match[str]) -> Phrase | None:
    start, end = found.span()
    group = found.lastgroup
    if group == "last":
        first, last = parse_year(found["first"]), parse_year(found["last"])
        if first is None or last is None or not first < last <= first + 10:
            return None
        return Phrase(start, end, YearsSaid.YEARS, first, last)
    if group in ("since", "year"):
        year = parse_year(found[group])
        if year is None:
            return None
        return Phrase(
            start, end, YearsSaid.SINCE if group == "since" else YearsSaid.YEARS, year, year
        )
    counts = _COUNTED_BEHIND.match(found.string, end) if group == "sinceterm" else None
    if counts is not None:
        return Phrase(start, counts.end(), YearsSaid.BACK, counted=counted(counts[1]))
    if group in ("past", "these", "gone"):
        return Phrase(start, end, YearsSaid.BACK, counted=counted(found[group]))
    if group in ("next", "other", "later"):
        return Phrase(start, end, YearsSaid.AHEAD, counted=counted(found[group]))
    if group == "count":
        return Phrase(start, end, YearsSaid.COUNT, counted=counted(found[group]))
    if group == "firstyear":
        return Phrase(start, end, YearsSaid.COUNT, counted=1)  # behind or ahead, as others say
    if group == "days":  # 一千八百多个日夜
        return Phrase(start, end, YearsSaid.COUNT, counted=_TERM_YEARS)
    if group in ("plan", "ordinal"):
        years = plan_years(f"{found[group]}{_PERIOD}" if group == "plan" else found[0])
        if years is None:
            return None
        if _PLAN_BEGINS.match(found.string, end):
            years = (years[0], years[0])
        return Phrase(start, end, YearsSaid.PLAN, *years)
    kinds = {
        "newterm": YearsSaid.NEXT_TERM, "term": YearsSaid.TERM, "sinceterm": YearsSaid.SINCE_TERM,
        "lastyear": YearsSaid.ONE_BACK,
        "nextyear": YearsSaid.ONE_AHEAD, "thisyear": YearsSaid.THIS_YEAR,
    }  # fmt: skip
    return Phrase(start, end, kinds[group or ""])


class Covered(NamedTuple):
    """The years that a phrase covers, and whether it looks back (-1), ahead (1) or neither (0)."""

    first: int | None
    last: int | None
    direction: int


def covered(phrase: Phrase, years: Years, direction: int) -> Covered:
    """What a phrase covers, said in a part that looks back (-1) or ahead (1), or neither (0)."""
    review, planned = years.review, years.planned
    kind = phrase.kind
    if kind is YearsSaid.YEARS:
        return Covered(phrase.first, phrase.last, _direction(phrase.first, phrase.last, years))
    if kind is YearsSaid.PLAN:
        told = _direction(phrase.first, phrase.last, years)
        if told == 0 and review is not None and direction < 0:
            return Covered(phrase.first, min(phrase.last, review), -1)
        return Covered(phrase.first, phrase.last, told)
    if review is None or planned is None:
        directions = {
            YearsSaid.BACK: -1,
            YearsSaid.ONE_BACK: -1,
            YearsSaid.SINCE: -1,
            YearsSaid.SINCE_TERM: -1,
            YearsSaid.AHEAD: 1,
            YearsSaid.ONE_AHEAD: 1,
        }
        return Covered(None, None, directions.get(kind, 0))
    if kind is YearsSaid.SINCE:
        return Covered(phrase.first, max(review, phrase.first), -1)
    if kind is YearsSaid.BACK:
        return Covered(review - phrase.counted + 1, review, -1)
    if kind is YearsSaid.AHEAD:
        return Covered(planned, planned + phrase.counted - 1, 1)
    if kind is YearsSaid.COUNT:
        if direction > 0:
            return Covered(planned, planned + phrase.counted - 1, 0)
        return Covered(review - phrase.counted + 1, review, 0)
    if kind is YearsSaid.TERM:
        if direction > 0:
            return Covered(planned, planned + 4, 0)
        return Covered(years.term if years.term is not None else review - 4, review, 0)
    if kind is YearsSaid.SINCE_TERM:
        return Covered(years.turn if years.turn is not None else review - 4, review, -1)
    if kind is YearsSaid.NEXT_TERM:
        return Covered(planned, planned + 4, 1)
    if kind is YearsSaid.ONE_BACK:
        return Covered(review, review, -1)
    if kind is YearsSaid.ONE_AHEAD:
        return Covered(planned, planned, 1)
    if years.at_years_end and not years.names_next and direction >= 0:
        return Covered(planned, planned, 0)
    if years.at_years_end:
        return Covered(review, review, -1)
    return Covered(years.delivered, years.delivered, 1)


def _direction(first: int, last: int, years: Years) -> int:
    """Whether years that are named lie behind or ahead; 0 for a plan that is half over."""
    if years.review is None:
        return 0
    if last <= years.review:
        return -1
    if first > years.review:
        return 1
    return 0
