"""Sentences that say what is told next: aims announced, years looked back on."""

from __future__ import annotations

import re
from typing import Final

from zhibiao.domain import Status
from zhibiao.language.plans import ANY_PLAN, PLANS, counted
from zhibiao.outline.frames import Frame, Years
from zhibiao.outline.spans import BEGINS, Phrase, YearsSaid, covered, opening_phrase

YEAR: Final = re.compile(r"(?:19|20)[0-9]{2}(?=\s*年|[—-])")
_SEVERAL_AHEAD: Final = re.compile(
    r"(?:今后|未来|下一个|下个|接下来)(?:的)?[三五]年|(?<!过去)五年(?:的)?(?:奋斗|发展|主要|总体|工作)?(?:目标|任务)"
    r"|“?十[一二三四五六]五”?(?:时期|期间|规划|发展)?(?:的)?(?:主要|总体|奋斗|预期|经济社会|发展|社会)*(?:目标|指标|任务|思路|要求)"
    r"|到“?十[一二三四五六]五”?(?:期)?末|到20[0-9]{2}年|[三五]年后|本届政府(?:任期)?的?(?:奋斗|主要|工作|总体)*目标"
)
# Of one year: an announcement that holds one of these after the five years speaks of the year.
ONE_YEAR: Final = re.compile(r"[今明]年|新的?一年|本年度?|年度(?=目标|预期|计划)")
_BY_YEAR: Final = re.compile(r"^[，,]?(?:力争|确保|争取|努力)?到((?:19|20)[0-9]{2})年")
_SHORT_PLAN: Final = re.compile("十[一二三四五六]?五")
_YEARS_ON: Final = re.compile(r"(?:今后|未来|接下来)(?:的)?([三五])年|([三五])年后")
# 完成预期目标, 围绕目标任务: the aim is spoken of, not announced
_MERELY_NAMED: Final = re.compile(r"完成|实现了|超额|圆满|对标|围绕|锚定|基本|对照|紧盯")
_ANNOUNCE: Final = re.compile(
    r"(?:预期目标|奋斗目标|发展目标|主要目标|工作目标|目标任务|主要指标|总体目标|预期指标|目标)[^。；：，,]{0,14}?(?:是|为)?[：:]"
    r"|(?:预期目标|奋斗目标|发展(?:的)?(?:主要)?目标|主要目标|工作目标|总体目标|总体要求|总体思路|基本思路)(?:是|为|如下)"
    r"|(?:划定|确定|设定|制定|提出|明确)(?!了|的)[^。；，,]{0,12}(?:预期|奋斗|发展|主要)目标[，,]"
    r"|(?:[今明]年|20[0-9]{2}年)[^。；]{0,24}(?:预期目标|主要目标|计划指标|工作安排|总体要求)"
)
_AIMED: Final = re.compile("目标|预期|计划|要求|思路|安排|[今明]年|新的一年")
# 为我们明确发展定位、指出奋斗目标: what others aim at for us, which announces nothing here
_FOR_US: Final = re.compile("为[^，。；为]{1,8}(?:明确|指出|指明|确定|提出|锚定|擘画|标定|描绘)")
# What every announcement speaks of.
_AIMS: Final = re.compile("目标|指标|总体要求|总体思路|基本思路|工作安排")
_IS_YEAR: Final = re.compile(
    r"^(?:各位代表[：:，,！!。]*)?(?:(今年|明年|去年|过去一年)|((?:19|20)[0-9]{2})年?)[，,]?(?:还|也|既|正|将)?是(?!我)"
)
_NEW_YEAR: Final = re.compile(
    r"^(?:各位代表[：:，,！!。]*)?(?:新的一年|(?:今年|((?:19|20)[0-9]{2})年)[，,]?(?:我们|政府|要|将|全市|全县|全区|全州|重点|着力|全年))"
)
_PAST_YEAR: Final = re.compile(r"过去的?一年[，,]|回顾过去的?一年")
# “十四五”以来, “十四五”这极不平凡的五年; 回望“十四五”，
_PLAN_BACK: Final = re.compile(
    f"^(?P<back>回望|回首|回顾|回眸|总结)?“?(?P<plan>{ANY_PLAN})”?"
    "(?:时期|期间|以来|五年|[这的]五年|这[^，。]{0,16}的五年|(?(back)[，,]|(?!)))"
)
_LAST_YEAR: Final = re.compile(
    r"^(?:各位代表[：:，,！!。]*)?(?:过去(?:的)?一年|一年来|去年|过去的20[0-9]{2}年|刚刚过去的|(?:预计)?全年)[，,]?"
)
# 报告指出，过去一年，…: a news item's words before those of the report
_REPORTED: Final = re.compile(
    r"^“?(?:(?:政府工作)?报告(?:指出|提出|显示|明确|认为|强调)|[^，,：:。“]{0,10}(?:说|表示|介绍|指出|提出|提到))[，,：:]“?"
)
_REPORTS: Final = re.compile("[说表介指提报]")  # nothing is reported without one of these
_REPORTED_WITHIN: Final = 16  # characters
# What the sentences begin with that say by their beginning what years they are of, a phrase on
# years apart.
_OPENS: Final = frozenset("各今明去过12新回“一二三四五六七八九十刚预全同此另特这在自从未")
# 同时，五年来: told beside what the paragraph is about
_BESIDE: Final = re.compile(
    r"^(?:(?:同时|此外|另外|特别是)[，,]?|[^，,。]{0,8}(?:指出|说明|强调|一提)的是[，,]|从[^，,。]{2,14}[来]?看[，,])"
)
# ——这五年，…: an item of a list
_ITEM: Final = re.compile("^[—–●■◆★▲·•]{1,2}")
_ADDRESS: Final = re.compile(r"^各位代表[：:，,！!]*")
# Said of several years that lie behind; of a term only where more than its name is said.
_BEHIND: Final = (YearsSaid.BACK, YearsSaid.SINCE, YearsSaid.SINCE_TERM, YearsSaid.TERM)
_TERM_ON: Final = re.compile(
    "政府?(?:任期|履职|任职|成立|组成)*(?:以来|五年|期间|内|的?(?:工作|五年))|[以五期内]|[^，。]{0,6}(?:工作|五年)"
)
_THESE_YEARS: Final = re.compile(r"^这[^。]{0,50}的([三四五])年$")
_IN: Final = re.compile("在(?=刚刚过去|过去)")
# What may stand in front of the phrase: 自2018年以来, 在过去五年.
_LEAD: Final = ("在", "自", "从")
_FURTHEST: Final = 6  # years that lie behind and are told of together
# 全年…, 三年来…: of its paragraph and no further
_PASSING: Final = re.compile(
    r"^(?:预计)?全年|^(?:同时|此外|另外|特别是)|^(?:近|过去)?的?[三3]年来?|^近"
)


