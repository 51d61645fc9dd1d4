"""Thresholds passed on the way: of 连续跨越7万亿、8万亿、9万亿元, only the last was reached."""

from __future__ import annotations

import bisect
from operator import attrgetter
from typing import Final

from zhibiao.domain import Bound
from zhibiao.extract.number.numbers import Number, rejected
from zhibiao.language.wording import wording

_EQ: Final = Bound.EQ
_GE: Final = Bound.GE
_WORDING: Final = wording(__name__)
_PASSING: Final = _WORDING.pattern("passing")
_COUNTED: Final = _WORDING.pattern("counted")
_TOLD: Final = _WORDING.pattern("told")
_JOINS: Final = _WORDING.words("joins")
_REASON: Final = "threshold"


def reject_thresholds(text: str, start: int, end: int, numbers: list[Number]) -> None:
    """Of the numbers of text[start:end], in order, reject those that count thresholds (连跨4个
    千亿元台阶) and those of a list that was only passed on the way to its last."""
    for match in _PASSING.finditer(text, start, end):
        first = bisect.bisect_left(numbers, match.end(), key=attrgetter("start"))
        if first == len(numbers) or numbers[first].start != match.end():
            continue
        if numbers[first].unit == "个" and _COUNTED.match(text, numbers[first].end):
            _reject(numbers, first)
            continue
        last = first
        while last + 1 < len(numbers) and _is_listed_on(text, numbers, last):
            last += 1
        if match["in_a_row"] or _TOLD.match(text, numbers[last].end):
            for at in range(first, last):
                _reject(numbers, at)
            if numbers[last].bound is _EQ:
                numbers[last] = numbers[last].of_bound(_GE)


def _is_listed_on(text: str, numbers: list[Number], at: int) -> bool:
    between = text[numbers[at].end : numbers[at + 1].start]
    return between in _JOINS and not numbers[at + 1].reason


def _reject(numbers: list[Number], at: int) -> None:
    numbers[at] = rejected(numbers[at].start, numbers[at].end, _REASON)
