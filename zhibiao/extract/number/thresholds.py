"""Thresholds passed on the way: of 连续跨越7万亿、8万亿、9万亿元, only the last was reached."""

from __future__ import annotations

from typing import Final

from zhibiao.catalogue.units import dimension
from zhibiao.domain import Bound
from zhibiao.extract.number.numbers import JOINS, Number, rejected
from zhibiao.language.wording import wording

_EQ: Final = Bound.EQ
_GE: Final = Bound.GE
_WORDING: Final = wording(__name__)
_PASSING: Final = _WORDING.pattern("passing")
_COUNTED: Final = _WORDING.pattern("counted")
_STEPS_BEHIND: Final = _WORDING.pattern("steps_behind")
_OF_STEPS: Final = _WORDING.text("of_steps")
_STEP: Final = _WORDING.pattern("step")
_STEP_BEHIND: Final = _WORDING.pattern("step_behind")
_STEP_ENDS: Final = frozenset(_WORDING.text("step_ends"))
_PASSING_ENDS: Final = frozenset(_WORDING.text("passing_ends"))
_NEAR: Final = 8  # characters of what says that a threshold was passed
_CLAUSE: Final = 40  # characters of a clause before it
_TWO_NAMES: Final = _WORDING.pattern("two_names")
_BEHIND_REACHED: Final = _WORDING.pattern("behind_reached")
_OF_EACH: Final = _WORDING.text("of_each")
_REASON: Final = "threshold"


def reject_thresholds(text: str, start: int, numbers: list[Number]) -> None:
    """Of the numbers that a text holds from `start`, in order, reject those that count thresholds
    (连跨4个千亿元台阶) and those of a list that was only passed on the way to its last."""
    for first, number in enumerate(numbers):
        if text[number.start - 1] in _STEP_ENDS and _is_step(text, number):
            _reject(numbers, first)
            continue
        if number.unit == _OF_STEPS and _COUNTED.match(text, number.end):
            _reject(numbers, first)  # 五年上了3个台阶, 跨3个千亿元大关
            continue
        if number.start == start or text[number.start - 1] not in _PASSING_ENDS:
            continue  # as nearly always
        match = _PASSING.search(text, max(start, number.start - _NEAR), number.start)
        if match is None or text.endswith(_OF_EACH, start, match.start()):
            continue
        last = first
        while last + 1 < len(numbers) and _is_listed_on(text, numbers, last):
            last += 1
        in_turn = match["one_by_one"] is not None and _TWO_NAMES.search(
            text, max(start, match.start() - _CLAUSE), match.start()
        )
        if in_turn:
            continue
        if match["in_a_row"] or _STEPS_BEHIND.match(text, numbers[last].end):
            for at in range(first, last):
                _reject(numbers, at)
            if _is_behind_reached(text, numbers, first, last, match.start()):
                _reject(numbers, last)
            elif numbers[last].bound is _EQ:
                numbers[last] = numbers[last].of_bound(_GE)


def _is_behind_reached(
    text: str, numbers: list[Number], first: int, last: int, passing: int
) -> bool:
    """达到3400亿元，五年中相继突破2000亿元和3000亿元: whether even the last of a list lies below
    the amount that was told right before it."""
    if not first or first == last or numbers[first - 1].reason:
        return False
    between = _BEHIND_REACHED.fullmatch(text, numbers[first - 1].end, passing)
    return between is not None and _rises(numbers[last], numbers[first - 1])


def _is_step(text: str, number: Number) -> bool:
    """跨越三个“十亿元”台阶: whether a number tells how far apart the thresholds lie."""
    if number.reason or _STEP_BEHIND.match(text, number.end) is None:
        return False
    return _STEP.search(text, max(0, number.start - _NEAR), number.start) is not None


def _is_listed_on(text: str, numbers: list[Number], at: int) -> bool:
    """Whether the next number goes on with the list: 500亿元、50亿元 are of two names."""
    higher = numbers[at + 1]
    between = text[numbers[at].end : higher.start]
    return between in JOINS and not higher.reason and _rises(numbers[at], higher)


def _rises(low: Number, high: Number) -> bool:
    lower, higher = dimension(low.unit), dimension(high.unit)
    if lower is None or higher is None or lower[0] not in ("", higher[0]):  # 8万亿、9万亿元
        return False
    return low.value * lower[1] < high.value * higher[1]


def _reject(numbers: list[Number], at: int) -> None:
    numbers[at] = rejected(numbers[at].start, numbers[at].end, _REASON)
