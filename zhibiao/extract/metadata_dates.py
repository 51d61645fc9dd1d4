"""Which year a report was delivered in, and which year it reviews."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from zhibiao.extract.metadata_front import FrontMatter, parse_small, parse_year

FIRST_YEAR: Final = 1949
LAST_YEAR: Final = 2099
_YEAR: Final = r"(?:(?<!\d)(?:19[4-9]\d|20\d\d)|[一二][九〇○零][〇○零一二三四五六七八九]{2})"
_ANY_YEAR: Final = re.compile(rf"({_YEAR})(?= ?年)")
_NAME_YEAR: Final = re.compile(r"(?<!\d)(19[4-9]\d|20\d\d)(?!\d)")
_REVIEW: Final = re.compile(
    rf"({_YEAR}) ?年?(?:度|以来)?[^，。；,;\d]{{0,24}}"
    r"(?:回顾|总结|工作(?:情况|成绩|成效)|取得|胜利|成就)"
    rf"|(?:回顾|总结|首先报告|报告) ?({_YEAR}) ?年"
)
_REVIEWED: Final = re.compile(
    rf"(?:刚刚|已经)?(?:过去|走过)(?:了)?的 ?({_YEAR}) ?年"
    rf"|({_YEAR}) ?年[，,]?(?:是|的?工作)[^。]{{0,6}}过去的一年"
)
_PLAN: Final = re.compile(
    rf"({_YEAR}) ?年(?:度)?(?!以来|取得)[^，。；,;\d]{{0,24}}"
    r"(?:任务|安排|部署|打算|目标|计划|要求|重点|建议|思路|工作$|跃进)"
    rf"|(?:做好|实现|争取|完成) ?({_YEAR}) ?年"
)
_HEADING_LENGTH: Final = 45
# The years of the first sessions; the later congresses meet every March.
_CONGRESSES: Final = {1: 1954, 2: 1959, 3: 1964, 4: 1975, 5: 1978}
_CONGRESS: Final = r"第(?P<congress>[一二三四五六七八九十]{1,3})[届屆]全[国國]人民代表大[会會]"
_MEETING: Final = r"第(?P<session>[一二三四五六七八九十])次[会會][议議]"
_TO_SESSION: Final = re.compile(
    rf"(?:[向在]|我[们們]){_CONGRESS}(?:{_MEETING})?(?!以来|以來)"
    r"(?:[，。]|[^，。]{0,12}?(?:上|作|提|报告|提出|$))"
)
_FOR_THE_NATION: Final = re.compile(r"代表(?:[国國][务務]院|中央人民政府)|受[国國][务務]院")
_SINCE_SESSION: Final = re.compile(rf"去年.{{0,5}}{_CONGRESS}{_MEETING}.{{0,6}}到")
# A heading without a year, whose first sentence names it.
_LAST_YEAR: Final = re.compile(r"(?:去年|过去一年|过去的一年)[^，。；]{0,12}(?:回顾|总结)")
_THIS_YEAR: Final = re.compile(
    r"(?:今年|新的?一年)[^，。；]{0,15}(?:任务|部署|安排|重点|工作|打算)"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Years:
    """Year of delivery and (last) year reviewed, each with where it was found."""

    year: int | None
    year_by: str
    review_year: int | None
    review_year_by: str


def _valid(surface: str | None) -> int | None:
    if surface is None:
        return None
    year = parse_year(surface)
    return year if year is not None and FIRST_YEAR <= year <= LAST_YEAR else None


def session_year(congress: int, session: int) -> int | None:
    """The year of a session of the National People's Congress; None where it is irregular."""
    if congress in _CONGRESSES:
        regular = congress in (1, 5) or session <= 2
        return _CONGRESSES[congress] + session - 1 if regular else None
    return 1983 + 5 * (congress - 6) + session - 1


