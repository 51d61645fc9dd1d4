"""Stage 3: what part of a report a place belongs to: review or plan, of which years.

A report is read paragraph by paragraph; headings and announcing sentences (今年的主要预期目标是)
open a new frame that holds until the next one.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from zhibiao.domain import Metadata, Status
from zhibiao.extract.metadata_dates import find_years
from zhibiao.extract.metadata_front import read_front

_PLAN = re.compile(
    r"(?:预期|主要|奋斗|发展|工作|总体|具体)目标|目标任务|目标(?:和|与|及)任务|工作安排|重点工作|工作任务|主要任务|工作思路"
    r"|总体(?:要求|思路|部署)|基本思路|工作(?:的)?(?:建议|打算|部署|要点|重点|总体)|[今明]年(?:的)?(?:政府|主要|各项)?(?:工作|任务)"
    r"|新的?一年|(?:今后|未来)(?:五|三|几)年|做好(?:今年|20[0-9]{2}年|新一年)[^，]{0,8}工作|下一步|下年|今后一个时期|主要工作任务|建设的任务|方针和任务"
)
_REVIEW = re.compile(
    r"回顾|总结|过去的?(?:一|五|几|三)年|去年(?:的)?(?:政府)?工作|完成情况|执行情况|(?:五|一|几|三|两)年来|取得的成[就绩]|工作情况|主要工作和成效"
)
_YEAR_ALONE = re.compile(r"((?:19|20)[0-9]{2})年[:：]?")  # 2003年： above what is of that year
_GLOSSARY = re.compile(
    r"^(?:附[件录注]?[：:]?)?[《（(]?(?:政府工作报告》?)?(?:有关)?(?:名词|术语|用语|注释|名词术语|相关名词|部分名词)(?:解释|注释|说明|$)|^注释[：:]?$|^附件|^附录"
)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}(?=年|\s*年|[—-])")
_SEVERAL_BACK = re.compile(
    r"(?:过去|这|近|上|回首|回顾|回望)(?:的|过去)?五年|五年来|五年(?:工作)?回顾|五年的?(?:工作|成就)|本届政府(?:的)?(?:工作)?(?:五年|回顾)|回首五年|回顾五年|五年间|的五年$"
    r"|(?:本届|上届)(?:政府|任期)?(?:任期|成立|履职|组成|任职)*(?:以来|五年|期间)|任期五年|届期五年|五年任期"
)
_SEVERAL_AHEAD = re.compile(
    r"(?:今后|未来|下一个|下个|接下来)(?:的)?[三五]年|(?<!过去)五年(?:的)?(?:奋斗|发展|主要|总体|工作)?(?:目标|任务)"
    r"|“?十[一二三四五六]五”?(?:时期|期间|规划|发展)?(?:的)?(?:主要|总体|奋斗|预期|经济社会|发展|社会)*(?:目标|指标|任务|思路|要求)"
    r"|到“?十[一二三四五六]五”?(?:期)?末|到20[0-9]{2}年|[三五]年后|本届政府(?:任期)?的?(?:奋斗|主要|工作|总体)*目标"
)
# Of one year: an announcement that holds one of these after the five years speaks of the year.
_ONE_YEAR = re.compile(r"[今明]年|新的?一年|本年度?|年度(?=目标|预期|计划)")
_BY_YEAR = re.compile(r"^[，,]?(?:力争|确保|争取|努力)?到((?:19|20)[0-9]{2})年")
# （二）今后五年的目标: a numbered heading within a part that opens a frame of its own
_OF_YEARS = re.compile(
    r"^[^）)、.．]{1,3}[）)、.．] ?(?:关于|我市|全市)?"
    r"(?:(?:今后|未来|过去)(?:的)?[三五]年|“?十[一二三四五六]五”?)"
)
_PLAN_BARE = re.compile(r"“?十[一二三四五六]五”?(?!时期|计划|规划|期间|以来|末|期末|”)")
_COUNTED_BACK = re.compile(r"过去的?([二三四五])年")
_SHORT_PLAN = re.compile("十[一二三四五六]?五")
_YEARS_ON = re.compile(r"(?:今后|未来|接下来)(?:的)?([三五])年|([三五])年后")
# 完成预期目标, 围绕目标任务: the aim is spoken of, not announced
_MERELY_NAMED = re.compile(r"完成|实现了|超额|圆满|对标|围绕|锚定|基本|对照|紧盯")
_SENTENCE = re.compile(r"[^。！？!?；;]+")
_ANNOUNCE = re.compile(
    r"(?:预期目标|奋斗目标|发展目标|主要目标|工作目标|目标任务|主要指标|总体目标|预期指标|目标)[^。；：，,]{0,14}?(?:是|为)?[：:]"
    r"|(?:预期目标|奋斗目标|发展(?:的)?(?:主要)?目标|主要目标|工作目标|总体目标|总体要求|总体思路|基本思路)(?:是|为|如下)"
    r"|(?:[今明]年|20[0-9]{2}年)[^。；]{0,24}(?:预期目标|主要目标|计划指标|工作安排|总体要求)"
)
# What every announcement speaks of.
_AIMS = re.compile("目标|指标|总体要求|总体思路|基本思路|工作安排")
_IS_YEAR = re.compile(
    r"^(?:各位代表[：:，,！!。]*)?(?:(今年|明年|去年|过去一年)|((?:19|20)[0-9]{2})年?)[，,]?(?:还|也|既|正|将)?是(?!我)"
)
_NEW_YEAR = re.compile(
    r"^(?:各位代表[：:，,！!。]*)?(?:新的一年|(?:今年|((?:19|20)[0-9]{2})年)[，,]?(?:我们|政府|要|将|全市|全县|全区|全州|重点|着力|全年))"
)
_PLAN_BACK = re.compile(r"^“?[十一二三四五六七八九]{1,2}五”?(?:时期|期间|以来|五年|这五年|的五年)")
_PAST_YEAR = re.compile(r"过去的?一年[，,]|回顾过去的?一年")
_BACK_TO_PLAN = re.compile(r"这[些为]|今年|新的一年|展望|同时|但|当前|我们(?:要|将|必须)")
_LAST_YEAR = re.compile(
    r"^(?:各位代表[：:，,！!。]*)?(?:过去(?:的)?一年|一年来|去年|过去的20[0-9]{2}年|刚刚过去的)[，,]?"
)
# No frame opens within a line that holds none of these.
_ANY_CUE = re.compile(
    "目标|指标|总体|思路|年[，,]?(?:还|也|既|正|将)?是|五年|新的一年|今年|一年|去年|过去|五”?时期|五”?期间|以来|年[，,]?(?:我们|政府|要|将|全|重点|着力)"
)
_TOP = re.compile(r"^(?:第?[一二三四五六七八九十]+(?:、|部分|[ 　])|第[一二三四五]部分)")
_NUMBERED = re.compile(r"^(?:[（(][一二三四五六七八九十]+[)）]|[0-9]+[.、．]|——|—|[①-⑳])")


PLANS = {
    "一五": (1953, 1957), "二五": (1958, 1962), "三五": (1966, 1970), "四五": (1971, 1975),
    "五五": (1976, 1980), "六五": (1981, 1985), "七五": (1986, 1990), "八五": (1991, 1995),
    "九五": (1996, 2000), "十五": (2001, 2005), "十一五": (2006, 2010), "十二五": (2011, 2015),
    "十三五": (2016, 2020), "十四五": (2021, 2025), "十五五": (2026, 2030),
}  # fmt: skip
_PLAN_NAME = re.compile(
    r"“?(?P<short>十[一二三四五]五|[一二三四五六七八九十]五)”?(?=时期|计划|规划|期间|以来|末|期末)"
    r"|第(?P<ordinal>[一二三四五六七八九]|十[一二]?)个五年(?=计划|规划)"
)


def plan_years(text: str) -> tuple[int, int] | None:
    """First and last year of the five-year plan that a phrase names: 十四五期间 -> 2021, 2025."""
    match = _PLAN_NAME.search(text)
    if match is None:
        return None
    return PLANS.get(match["short"] or match["ordinal"] + "五")


class Frame(NamedTuple):
    """From `start` on: whether figures are outturns or aims, and of which years."""

    start: int  # offset into the text
    status: Status
    year: int | None  # the year that a figure without its own year belongs to
    several: int  # how many years the frame covers: 5 in 五年来, else 1
    glossary: bool  # explanations of terms: no statements of the report


class Years(NamedTuple):
    """The years that a report speaks from; None where they are unknown."""

    delivered: int | None
    review: int | None

    @property
    def planned(self) -> int | None:
        """The first year planned: after a session at the end of the year under review, the next."""
        return self.delivered + 1 if self.delivered and self.at_years_end else self.delivered

    @property
    def at_years_end(self) -> bool:
        """Whether the year of delivery is itself under review: 今年 lies behind such a report."""
        return self.delivered is not None and self.delivered == self.review

    def meant(self, word: str) -> int | None:
        """The year that 今年, 明年, 去年 or 过去一年 is."""
        if word == "过去一年" or self.delivered is None:
            return self.review
        return self.delivered + {"去年": -1, "明年": 1}.get(word, 0)


def reading_years(text: str, metadata: Metadata) -> Years:
    """The years of delivery and of review: as known, else as the text tells them."""
    year, review = metadata.year, metadata.review_year
    if year is None and review is None:
        told = find_years(read_front(text), text, raw_text=text, page_title=None, file_name="")
        year, review = told.year, told.review_year
    if review is None and year is not None:
        review = year - 1
    if year is None and review is not None:
        year = review + 1
    return Years(year, review)


def read_frames(text: str, metadata: Metadata) -> list[Frame]:
    """The frames of a report in order; the first starts at 0."""
    years = reading_years(text, metadata)
    frames = [_opening(text, years.review)]
    at = 0
    for line in text.split("\n"):
        stripped = line.strip()
        if stripped:
            _read_line(stripped, at + line.index(stripped), years, frames)
        at += len(line) + 1
    return frames


def _opening(text: str, review: int | None) -> Frame:
    """A report reviews until it says otherwise; a report on a five-year plan plans."""
    title = re.search(r"关于[^。]{0,30}五年计划[^。]{0,8}的报告", text[:300])
    years = plan_years(title[0]) if title else None
    if years is not None and (review is None or years[1] > review):
        return Frame(0, Status.TARGET, years[1], 5, False)
    return Frame(0, Status.ACTUAL, review, 1, False)


def _read_line(line: str, at: int, years: Years, frames: list[Frame]) -> None:
    review = years.review
    if len(line) <= 48:
        if _GLOSSARY.search(line):
            frames.append(Frame(at, Status.ACTUAL, review, 1, True))
            return
        if frames[-1].glossary:
            return
        numbered = bool(_NUMBERED.match(line)) or "，" in line or "," in line
        heading = _classified(line, at, years, numbered)
        if heading is not None and _goes_on(line, heading, frames[-1]):
            return
        if heading is not None:
            frames.append(heading)
            return
    if frames[-1].glossary:
        return
    if _TOP.match(line):
        opening = re.split(r"[。，,：:\n]", line, maxsplit=1)[0]
        heading = _classified(opening[:40], at, years, False)
        if heading is not None:
            frames.append(heading)
    if not _ANY_CUE.search(line):
        return
    whole: Frame | None = None  # left for sentences about one of five years: …。去年达到…
    plan: Frame | None = None  # left for sentences that look back: 过去一年，…。这为今年打下基础。
    for sentence in _SENTENCE.finditer(line):
        place = at + sentence.start()
        frame = _announced(sentence[0], place, years, frames[-1])
        if frames[-1].status is Status.TARGET and _PAST_YEAR.match(sentence[0]):
            plan = frames[-1]
            frame = Frame(place, Status.ACTUAL, review, 1, False)
        elif plan is not None and frame is None and _BACK_TO_PLAN.match(sentence[0]):
            frame, plan = plan._replace(start=place), None
        if frame is not None:
            if _one_of_several(frame, frames[-1]) and sentence.start():
                whole = frames[-1]
            frames.append(frame)
    if plan is not None and frames[-1].status is Status.ACTUAL:
        frames.append(plan._replace(start=at + len(line)))
    if whole is not None and frames[-1].status is Status.ACTUAL and frames[-1].several == 1:
        frames.append(whole._replace(start=at + len(line)))


def _one_of_several(frame: Frame, current: Frame) -> bool:
    """Whether a frame of one past year opens within a review of several."""
    actual = frame.status is Status.ACTUAL and current.status is Status.ACTUAL
    return actual and frame.several == 1 and current.several > 1


def _goes_on(line: str, heading: Frame, current: Frame) -> bool:
    """主要目标是： on a line of its own, among aims of five years: it announces those."""
    if heading.several > 1 or not heading.status is current.status is Status.TARGET:
        return False
    named = bool(_YEAR.search(line) or _ONE_YEAR.search(line))
    return current.several > 1 and not named and not (_TOP.match(line) and "工作" in line)


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
        if _ONE_YEAR.search(text, end) or (year is not None and f"{year}年" in text[end:]):
            return None
    short = _SHORT_PLAN.search(found[-1][0]) if found else None
    plan = PLANS.get(short[0]) if short else None
    named = [int(by_year[1])] if by_year else [int(y) for y in _YEAR.findall(found[-1][0])]
    if named:
        of_plan = any(named[0] == end for _first, end in PLANS.values())
        return named[0], 5 if of_plan or year is None else max(1, named[0] - year + 1)
    if plan is not None:
        return plan[1], 5
    on = _YEARS_ON.search(text)
    span = 3 if on and "三" in on[0] else 5
    return None if year is None else year + span - 1, span


def _classified(heading: str, at: int, known: Years, numbered: bool) -> Frame | None:
    year, review = known.planned, known.review
    years = [int(y) for y in _YEAR.findall(heading)]
    plan, back = _PLAN.search(heading), _REVIEW.search(heading)
    if heading.endswith(("。", "；", "，")):
        return None
    alone = _YEAR_ALONE.fullmatch(heading)
    if alone is not None and review is not None:
        done = int(alone[1]) <= review
        return Frame(at, Status.ACTUAL if done else Status.TARGET, int(alone[1]), 1, False)
    if numbered and not years and ("，" in heading or not _OF_YEARS.match(heading)):
        return None
    plan_span = plan_years(_PLAN_BARE.sub(r"\g<0>时期", heading))
    if plan_span is not None and not years and (plan or back or "计划" in heading):
        if review is not None and (plan_span[1] <= review or (back and not plan)):
            last = min(plan_span[1], review)
            return Frame(at, Status.ACTUAL, last, last - plan_span[0] + 1, False)
        return Frame(at, Status.TARGET, plan_span[1], 5, False)
    if back and known.at_years_end and "今年" in heading:
        return Frame(at, Status.ACTUAL, review, 1, False)
    if back and not plan and years and review is not None and years[0] > review:
        review = years[0]  # a heading of review knows better what lies behind
    if back and years and years[0] == review and max(years) > years[0]:
        return Frame(at, Status.ACTUAL, review, 1, False)  # 1998年工作回顾和1999年工作要求
    if years and review is not None:
        if max(years) <= review and not (plan and not back and min(years) == year):
            told = _SEVERAL_BACK.search(heading)
            first_year = _YEAR.search(heading)
            several = 5 if told and first_year and told.start() < first_year.start() else 1
            if max(years) - min(years) >= 2:
                several = max(years) - min(years) + 1  # 2018—2022年工作回顾
            # 2022年工作回顾 is of that year; 2020年以来工作回顾 of all since.
            last = max(years) if back and "以来" not in heading else review
            return Frame(at, Status.ACTUAL, last, several, False) if back or plan else None
        work = "工作" in heading and "报告" not in heading and max(years) == year
        if plan or work:
            named = _YEAR.search(heading)
            ahead = years_ahead(heading[: named.start()] if named else heading, "", year)
            if ahead is not None:
                return Frame(at, Status.TARGET, *ahead, False)
            return Frame(at, Status.TARGET, max(years), 1, False)
        return None
    if back and (not plan or back.start() < plan.start()):
        several = 5 if _SEVERAL_BACK.search(heading) else 1
        counted = _COUNTED_BACK.search(heading)
        several = "一二三四五".index(counted[1]) + 1 if counted else several
        return Frame(at, Status.ACTUAL, review, several, False)
    if plan:
        ahead = years_ahead(heading, "", year)
        return Frame(at, Status.TARGET, *(ahead or (year, 1)), False)
    return None


def _announced(sentence: str, at: int, known: Years, current: Frame) -> Frame | None:
    year, review = known.planned, known.review
    planning = current.status is Status.TARGET
    announce = _ANNOUNCE.search(sentence) if _AIMS.search(sentence) else None
    if announce is not None and not _MERELY_NAMED.search(sentence, 0, announce.end() + 10):
        ahead = years_ahead(sentence[: announce.end()], sentence[announce.end() :], year)
        if ahead is not None:
            return Frame(at, Status.TARGET, *ahead, False)
        years = [int(y) for y in _YEAR.findall(sentence[: announce.end()])]
        if years and review is not None and max(years) <= review:
            return None
        if planning and not years and "今年" not in sentence[: announce.end()]:
            return None
        return Frame(at, Status.TARGET, max(years) if years else year, 1, False)
    start = _IS_YEAR.match(sentence)
    if start is not None and year is not None:
        named = int(start[2]) if start[2] else known.meant(start[1])
        if named == year and review != year and not planning:
            return Frame(at, Status.TARGET, year, 1, False)
        if named == review and (planning or current.several > 1):
            return Frame(at, Status.ACTUAL, review, 1, False)
        if named == year and planning and current.several > 1:
            return Frame(at, Status.TARGET, year, 1, False)
        return None
    if not planning:
        if _SEVERAL_BACK.match(sentence) and current.several == 1:
            return Frame(at, Status.ACTUAL, review, 5, False)
        if current.several > 1 and _LAST_YEAR.match(sentence):
            return Frame(at, Status.ACTUAL, review, 1, False)
        planned = plan_years(sentence[:12]) if _PLAN_BACK.match(sentence) else None
        if planned is not None and review is not None and current.several == 1:
            since = "以来" in sentence[:8] and planned[0] <= review <= planned[1]
            if planned[1] == review or since:
                return Frame(at, Status.ACTUAL, review, review - planned[0] + 1, False)
        if sentence.startswith(("今后五年", "未来五年")):
            return Frame(at, Status.TARGET, None if year is None else year + 4, 5, False)
        if sentence.startswith("新的一年"):
            return Frame(at, Status.TARGET, year, 1, False)
        return None
    new_year = _NEW_YEAR.match(sentence) if current.several > 1 else None
    if new_year is not None and (new_year[1] is None or int(new_year[1]) == year):
        return Frame(at, Status.TARGET, year, 1, False)
    return None
