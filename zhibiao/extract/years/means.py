"""Amounts that are the mean of several years: 年均完成固定资产投资620亿元."""

from __future__ import annotations

from typing import Final

from zhibiao.catalogue.indicators import Kind
from zhibiao.domain import Measure
from zhibiao.extract.measure import Reading
from zhibiao.extract.number.numbers import Number
from zhibiao.language.wording import wording

_FLOW: Final = Kind.FLOW
_CHANGE: Final = Measure.CHANGE
_LEVEL: Final = Measure.LEVEL
_WORDING: Final = wording(__name__)
_MEAN: Final = _WORDING.pattern("mean")
_MEAN_CHANGE: Final = _WORDING.pattern("mean_change")
_ON_AVERAGE: Final = _WORDING.text("on_average")


def is_mean(text: str, begin: int, number: Number, reading: Reading) -> bool:
    """Whether the words from `begin` say that an amount of a year is the mean of several."""
    if text.find(_ON_AVERAGE, begin, number.start) < 0:
        return False  # as nearly always
    if reading.measure is _CHANGE:  # 城镇化率年均提高1.2个百分点
        return _MEAN_CHANGE.search(text, begin, number.start) is not None
    flow = reading.indicator is None or reading.indicator.kind is _FLOW
    if not flow or reading.measure is not _LEVEL:
        return False
    return _MEAN.search(text, begin, number.start) is not None
