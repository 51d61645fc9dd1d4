"""Which place a title, a meeting, a signature or a file name names.

A name has to be set off on both sides, or be one that nothing else is written like. A short name
(高邮) has to stand by itself or before what only a place has; one that is an ordinary word as well
(合作, 资源) counts only below its superior (甘南合作2023年政府工作报告).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from zhibiao.gazetteer.gazetteer import Gazetteer, Mention, Region

_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
_YEAR_BEFORE: Final = re.compile(
    r"(?:19|20)\d\d ?(?:年|年度)?$|(?:19|20)\d\d[-—~至](?:19|20)\d\d ?年?$"
)
# Words that may stand right before a place's name.
_BEFORE: Final = re.compile(
    r"(?:代表|受|在|向|关于|中共|中国共产党|速读|解读|图解|图说|读懂|看懂|学习|聚焦|关注|直击|快讯|全文|原文|"
    r"重磅|最新|最全|权威发布|刚刚|转载|转发|附|今日|魅力|掌上|微|召开的|举行的|开幕的|来源|的)$"
)
# What only a place has, right behind its name.
_BEHIND: Final = re.compile(
    r"(?:人民)?政府|第[^第]{1,4}届|工作报告|施政报告|人民代表大会|人大|两会|发布|日报|晚报|新闻|在线|融媒|网|"
    r"门户|政务|信息|电视台|广播|之窗|(?:市|县|区|州|省|旗|盟)?(?:委|长(?![治期江春沙]))|(?:19|20)\d\d"
)
_OF_FULL_ONLY: Final = re.compile(
    r"(?:人民)?政府|第[^第]{1,4}届人|工作报告|人民代表大会|(?:19|20)\d\d ?年?"
)
_RANK: Final = frozenset("省市县区州盟旗镇乡村")
_LOWER_UNIT: Final = re.compile(
    r"[^，。、\s《》（）()\d]{0,10}?"
    r"(?:镇|乡|街道|苏木|(?:经济|技术|高新|产业|工业)?开发区|高新区|经开区|新区|园区|管委会|办事处|村|农场|林场)"
    r"(?=(?:人民)?政府|管理?委|党工委|办事处|工作|第|\d|$)"
)
# A place that the gazetteer does not know: 江川市政府工作报告.
_UNKNOWN: Final = re.compile(
    r"(?<![\u4e00-\u9fff])(?:[12]\d{3} ?年(?:度)?|关于|在)?"
    r"(?P<name>[\u4e00-\u9fff]{2,12}?[省市县区州盟旗])"
    r"(?:[12]\d{3} ?年(?:度)?)?(?:(?:人民)?政府|工作报告|第[^第]{1,4}届)"
)
_OWN: Final = re.compile(r"[我全本各]|自治|[一二三四五六七八九十两]")
_COLLECTION: Final = re.compile(
    r"各[地省市县区州]|全国各|合集|汇编|汇总|大全|[市县区]县?\d+份|历年.*各"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """Whom a text names: regions that fit, or a place that has no code here."""

    regions: tuple[Region, ...]  # empty: a town, a zone, or a place that the gazetteer lacks
    mention: Mention | None


def place_named(gazetteer: Gazetteer, text: str) -> Named | None:
    """The last place that a title-like text names; None where it names none."""
    found: Named | None = None
    mentions = gazetteer.mentions(text)
    for index, mention in enumerate(mentions):
        above = _superiors(gazetteer, mention, _chain(mentions, index))
        if not _is_named(text, mention, above, _next(mentions, index)):
            continue
        if _LOWER_UNIT.match(text, mention.end):
            found = Named(regions=(), mention=None)
        elif found is None or not _is_weaker(mention, found):
            found = Named(regions=_under(gazetteer, mention, above), mention=mention)
    if found is not None:
        return found
    return Named(regions=(), mention=None) if _names_unknown(text) else None


def is_collection(text: str) -> bool:
    """Whether a name is that of many places' reports: 各市政府工作报告."""
    return _COLLECTION.search(text) is not None


def in_force(named: Named, year: int | None) -> tuple[Region, ...]:
    """Without those that had given up the name long before the report's year."""
    mention = named.mention
    if mention is None or mention.kind != "former" or year is None:
        return named.regions
    found = []
    for region in named.regions:
        until = dict(region.former).get(mention.name)
        if until is None or year <= until + 3:  # reports keep the old name for a while
            found.append(region)
    return tuple(found) or named.regions


def _is_weaker(mention: Mention, found: Named) -> bool:
    """A short name, somewhere behind a full one, is not what the text is of."""
    before = found.mention
    return (
        mention.kind == "short"
        and before is not None
        and before.kind != "short"
        and mention.start != before.end
    )


def _next(mentions: list[Mention], index: int) -> Mention | None:
    return mentions[index + 1] if index + 1 < len(mentions) else None


def _chain(mentions: list[Mention], index: int) -> list[Mention]:
    """The names that stand right before one, without anything between: 广西 before 柳州."""
    start = index
    while start and mentions[start - 1].end == mentions[start].start:
        start -= 1
    return mentions[start:index]


def _superiors(gazetteer: Gazetteer, mention: Mention, chain: list[Mention]) -> list[Mention]:
    """Those of a chain that a place of the name belongs to: none in 合作资源."""
    codes = {place.code for region in mention.regions for place in gazetteer.superiors(region)}
    return [above for above in chain if any(region.code in codes for region in above.regions)]


def _is_named(text: str, mention: Mention, above: list[Mention], after: Mention | None) -> bool:
    left = bool(above) or _is_set_off_before(text, mention.start)
    right = (
        (after is not None and after.start == mention.end)
        or _is_set_off_behind(text, mention.end)
        or (mention.kind == "short" and _BEHIND.match(text, mention.end) is not None)
    )
    if mention.kind == "short":
        # 江川 in 江川市 is no name of 江川区.
        bounded = left and right and text[mention.end : mention.end + 1] not in _RANK
        return bounded and (not mention.ordinary or bool(above))
    if not mention.ordinary:
        return True
    return left and (right or _OF_FULL_ONLY.match(text, mention.end) is not None)


def _is_set_off_before(text: str, start: int) -> bool:
    before = text[max(0, start - 12) : start]
    if not before or _HAN.match(before[-1]) is None:
        return not before or not before[-1].isdigit() or _YEAR_BEFORE.search(before) is not None
    return _YEAR_BEFORE.search(before) is not None or _BEFORE.search(before) is not None


def _is_set_off_behind(text: str, end: int) -> bool:
    return end == len(text) or (_HAN.match(text[end]) is None and not text[end].isdigit())


def _under(gazetteer: Gazetteer, mention: Mention, above: list[Mention]) -> tuple[Region, ...]:
    """Those whom a name can mean, under the superiors that stand right before it."""
    fitting = mention.regions
    for superior in reversed(above):
        codes = {region.code for region in superior.regions}
        under = tuple(
            region
            for region in fitting
            if codes & {place.code for place in gazetteer.superiors(region)}
        )
        fitting = under or fitting
    return fitting


def _names_unknown(text: str) -> bool:
    match = _UNKNOWN.search(text)
    return match is not None and not _OWN.match(match["name"])