def years_ahead(text: str, after: str, year: int | None) -> tuple[int | None, int] | None:
    """Last year and number of years of the aims that an announcement speaks of.

    None when it speaks of the coming year: the word of time that stands last decides.
    `after` is what follows the announcement: 奋斗目标是：到2025年.
    """
    by_year = _BY_YEAR.match(after)
    found = list(_SEVERAL_AHEAD.finditer(text))
    if by_year is None:
        if not found:
            return None
        end = found[-1].end()
        if ONE_YEAR.search(text, end) or (year is not None and f"{year}年" in text[end:]):
            return None
    short = _SHORT_PLAN.search(found[-1][0]) if found else None
    plan = PLANS.get(short[0]) if short else None
    named = [int(by_year[1])] if by_year else [int(y) for y in YEAR.findall(found[-1][0])]
    if named:
        of_plan = any(named[0] == end for _first, end in PLANS.values())
        return named[0], 5 if of_plan or year is None else max(1, named[0] - year + 1)
    if plan is not None:
        return plan[1], 5
    on = _YEARS_ON.search(text)
    span = 3 if on and "三" in on[0] else 5
    return None if year is None else year + span - 1, span


def announced(sentence: str, at: int, known: Years, current: Frame) -> Frame | None:
    """The frame that a sentence opens; None when it opens none."""
    year, review = known.planned, known.review
    planning = current.status is Status.TARGET
    sentence = _without(_ITEM, sentence)
    if _REPORTS.search(sentence, 0, _REPORTED_WITHIN):
        sentence = _without(_REPORTED, sentence)
    announce = _ANNOUNCE.search(sentence) if _AIMS.search(sentence) else None
    if announce is not None and not _MERELY_NAMED.search(sentence, 0, announce.end() + 10):
        ahead = years_ahead(sentence[: announce.end()], sentence[announce.end() :], year)
        if ahead is not None:
            return Frame(at, Status.TARGET, *ahead)
        years = [int(y) for y in YEAR.findall(sentence[: announce.end()])]
        if years and review is not None and max(years) <= review:
            return None
        if planning and not years and "今年" not in sentence[: announce.end()]:
            return None
        opening = sentence[: announce.end()]
        if not (planning or years or _AIMED.search(opening)) or _FOR_US.search(opening):
            return None  # 主要指标： in a review names what is reviewed
        return Frame(at, Status.TARGET, max(years) if years else year, 1)
    if sentence[:1] not in _OPENS and BEGINS.isdisjoint(sentence[:2]):
        return None
    start = _IS_YEAR.match(sentence)
    if start is not None and year is not None:
        named = int(start[2]) if start[2] else known.meant(start[1])
        if named == year and review != year and not planning:
            return Frame(at, Status.TARGET, year, 1)
        if named == review and (planning or current.several > 1):
            return Frame(at, Status.ACTUAL, review, 1)
        if named == year and planning and current.several > 1:
            return Frame(at, Status.TARGET, year, 1)
        return None
    if planning:
        return _among_aims(sentence, at, known, current)
    return _in_review(sentence, at, known, current)


