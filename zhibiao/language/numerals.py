"""Numerals of Chinese reports as decimals: 三百二十, 廿二, 三万五, 两千六, 十二点四, 壹佰壹拾."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from zhibiao.language.wording import wording

_DIGITS: Final = {sign: value for value, sign in enumerate("零一二三四五六七八九")}
_SMALL: Final = {"十": 10, "百": 100, "千": 1000}
_LARGE: Final = {"万": 10**4, "亿": 10**8}

_FORMAL: Final = dict(
    zip("壹贰貳叁參肆伍陆陸柒捌玖拾佰仟", "一二二三三四五六六七八九十百千", strict=True)
)
_IN_PLAIN: Final = str.maketrans(_FORMAL)
_TWENTIES: Final = {"廿": "二十", "卅": "三十", "卌": "四十"}
_PLAIN: Final = str.maketrans(_FORMAL | _TWENTIES | {"〇": "零", "○": "零", "两": "二"})

_WORDING: Final = wording(__name__)
CHINESE: Final = _WORDING.text("chinese")
FORMAL: Final = "".join(_FORMAL)
_WHOLE: Final = _WORDING.pattern("whole")
_EITHER: Final = _WORDING.pattern("either")


def chinese_number(numeral: str) -> Decimal | None:
    """The value of a Chinese numeral, digit by digit (一九五四) or positional (一千二百).

    一亿二千万 is 120000000, 四十三万五千万 is 4350000000, 十二点四 is 12.4. A last digit right
    behind 百 or more counts the tenth of it, as it does in speech: 三万五 is 35000, 两千六 2600,
    三万零五 30005. None when it is no numeral: 三十百, 五六百 (see `either`).
    """
    whole, point, fraction = numeral.translate(_PLAIN).partition("点")
    if not _WHOLE.fullmatch(whole):
        return None
    value = _positional(whole) if any(c in "十百千万亿" for c in whole) else _by_digit(whole)
    if value is None:
        return None
    if not point:
        return Decimal(value)
    if not fraction or any(sign not in _DIGITS for sign in fraction):
        return None
    return Decimal(f"{value}." + "".join(str(_DIGITS[sign]) for sign in fraction))


def in_plain_numerals(numeral: str) -> str:
    """The numeral without formal signs; as long as before: 壹佰壹拾 -> 一百一十."""
    return numeral.translate(_IN_PLAIN)


def either(numeral: str) -> tuple[Decimal, Decimal] | None:
    """Both values of a numeral that leaves one digit open: 七八百 is 700 or 800, 十五六 15 or 16.

    None for any other.
    """
    plain = numeral.translate(_PLAIN)
    pair = _EITHER.search(plain)
    if pair is None or "点" in plain:
        return None
    low, high = (
        chinese_number(plain[: pair.start()] + digit + plain[pair.end() :]) for digit in pair[0]
    )
    return None if low is None or high is None else (low, high)


def _by_digit(numeral: str) -> int:
    return int("".join(str(_DIGITS[sign]) for sign in numeral))


def _positional(numeral: str) -> int | None:
    """万 and 亿 multiply all that stands before them up to a greater one: 三万亿, 一亿二千万."""
    total = 0
    last = 0  # the last of 万 and 亿
    begin = 0
    for at, sign in enumerate(numeral):
        unit = _LARGE.get(sign)
        if unit is None:
            continue
        # 万亿 has nothing between its two
        section = _section(numeral[begin:at]) if at > begin else int(at == 0)
        if section is None:
            return None
        if last and unit >= last:
            total = (total + section) * unit
        else:
            total += section * unit
        last, begin = unit, at + 1
    rest = numeral[begin:]
    if not rest:
        return total
    if last and len(rest) == 1 and rest in _DIGITS:
        return total + _DIGITS[rest] * last // 10
    section = _section(rest)
    return None if section is None else total + section


def _section(numeral: str) -> int | None:
    """A numeral below ten thousand: 一千二百, 二百五, 一千零三."""
    value, last = 0, 10**4
    digit: int | None = None
    after_zero = False
    for sign in numeral:
        unit = _SMALL.get(sign)
        if unit is not None:
            if unit >= last or digit == 0:
                return None
            value += (1 if digit is None else digit) * unit
            last, digit, after_zero = unit, None, False
        elif sign == "零":
            if digit is not None:
                return None
            after_zero = True
        else:
            if digit is not None:
                return None
            digit = _DIGITS[sign]
    if digit is None:
        return value
    spoken = last in (100, 1000) and not after_zero
    return value + digit * (last // 10 if spoken else 1)


def split_multiple(numeral: str) -> tuple[str, str]:
    """一亿二千万 stays whole; 三千万 -> (三千, 万): numeral and trailing multiple."""
    end = len(numeral)
    if end > 1 and all(c in "十百千万亿" for c in numeral):
        return numeral[:-1], numeral[-1]  # 万亿 is ten thousand 亿
    while end > 1 and numeral[end - 1] in "万亿":
        end -= 1
    head, multiple = numeral[:end], numeral[end:]
    if any(c in "万亿" for c in head):
        return numeral, ""
    return head, multiple
