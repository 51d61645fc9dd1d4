"""What a heading says of the part that it opens: review or plan, of which years."""

from __future__ import annotations

import re

from zhibiao.domain import Status
from zhibiao.language.dates import HAN_YEAR, parse_year
from zhibiao.language.plans import plan_years
from zhibiao.outline.announcements import ONE_YEAR, YEAR, years_ahead
from zhibiao.outline.frames import SEVERAL_BACK, Frame, Years, told_back

_PLAN = re.compile(
    r"(?:预期|主要|奋斗|发展|工作|总体|具体)目标|目标任务|目标(?:和|与|及)任务|工作安排|重点工作|工作任务|主要任务|工作思路"
    r"|总体(?:要求|思路|部署)|基本思路|工作(?:的)?(?:建议|打算|部署|要点|重点|总体)|[今明]年(?:的)?(?:政府|主要|各项)?(?:工作|任务)"
    r"|新的?一年|(?:今后|未来)(?:五|三|几)年|做好(?:今年|20[0-9]{2}年|新一年)[^，]{0,8}工作|下一步|下年|今后一个时期|主要工作任务|建设的任务|方针和任务"
)
_REVIEW = re.compile(
    r"回顾|总结|过去的?[一三四五几345]年|去年(?:的)?(?:政府)?工作|完成情况|执行情况|[一两三四五几345]年来|取得的成[就绩]|工作情况|主要工作和成效"
    r"|本届政府任期|^这[三四五345]年$"
)
_GLOSSARY = re.compile(
    r"^(?:附[件录注]?[：:]?)?[《（(]?(?:政府工作报告》?)?(?:有关)?(?:名词|术语|用语|注释|名词术语|相关名词|部分名词)(?:解释|注释|说明|$)|^注释[：:]?$|^附件|^附录"
)
# （二）今后五年的目标: a numbered heading within a part that opens a frame of its own
_OF_YEARS = re.compile(
    r"^[^）)、.．]{1,3}[）)、.．] ?(?:关于|我市|全市)?"
    r"(?:(?:今后|未来|过去)(?:的)?[三五]年|[三四五]年来的|本届政府|“?十[一二三四五六]五”?)"
)
_PLAN_BARE = re.compile(r"“?十[一二三四五六]五”?(?!时期|计划|规划|期间|以来|末|期末|”)")
# 过去四年，江川站上新的起点: a heading with a comma that opens a review of its own
_YEARS_PAST = re.compile(r"^(?:[一二三四五]、)?(?:过去|回首|回望)的?[三四五345]年[，,]")
# “十三五”答卷, “十五五”时期发展的主要考虑: a heading of a plan's years
_OF_PLAN = re.compile(
    r"^(?:[一二三四五六]、|[（(][一二三四五六][)）])?(?:关于)?“?十[一二三四五六]?五"
)
_TELLS_BACK = re.compile("答卷|成绩单|成就|历程|回眸|收官|发展情况|辉煌")
_TELLS_AHEAD = re.compile("工作|目标|任务|安排|部署|计划|打算|展望|预期|怎么干|这么干|这样干")
# 2020年及“十三五”工作回顾: a heading of more than the year that it names
_SPEAKS_OF_MORE = re.compile("[三四五]年|(?<![0-9])[3-5]年|五”|届|十[一二三四五]?五")
# 2021年： on a line of its own, in a digest year by year
_YEAR_ALONE = re.compile(r"^((?:19|20)[0-9]{2})年(?:度)?[：:]?$")
_CHINESE_YEAR = re.compile(rf"{HAN_YEAR}(?=年)")
# 回眸2022, 2023怎么干: a digest's headings leave 年 out
_SHORT_YEAR = re.compile(
    r"(?<=回眸|回望|回顾|展望|聚焦)20[0-9]{2}$|^20[0-9]{2}(?=怎么干|这么干|这样干|目标|任务|计划|成绩单|展望)"
)
_LAST_YEAR = re.compile("去年|过去的?一年|一年来")
_TOP = re.compile(r"^(?:第?[一二三四五六七八九十]+(?:、|部分|[ 　])|第[一二三四五]部分)")
_NUMBERED = re.compile(r"^(?:[（(][一二三四五六七八九十]+[)）]|[0-9]+[.、．]|——|—|[①-⑳])")


def opens_part(line: str) -> bool:
    """Whether a line begins as the heading of a main part does: 一、"""
    return _TOP.match(line) is not None


def explains_terms(line: str) -> bool:
    """Whether what follows explains terms: 名词解释."""
    return _GLOSSARY.search(line) is not None


def heading_of(line: str, at: int, known: Years, current: Frame) -> Frame | None:
    """The frame that a short line opens as a heading; None when it opens none."""
    numbered = bool(_NUMBERED.match(line)) or "，" in line or "," in line
    heading = opening_of(line, at, known, numbered and not _YEARS_PAST.match(line))
    if heading is not None and _goes_on(line, heading, current):
        return current
    return heading


