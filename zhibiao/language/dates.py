"""Years and days as reports write them: 2023, 二〇二三, 二OO三, ２０２３, 2023年1月9日.

`arabic_years` writes every year of a text in Arabic digits, in as many characters as before; all
that looks for years afterwards needs to know 2023 alone.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

FIRST_YEAR: Final = 1949
LAST_YEAR: Final = 2099
_EARLIEST: Final = 1840  # that a report looks back to
YEAR: Final = r"(?<!\d)(?:19[4-9]\d|20\d\d)"
ANY_YEAR: Final = re.compile(rf"({YEAR})(?= ?年)")

# Every sign that stands for a digit in some print's years. Letters stand for zero and one: typists
# write 二OO三, scans read 20l2.
_SIGNS: Final = (
    "0０零〇○◯⭕Oo\uff2f\uff4fОоΟο", "1１一壹lI|\uff4c\uff29", "2２二贰貳ニ", "3３三叁參",
    "4４四肆", "5５五伍", "6６六陆陸", "7７七柒", "8８八捌", "9９九玖",
)  # fmt: skip
_VALUES: Final = {sign: str(digit) for digit, signs in enumerate(_SIGNS) for sign in signs}
_ZERO, _ONE, _TWO, _NINE = (_SIGNS[digit] for digit in (0, 1, 2, 9))
_DIGITS: Final = "".join(_SIGNS)
_NUMERALS: Final = _DIGITS + "十百千万亿A-Za-z"
# Its first character is one set: only then is a search for it fast.
HAN_YEAR: Final = (
    rf"[{_ONE}{_TWO}](?:(?<=[{_ONE}])[{_NINE}]|(?<=[{_TWO}])[{_ZERO}])[{_DIGITS}]{{2}}"
)
YEAR_BEGINS: Final = _ONE + _TWO
_TO: Final = r"\s?[—–―\-－~～至到、和及与]{1,2}\s?"
_AS_YEAR: Final = rf"\s?年|{_TO}{HAN_YEAR}\s?年"
# 二〇二三 is a year wherever it stands; 一九五七 and 2O23 only before 年.
_WRITTEN: Final = re.compile(
    rf"{HAN_YEAR}(?<![0-9]{{4}})(?<![{_NUMERALS}].{{4}})(?:(?={_AS_YEAR})"
    rf"|(?<=二[零〇○◯O０0].[零〇○◯O０0一二三四五六七八九])(?![{_NUMERALS}.．点%％个几多余]))"
)

_NUMBER: Final = r"(?:\d{1,2}|[一二三]?十?[一二三四五六七八九]?|[一二三][〇○◯零O0])"
DATE: Final = re.compile(rf"({YEAR}) ?年 ?({_NUMBER}) ?月 ?({_NUMBER}) ?[日号]")


def arabic_years(text: str) -> str:
    """The text with its years in Arabic digits; as long as before."""
    return _WRITTEN.sub(_in_digits, text)


def _in_digits(match: re.Match[str]) -> str:
    year = parse_year(match[0])
    return match[0] if year is None or year < _EARLIEST else str(year)


def parse_year(surface: str) -> int | None:
    """2023, 二〇二三, 二OO三 and 一九五七 as a year."""
    digits = "".join(_VALUES.get(sign, sign) for sign in surface)
    return int(digits) if len(digits) == 4 and digits.isdecimal() else None


def valid_year(surface: str | None) -> int | None:
    """The year that four digits name, Arabic or Chinese; None for what is no report's year."""
    year = None if surface is None else parse_year(surface)
    return year if year is not None and FIRST_YEAR <= year <= LAST_YEAR else None


def parse_small(surface: str) -> int | None:
    """A number below a hundred, in Arabic or Chinese digits: 12, 十二, 二十, 二〇."""
    if "十" in surface:
        tens, _, ones = surface.partition("十")
        return int(_VALUES.get(tens, "1")) * 10 + int(_VALUES.get(ones, "0"))
    digits = "".join(_VALUES.get(sign, sign) for sign in surface)
    return int(digits) if 1 <= len(digits) <= 2 and digits.isdecimal() else None


def parse_date(match: re.Match[str]) -> date | None:
    """The date of a match of DATE; None where there is no such day."""
    year, month, day = parse_year(match[1]), parse_small(match[2]), parse_small(match[3])
    if year is None or month is None or day is None:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
