"""Outturns that held in every year of several: 五年来，就业率保持在95%以上."""

from __future__ import annotations

from typing import Final

from zhibiao.domain import Status
from zhibiao.extract.words.sentences import Line
from zhibiao.extract.years.figure import Figure
from zhibiao.language.wording import wording

_TARGET: Final = Status.TARGET
_WORDING: Final = wording(__name__)
_KEPT: Final = _WORDING.words("kept")
_ALWAYS: Final = _WORDING.pattern("always")
_OF_A_DEED: Final = _WORDING.pattern("of_a_deed")
_YEARS_TOLD: Final = _WORDING.pattern("years_told")
_COUNTED_FIRST: Final = _WORDING.pattern("counted_first")
_IN_A_ROW: Final = _WORDING.pattern("in_a_row")
_BEFORE_SHARE: Final = 30  # characters before a share that may say how often it was reached


def is_held(figure: Figure) -> bool:
    """保持在95%: not 连续九年稳定在60万吨, which is what it was at the last of them."""
    text, number = figure.text, figure.number
    if not text.endswith(_KEPT, 0, number.number_start):
        return False
    return _IN_A_ROW.search(text, figure.binding.slot.end, number.start) is None


def is_kept(figure: Figure, line: Line, opening: int, told_sum: bool) -> bool:
    """Whether an outturn that `is_held` is the value in every year.

    Only where the paragraph, which begins at `opening`, tells of years, or the words of always:
    else it may be of the last. `told_sum`: the sentence has told of a sum of several.
    """
    if figure.aims:
        return False
    text, clock, slot, number = figure.text, figure.clock, figure.binding.slot, figure.number
    named = slot.end if slot.candidates else slot.start
    always = _ALWAYS.search(text, named, number.start) is not None
    if clock.span.told and not (always or told_sum) and _of_a_deed(figure, line):
        return False
    if always or clock.span.told or clock.statement.average:
        return True
    if figure.flow and number.unit != "%":
        return False  # 五年来，…。粮食产量稳定在60万吨以上: not by its paragraph alone
    return bool(
        # 五年新增就业26万人，失业率控制在4%以内
        (clock.span.passing and _COUNTED_FIRST.match(text, line.tokens[0].start))
        # 累计新增就业26万人，失业率控制在4%以内
        or (told_sum and clock.span.last is None and figure.is_round)
        or _YEARS_TOLD.search(text, opening, number.start) is not None
    )


def may_be_kept(figure: Figure) -> bool:
    """空气优良率保持在90%以上: whether what is held in a review of several years may be of each."""
    frame, span = figure.clock.frame, figure.clock.span
    if frame.several == 1 or frame.status is _TARGET or span.last is not None:
        return False
    return figure.is_round


def in_a_row(figure: Figure, line: Line) -> bool:
    """连续五年财政支出的七成以上用于民生: whether a share is what it was at the last of years."""
    start = figure.number.start
    begin = max(line.tokens[0].start, start - _BEFORE_SHARE)
    return _IN_A_ROW.search(figure.text, begin, start) is not None


def _of_a_deed(figure: Figure, line: Line) -> bool:
    """近两年关闭小煤矿86座，森林覆盖率稳定在57%以上: whether the years told of, fewer than those
    under review, are those of a deed in an earlier clause, which they stand right in."""
    if figure.clock.span.several >= figure.clock.frame.several:
        return False
    start, end = line.tokens[0].start, figure.binding.slot.start
    return _OF_A_DEED.search(figure.text, start, end) is not None
