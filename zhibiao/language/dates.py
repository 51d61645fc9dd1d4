"""Years and days as reports write them: 2023, 二〇二三, 二OO三, ２０２３, 2023年1月9日.

`arabic_years` writes every year of a text in Arabic digits, in as many characters as before; all
that looks for years afterwards needs to know 2023 alone.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from zhibiao.language.wording import wording

FIRST_YEAR: Final = 1949
LAST_YEAR: Final = 2099
_EARLIEST: Final = 1840  # that a report looks back to
_WORDING: Final = wording(__name__)
YEAR: Final = _WORDING.text("year")
ANY_YEAR: Final = _WORDING.pattern("any_year")

_SIGNS: Final = _WORDING.words("signs")
_VALUES: Final = {sign: str(digit) for digit, signs in enumerate(_SIGNS) for sign in signs}
_ZERO, _ONE, _TWO, _NINE = (_SIGNS[digit] for digit in (0, 1, 2, 9))
_DIGITS: Final = "".join(_SIGNS)
HAN_YEAR: Final = _WORDING.text(
    "han_year", one=_ONE, two=_TWO, nine=_NINE, zero=_ZERO, digits=_DIGITS
)
YEAR_BEGINS: Final = _ONE + _TWO
CENTURIES: Final = _NINE + _ZERO  # of 19.. and 20..: what stands second
YEAR_SIGNS: Final = _DIGITS
_WRITTEN: Final = _WORDING.pattern(
    "written", one=_ONE, two=_TWO, nine=_NINE, zero=_ZERO, digits=_DIGITS
)

DATE: Final = _WORDING.pattern("date")


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
