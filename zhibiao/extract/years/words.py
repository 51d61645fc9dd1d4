"""The words of time that clock.py follows, and what stands around them."""

from __future__ import annotations

import re
from typing import Final

from zhibiao.extract.number.numbers import Number
from zhibiao.extract.words.lexicon import COMMA, DOWN, NAME, NUMBER, REACH, REGION, UP, Token

# 过去五年, 五年来, 五年后: a count of years with what stands before and after it
COUNT: Final = re.compile(
    r"(?P<before>(?:连续|过去|近|这|比|今后|未来|上|前)?(?:的)?)(?P<count>[两三四五六七八九十])年(?P<after>来|间|内|中|前|后)?$"
)
BEFORE: Final = ("过去的", "过去", "今后", "未来", "近", "这")  # of a count in digits
AFTER: Final = ("来", "间", "内", "中", "前", "后")
COMPARES: Final = re.compile(r"(?:比|较|与|同|和|相当于|等于|相比|对比)(?:于)?$")
# 与2017年相比, 比2017年（下同）, 较2017年，…: a base for the whole sentence
FOR_ALL: Final = ("相比", "比，", "比,", "底相", "末相", "比较", "（下同", "，", ",")
STARTS: Final = ("由", "从", "自")
# 同完成恢复的1952年相比: what the year is compared with stands before it
_COMPARED_BEHIND: Final = re.compile("相比|(?:比|比较)[，,]")
# 按1980年不变价格计算: the year of the prices, and of nothing that is counted
_PRICED: Final = re.compile(
    "的?(?:不变|可比|现行|固定)?价格?(?!指数|水平|[上下]|涨|总|改|调|是|为)"
)
_LISTED: Final = ("和", "与", "及", "、")
# 相当于2017年的1.8倍
MULTIPLIES: Final = ("是", "为", "达", "到", "相当于")
RESOLVE: Final = ("力争", "争取", "确保", "必保", "力保", "务必", "努力", "奋力", "力求")
OFFSETS: Final = {"去年": -1, "上年": -1, "上一年": -1, "前年": -2, "明年": 1}
RELATIVE: Final = (*OFFSETS, "过去一年", "一年来", "今年", "本年", "年初")
WHOLE_YEAR: Final = ("全年", "年末", "年底", "今年", "去年", "上年", "年内")
PART_OF_YEAR: Final = ("上半年", "前三季度", "一季度")
AVERAGE: Final = ("年均", "平均每年", "每年平均", "年平均")
OVER_A_YEAR: Final = ("同比", "比上年", "较上年", "比去年", "较去年", "比上一年", "较上一年")
TERM: Final = ("上届", "上一届", "换届", "比", "本届政府")
TWO_TO_FIVE: Final = "两三四五"
IN_A_ROW: Final = ("连续", "已连续")
TAKEN: Final = ("时间", "努力", "奋斗", "攻坚期")  # 用三年时间
EVERY_YEAR: Final = ("连年", "年年", "历年", "每年", "始终")
# 在去年较高基数上, 在2020年的基础上: the year is what the figure builds on
_GROUND: Final = re.compile(r"[^，。；、,;]{0,36}?(?:基础|基数|水平|高位|高点|平台)之?上")
# 五年累计, 五年翻一番: what follows a bare count of years that a figure covers
_COVERED: Final = re.compile(
    r"[，,]?(?:接近|将近|约|近|已|基本|可|实现)*"
    r"(?:翻|年均|年平均|平均|累计|合计|共|总计|净|新|增|提高|提升|下降|降低|减少|完成|实现|建成|引进|培育|投入|接待)"
)
# 五年年均增长: the years of the average alone
_AVERAGED: Final = re.compile(
    r"(?:来|间|内|中)?(?:累计|实现|可比|同口径)?(?:年均|年平均|平均每年|每年平均)"
)
# What may stand between a base and its own value: 比2016年的52亿元, 由“十二五”末的52亿元.
_VALUE_OF: Final = (
    "",
    "的",
    "预计的",
    "计划的",
    "实际的",
    "原定的",
    "末的",
    "底的",
    "末",
    "底",
    "时的",
    "期末的",
)
# 是2017年末的近两倍
_THEN: Final = re.compile("(?:年?[末底]|时)?的")
_EDGES: Final = "，。；、：:,;\n（( 　"
_NAMED: Final = (
    "的",
    "行动",
    "计划",
    "规划",
    "方案",
    "攻坚",
    "任务",
    "期",
    "级",
    "制",
    "以上",
    "一",
)
# 实现2035年远景目标: how far the aims of others reach, and no year of what follows
FAR_AIMS: Final = ("远景", "愿景", "基本实现")
_SENTENCE: Final = 120  # characters
_UNFINISHED: Final = re.compile(
    "前三季度|前[0-9一二三四五六七八九十]+个月|1[-—–~至]1?[0-9]月|全年预计|预计全年"
)


