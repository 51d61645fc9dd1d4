"""What a number is measured against: a plan that was fulfilled, a standard, another amount."""

from __future__ import annotations

from typing import Final

from zhibiao.catalogue.units import RELATIVE
from zhibiao.extract.number.numbers import Number
from zhibiao.extract.owner.reader import Reader
from zhibiao.extract.words.sentences import Line
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_YARDSTICK: Final = _WORDING.words("yardstick")
_AS_A_WHOLE: Final = _WORDING.pattern("as_a_whole")
_FULFILLED: Final = _WORDING.pattern("fulfilled")
_GOES_ON: Final = _WORDING.words("goes_on")
_AS: Final = _WORDING.text("as")
_STANDARD: Final = _WORDING.text("standard")
_EACH: Final = _WORDING.text("each")
_FOR_SO_MANY: Final = _WORDING.pattern("for_so_many")
_SO_MANY: Final = 14  # characters that it matches
_OF_REGIONS: Final = frozenset(_WORDING.text("of_regions"))
_TIMES_OF_REGION: Final = _WORDING.pattern("times_of_region")
_AVERAGE: Final = _WORDING.text("average")
_YEARLY: Final = _WORDING.text("yearly")
_PACE: Final = _WORDING.pattern("pace")
_PLANNED: Final = _WORDING.pattern("planned")
_HELD_AGAINST: Final = _WORDING.pattern("held_against")
_SHARE_OF_PLAN: Final = _WORDING.pattern("share_of_plan")
_DIFFERS: Final = _WORDING.pattern("differs")
_IN_FACT: Final = _WORDING.text("in_fact")
_AIMED: Final = _WORDING.pattern("aimed")
_THEN_DONE: Final = _WORDING.pattern("then_done")
_ONCE_PLANNED: Final = _WORDING.pattern("once_planned")
_AIM: Final = _WORDING.words("aim")
_AIMED_AT: Final = _WORDING.pattern("aimed_at")
_FULFILLED_BY: Final = _WORDING.pattern("fulfilled_by")
_PASSED: Final = _WORDING.pattern("passed")
_MISSED: Final = _WORDING.pattern("missed")
_MISSED_BEHIND: Final = _WORDING.pattern("missed_behind")
_LISTED_AIMS: Final = 80  # characters from a number to what calls a list of them an aim
_TOLD_OF_AIM: Final = 8  # characters with it and what says that it is far
_APART: Final = _WORDING.pattern("apart")
_BESIDE: Final = _WORDING.pattern("beside")
# What the words end with that make a number an average, or one of a plan: most stand behind none.
BEHIND_AVERAGE: Final = frozenset(_AVERAGE[-1])
BEHIND_PLAN: Final = frozenset(_WORDING.words("marked"))


def is_yardstick(reader: Reader, i: int) -> bool:
    """比一般公共预算收入增速快1.8个百分点: whether others are measured by what token i names."""
    return reader.text.endswith(_YARDSTICK, 0, reader.tokens[i].start)


def fulfils(reader: Reader, segment: int, place: int) -> bool:
    """完成18亿元，为预算的103%，增长7%: what comes after goes on about the subject."""
    number = reader.number_at(place)
    if number.unit != "%" or segment == place:
        return False
    begin = reader.tokens[segment].start
    return bool(_FULFILLED.match(reader.text[begin : number.start]))


def is_standard(reader: Reader, place: int) -> bool:
    """人均收入2300元作为扶贫标准, 收入万元以上的村: a yardstick and no statement."""
    number = reader.number_at(place)
    after = reader.text[number.end : number.end + 24].split("，")[0].split("。")[0]
    if number.unit == "%" or _AS_A_WHOLE.match(after):
        return False
    return after.startswith(_GOES_ON) or (_AS in after and _STANDARD in after)


def sets_standard(reader: Reader, place: int) -> bool:
    """将收入2300元作为扶贫标准，提高92%: what goes on is about the standard."""
    number = reader.number_at(place)
    return _AS in reader.text[number.end : number.end + 12].split("，")[0]


def multiple_of_other(reader: Reader, i: int, place: int) -> bool:
    """支出是收入的6倍, 增速是全国的2倍: a multiple of the name, or of how fast it grows."""
    number = reader.number_at(place)
    if number.unit != "倍":
        return False
    told = reader.text[reader.tokens[i].end : number.start]
    return told == "的" or _PACE.match(told) is not None


def told_by_others(text: str, number: Number) -> bool:
    """是全市的4.1倍, of a district; 每4元就有1元: a figure that is told by what others have."""
    mark = text[number.start - 1]
    if mark == _EACH:
        return True
    if number.unit != "倍" or mark not in _OF_REGIONS:
        return False
    return _TIMES_OF_REGION.search(text, max(0, number.start - 16), number.start) is not None


