"""What a number is read as; and which numerals are dates, ordinals, marks or parts of a name."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from zhibiao.compiled import mypyc_attr
from zhibiao.domain import Bound
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
DASH: Final = _WORDING.text("dash")
DASHES: Final = _WORDING.text("dashes")
LATIN: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyzαβγδω")
JOINS: Final = _WORDING.words("joins")
_ROADS: Final = _WORDING.words("roads")
_OF_DATE: Final = frozenset(_WORDING.text("of_date"))
_LINE_LIST: Final = _WORDING.pattern("line_list")
_YEAR_RANGE: Final = _WORDING.pattern("year_range")
_DAY_RANGE: Final = _WORDING.pattern("day_range")
_YEAR_LISTED: Final = _WORDING.pattern("year_listed")
_PROPORTION: Final = re.compile(r"[:：∶][0-9.]+[:：∶]|[:：∶][0-9]+\.[0-9]")
# 2023-02-09, 2023.2.9, 2023/2/9 9:02; the blank before the time of day may be lost: 2023-02-0909:02
_IN_FIGURES: Final = re.compile(
    r"(?<![0-9.])(?P<year>(?:1[89]|20)[0-9]{2})(?P<mark>[-./－—–．／])(?:1[0-2]|0?[1-9])(?P=mark)"
    r"(?:3[01]|[12][0-9]|0?[1-9])"
    r"(?: ?(?:2[0-4]|[01]?[0-9])[:：∶][0-5][0-9](?:[:：∶][0-5][0-9])?)?(?![0-9%]|\.[0-9])"
)


@mypyc_attr(acyclic=True)
class Number:
    """A number as read; offsets into the text it was read from. Never changed.

    A plain class, for compiled ones have their fields at fixed places.
    """

    __slots__ = (
        "bound", "end", "high", "number_end", "number_start", "post", "reason", "start", "unit",
        "value", "year",
    )  # fmt: skip

    def __init__(
        self, start: int, end: int, number_start: int, number_end: int, value: Decimal,
        high: Decimal | None, unit: str, bound: Bound, post: str, reason: str, year: int,
    ) -> None:  # fmt: skip
        self.start = start
        self.end = end  # after unit and bound words
        self.number_start = number_start
        self.number_end = number_end  # after the numeral (of both, in a range)
        self.value = value
        self.high = high
        self.unit = unit
        self.bound = bound
        self.post = post  # the bound word after the number: 以上; ""
        self.reason = reason  # why it is no quantity: "date", "ordinal" …; "" for a quantity
        self.year = year  # of a date that names a year, else 0

    def of_unit(self, unit: str) -> Number:
        """The same in another unit."""
        return Number(
            self.start, self.end, self.number_start, self.number_end, self.value, self.high, unit,
            self.bound, self.post, self.reason, self.year,
        )  # fmt: skip

    def of_bound(self, bound: Bound, start: int = -1) -> Number:
        """With another bound; `start`: with the words that say so, where they stand in front."""
        return Number(
            self.start if start < 0 else start, self.end, self.number_start, self.number_end,
            self.value, self.high, self.unit, bound, self.post, self.reason, self.year,
        )  # fmt: skip


def rejected(start: int, end: int, reason: str, year: int = 0) -> Number:
    return Number(start, end, start, end, Decimal(0), None, "", Bound.EQ, "", reason, year)


def no_quantity(
    text: str, start: int, end: int, limit: int, numeral: str, before: str, after: str
) -> Number | None:
    """The date, ordinal, mark or part of a name that a numeral is by what stands around it."""
    date = _date(text, start, end, limit, numeral, before, after)
    if date is not None:
        return date
    if before == "第":
        return rejected(start, end, "ordinal")
    if before in "【[〔" and after in "】]〕":
        return rejected(start, end, "note_mark")
    if after == "/" and end + 1 < limit and text[end + 1].isdigit():
        return rejected(start, end, "fraction")
    if before == "/" and start > 1 and text[start - 2].isdigit():
        return rejected(start, end, "fraction")
    abbreviated = text[start - 3 : start] in ("GDP", "FDI", "CPI")  # 实现GDP560亿元
    if (before in LATIN and not abbreviated) or (
        before in "-—+/." and start > 1 and text[start - 2] in LATIN
    ):
        return rejected(start, end, "name_part")
    if (before == "\n" or before in "（(") and after in "、.．)）":
        return rejected(start, end, "list_number")
    if text[start - 2 : start] in _ROADS or _LINE_LIST.match(text, end):
        return rejected(start, end, "name_part")
    if after == "+" or (before == "+" and after not in "%万亿"):
        return rejected(start, end, "name_part")
    return None


def _date(
    text: str, start: int, end: int, limit: int, numeral: str, before: str, after: str
) -> Number | None:
    """The date, the proportion or the time of day that a numeral is part of; None for others."""
    if 4 <= len(numeral) <= 7 and numeral[0] in "12":
        in_figures = _IN_FIGURES.match(text, start, limit)
        if in_figures is not None:
            return rejected(start, in_figures.end(), "date", int(in_figures["year"]))
    if len(numeral) == 4 and numeral[0] in "12" and "." not in numeral:
        year = int(numeral)
        if 1840 <= year <= 2100:
            if after == "年":
                return rejected(start, end + 1, "date", year)
            if after == " " and text[end + 1 : end + 2] == "年":
                return rejected(start, end + 2, "date", year)
            if _YEAR_RANGE.match(text, end, limit) or _YEAR_LISTED.match(text, end, limit):
                return rejected(start, end, "date", year)
    if after in _OF_DATE and len(numeral) <= 2:
        return rejected(start, end + 1, "date")
    if len(numeral) <= 2 and _DAY_RANGE.match(text, end, limit):
        return rejected(start, end, "date")
    if len(numeral) == 2 and after == "年" and text[end + 1 : end + 2] == "代":
        return rejected(start, end + 2, "date")
    if after in ":：∶" and text[end + 1 : end + 2].isdigit():
        return rejected(start, end, "proportion" if _PROPORTION.match(text, end) else "date")
    if before in ":：∶" and start > 1 and text[start - 2].isdigit():
        return rejected(start, end, "proportion")
    if after == ":" or (before == ":" and start > 1 and text[start - 2].isdigit()):
        return rejected(start, end, "date")
    if after in "•·" and text[end + 1 : end + 2].isdigit():
        return rejected(start, end, "name_part")
    if before in "•·" and start > 1 and text[start - 2].isdigit():
        return rejected(start, end, "name_part")
    return None