def find_years(front: FrontMatter, text: str, *, page_title: str | None, file_name: str) -> Years:
    """The years of a report from its front matter, its headings, its file name, its sentences."""
    lines = text.split("\n")
    headings = [line for line in lines if 4 <= len(line) <= _HEADING_LENGTH]
    opening = text[:1500]
    review = _review_year(headings, opening) or _year_below(lines, _LAST_YEAR)
    plan = _plan_year(headings) or _year_below(lines, _THIS_YEAR)
    year, by = _delivery_year(front, opening, review, plan, page_title, file_name)
    review_by = "headings"
    if year is None and (named := _most_named(text)) is not None:
        year, by, review, review_by = named + 1, "text", named, "text"
    if review is None or (year is not None and not year - 3 <= review <= year):
        review, review_by = (None, "") if year is None else (year - 1, by)
    return Years(year=year, year_by=by, review_year=review, review_year_by=review_by)


def _delivery_year(
    front: FrontMatter,
    opening: str,
    review: int | None,
    plan: int | None,
    page_title: str | None,
    file_name: str,
) -> tuple[int | None, str]:
    if front.delivered_on is not None:
        return front.delivered_on.year, "meeting"
    if "全国" in (front.meeting or "") or _FOR_THE_NATION.search(opening):
        session = _national_session(front, opening)
        if session is not None:
            return session, "meeting"
    titled = _ANY_YEAR.search(front.title or "") or _NAME_YEAR.search(front.title or "")
    if titled is not None and (year := _valid(titled[1])) is not None:
        # A report titled by the year that it reviews is given at the start of the next one.
        if review == year and plan == year + 1:
            return plan, "headings"
        return year, "title"
    if plan is not None and (review is None or plan == review + 1):
        return plan, "headings"
    if review is not None:
        return review + 1, "headings"
    for source, by in ((page_title, "page title"), (file_name, "file name")):
        named = _NAME_YEAR.search(source or "")
        if named is not None:
            return int(named[1]), by
    return (plan, "headings") if plan is not None else (None, "")


def _national_session(front: FrontMatter, opening: str) -> int | None:
    place = "".join(front.lines) + "\n" + opening
    for pattern, later in ((_SINCE_SESSION, 1), (_TO_SESSION, 0)):
        match = pattern.search(place)
        if match is not None:
            congress = parse_small(match["congress"])
            session = parse_small(match["session"] or "一")
            if congress is not None and session is not None:
                year = session_year(congress, session)
                if year is not None:
                    return year + later
    return None


def _first_group(match: re.Match[str]) -> int | None:
    return _valid(next((group for group in match.groups() if group), None))


def _review_year(headings: list[str], opening: str) -> int | None:
    for heading in headings:
        match = _REVIEW.search(heading)
        if match is not None and (year := _first_group(match)) is not None:
            return year
    match = _REVIEWED.search(opening)
    return None if match is None else _first_group(match)


def _plan_year(headings: list[str]) -> int | None:
    for heading in headings:
        match = _PLAN.search(heading)
        if match is not None and not _REVIEW.search(heading):
            year = _first_group(match)
            if year is not None:
                return year
    return None


def _year_below(lines: list[str], heading: re.Pattern[str]) -> int | None:
    """The year that the paragraph under a heading begins with."""
    for line, below in pairwise(lines):
        if len(line) <= _HEADING_LENGTH and heading.search(line):
            match = _ANY_YEAR.match(below)
            if match is not None:
                return _valid(match[1])
    return None


def _most_named(text: str) -> int | None:
    """The year that a report's first third speaks of most, if it clearly does."""
    found: Counter[int] = Counter()
    for match in _ANY_YEAR.finditer(text, 0, len(text) // 3):
        year = _valid(match[1])
        if year is not None:
            found[year] += 1
    ranked = found.most_common(2)
    if not ranked or ranked[0][1] < 3 or (len(ranked) > 1 and ranked[0][1] < 2 * ranked[1][1]):
        return None
    return ranked[0][0]
