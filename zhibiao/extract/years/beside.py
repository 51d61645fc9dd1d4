"""Amounts of all of several years, told beside those of earlier ones: …，是前五年的2.1倍."""

from __future__ import annotations

from typing import Final

from zhibiao.extract.number.numbers import Number
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
BESIDE_PLAN: Final = _WORDING.pattern("beside_plan")
_BESIDE_PLAN_BEHIND: Final = _WORDING.pattern("beside_plan_behind")
_BESIDE_TERM: Final = _WORDING.pattern("beside_term")


def beside_plan(text: str, number: Number) -> bool:
    """进出口总额210亿美元，比“九五”增长68%: whether an amount is compared with all of a plan."""
    return _BESIDE_PLAN_BEHIND.match(text, number.end) is not None


def beside_term(text: str, number: Number) -> bool:
    """达到14亿美元，是前五年的2.1倍: whether an amount is compared with all of earlier years."""
    return _BESIDE_TERM.match(text, number.end) is not None