def covers(text: str, start: int, end: int) -> bool:
    """Whether the count of years text[start:end] says what a figure covers.

    五年累计, and 五年 at the head of a clause; not 三年行动, not 压抑三年的消费.
    """
    if text[end - 1] != "年" or _COVERED.match(text, end):
        return True
    return text[start - 1 : start] in _EDGES and not text.startswith(_NAMED, end)


def averaged(text: str, end: int) -> bool:
    """Whether a count of years that ends here is an average's own: 五年年均增长."""
    return _AVERAGED.match(text, end) is not None


def compared(text: str, before: str, end: int) -> bool:
    """Whether a year that ends here is what others are compared with."""
    return COMPARES.search(before) is not None or _COMPARED_BEHIND.match(text, end) is not None


def of_prices(text: str, end: int) -> bool:
    """Whether a year that ends here is that of the prices in which values are told."""
    return _PRICED.match(text, end) is not None


def listed(tokens: list[Token], text: str, last: int, i: int) -> bool:
    """1958年和1959年: whether the year at token i stands in a list with that at token last."""
    joined = text[tokens[last].end : tokens[i].start] in _LISTED
    return joined and _COMPARED_BEHIND.match(text, tokens[i].end) is None


def ground_after(text: str, end: int) -> int:
    """Where 基础上 stands in the phrase that a year opens; -1 when it opens none."""
    ground = _GROUND.match(text, end)
    return -1 if ground is None else ground.end() - 2


def multiplied(tokens: list[Token], numbers: list[Number], text: str, i: int) -> bool:
    """是2017年的1.8倍: whether a multiple of what was at the time at token i follows."""
    if not _THEN.match(text, tokens[i].end):
        return False
    following = next((t for t in tokens[i + 1 : i + 6] if t.mask == NUMBER), None)
    return following is not None and numbers[following.number].unit == "倍"


def value_behind(tokens: list[Token], numbers: list[Number], text: str, i: int) -> int | None:
    """Token of the value that follows the time at token i as its own: 2016年的52亿元."""
    for k in range(i + 1, min(i + 4, len(tokens))):
        if tokens[k].mask == NUMBER:
            own = text[tokens[i].end : tokens[k].start] in _VALUE_OF
            return k if own and numbers[tokens[k].number].unit not in ("倍", "番") else None
    return None


def tells_when(tokens: list[Token], text: str, i: int) -> bool:
    """前三季度，…, 上半年增长: the part of a year tells when; 上半年疫情 does not."""
    if i + 1 == len(tokens) or text.endswith("由", 0, tokens[i].start):
        return False
    return bool(tokens[i + 1].mask & (COMMA | NAME | REGION | REACH | UP | DOWN))


def unfinished(text: str, end: int) -> bool:
    """今年以来, 今年前三季度…，全年预计: whether what follows is told before that year is over."""
    if text.startswith("以来", end):
        return True
    stop = text.find("。", end, end + _SENTENCE)
    return _UNFINISHED.search(text, end, stop if stop >= 0 else end + _SENTENCE) is not None
