"""What a number is measured against: a plan that was fulfilled, a standard, another amount."""

from __future__ import annotations

import re
from typing import Final

from zhibiao.extract.clause.reader import Reader
from zhibiao.extract.number.numbers import Number

# 以12亿美元的规模: the figure itself, and no yardstick.
_AS_A_WHOLE: Final = re.compile(
    "的(?:基础|总?规模|总?量|总额|体量|水平|成绩|佳绩|历史|好成绩|新高)"
)
# 为年初预算的103%: how far a plan was fulfilled, which is no word of the figure's own
_FULFILLED: Final = re.compile(
    "(?:(?:为|完成|达到?|是|相当于)[^，,、。；]{0,8}|占到?(?:年初|年度|全年|当年|调整)*)"
    "(?:预算|计划|任务|目标|进度)(?:数|任务|目标|总数)?的?$"
)
# How fast something grows, of which a multiple tells nothing of how much there is.
_PACE: Final = re.compile("(?:年均|平均)?(?:增速|增幅|涨幅|增长率|增长速度)")
# 完成任务目标的224%; 去年任务（5.5亿元）: what was planned is its own figure's, and no outturn.
_PLANNED: Final = re.compile(
    "(?:任务|目标|计划|预算|指标)(?:任务|目标|总?数|总量|值)?(?P<mark>的|[（(])$"
)
_ONCE_PLANNED: Final = re.compile("原(?:先)?(?:定|计划)[^，。；、0-9]{0,8}$")
_MARKED: Final = ("的", "（", "(")  # most numbers stand behind none of these


def fulfils(reader: Reader, segment: int, place: int) -> bool:
    """完成18亿元，为预算的103%，增长7%: what comes after goes on about the subject."""
    number = reader.numbers[reader.tokens[place].number]
    if number.unit != "%" or segment == place:
        return False
    begin = reader.tokens[segment].start
    return bool(_FULFILLED.match(reader.text[begin : number.start]))


def is_standard(reader: Reader, place: int) -> bool:
    """人均收入2300元作为扶贫标准, 收入万元以上的村: a yardstick and no statement."""
    number = reader.numbers[reader.tokens[place].number]
    after = reader.text[number.end : number.end + 24].split("，")[0].split("。")[0]
    if number.unit == "%" or _AS_A_WHOLE.match(after):
        return False
    return after.startswith(("的", "且", "并且")) or ("作为" in after and "标准" in after)


def sets_standard(reader: Reader, place: int) -> bool:
    """将收入2300元作为扶贫标准，提高92%: what goes on is about the standard."""
    number = reader.numbers[reader.tokens[place].number]
    return "作为" in reader.text[number.end : number.end + 12].split("，")[0]


def multiple_of_other(reader: Reader, i: int, place: int) -> bool:
    """支出是收入的6倍, 增速是全国的2倍: a multiple of the name, or of how fast it grows."""
    number = reader.numbers[reader.tokens[place].number]
    if number.unit != "倍":
        return False
    told = reader.text[reader.tokens[i].end : number.start]
    return told == "的" or _PACE.match(told) is not None


def is_average(reader: Reader, place: int) -> bool:
    """105个县收入平均12.6亿元: what one of many has."""
    number = reader.numbers[reader.tokens[place].number]
    if number.unit in ("%", "倍", "个百分点") or not reader.text.endswith("平均", 0, number.start):
        return False
    return reader.text[number.start - 3 : number.start - 2] != "年"


def of_plan(reader: Reader, place: int) -> bool:
    """完成总任务目标的224%, 去年任务（5.5亿元）: how far a plan went, or how far it was to go."""
    number = reader.numbers[reader.tokens[place].number]
    if not reader.text.endswith(_MARKED, 0, number.start):
        return False
    planned = _PLANNED.search(reader.text, max(0, number.start - 12), number.start)
    return planned is not None and (planned["mark"] != "的" or number.unit == "%")


def superseded(text: str, number: Number) -> bool:
    """由原定平均每年6%调高到8%: a value that another has taken the place of."""
    return _ONCE_PLANNED.search(text, max(0, number.start - 14), number.start) is not None