def _without(opening: re.Pattern[str], sentence: str) -> str:
    found = opening.match(sentence)
    return sentence if found is None else sentence[found.end() :]


def _behind(sentence: str, years: Years) -> tuple[Phrase, int] | None:
    """The phrase on several past years that a sentence opens with, and how many they are."""
    said = _without(_ADDRESS, _without(_BESIDE, sentence))
    said = said[1:] if said.startswith(_LEAD) else said
    these = _THESE_YEARS.match(said)
    if these is not None:
        return Phrase(0, 2, YearsSaid.BACK, counted=counted(these[1])), counted(these[1])
    phrase = opening_phrase(said[:40])
    if phrase is None or phrase.kind not in _BEHIND:
        return None
    if phrase.kind is YearsSaid.TERM and not _TERM_ON.match(said, phrase.end):
        return None
    span = covered(phrase, years, -1)
    if span.first is None or span.last is None:
        return phrase, phrase.counted
    return phrase, span.last - span.first + 1


def _in_review(sentence: str, at: int, years: Years, current: Frame) -> Frame | None:
    year, review = years.planned, years.review
    told = _behind(sentence, years)
    if told is not None and 1 <= told[1] <= _FURTHEST:
        phrase, several = told
        since = phrase.kind in (YearsSaid.SINCE, YearsSaid.SINCE_TERM)
        if (since and several > 1) or (current.several == 1 and (several > 1 or since)):
            return Frame(at, Status.ACTUAL, review, several)
    if current.several > 1 and _LAST_YEAR.match(_without(_IN, _without(_BESIDE, sentence))):
        return Frame(at, Status.ACTUAL, review, 1)
    back = _PLAN_BACK.match(sentence)
    planned = None if back is None else PLANS[back["plan"]]
    if planned is not None and review is not None and current.several == 1:
        since = "以来" in sentence[:10] and planned[0] <= review <= planned[1]
        if planned[1] == review or since:
            return Frame(at, Status.ACTUAL, review, review - planned[0] + 1)
    if sentence.startswith(("今后五年", "未来五年")):
        return Frame(at, Status.TARGET, None if year is None else year + 4, 5)
    if sentence.startswith("新的一年"):
        return Frame(at, Status.TARGET, year, 1)
    return None


def _among_aims(sentence: str, at: int, years: Years, current: Frame) -> Frame | None:
    year, review = years.planned, years.review
    # only what can be of nothing to come: not 这五年, not 本届政府任期内
    told = _behind(sentence, years)
    if told is not None and told[0].kind is YearsSaid.BACK and not sentence.startswith("这"):
        return Frame(at, Status.ACTUAL, review, told[1])
    if _PAST_YEAR.match(sentence):
        return Frame(at, Status.ACTUAL, review, 1)
    new_year = _NEW_YEAR.match(sentence) if current.several > 1 else None
    if new_year is not None and (new_year[1] is None or int(new_year[1]) == year):
        return Frame(at, Status.TARGET, year, 1)
    return None


def passes(sentence: str, frame: Frame, current: Frame, opens_line: bool) -> bool:
    """Whether a frame holds for its paragraph alone: a look back among aims, or at one year of
    several, or at several years beside a part that is of one by its heading."""
    if frame.status is not Status.ACTUAL:
        return False
    if current.status is Status.TARGET:
        return _IS_YEAR.match(sentence) is None
    if _PASSING.match(sentence) or (current.alone and frame.several > 1):
        return True
    return frame.several == 1 < current.several and not opens_line
