"""Numbers in Chinese numerals: 三百二十万元, 百分之五点六, 三成五; and words that are none."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from zhibiao.catalogue.units import POINTS
from zhibiao.domain import Bound
from zhibiao.extract.number.endings import (
    ARABIC,
    NO_TENTHS,
    POINTS_AND_A_HALF,
    POST_BOUNDS,
    RANGE,
    WRITTEN,
    Ending,
    ending,
    finish,
    value_of,
    values,
)
from zhibiao.extract.number.numbers import DASH, Number, rejected
from zhibiao.language.numerals import chinese_number, either, in_plain_numerals, split_multiple
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_PERCENT_RANGE: Final = _WORDING.pattern("percent_range", dash=DASH, written=WRITTEN, arabic=ARABIC)
_OVER: Final = _WORDING.pattern("over")
_TENTHS: Final = _WORDING.pattern("tenths", no_tenths=NO_TENTHS)
_HALF_OF_IT: Final = _WORDING.pattern("half_of_it")
_BIG_WORDS: Final = _WORDING.pattern("big_words")

_SINGLE: Final = frozenset(_WORDING.words("single"))
_FEW: Final = frozenset(_WORDING.words("few"))
_VAGUE: Final = frozenset(_WORDING.words("vague"))
_ROUGHLY: Final = frozenset(_WORDING.words("roughly"))
_OF: Final = _WORDING.text("of")
_KILO: Final = _WORDING.text("kilo")
_OF_KILO: Final = _WORDING.words("of_kilo")
_ORDINAL: Final = frozenset(_WORDING.text("ordinal"))
_FROM_MARKS: Final = frozenset(_WORDING.text("from_marks"))
_ONTO: Final = frozenset(_WORDING.text("onto"))
_STEPPING: Final = frozenset(_WORDING.text("stepping"))
_SEVERAL_OF: Final = frozenset(_WORDING.text("several_of"))
_PIECE: Final = _WORDING.text("piece")
_HUNDREDS: Final = frozenset(_WORDING.text("hundreds"))
_TIMES: Final = frozenset(_WORDING.words("times"))
_ROUND: Final = frozenset(_WORDING.words("round"))
_PASSED: Final = frozenset(_WORDING.words("passed"))
_UNCOUNTED: Final = frozenset(_WORDING.text("uncounted"))
_CLAUSE_ENDS: Final = frozenset(_WORDING.text("clause_ends"))
_LISTED_ON: Final = _WORDING.pattern("listed_on")
_LISTS_ON: Final = frozenset(_WORDING.text("lists_on"))
_STEPPED: Final = _WORDING.text("stepped")
_STEPPED_IN: Final = _WORDING.words("stepped_in")
_HELD: Final = frozenset(_WORDING.words("held"))
_AFTER_DIGITS: Final = frozenset(_WORDING.words("after_digits"))
_DONE_OF: Final = _WORDING.pattern("done_of")
_MONEY_ENDS: Final = _WORDING.pattern("money_ends")
_OF_MONEY: Final = frozenset(_WORDING.text("of_money"))
_LARGE: Final = frozenset("万亿")
_DIGITS: Final = frozenset(_WORDING.text("digits"))
_COUNTERS: Final = frozenset(_WORDING.text("counters"))
_SMALL: Final = frozenset(_WORDING.words("small"))
_NEAR: Final = 24  # characters of what was done of which there is so much
_WORDS: Final = _WORDING.words("words")


def read_written(text: str, start: int, end: int, limit: int, numeral: str) -> Number | None:
    """The number that a Chinese numeral, text[start:end], is; None where it is part of a word."""
    if numeral[1:3] == _OF:
        return _read_percent(text, start, end, limit, numeral)
    if numeral[-2:-1] in _LARGE and text[end : end + 1] in _COUNTERS and numeral[-1] in _DIGITS:
        # 跨越六千亿、七千亿三个关口: nobody counts in 三万五个
        end = limit = end - 1
        numeral = numeral[:-1]
    number = _read_chinese(text, start, end, limit, in_plain_numerals(numeral))
    quoted = text[start - 1 : start] == "“"
    over = numeral[0] in "百千万亿" and _OVER.match(text, start - 1 - quoted, start)
    if number and not number.reason and over:
        return number.of_bound(Bound.GE, start - 1 - quoted)  # 财政收入过亿元
    return number


def _read_percent(text: str, start: int, end: int, limit: int, numeral: str) -> Number | None:
    """百分之五点六, 千分之三: the percentage, or the upper end of a range of them too."""
    read = values(numeral[3:])
    if read is None:
        return rejected(start, end, "not_understood")
    value, high = read
    unit = "%" if numeral[0] == "百" else "‰"
    match = None if high is not None else _PERCENT_RANGE.match(text, end, limit)
    if match is not None:
        high = value_of(match["high"])
        if high is not None and high > value:
            end = match.end()
        else:
            high = None
    after = ending(text, end, limit)
    post = after.post
    stop = end
    bound = Bound.EQ if high is None or match is not None else Bound.APPROX
    if post and not after.bare_unit:
        stop, bound = end + after.end, POST_BOUNDS[post]
    elif after.more in _ROUND and not after.multiple:
        stop, bound = end + 1, Bound.GE
    return Number(start, stop, start, end, value, high, unit, bound, post, "", 0)


def _read_chinese(text: str, start: int, end: int, limit: int, numeral: str) -> Number | None:
    """三百二十万元, 近百家: the number; None where the numeral belongs to a word."""
    before = text[start - 1] if start else "\n"
    if len(numeral) > 1 and numeral[-1] in _KILO and text.startswith(_OF_KILO, end):
        end -= 1  # 百亿千瓦时
        numeral = numeral[:-1]
    if before in _ORDINAL or text.startswith(_WORDS, start - 1):
        return None
    if numeral == "半" and not text.startswith(POINTS, end):
        return None
    parts = _read_parts(text, start, end, limit, numeral, before)
    if parts is not None:
        return parts
    head, multiple = split_multiple(numeral)
    after = ending(text, end, limit)
    unit = after.bare_unit
    if _is_word(text, start, end, limit, numeral, after):
        return None
    if unit in _VAGUE and not multiple and len(numeral) <= 3:
        counted = unit == _PIECE and numeral[-1] in _HUNDREDS and len(numeral) > 1  # 三千个基站
        roughly = unit in _ROUGHLY and (after.more or numeral in ("十", "百", "千"))
        if "点" in numeral:
            return rejected(start, end, "not_understood")
        if not (counted or (roughly and after.more)):
            return None
    if after.multiple and "亿" in head and not multiple:
        # 四亿零七百多万吨: the 万 belongs to the seven hundred
        whole = chinese_number(head + after.multiple)
        bound = Bound.GE if after.more or after.more_behind else Bound.EQ
        stop = end + after.end
        if not unit:
            return rejected(start, stop, "not_understood")
        if whole is not None:
            return Number(start, stop, start, end, whole, None, unit, bound, "", "", 0)
    read = values(head)
    if read is None:
        return rejected(start, end, "not_understood")
    value, high = read
    bound = Bound.EQ if high is None else Bound.APPROX
    number_end = end
    range_match = None if high is not None else RANGE.match(text, end, limit)
    if range_match is not None and before not in _FROM_MARKS:
        high_head, high_multiple = split_multiple(range_match["high"])
        high_value = value_of(high_head)
        if high_value is not None and high_value > value and high_multiple == multiple:
            high = high_value
            end = number_end = range_match.end()
    bare = bool(multiple) and _is_magnitude(numeral) and not unit
    # 突破万亿: the unit is understood, but 突破万亿企业 is a class
    of = multiple + "元" if bare else multiple
    number = finish(text, start, end, number_end, limit, value, high, before, of)
    if bare:
        return (
            None
            if number.reason not in ("", "class")
            else number.of_unit(number.unit.removesuffix("元"))
        )
    return number.of_bound(bound) if number.bound is Bound.EQ else number


def _read_parts(
    text: str, start: int, end: int, limit: int, numeral: str, before: str
) -> Number | None:
    """三成五, 一半, 半个百分点; None for any other numeral."""
    tenths = _TENTHS.match(text, start, limit)
    if tenths is not None and tenths.end(1) == end:
        return _read_tenths(text, start, limit, tenths)
    if numeral == "半" or text.startswith(POINTS_AND_A_HALF, end):
        value = Decimal("0.5") if numeral == "半" else value_of(numeral)
        if value is None:
            return rejected(start, end, "not_understood")
        return finish(text, start, end, end, limit, value, None, before)
    half = _HALF_OF_IT.match(text, end, limit) if numeral == "一" else None
    if half is not None:
        after = ending(text, half.end(), limit)
        post = after.post
        bound = POST_BOUNDS[post] if post else Bound.EQ
        stop = half.end() if not post or after.bare_unit else half.end() + after.end
        return Number(start, stop, start, half.end(), Decimal(50), None, "%", bound, post, "", 0)
    return None


def _is_magnitude(numeral: str) -> bool:
    """千亿, 万: no numeral before the multiple; 十亿 has one."""
    return all(sign in "百千万亿" for sign in numeral)


def _is_word(text: str, start: int, end: int, limit: int, numeral: str, after: Ending) -> bool:
    """Whether a numeral belongs to a word or says no count: 千家万户, 三人成众, 十九连丰."""
    before = text[start - 1] if start else "\n"
    if before in _ONTO and start > 1 and text[start - 2] in _STEPPING:
        before = "迈"
    unit = after.bare_unit
    multiple = split_multiple(numeral)[1]
    if unit.startswith("连"):
        return True
    more = bool(after.more) and unit not in _TIMES and bool(unit or after.multiple)
    if before in _UNCOUNTED and numeral[-1] in _HUNDREDS and text[end : end + 1] in _CLAUSE_ENDS:
        return False
    several = _is_magnitude(numeral.replace("十", "")) and len(set(numeral)) > 2
    if several or numeral == "亿万":
        return True  # 十百千万工程
    if _is_magnitude(numeral):
        # 千亿元大关, 突破万亿; but 万元GDP能耗 is a name and 亿万 is a word
        if before in _SEVERAL_OF:
            return True
        if not ("万" in numeral or "亿" in numeral):
            return not (
                more or (before in _PASSED and before != "“" and unit and unit not in _VAGUE)
            )
        reached = (
            more
            or (before in _PASSED and (before != "“" or len(numeral) > 1))
            or (before in _LISTS_ON and _LISTED_ON.search(text, max(0, start - 10), start))
            or (before == _STEPPED and unit in _STEPPED_IN and _OVER.match(text, start - 1, start))
            or (before in _HELD and numeral not in _AFTER_DIGITS)
            or _BIG_WORDS.match(text, end + after.unit_start if unit else end, limit)
            or (
                before in _OF_MONEY
                and numeral not in _SMALL
                and _is_amount(text, start, end, limit)
            )
        )
        return not reached or (len(numeral) == 1 and not unit)
    if numeral[0] == "十" and (before in "几数" or not (unit or after.multiple or multiple)):
        return True
    if numeral in ("十万", "十亿") and not unit:
        return before not in _PASSED | _HELD
    if len(numeral) == 1:
        counts = unit in _SINGLE or (unit in _FEW and numeral != "一" and before != "“")
        counts |= numeral == "十" and unit == "人"
        return not (counts or (numeral == "十" and more))
    return not unit and not multiple and not after.multiple


def _is_amount(text: str, start: int, end: int, limit: int) -> bool:
    """累计完成工业投资万亿元: whether 万亿 is how much was done of the name right before it."""
    if _MONEY_ENDS.match(text, end, limit) is None:
        return False
    return _DONE_OF.search(text, max(0, start - _NEAR), start) is not None


def _read_tenths(text: str, start: int, limit: int, tenths: re.Match[str]) -> Number:
    """三成五 is 35 %, 七八成 70 to 80 %."""
    low, high = _tenths(tenths[1])
    half = tenths[2]
    value = low * 10
    if half:
        value += 5 if half == "半" else chinese_number(half) or 0
    after = ending(text, tenths.end(), limit)
    post = after.post
    stop = tenths.end()
    bound = Bound.EQ if high is None else Bound.APPROX
    if post:
        stop, bound = stop + after.end, POST_BOUNDS[post]
    elif after.more in _ROUND:
        stop, bound = stop + 1, Bound.GE
    return Number(start, stop, start, tenths.end(), value, high, "%", bound, post, "", 0)


def _tenths(digits: str) -> tuple[Decimal, Decimal | None]:
    """七 is 7, 七八 7 or 8: the lower in tenths, the upper in percent."""
    read = either(digits) if len(digits) == 2 else None
    if read is not None:
        return read[0], read[1] * 10
    return chinese_number(digits) or Decimal(0), None