def is_density(text: str, number: Number) -> bool:
    """床位达到每10万人12张: whether a number is how many there are for so many others."""
    begin = max(0, number.start - _SO_MANY)
    if text.find(_EACH, begin, number.start) < 0:
        return False  # as before nearly every number
    return _FOR_SO_MANY.search(text, begin, number.start) is not None


def is_average(reader: Reader, place: int) -> bool:
    """105个县收入平均12.6亿元: what one of many has."""
    number = reader.number_at(place)
    if number.unit in RELATIVE or not reader.text.endswith(_AVERAGE, 0, number.start):
        return False
    return not reader.text.endswith(_YEARLY, 0, number.start)


def of_plan(reader: Reader, place: int) -> bool:
    """完成总任务目标的224%, 去年任务（5.5亿元）: how far a plan went, or how far it was to go."""
    number = reader.number_at(place)
    if reader.text[number.start - 1] not in BEHIND_PLAN:
        return False  # as for most
    planned = _PLANNED.search(reader.text, max(0, number.start - 12), number.start)
    return planned is not None and (planned["mark"] != "的" or number.unit == "%")


def held_against(reader: Reader, place: int) -> bool:
    """比“十五”计划目标3000亿元多1070亿元, 为预算43亿元的104%: whether a number is the aim that an
    outturn is held against, or how far it went beyond one that has no number."""
    number = reader.number_at(place)
    if reader.text[number.start - 1] not in BEHIND_PLAN:
        return False
    held = _HELD_AGAINST.search(reader.text, max(0, number.start - 20), number.start)
    if held is None:
        return False
    if held["more"]:
        return not (held["by"] and held["past"])  # 比去年预算低0.4个百分点: a fall over the year
    return not held["by"] and _SHARE_OF_PLAN.match(reader.text, number.end) is not None


def passes_aim(reader: Reader, place: int) -> bool:
    """提前一年完成“十五”规划5000亿元的目标: whether a number is an aim that was passed."""
    number = reader.number_at(place)
    if _AIMED_AT.match(reader.text, number.end) is None:
        return False
    return _PASSED.search(reader.text, max(0, number.start - 24), number.start) is not None


def differs_by(reader: Reader, place: int) -> bool:
    """比计划目标8%高1个百分点, 为预算43亿元的104%: how a yardstick told right before is passed."""
    before = reader.number_before(place)
    if before is None:
        return False
    return _DIFFERS.fullmatch(reader.text, before.end, reader.number_at(place).start) is not None


def superseded(text: str, number: Number) -> bool:
    """由原定平均每年6%调高到8%; 目标为6%，实际增长6.3%: a value that another has replaced."""
    begin = max(0, number.start - 14)
    if _IN_FACT in text[number.end : number.end + 12]:
        aimed = _AIMED.search(text, begin, number.start) is not None
        return aimed and _THEN_DONE.match(text, number.end) is not None
    if "原" not in text[begin : number.start]:  # as before nearly every number
        return False
    return _ONCE_PLANNED.search(text, begin, number.start) is not None


def speaks_of_aims(line: Line) -> bool:
    """Whether a word of aims stands in a line or soon behind it: in most there is none, and none
    of its numbers need be looked at for one."""
    begin, end = line.tokens[0].start, line.tokens[-1].end + _LISTED_AIMS
    for word in _AIM:  # noqa: SIM110 - a generator takes three times as long
        if line.text.find(word, begin, end) >= 0:
            return True
    return False


def is_aim_compared(text: str, number: Number, beside: bool) -> bool:
    """与7%左右的目标有较大差距, 未完成增长8%的目标, 完成5万人目标的124%: what an outturn is
    held against, and none.

    `beside` an outturn of the same thing so is 上涨2.1%，控制在3%的目标以内, and what was to be
    reached: 提前两年实现3000元的目标.
    """
    behind = text[number.end : number.end + 16]
    for word in _AIM:
        if word in behind:
            break
    else:
        return False  # as behind nearly every number
    if _FULFILLED_BY.match(text, number.end) is not None:
        return True
    aim = _AIMED_AT.match(text, number.end)
    if aim is None:
        return False
    begin = max(0, number.start - 12)
    if _APART.search(text, begin, number.start) is not None:
        return True
    if beside and (aim["within"] or _PASSED.search(text, max(0, begin - 12), number.start)):
        return True
    return aim["held"] is not None and _BESIDE.search(text, begin, number.start) is not None


def is_missed(text: str, number: Number) -> bool:
    """没有完成A增长8%、B增长9%的目标; A增长8%、B增长9%的目标没有实现: whether a number is one of
    the aims of a list that was missed."""
    for word in _AIM:
        at = text.find(word, number.end, number.end + _LISTED_AIMS)
        if at >= 0:
            break
    else:
        return False  # as for nearly every number
    if _MISSED_BEHIND.match(text, number.end) is not None:
        return True
    begin = max(0, number.start - _LISTED_AIMS)
    return any(
        missed.start() < number.start and number.end <= missed.end()
        for missed in _MISSED.finditer(text, begin, at + _TOLD_OF_AIM)
    )
