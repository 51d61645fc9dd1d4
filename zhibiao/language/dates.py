"""Years and days as reports write them: 2023, 二〇二三, 2023年1月9日."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

FIRST_YEAR: Final = 1949
LAST_YEAR: Final = 2099
YEAR: Final = r"(?:(?<!\d)(?:19[4-9]\d|20\d\d)|[一二][九〇○零0О][〇○零0О一二三四五六七八九]{2})"
ANY_YEAR: Final = re.compile(rf"({YEAR})(?= ?年)")
_VALUES: Final = dict(zip("零〇○О一二三四五六七八九", "0000123456789", strict=True)) | {"O": "0"}
HAN_YEAR: Final = r"[一二][九〇○零OО0][〇○零OО一二三四五六七八九0]{2}"
_NUMBER: Final = r"(?:\d{1,2}|[一二三]?十?[一二三四五六七八九]?)"
DATE: Final = re.compile(rf"(\d{{4}}|{HAN_YEAR}) ?年 ?({_NUMBER}) ?月 ?({_NUMBER}) ?[日号]")


def parse_year(surface: str) -> int | None:
    """2023, 二〇二三 and 一九五七 as a year."""
    if surface.isdigit() and surface.isascii():
        return int(surface)
    digits = "".join(_VALUES.get(sign, sign) for sign in surface)
    return int(digits) if len(digits) == 4 and digits.isdecimal() else None


def valid_year(surface: str | None) -> int | None:
    """The year that four digits name, Arabic or Chinese; None for what is no report's year."""
    year = None if surface is None else parse_year(surface)
    return year if year is not None and FIRST_YEAR <= year <= LAST_YEAR else None


def parse_small(surface: str) -> int | None:
    """A number below a hundred, in Arabic or Chinese digits."""
    if surface.isdigit() and surface.isascii():
        return int(surface)
    if "十" in surface:
        tens, _, ones = surface.partition("十")
        return int(_VALUES.get(tens, "1")) * 10 + int(_VALUES.get(ones, "0"))
    return int(_VALUES[surface]) if surface in _VALUES else None


def parse_date(match: re.Match[str]) -> date | None:
    """The date of a match of DATE; None where there is no such day."""
    year, month, day = parse_year(match[1]), parse_small(match[2]), parse_small(match[3])
    if year is None or month is None or day is None:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
