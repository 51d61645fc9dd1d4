"""Counts of years: 过去五年, 五年来, 今后3年, 三年内, 五年累计."""

from __future__ import annotations

from typing import Final

from zhibiao.domain import Status
from zhibiao.extract.number.numbers import Number
from zhibiao.extract.years import words as tw
from zhibiao.extract.years.passed_over import quotation
from zhibiao.extract.years.spoken import Span, Spoken
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_WITHIN: Final = _WORDING.words("within")
_PAST: Final = _WORDING.words("past")
_AHEAD: Final = _WORDING.words("ahead")
_SPAN_BEFORE: Final = _WORDING.words("span_before")
_SOONER: Final = _WORDING.text("sooner")
_COMPARED_WITH: Final = _WORDING.pattern("compared_with")
_ACTION: Final = _WORDING.words("action")
_BEGUN: Final = _WORDING.pattern("begun")
_ENDED: Final = _WORDING.pattern("ended")
_BEFORE_ACTION: Final = 16  # characters
_MOST_YEARS: Final = 10  # that a count in digits is read as a span of: 3年内
_MOST_YEARS_BACK: Final = 80  # and where it says that they lie behind: 40年来


def read_digits(clock: Spoken, i: int, number: Number) -> None:
    """过去5年, 5年来, 连续8年, 力争3年内: a count of years in digits."""
    token, text = clock.tokens[i], clock.text
    years = int(number.high or number.value)
    if text.endswith(tw.IN_A_ROW, 0, token.start):
        return  # 连续8年稳定在60万吨以上
    if text.startswith(_WITHIN, token.end):
        if years < 20:
            _within(clock, years)
    elif 2 <= years <= _MOST_YEARS_BACK and number.high is None:
        prefix = next((p for p in tw.BEFORE if text.endswith(p, 0, token.start)), "")
        prefix = prefix or clock.before(i)
        suffix = next((a for a in tw.AFTER if text.startswith(a, token.end)), "")
        if years > _MOST_YEARS and not _lie_behind(prefix, suffix):
            return
        read_count(clock, years, prefix, suffix, token.start, token.end + len(suffix))


def _lie_behind(prefix: str, suffix: str) -> bool:
    return suffix == "来" or prefix.endswith(_PAST)


def read_count(clock: Spoken, years: int, prefix: str, suffix: str, start: int, end: int) -> None:
    """过去五年, 五年来, 五年后, 三年内, 五年累计; offsets of the count with its suffix."""
    # among aims too what a past year is told of has its years behind it: 去年…，五年年均增长
    actual = (clock.span.status or clock.frame.status) is Status.ACTUAL
    told = _lie_behind(prefix, suffix)
    ago = None if clock.review is None else clock.review - years
    if prefix.endswith(_AHEAD):
        _look_ahead(clock, years)
    elif suffix == "前" and clock.text.startswith("的", end):
        clock.statement.multiple_of = ago
    elif prefix.endswith(_SPAN_BEFORE) and not suffix:
        if not prefix.endswith(_SOONER):  # 提前两年完成
            clock.statement.multiple_of = ago  # 是上五年的1.9倍
    elif tw.COMPARES.search(prefix):
        clock.statement.base = ago
        clock.rose_from(ago)
        if clock.text.startswith(tw.FOR_ALL, end):
            clock.sticky = ago
    elif suffix == "后":
        if clock.planned is not None:
            last = clock.planned + years - 1
            clock.span = Span(1, last, None, Status.TARGET, "years_after")
    elif actual and suffix != "来" and tw.averaged(clock.text, end):
        clock.statement.average_over = years
    elif told:
        if not _COMPARED_WITH.match(clock.text, end):  # 近五年新高
            clock.look_back(years, "years_back")
    elif actual and tw.covers(clock.text, start, end):
        _cover(clock, years, end)
    elif actual and _ENDED.match(clock.text, end):
        clock.look_back(years, "years_back")
    elif suffix == "内" or clock.text.startswith(tw.TAKEN, end):
        _within(clock, years)
    elif tw.covers(clock.text, start, end):
        quoted = quotation(clock.text, start)
        before = clock.lasting if clock.until >= 0 else clock.span
        _look_ahead(clock, years, _last_of(clock, years))
        if quoted is not None:
            clock.lasting, clock.until = before, quoted[1]  # “五年翻一番”, of what is quoted alone
    elif not actual and clock.planned is not None and _is_begun(clock.text, start, end):
        clock.acts_until = clock.planned + years - 1


def _is_begun(text: str, start: int, end: int) -> bool:
    """启动全域旅游三年行动: whether work that is called after its years begins now."""
    if not text.startswith(_ACTION, end):
        return False
    return _BEGUN.search(text, max(0, start - _BEFORE_ACTION), start) is not None


def _cover(clock: Spoken, years: int, end: int) -> None:
    """五年间，…: of the sentence; 五年累计新建…: of its clause."""
    doubled = tw.doubling_until(clock.text, end)
    counted = clock.text[end - 1] == "年" and not clock.text.startswith(("，", ","), end)
    passing = counted or doubled >= 0
    if passing and not clock.span.passing:
        clock.lasting = clock.span
    if passing:
        clock.until = doubled
    clock.span = clock.span._replace(
        several=years, rule="years_back", told=not passing, passing=passing
    )
    clock.statement.sums = passing
    clock.statement.average_over = None


def _look_ahead(clock: Spoken, years: int, last: int | None = None) -> None:
    """今后五年: so many years, that of delivery being the first where `last` is not known."""
    if clock.planned is not None:
        last = last or clock.planned + years - 1
        clock.span = Span(years, last, None, Status.TARGET, "years_ahead", True)


def _within(clock: Spoken, years: int) -> None:
    """力争3年内: an aim for the last of so many years, the year of delivery being the first."""
    if clock.frame.status is Status.TARGET and clock.planned is not None:
        last = _last_of(clock, years) or clock.planned + years - 1
        clock.span = clock.span._replace(several=years, last=last, rule="within_years")


def _last_of(clock: Spoken, years: int) -> int | None:
    """The last of so many years where the section is about as many: 五年合计 of a plan."""
    return clock.frame.year if clock.frame.several == years else None
