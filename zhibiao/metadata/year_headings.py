"""What a report's headings tell of its years: 一、2022年工作回顾, 二、2023年工作安排."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from zhibiao.language.dates import ANY_YEAR, YEAR, valid_year
from zhibiao.outline.front_matter import speech_begins
from zhibiao.outline.lines import Rank, heading_of, pieces

_LENGTHS: Final = range(4, 46)  # of a line that can be a heading
_FIRST_PART: Final = re.compile(r"一、|第一部分")
_NUMBERED: Final = re.compile(r"第?[一二三四五六七八九十]{1,3}(?:、|部分|[.．])")
_LOOKS_BACK: Final = "(?:回望|回眸|回首|回看|回顾|盘点|总结|速览|数说|再见)(?:过去|来路|奋斗)?"
_LOOKS_AHEAD: Final = (
    "展望|前瞻|瞻望|眺望|远眺|迈向|奔赴|奋进|开启|启航|起航|扬帆|逐梦|决战|决胜|奋战|聚力|拼搏"
    "|再战|你好|新程|目标|蓝图"
)
_REVIEW: Final = re.compile(
    rf"({YEAR}) ?年?(?:度)?(?!以来|换届)[^，。；,;\d]{{0,24}}"
    r"(?:回顾|总结|工作(?:情况|成绩|成效)|(?:完成|执行|落实|实现)情况|取得|胜利|成就)"
    rf"|(?:回顾|总结|首先报告|报告) ?({YEAR}) ?年(?!(?:换届)?以来)"
    rf"|(?:回顾|总结)[和及与、]({YEAR}) ?年(?:政府|主要|各项)?工作$"
    # of digests, the year's own word left out: 回望2023, 2023·回眸
    rf"|^\W*(?:{_LOOKS_BACK})\W{{0,2}}({YEAR})(?: ?年)?\W*$"
    rf"|^\W*({YEAR})(?: ?年)?\W{{0,2}}(?:{_LOOKS_BACK})\W*$"
)
_PLAN: Final = re.compile(
    rf"({YEAR}) ?年(?:度)?(?!以来|取得)[^，。；,;\d]{{0,24}}"
    r"(?:任务|安排|部署|打算|目标|计划|要求|重点|建议|思路|跃进)"
    rf"|(?:做好|实现|争取|完成) ?({YEAR}) ?年"
    rf"|^\W*(?:{_LOOKS_AHEAD})[^，。；\d]{{0,6}}({YEAR})(?: ?年)?\W*$"
    rf"|^\W*({YEAR})(?: ?年)?\W{{0,2}}(?:{_LOOKS_AHEAD})[^，。；\d]{{0,6}}$"
)
# 关于2022年的工作: of review or plan, as its neighbours tell.
_WORK: Final = re.compile(rf"({YEAR}) ?年度?的?(?:政府|主要|各项)?(?:工作|任务)$")
# 2021年各项目标任务圆满完成: of aims that were reached, no plan.
_REACHED: Final = re.compile(
    r"年.*(?:完成|达成|兑现|收官|超额|实现)(?!路径|途径|方式)|(?:圆满|超额|胜利|顺利|较好|如期)(?:地)?(?:完成|实现)"
)
# Titles, and the titles of other reports that a page links to.
_TITLE: Final = re.compile(r"(?:(?<!首先)工作|施政) ?报告")
# A heading without a year, whose first sentence names it.
_LAST_YEAR: Final = re.compile(r"(?:去年|过去一年|过去的一年)[^，。；]{0,12}(?:回顾|总结)")
_THIS_YEAR: Final = re.compile(
    r"(?:今年|新的?一年)[^，。；]{0,15}(?:任务|部署|安排|重点|工作|打算)"
)


class Told(NamedTuple):
    """The last year reviewed and the first year planned, as far as the text says so."""

    review: int | None
    plan: int | None
    sure: bool = True  # False: all that tells is a line of plans with no number of its own

    @property
    def last_done(self) -> int | None:
        """The last year that lies behind the report, by what it reviews, else what it plans."""
        if self.review is not None:
            return self.review
        return None if self.plan is None else self.plan - 1


def read_headings(text: str) -> Told:
    """What the headings say, or where they name no year, the line below them.

    No title, no line of links and no headline about aims that were reached is a heading of
    that kind. Of several, a numbered one comes first.
    """
    lines = text.split("\n")
    lines = lines[speech_begins(lines) :]
    headings = [words for line in lines for words in _headings_of(line.strip())]
    headings.sort(key=lambda line: _NUMBERED.match(line) is None)
    review = _first(headings, _reviewed) or _year_below(lines, _LAST_YEAR)
    plan = _first(headings, _planned) or _year_below(lines, _THIS_YEAR)
    of_work = {year for heading in headings if (year := _worked(heading)) is not None}
    if review is None:
        opening = [line for line in headings if _FIRST_PART.match(line) and not _planned(line)]
        following = (year for year in sorted(of_work) if year + 1 in {plan, *of_work})
        review = _first(opening, _worked) or next(following, None)
    if plan is None:
        later = of_work if review is None else of_work & {review + 1}
        plan = min(later, default=None)
    parts = [heading for heading in headings if _NUMBERED.match(heading)]
    sure = review is not None or (_first(parts, _planned) or _first(parts, _worked)) is not None
    return Told(review, plan, sure)


def _headings_of(line: str) -> Iterator[str]:
    """A line that can be a heading, or the headings that a line of prose begins with."""
    for piece, _ in pieces(line, 0):
        heading = heading_of(piece, 0, "")
        if heading is None or heading.rank not in (Rank.PART, Rank.FREE, Rank.CHAPTER):
            continue
        words = piece[: heading.end]
        if len(words) in _LENGTHS and not _TITLE.search(words):
            yield words


def _first(headings: list[str], read: Callable[[str], int | None]) -> int | None:
    return next((year for year in map(read, headings) if year is not None), None)


def _named(match: re.Match[str]) -> int | None:
    return valid_year(next((group for group in match.groups() if group), None))


def _reviewed(heading: str) -> int | None:
    match = _REVIEW.search(heading)
    return None if match is None else _named(match)


def _planned(heading: str) -> int | None:
    match = _PLAN.search(heading)
    if match is None or _REVIEW.search(heading) or _REACHED.search(heading):
        return None
    return _named(match)


def _worked(heading: str) -> int | None:
    match = _WORK.search(heading)
    return None if match is None else valid_year(match[1])


def _year_below(lines: list[str], heading: re.Pattern[str]) -> int | None:
    """The year that the paragraph under a heading begins with."""
    for line, below in pairwise(lines):
        if len(line) < _LENGTHS.stop and heading.search(line):
            match = ANY_YEAR.match(below)
            if match is not None:
                return valid_year(match[1])
    return None
