"""The words of time that timing.py follows, and what stands around them."""

from __future__ import annotations

import re

YEARS = {"两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
BACK = re.compile(r"(?:过去|近|这|比)?(?:的)?([两三四五六七八九十])年(?:来|间|内|中|前|后)?$")
AHEAD = re.compile(r"(?:今后|未来)([三五])年$")
COMPARES = re.compile(r"(?:比|较|与|同|和|相当于|等于|相比|对比)(?:于)?$")
RESOLVE = ("力争", "争取", "确保", "必保", "力保", "务必", "努力", "奋力", "力求")
RELATIVE = ("去年", "上年", "上一年", "过去一年", "一年来", "前年", "今年", "本年", "明年")
YEARS_AGO = {"去年": 1, "上年": 1, "上一年": 1, "前年": 2}
WHOLE_YEAR = ("全年", "年末", "年底", "今年", "去年", "上年", "年内")
PART_OF_YEAR = ("上半年", "前三季度", "一季度")
AVERAGE = ("年均", "平均每年", "每年平均", "年平均")
TAKEN = ("时间", "努力", "奋斗", "攻坚期")  # 用三年时间
EVERY_YEAR = ("连年", "年年", "历年")
# 在去年较高基数上, 在2020年的基础上: the year is what the figure builds on
_GROUND = re.compile(r"[^，。；、,;]{0,36}?(?:基础|基数|水平|高位|高点|平台)之?上")
# 五年累计, 五年翻一番: what follows a bare count of years that a figure covers
_COVERED = re.compile(
    r"[，,]?(?:接近|将近|约|近|已|基本|可|实现)*"
    r"(?:翻|年均|年平均|平均|累计|合计|共|总计|净|新|增|提高|提升|下降|降低|减少|完成|实现|建成|引进|培育|投入|接待)"
)
_EDGES = "，。；、：:,;\n（( 　"
_NAMED = ("的", "行动", "计划", "规划", "方案", "攻坚", "任务", "期", "级", "制", "以上", "一")


def covers(text: str, start: int, end: int) -> bool:
    """Whether the count of years text[start:end] says what a figure covers.

    五年累计, and 五年 at the head of a clause; not 三年行动, not 压抑三年的消费.
    """
    if text[end - 1] != "年" or _COVERED.match(text, end):
        return True
    return text[start - 1 : start] in _EDGES and not text.startswith(_NAMED, end)


def ground_after(text: str, end: int) -> int:
    """Where 基础上 stands in the phrase that a year opens; -1 when it opens none."""
    ground = _GROUND.match(text, end)
    return -1 if ground is None else ground.end() - 2
