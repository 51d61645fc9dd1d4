"""What of an indicator a number measures, and which indicator accepts it."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final

from zhibiao.catalogue.indicators import Indicator, Kind, Made
from zhibiao.catalogue.units import DENSITY, POINTS, TIMES, dimension
from zhibiao.compiled import mypyc_attr
from zhibiao.domain import Bound, Measure
from zhibiao.extract.number.endings import POST_BOUNDS
from zhibiao.extract.number.numbers import Number
from zhibiao.extract.words import lexicon as lx
from zhibiao.language.wording import wording


@mypyc_attr(acyclic=True)
class Reading:
    """An indicator that accepts a number, and how it does. Never changed."""

    __slots__ = ("indicator", "measure", "negative", "rule")

    def __init__(
        self, indicator: Indicator | None, measure: Measure, negative: bool, rule: str
    ) -> None:
        self.indicator = indicator
        self.measure = measure
        self.negative = negative
        self.rule = rule


# 居民消费价格指数为102.4: last year's prices are 100
_INDEXED: Final = ("", "%")
_INDEX: Final = (80, 150)
# Members as constants: Python finds one slowly on its class, and these are asked for often.
_APPROX: Final = Bound.APPROX
_EQ: Final = Bound.EQ
_GE: Final = Bound.GE
_LE: Final = Bound.LE
_INTENSITY: Final = Kind.INTENSITY
_PRICE: Final = Kind.PRICE
_RATE: Final = Kind.RATE
_STOCK: Final = Kind.STOCK
_ALWAYS: Final = Made.ALWAYS
_SAID: Final = Made.SAID
_AVERAGE_GROWTH: Final = Measure.AVERAGE_GROWTH
_CHANGE: Final = Measure.CHANGE
_GROWTH: Final = Measure.GROWTH
_LEVEL: Final = Measure.LEVEL
_RATIO: Final = Measure.RATIO
_WORDING: Final = wording(__name__)
_BARE: Final = frozenset(_WORDING.words("bare"))
_AFTER: Final = _WORDING.pattern("after")
_AFTER_STARTS: Final = frozenset(_WORDING.words("after_starts"))
NAMED_GROWTH: Final = _WORDING.words("named_growth")
NAMED_FALL: Final = _WORDING.words("named_fall")
TOLD_UP: Final = _WORDING.words("told_up")
_TOLD: Final = _WORDING.pattern("told")
_SAME_STATEMENT: Final = 20  # characters from a name to what is added to its amount
_OF_OPEN: Final = lx.UP | lx.DOWN | lx.TO | lx.CREATE  # what says how an open quantity is meant
_NEAR: Final = 6  # characters
_LISTED: Final = 20  # characters of percentages that one verb stands before
_ADDED: Final = _WORDING.text("added")
_KEPT: Final = _WORDING.pattern("kept")
_AS_NAMED: Final = _WORDING.pattern("as_named")
_INCREMENT: Final = _WORDING.text("increment")
_BETWEEN: Final = 60  # characters from a name to its number in which words tell of growth
_DIGIT: Final = re.compile("[0-9]+")
_NET: Final = _WORDING.pattern("net")
_NET_NEAR: Final = 24  # characters before a number that call it the growth of all there are
_DWELLINGS: Final = _WORDING.text("dwellings")


def read_measure(
    indicator: Indicator, number: Number, words: int, newly: bool, total: bool, average: bool,
    grows_by_name: bool, base_side: bool,
) -> Reading | None:  # fmt: skip
    """How the indicator accepts the number; None when it does not."""
    counted = dimension(number.unit)
    unit = counted[0] if counted else number.unit
    rises, falls = bool(words & lx.UP), bool(words & lx.DOWN)
    if words & lx.BETTER and not (rises or falls):
        falls = indicator.kind is _INTENSITY or DENSITY in indicator.units
        rises = not falls
    to = bool(words & lx.TO) or base_side
    if indicator.kind is _PRICE and unit in _INDEXED and _INDEX[0] <= number.value <= _INDEX[1]:
        return Reading(indicator, _LEVEL, False, "index")
    if unit == "%":
        return _percent(indicator, newly, average, rises or grows_by_name, falls, to)
    if unit == POINTS:
        if indicator.kind is _PRICE and rises and falls:
            return None  # 涨幅回落0.9个百分点: of the rise, not of the prices
        if indicator.kind in (_RATE, _PRICE) and (rises or falls):
            return Reading(indicator, _CHANGE, falls and not rises, "points")
        if indicator.kind is _INTENSITY and falls and not rises:
            return Reading(indicator, _CHANGE, True, "intensity_points")
        return None
    if unit in TIMES:
        if rises and not to:
            return Reading(indicator, _GROWTH, falls, "times_growth")
        return Reading(indicator, _RATIO, False, "times")
    if unit == "" and (number.unit or words & lx.GE) and indicator.units[0] in _BARE:
        unit = indicator.units[0]  # 常住人口突破500万, 生产总值突破3000亿
    if unit not in indicator.units or (number.unit == "个" and indicator.base_unit == _DWELLINGS):
        return None  # 棚户区改造项目83个: projects, and no homes
    if indicator.made is _ALWAYS:
        if total or to:
            return Reading(indicator, _LEVEL, False, "made_in_all")
        return Reading(indicator, _CHANGE, False, "made")
    if indicator.kind is _STOCK:
        if to or (total and not (rises or falls)):
            return Reading(indicator, _LEVEL, False, "stock_level")
        if newly or rises or falls or words & lx.CREATE:
            return Reading(indicator, _CHANGE, falls and not rises, "stock_change")
        return Reading(indicator, _LEVEL, False, "stock_level")
    if (rises or falls) and not to and not grows_by_name:
        return Reading(indicator, _CHANGE, falls and not rises, "flow_change")
    if newly and indicator.made is _SAID:
        return Reading(indicator, _CHANGE, False, "flow_change")
    return Reading(indicator, _LEVEL, False, "level")


def _percent(
    indicator: Indicator, newly: bool, average: bool, rises: bool, falls: bool, to: bool
) -> Reading | None:
    """How the indicator accepts a percentage: its rate, or its growth; None for neither."""
    kind = indicator.kind
    growth = _AVERAGE_GROWTH if average else _GROWTH
    if kind is _RATE:
        if (rises or falls) and not to:
            return Reading(indicator, _CHANGE, falls and not rises, "rate_change")
        return Reading(indicator, _LEVEL, False, "rate")
    if kind is _PRICE:
        return Reading(indicator, growth, falls and not rises, "price")
    if kind is _INTENSITY:
        if rises or falls:
            return Reading(indicator, growth, falls and not rises, "intensity")
        return None
    if newly and kind is _STOCK:
        return None  # the growth of what is new is not the growth of the stock
    if rises or falls:
        return Reading(indicator, growth, falls and not rises, "growth")
    return None


def read_open(number: Number, words: int, average: bool) -> Reading:
    """What a number measures of something that the catalogue does not know."""
    return _open_reading(number.unit, words & _OF_OPEN, average)


@lru_cache(maxsize=4096)
def _open_reading(said_unit: str, words: int, average: bool) -> Reading:
    counted = dimension(said_unit)
    unit = counted[0] if counted else ""
    moved = words & (lx.UP | lx.DOWN) and not words & lx.TO
    measure = _LEVEL
    if unit == "%":
        if moved:
            measure = _AVERAGE_GROWTH if average else _GROWTH
    elif unit in TIMES:
        measure = _GROWTH if moved else _RATIO
    elif unit == POINTS or moved or words & lx.CREATE:
        measure = _CHANGE
    falls = bool(words & lx.DOWN) and not words & (lx.UP | lx.TO)
    return Reading(None, measure, falls, "open")


def direction_after(text: str, end: int) -> int:
    """Class of the noun of growth or fall that a percentage stands before; 0 without one."""
    if text[end : end + 1] not in _AFTER_STARTS:
        return 0
    match = _AFTER.match(text, end)
    if match is None or (match.end() == end + 2 and text[end] != "的"):
        return 0
    return lx.UP if match["up"] else lx.DOWN


def keeps_pace(text: str, number: Number) -> bool:
    """保持8%以上的增速: whether a rise, in percent, is one that goes on from year to year."""
    if direction_after(text, number.end) != lx.UP:
        return False  # as nearly always
    return _KEPT.search(text, max(0, number.start - _LISTED), number.start) is not None


def direction_between(text: str, start: int, end: int) -> int:
    """Class of the last word of growth told of a name: 增加值保持两位数增长、力争达到12%."""
    if not 0 <= end - start <= _BETWEEN:
        return 0
    # 冲过90亿元之后，又实现两位数增长，达到14%: behind the last number in between
    while (digit := _DIGIT.search(text, start, end)) is not None:
        start = digit.end()
    told = _TOLD.findall(text, start, end)
    if not told:
        return 0
    return lx.UP if told[-1] in TOLD_UP else lx.DOWN


def grows_net(text: str, number: Number) -> bool:
    """新入库高新技术企业64家，净增率达到18.6%: whether a percentage is the growth of all there
    are, and not of what is new."""
    if number.unit != "%":
        return False
    return _NET.search(text, max(0, number.start - _NET_NEAR), number.start) is not None


def direction_before(text: str, begin: int, start: int, number: Number) -> int:
    """Class of a word behind a name, begin:start, that calls its number an increase; else 0.

    播种面积440万亩、新增20万亩; 生产总值…、五年增量超1.36万亿元.
    """
    end = number.start
    if text.endswith(_ADDED, 0, end) and _as_named(text, begin, start, end):
        return 0
    if text.endswith(_ADDED, 0, end) and _tells_amount(text[start:end]):
        return lx.UP
    increment = _INCREMENT in text[max(start, end - _NEAR) : end]
    return lx.UP if increment and number.unit not in ("%", "倍") else 0


def _as_named(text: str, begin: int, start: int, end: int) -> bool:
    """城镇新增就业6万人的任务超额完成，实际新增6.5万人: whether a number at `end` is of as
    many as its name, at begin:start, calls new, and no rise of them."""
    named_new = text.find(_ADDED, begin, start) >= 0
    return named_new and _AS_NAMED.search(text, max(start, end - _NEAR), end) is not None


def _tells_amount(said: str) -> bool:
    return len(said) <= _SAME_STATEMENT and any(c.isdecimal() for c in said)


def bound_of(number: Number, words: int, shared_post: str) -> Bound:
    """How exactly a value is stated: words after it count before words in front."""
    if number.bound is not _EQ:
        return number.bound
    if shared_post:
        return POST_BOUNDS[shared_post]
    if words & lx.LE:
        return _LE
    if words & lx.GE:
        return _GE
    if words & lx.APPROX:
        return _APPROX
    return _EQ


def signed(value: Decimal, negative: bool) -> Decimal:
    return -abs(value) if negative else value
