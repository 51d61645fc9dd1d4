"""What stands right behind a numeral: multiple, unit, bound words; and what they make of it."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from zhibiao.catalogue.units import POINTS, multiple_value, unit_pattern
from zhibiao.domain import Bound
from zhibiao.extract.number.numbers import DASH, DASHES, LATIN, Number, rejected
from zhibiao.extract.number.separators import GROUPED
from zhibiao.language.numerals import CHINESE, FORMAL, chinese_number, either
from zhibiao.language.wording import wording

# Members as constants: Python finds one slowly on its class, and these are asked for often.
_EQ: Final = Bound.EQ
_GE: Final = Bound.GE
_WORDING: Final = wording(__name__)
GROUPS: Final = _WORDING.text("groups")
ARABIC: Final = _WORDING.text("arabic")
WRITTEN: Final = _WORDING.text("written", chinese=CHINESE, formal=FORMAL)
UNIT: Final = unit_pattern()

_AFTER: Final = _WORDING.pattern("after", unit=UNIT)
_WITHIN: Final = _WORDING.pattern("within")
RANGE: Final = _WORDING.pattern("range", unit=UNIT, dash=DASH, chinese=CHINESE, formal=FORMAL)
RANGE_SIGN: Final = re.compile(f"[{DASHES}]")
CLASS: Final = _WORDING.pattern("class")
_AFTER_NAME: Final = _WORDING.pattern("after_name")
_RANK_AFTER: Final = _WORDING.pattern("rank_after")
_AGED: Final = _WORDING.pattern("aged")
_OWN_MULTIPLE: Final = frozenset(_WORDING.text("own_multiple"))
_MULTIPLIES: Final = frozenset(_WORDING.text("multiplies"))
_SPANS: Final = _WORDING.words("spans")
# Units that a half may stand behind or in, a tenth; and how others begin or end that are looked at.
_HALVED: Final = _WORDING.words("halved")
_ODD_BEGINNINGS: Final = _MULTIPLIES | frozenset(_WORDING.text("odd_beginnings"))
_ODD_ENDS: Final = frozenset(_WORDING.text("odd_ends"))
_IN_A_ROW: Final = _WORDING.text("in_a_row")
_HOTLINES: Final = ("12345", "12315", "12348", "12388", "110", "119", "120", "12369", "12333")
# Every character that an ending, or the sign of a range behind a unit, can have or looks at.
_OF_ENDINGS: Final = re.compile(f"[{re.escape(''.join({*_AFTER.pattern, *DASHES}))}]*+")
_LONGEST: Final = 40  # characters of an ending, with what it looks at behind itself
_HALF: Final = Decimal("0.5")
POINTS_AND_A_HALF: Final = _WORDING.text("points_and_a_half")
NO_TENTHS: Final = _WORDING.text("no_tenths")
_ORDINALS: Final = _WORDING.words("ordinals")
_NUMBERED: Final = frozenset((*_ORDINALS, *_WORDING.words("numbered")))
# What a word behind a number says of it: 以上.
POST_BOUNDS: Final = {
    **dict.fromkeys(_WORDING.words("at_least"), Bound.GE),
    **dict.fromkeys(_WORDING.words("at_most"), Bound.LE),
    **dict.fromkeys(_WORDING.words("about"), Bound.APPROX),
}
_AND_MORE_POINTS: Final = _WORDING.text("and_more_points")
_REACHED: Final = frozenset(_WORDING.text("reached"))
_REACHED_OR_COUNTED: Final = _REACHED | frozenset(_WORDING.text("counted"))
_AMONG_FIRST: Final = frozenset(("", *_WORDING.words("among_first")))


def values(numeral: str) -> tuple[Decimal, Decimal | None] | None:
    """The value of a numeral as found in a text, and the upper one where it leaves two open.

    None for what is no number: 3'4210, 三十百.
    """
    if not "0" <= numeral[0] <= "9":
        value = None if len(numeral) == 2 and either(numeral) else chinese_number(numeral)
        return (value, None) if value is not None else either(numeral)
    if "'" in numeral or ("," in numeral and not GROUPED.fullmatch(numeral)):
        return None
    return Decimal(numeral.replace(",", "").replace(" ", "")), None


@lru_cache(maxsize=4096)  # most numerals are of few digits, and stand in many reports
def value_of(numeral: str) -> Decimal | None:
    """The value of a numeral that leaves nothing open; None for any other."""
    read = values(numeral)
    return None if read is None or read[1] is not None else read[0]


class Ending(NamedTuple):
    """What stands right behind a numeral; offsets from where the numeral ends."""

    unit: str  # with its multiple; "" for none
    multiple: str  # 万; ""
    bare_unit: str  # without its multiple; ""
    more: str  # 多 right behind the numeral; ""
    more_behind: str  # 多 behind the multiple; ""
    over: bool  # 多 anywhere
    post: str  # 以上; ""
    unit_start: int
    unit_end: int
    end: int
    ranges: bool  # whether the numeral may be the first of two
    plain: bool  # whether the unit is nothing else than what it says


def ending(text: str, start: int, limit: int) -> Ending:
    """What of text[start:limit] stands right behind a numeral that ends at `start`.

    A few characters, and the same again and again: 亿元, %, 个百分点以上.
    """
    found = _OF_ENDINGS.match(text, start, min(limit, start + _LONGEST))
    assert found is not None  # it may be empty
    return _ending(found[0])


@lru_cache(maxsize=4096)
def _ending(behind: str) -> Ending:
    match = _AFTER.match(behind)
    assert match is not None  # every part of the pattern is optional
    more, multiple, more2, bare_unit, more3, post = match.groups(default="")
    if _WITHIN.search(multiple):
        multiple, more2 = _WITHIN.sub("", multiple), multiple  # 1.3万多亿元
    unit = multiple + bare_unit
    unit_start, unit_end = match.span("unit") if bare_unit else (0, 0)
    return Ending(
        unit, multiple, bare_unit, more, more2, bool(more or more2 or more3), post, unit_start,
        unit_end, match.end(), RANGE_SIGN.search(behind) is not None, _is_plain(unit),
    )  # fmt: skip


def _is_plain(unit: str) -> bool:
    """Whether a unit, other than 倍, 成, 千户, 号, 亿元 or 岁, needs no closer look."""
    odd = ("", *_HALVED, _AND_MORE_POINTS, *_SPANS, *_NUMBERED)
    return unit not in odd and unit[0] not in _ODD_BEGINNINGS and unit[-1] not in _ODD_ENDS


def finish(
    text: str, start: int, end: int, number_end: int, limit: int,
    value: Decimal, high: Decimal | None, before: str, multiple: str = "",
    behind: Ending | None = None,
) -> Number:  # fmt: skip
    """The number from its numeral's end on: a quantity with its unit and bound, or none at all.

    `before` is the character in front, `multiple` what of the unit was read already: 万; `behind`
    the ending at `end`, where that was read already.
    """
    if behind is not None and behind.plain and not multiple and before != "前":
        # as most are
        post, bound = behind.post, _GE if behind.over else _EQ
        if post:
            bound = POST_BOUNDS[post]
        stop = end + behind.end
        return Number(start, stop, start, number_end, value, high, behind.unit, bound, post, "", 0)
    half = text.startswith(POINTS_AND_A_HALF, end)
    begin = end + len(POINTS_AND_A_HALF) if half else end
    if half or behind is None:
        behind = ending(text, begin, limit)
    over, post = behind.over, behind.post
    unit = multiple + behind.unit if multiple else behind.unit
    stop = begin + behind.end
    if half:
        value, unit = value + _HALF, POINTS
    elif unit == "倍" and text.startswith("半", stop):
        value, stop = value + _HALF, stop + 1
    elif unit == "成":
        if text.startswith(tuple(NO_TENTHS), begin + behind.unit_end):
            return rejected(start, end, "not_understood")
        value, unit = value * 10, "%"
        high = None if high is None else high * 10
    if unit == _AND_MORE_POINTS:
        unit, over = POINTS, True
    if unit[:1] in _MULTIPLIES and unit[1:] and unit[1] not in _OWN_MULTIPLE:
        times, unit = multiple_value(unit[0]), unit[1:]  # 9千亿元 is 9000亿元
        value, high = value * times, None if high is None else high * times
    if not unit and behind.more in ("来", "几"):
        stop = end
    none = _no_quantity(text, start, end, stop, limit, unit, post, before)
    if none is not None:
        return none
    bound = POST_BOUNDS[post] if post else _GE if over else _EQ
    return Number(start, stop, start, number_end, value, high, unit, bound, post, "", 0)


def _no_quantity(
    text: str, start: int, end: int, stop: int, limit: int, unit: str, post: str, before: str
) -> Number | None:
    """Part of a name, an ordinal, a rank, a class or a duration, by unit and neighbours; else None.

    `end` is where the numeral ends, `stop` where its unit and bound do.
    """
    if not unit:
        after = text[end] if end < limit else "\n"
        if after in LATIN:
            return rejected(start, end, "name_part")
        numeral = text[start:end]
        if after in "”》」" or _is_hotline(numeral, before) or _is_label(numeral, after):
            return rejected(start, end, "name_part")
        if before in '“"‘「' or (
            _AFTER_NAME.match(text, end, limit) and before not in _REACHED_OR_COUNTED
        ):
            return rejected(start, end, "name_part")
    if unit in _NUMBERED:
        return rejected(start, stop, "ordinal" if unit in _ORDINALS else "name_part")
    if unit.startswith("连"):
        return rejected(start, stop, "name_part")
    if unit.endswith("元") and CLASS.match(text, stop - len(post), limit):
        return rejected(start, stop, "class")
    if unit == "岁" and _AGED.match(text, stop - len(post), limit):
        return rejected(start, stop, "class")
    if unit in _SPANS and text.endswith(_IN_A_ROW, 0, start):
        return rejected(start, stop, "duration")
    if before == "前" and unit in _AMONG_FIRST:
        return rejected(start, stop, "rank")
    if not unit and _RANK_AFTER.match(text, end, limit):
        return rejected(start, end, "rank")
    return None


def _is_hotline(numeral: str, before: str) -> bool:
    return numeral in _HOTLINES and before not in _REACHED  # 分别达到120、35万吨


def _is_label(numeral: str, after: str) -> bool:
    """2022网信大会, 5.0产业: a bare year or version in front of what it names."""
    versioned = numeral.endswith(".0") or (len(numeral) == 4 and numeral[:2] in ("19", "20"))
    return versioned and "\u4e00" <= after <= "\u9fff"
