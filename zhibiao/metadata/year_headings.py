"""What a report's headings tell of its years: 一、2022年工作回顾, 二、2023年工作安排."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from zhibiao.language.dates import ANY_YEAR, YEAR, valid_year
from zhibiao.language.wording import wording
from zhibiao.outline.front_matter import speech_begins
from zhibiao.outline.lines import Rank, heading_of, pieces

_LENGTHS: Final = range(4, 46)  # of a line that can be a heading
_WORDING: Final = wording(__name__)
_FIRST_PART: Final = _WORDING.pattern("first_part")
_NUMBERED: Final = _WORDING.pattern("numbered")
_REVIEW: Final = _WORDING.pattern("review", year=YEAR)
_PLAN: Final = _WORDING.pattern("plan", year=YEAR)
_WORK: Final = _WORDING.pattern("work", year=YEAR)
_REACHED: Final = _WORDING.pattern("reached")
_TITLE: Final = _WORDING.pattern("title")
_LAST_YEAR: Final = _WORDING.pattern("last_year")
_THIS_YEAR: Final = _WORDING.pattern("this_year")


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
