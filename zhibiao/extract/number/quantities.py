"""Every number of a text, read as a quantity, a date, or something that is no quantity.

One pass finds the numerals; each is then read together with what stands right before and after
it. Nothing here asks what a number is about.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from zhibiao.catalogue.units import POINTS
from zhibiao.domain import Bound
from zhibiao.extract.number.endings import (
    ARABIC,
    GROUPS,
    RANGE,
    UNIT,
    WRITTEN,
    ending,
    finish,
    value_of,
)
from zhibiao.extract.number.folds import read_folds
from zhibiao.extract.number.mixed import read_mixed
from zhibiao.extract.number.numbers import DASH, JOINS, LATIN, Number, no_quantity, rejected
from zhibiao.extract.number.striving import read_striving
from zhibiao.extract.number.thresholds import reject_thresholds
from zhibiao.extract.number.written import read_written
from zhibiao.language.numerals import CHINESE, FORMAL
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
NUMERAL: Final = _WORDING.pattern(
    "numeral", chinese=CHINESE, formal=FORMAL, groups=GROUPS, written=WRITTEN, arabic=ARABIC
)
_WIDE_RANGE: Final = _WORDING.pattern("wide_range", unit=UNIT, dash=DASH, arabic=ARABIC)
_LOST: Final = "\ufffd"  # what a font or an encoding has no character for
_SHARED_OUT: Final = _WORDING.pattern("shared_out")
_EACH_ITS_OWN: Final = _WORDING.pattern("each_its_own")
_WITHOUT_UNIT: Final = ("", POINTS[0])  # or with the beginning of one
_FROM: Final = _WORDING.pattern("from")
_FROM_MARKS: Final = frozenset(_WORDING.text("from_marks"))
_TO_MARKS: Final = frozenset(_WORDING.text("to_marks"))
_MULTIPLE_UNIT: Final = _WORDING.pattern("multiple_unit")
_OVER_DIGITS: Final = _WORDING.pattern("over_digits")
_OVER_MARKS: Final = frozenset(_WORDING.text("over_marks"))
_LARGE: Final = ("万", "亿")
_SIGNED: Final = _WORDING.words("signed")
_NO_SIGN: Final = frozenset("0123456789%-—)）") | LATIN
# What stands right before or after every numeral that is a date, an ordinal, a mark or a name.
_ODD_BEFORE: Final = LATIN | frozenset("第【[〔/:：∶•·+-—.道")
_ODD_AFTER: Final = frozenset(_WORDING.words("odd_after"))


def read_numbers(text: str, start: int, end: int) -> list[Number]:
    """All numbers in text[start:end], in order."""
    numbers: list[Number] = []
    at = start
    apart = read_striving(text, start, end) + read_folds(text, start, end)
    apart.sort(key=lambda number: number.start)
    for match in NUMERAL.finditer(text, start, end):
        first, last = match.span()
        while apart and apart[0].start <= first:
            numbers.append(apart.pop(0))
            at = numbers[-1].end
        if first < at:
            continue
        number = _read(text, first, last, end)
        if number is not None:
            numbers.append(number)
            at = number.end
    numbers += apart
    for i in range(len(numbers) - 2, -1, -1):
        if numbers[i].unit in _WITHOUT_UNIT and not numbers[i].reason:
            numbers[i] = _sharing(text, numbers[i], numbers[i + 1])
    reject_thresholds(text, start, numbers)
    return numbers


def _sharing(text: str, number: Number, following: Number) -> Number:
    """分别达到120、35万吨: the unit at the end of what is shared out is that of each value."""
    joined = text[number.end : following.start] in JOINS and not following.reason
    if number.unit:  # 提高1.2个和0.3个百分点
        return number.of_unit(POINTS) if joined and following.unit == POINTS else number
    if (
        joined
        and following.unit
        and _SHARED_OUT.search(text, max(0, number.start - 40), number.end)
    ):
        return number.of_unit(following.unit)
    return number


def _read(text: str, start: int, end: int, limit: int) -> Number | None:
    numeral = text[start:end]
    if "0" <= numeral[0] <= "9":
        return _read_arabic(text, start, end, limit, numeral)
    return read_written(text, start, end, limit, numeral)


def _read_arabic(text: str, start: int, end: int, limit: int, numeral: str) -> Number | None:
    """The number that digits begin: alone, with Chinese multiples, or the lower end of a range."""
    before = text[start - 1] if start else "\n"
    after = text[end] if end < limit else "\n"
    if len(numeral) > 16:
        return rejected(start, end, "identifier")
    if _LOST in text[max(start - (2 if before in ".," else 1), 0) : end + 1]:
        return rejected(start, end, "lost_digit")
    if before in _ODD_BEFORE or after in _ODD_AFTER:
        other = no_quantity(text, start, end, limit, numeral, before, after)
        if other is not None:
            return other
    read = value_of(numeral)
    if read is None:
        return rejected(start, end, "not_understood")
    value = read
    if before in "-－−" and after in _SIGNED and text[start - 2 : start - 1] not in _NO_SIGN:
        value, start = -value, start - 1  # 增长-2.1%
    high: Decimal | None = None
    number_end = end
    mixed = read_mixed(text, start, end, limit) if after in "十百千万亿" else None
    if mixed is not None:
        if mixed.value is None:
            return rejected(start, mixed.end, "not_understood")
        end = mixed.end
        number = finish(text, start, end, end, limit, mixed.value, None, before, mixed.multiple)
        return number.of_bound(Bound.GE) if mixed.over else number
    behind = ending(text, end, limit)
    unmarked = behind.unit == "%" and text[end + 1 : end + 2].isdigit()
    unmarked = unmarked and not _EACH_ITS_OWN.search(text, max(0, start - 40), start)
    range_match = RANGE.match(text, end, limit) if behind.ranges or unmarked else None
    if range_match is not None and not (
        before in _FROM_MARKS and text[range_match.start("high") - 1] in _TO_MARKS
    ):
        high_value = value_of(range_match["high"])
        if high_value is not None and _ascends(value, high_value, range_match["unit"]):
            high = high_value
            end = number_end = range_match.end()
    wide = (
        _WIDE_RANGE.match(text, end, limit)
        if behind.ranges and high is None and after in "万亿"
        else None
    )
    if wide is not None and not _FROM.search(text, max(0, start - 16), start):
        high_value = value_of(wide["high"])
        if high_value is not None and value < high_value:
            high = high_value
            end = number_end = wide.end()
    told = behind if high is None else None
    number = finish(text, start, end, number_end, limit, value, high, before, "", told)
    if before in _OVER_MARKS and _is_passed(text, start, number):
        return number.of_bound(Bound.GE, start - 1)  # 旅游收入过50亿元
    return number


def _is_passed(text: str, start: int, number: Number) -> bool:
    """贷款余额过500亿: whether 过 before an amount says that it was passed."""
    if number.reason or number.bound is not Bound.EQ or number.unit[:1] not in _LARGE:
        return False
    return _OVER_DIGITS.search(text, max(0, start - 4), start) is not None


def _ascends(low: Decimal, high: Decimal, unit: str | None) -> bool:
    return low < high or (unit is not None and _MULTIPLE_UNIT.match(unit) is not None)
