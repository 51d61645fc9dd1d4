"""Thousands separators in all the forms that prints give them: 1，234.5亿元, 42、315元, 1'234.

The same marks part the members of lists: 3、4月份, 分别增加12、120个. What stands around decides.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import Final

from zhibiao.language.wording import wording

_RUN: Final = re.compile(
    # Its first character is one set: only then is a search for it fast.
    r"[0-9](?<![0-9.A-Za-z].)(?:[0-9]*+(?P<mark>[,，] ?|[、' ])[0-9]++(?:(?P=mark)[0-9]++)*+"
    r"(?:\.[0-9]++(?![.0-9]))?"
    r"|[0-9]{0,2}(?:\.[0-9]{3}){2,}(?![.0-9]))"
)
# What every run holds: such a mark, or dots alone.
_MARK: Final = re.compile("[0-9][,，、' ] ?[0-9]")
_DOTTED: Final = re.compile(r"\.[0-9]{3}\.[0-9]{3}")
GROUPED: Final = re.compile(r"[1-9][0-9]{0,2}(?:, ?[0-9]{3})+(?:\.[0-9]+)?")
_YEAR: Final = re.compile("(?:19|20)[0-9]{2}(?![0-9])")
_WORDING: Final = wording(__name__)
_TEN: Final = _WORDING.text("ten")
_TEN_MISREAD: Final = _WORDING.pattern("ten_misread")
_OF_DATE: Final = _WORDING.pattern("of_date")
_AMOUNT: Final = _WORDING.pattern("amount")
_MEASURED: Final = _WORDING.pattern("measured")
_CLASS: Final = _WORDING.pattern("class")
_COMPLETE: Final = _WORDING.pattern("complete")
_CLAUSE_ENDS: Final = re.compile(r"[。；;\n]|(?<![0-9])[，,]|[，,](?![0-9])")
_SHARED_OUT: Final = _WORDING.pattern("shared_out")
_NAMES_LISTED: Final = _WORDING.pattern("names_listed")
_NEXT_VALUE: Final = _WORDING.pattern("next_value")
_VALUE_BEFORE: Final = _WORDING.pattern("value_before")
_NEXT_GROUPED: Final = re.compile("[0-9]{1,3}、[0-9]{3}(?![0-9])")
_REACH: Final = 60  # characters in which the beginning of a clause is looked for


class _Reading(Enum):
    ONE = auto()  # one number
    LIST = auto()  # several, each for itself
    UNCLEAR = auto()


def one_separator(text: str) -> str:
    """The text with `,` between the digits of one number, and only there; as long as before.

    A run that is neither one number nor a list (3，4210人) gets `'`, which no number is written
    with: the reader of numbers rejects it as a whole.
    """
    if "+" in text:
        text = _TEN_MISREAD.sub(_TEN, text)
    if _DOTTED.search(text) is not None:
        return _RUN.sub(_rewritten, text)
    made: list[str] = []
    behind = 0
    for mark in _MARK.finditer(text):  # most digits stand beside none, so these are looked for
        start = mark.start()
        if start < behind:
            continue
        while start > behind and "0" <= text[start - 1] <= "9":
            start -= 1
        run = _RUN.match(text, start)
        if run is not None:
            made += text[behind:start], _rewritten(run)
            behind = run.end()
    return "".join([*made, text[behind:]]) if made else text


def _rewritten(run: re.Match[str]) -> str:
    written, mark = run[0], run["mark"]
    if mark is None:
        whole = written.replace(".", ",")
        return whole if GROUPED.fullmatch(whole) else written
    reading = _read(run, mark)
    if reading is _Reading.LIST:
        return written.replace(",", "，")
    return written.replace(mark, ("," if reading is _Reading.ONE else "'") + mark[1:])


def _read(run: re.Match[str], mark: str) -> _Reading:
    """What digits parted by a mark are: by the mark, their neighbours and what they count."""
    text, start, end = run.string, run.start(), run.end()
    plain = run[0].replace(mark, ",")
    groups = plain.count(",")
    valid = GROUPED.fullmatch(plain) is not None
    if mark == "'":
        return _Reading.ONE if valid else _Reading.UNCLEAR
    if mark == " ":
        follows = "\u4e00" <= text[start - 1 : start] <= "\u9fff"
        return _Reading.ONE if valid and follows and _AMOUNT.match(text, end) else _Reading.LIST
    if _YEAR.match(text, start) or _OF_DATE.match(text, end) or _CLASS.match(text, end):
        return _Reading.LIST
    if _COMPLETE.search(text, max(0, start - 6), start):
        return _Reading.LIST
    counted = _AMOUNT.match(text, end) is not None
    measured = counted or _MEASURED.match(text, end) is not None
    clause = _clause_before(text, start)
    if mark == "、":
        return _of_list_mark(text, start, end, clause, valid, counted, measured, groups)
    if _SHARED_OUT.search(clause) and not _among_values(text, start, end):
        return _Reading.LIST
    if valid:
        return _Reading.ONE
    return _Reading.UNCLEAR if measured else _Reading.LIST


def _of_list_mark(
    text: str, start: int, end: int, clause: str, valid: bool, counted: bool, measured: bool,
    groups: int,
) -> _Reading:  # fmt: skip
    """42、315元 is one number; 5、6、7号 and 1、200亩高标准农田 at a line's head are none."""
    if not clause.strip() or not measured:
        return _Reading.LIST
    if _SHARED_OUT.search(clause):
        after = _NEXT_VALUE.match(text, end)
        grouped = after is not None and _NEXT_GROUPED.match(text, after.end() - 1) is not None
        grouped |= _among_values(text, start, end) and _grouped_before(clause)
        return _Reading.ONE if valid and counted and grouped else _Reading.LIST
    if _NAMES_LISTED.search(clause):
        return _Reading.UNCLEAR if valid and groups == 1 else _Reading.LIST
    if valid and counted:
        return _Reading.ONE
    return _Reading.UNCLEAR if groups == 1 else _Reading.LIST


def _among_values(text: str, start: int, end: int) -> bool:
    """Whether another value stands right beside it: 42，315元、18，234元."""
    begin = max(0, start - 14)
    return (
        _NEXT_VALUE.match(text, end) is not None
        or _VALUE_BEFORE.search(text, begin, start) is not None
    )


def _grouped_before(clause: str) -> bool:
    return re.search("[0-9]{1,3}[、,][0-9]{3}(?![0-9])", clause) is not None


def _clause_before(text: str, start: int) -> str:
    begin = max(0, start - _REACH)
    for mark in _CLAUSE_ENDS.finditer(text, begin, start):
        begin = mark.end()
    return text[begin:start]
