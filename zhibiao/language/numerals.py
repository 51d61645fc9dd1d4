"""Numerals of Chinese reports as decimals: 3.5, 1,200, 三百二十, 十二点四, 七成五, 两千多万."""

from __future__ import annotations

from decimal import Decimal

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "○": 0,
    "两": 2,
    "廿": 20,
}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}

CHINESE = "零〇○一二两三四五六七八九十百千万亿"


def chinese_number(numeral: str) -> Decimal | None:
    """The value of a Chinese numeral, digit by digit (一九五四) or positional (一千二百).

    一亿二千万 is 120000000, 三千四 is 3004 (never a guess at 3400), 十二点四 is 12.4; None when it
    is no numeral.
    """
    whole, point, fraction = numeral.partition("点")
    value = _positional(whole) if any(c in "十百千万亿" for c in whole) else _by_digit(whole)
    if value is None:
        return None
    if not point:
        return Decimal(value)
    digits = [_DIGITS.get(c) for c in fraction]
    if not digits or any(d is None or d > 9 for d in digits):
        return None
    return Decimal(f"{value}." + "".join(str(d) for d in digits))


def _by_digit(numeral: str) -> int | None:
    value = 0
    for character in numeral:
        digit = _DIGITS.get(character)
        if digit is None:
            return None
        value = value * 10 + digit
    return value if numeral else None


def _positional(numeral: str) -> int | None:
    total = section = digit = 0
    for character in numeral:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _SMALL:
            section += (digit or 1) * _SMALL[character]
            digit = 0
        else:
            unit = _LARGE.get(character)
            if unit is None:
                return None
            section += digit
            digit = 0
            if total and unit > 10**4 and total < unit:
                # 三万亿: what stood before is multiplied as well
                total = (total + section) * unit
            else:
                total += (section or 1) * unit
            section = 0
    return total + section + digit


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
