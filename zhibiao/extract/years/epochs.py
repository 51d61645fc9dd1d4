"""Words that name years by what happened in them: 解放以来, 本世纪末, a plan's 前三年."""

from __future__ import annotations

from typing import Final

from zhibiao.domain import Status
from zhibiao.extract.years.spoken import Span
from zhibiao.extract.years.words import COMPARES
from zhibiao.language.plans import counted, plan_over
from zhibiao.language.wording import wording

_FOUNDED: Final = 1949
_WORDING: Final = wording(__name__)
_SINCE_FOUNDED: Final = _WORDING.words("since_founded")
_DOUBLED_TWICE: Final = 20  # years in which output was to be fourfold by then: from 1980
_CENTURY_END: Final = _WORDING.words("century_end")
_BEFORE_NOW: Final = _WORDING.words("before_now")
_FIRST_YEARS: Final = _WORDING.pattern("first_years")


def epoch(word: str, before: str, year: int | None, review: int | None) -> Span | None:
    """The years that a word names so; None for any other word, and where they are not known.

    `before` are the words in front of it, `year` that of delivery.
    """
    if word in _CENTURY_END:
        ahead = year is not None and year < 2000
        return Span(_DOUBLED_TWICE, 2000, None, Status.TARGET, "named_year") if ahead else None
    if review is None:
        return None
    if word.startswith(_SINCE_FOUNDED):
        several = review - _FOUNDED + 1
        return Span(several, review, _FOUNDED, Status.ACTUAL, "since_year", True)
    first = _FIRST_YEARS.match(word)
    plan = plan_over(review) if first is not None else None
    if first is None or plan is None or COMPARES.search(before) or before.endswith(_BEFORE_NOW):
        return None
    years = counted(first[1])
    if plan[0] + years - 1 > review:
        return None  # those years are still to come: the ones before the year told of
    return Span(years, plan[0] + years - 1, plan[0], Status.ACTUAL, "plan_period", True)