def _goes_on(line: str, heading: Frame, current: Frame) -> bool:
    """主要目标是： on a line of its own, among aims of five years: it announces those."""
    if heading.several > 1 or not heading.status is current.status is Status.TARGET:
        return False
    named = bool(YEAR.search(line) or ONE_YEAR.search(line))
    return current.several > 1 and not named and not (_TOP.match(line) and "工作" in line)


def opening_of(heading: str, at: int, known: Years, numbered: bool) -> Frame | None:
    """The frame that a heading opens; `numbered`: it may be one among others of a part."""
    year, review = known.planned, known.review
    if heading.endswith(("。", "；", "，")):
        return None
    heading = _CHINESE_YEAR.sub(lambda told: str(parse_year(told[0])), heading)  # 二〇二二年
    heading = _SHORT_YEAR.sub(r"\g<0>年", heading)
    years = [int(y) for y in YEAR.findall(heading)]
    plan, back = _PLAN.search(heading), _REVIEW.search(heading)
    if numbered and not years and ("，" in heading or not _OF_YEARS.match(heading)):
        return None
    if years and review is not None and _YEAR_ALONE.match(heading):
        status = Status.ACTUAL if years[0] <= review else Status.TARGET
        return Frame(at, status, years[0], 1, False)
    span = None if years else plan_years(_PLAN_BARE.sub(r"\g<0>时期", heading))
    if span is not None:
        return _of_plan(heading, at, review, span, plan is not None, back is not None)
    if back and known.at_years_end and "今年" in heading:
        return Frame(at, Status.ACTUAL, review, 1, False)
    if back and not plan and years and review is not None and years[0] > review:
        review = years[0]  # a heading of review knows better what lies behind
    if back and years and years[0] == review and max(years) > years[0]:
        return Frame(at, Status.ACTUAL, review, 1, False)  # 1998年工作回顾和1999年工作要求
    if years and review is not None:
        if max(years) <= review and not (plan and not back and min(years) == year):
            if not (back or plan or _tells_back(heading)):
                return None
            several = _several(heading, years)
            alone = several == 1 and not _SPEAKS_OF_MORE.search(heading)
            # 2022年工作回顾 is of that year; 2020年以来工作回顾 of all since.
            last = max(years) if not plan and "以来" not in heading else review
            return Frame(at, Status.ACTUAL, last, several, False, alone)
        aims = _TELLS_AHEAD.search(heading) is not None
        work = aims and "报告" not in heading and max(years) == year
        if plan or work:
            named = YEAR.search(heading)
            ahead = years_ahead(heading[: named.start()] if named else heading, "", year)
            if ahead is not None:
                return Frame(at, Status.TARGET, *ahead, False)
            return Frame(at, Status.TARGET, max(years), 1, False)
        return None
    if back and (not plan or back.start() < plan.start()):
        told = SEVERAL_BACK.search(heading)
        alone = told is None and _LAST_YEAR.search(heading) is not None
        return Frame(at, Status.ACTUAL, review, told_back(told) if told else 1, False, alone)
    if plan:
        ahead = years_ahead(heading, "", year)
        return Frame(at, Status.TARGET, *(ahead or (year, 1)), False)
    return None


def _tells_back(heading: str) -> bool:
    """2022年主要工作, 2022年成绩单: a heading of what was done in a past year."""
    work = "工作" in heading and "报告" not in heading
    return work or _TELLS_BACK.search(heading) is not None


def _of_plan(
    heading: str, at: int, review: int | None, span: tuple[int, int], plan: bool, back: bool
) -> Frame | None:
    """The frame of a heading that names a five-year plan and no other year."""
    opens = _OF_PLAN.match(heading) is not None
    if review is not None and (span[1] <= review or (back and not plan)):
        told = plan or back or "计划" in heading or _TELLS_BACK.search(heading) is not None
        last = min(span[1], review)
        return Frame(at, Status.ACTUAL, last, last - span[0] + 1, False) if told else None
    ahead = opens and review is not None and span[0] > review
    if plan or back or ahead or "计划" in heading:
        return Frame(at, Status.TARGET, span[1], 5, False)
    return None


def _several(heading: str, years: list[int]) -> int:
    """How many years a review covers that names its years: 过去五年及2022年, “十三五”和2020年."""
    if max(years) - min(years) >= 2:
        return max(years) - min(years) + 1
    first = YEAR.search(heading)
    before = heading[: first.start()] if first is not None else ""
    told = SEVERAL_BACK.search(before)
    if told is not None:
        return told_back(told)
    span = plan_years(_PLAN_BARE.sub(r"\g<0>时期", before))  # “十三五”时期和2020年
    if span is not None and span[0] <= max(years) <= span[1]:
        return max(years) - span[0] + 1
    return 1
