"""What a speech's sentences tell of its years, where no heading does.

Each telling sentence votes for the last year that lies behind the report; a plan for 2023 is a
vote for 2022. Reports say such things many times, so that one odd sentence decides nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from zhibiao.language.alternatives import any_of
from zhibiao.language.dates import ANY_YEAR, YEAR, valid_year
from zhibiao.language.plans import PLANS

# How much a sentence weighs: plain words of review or plan, what is usual there, a hint.
_PLAIN: Final = 3
_USUAL: Final = 2
_HINT: Final = 1

_BEFORE: Final = 16  # characters looked at before and behind a year
_BEHIND: Final = 100
# 到2025年, 比2020年, 2021—2025年: no year under review, and none of a plan of one year.
_BOUND: Final = re.compile(r"(?:到|至|截至|截止|比|较|与|同|—|－|-|~|～|由|从|自)(?:了)?$")
# 过去五年工作的回顾2007年以来: a heading that has run into its paragraph.
_SINCE: Final = re.compile(r" ?年(?:换届)?以来")
_SPOKEN_OF: Final = re.compile(r"(?:完成|实现|对标|围绕|对照|超额|达到)[^\n，。；]{0,6}$")
_LOOKS_BACK: Final = re.compile(
    r"(?:过去|走过|逝去)(?:了)?的$|(?:回顾|回望|回首|总结)(?:了[^\n，。]{0,8}|过去的)?$"
)
_WEATHERED: Final = "不平凡|不同寻常|非同寻常|不寻常|不易|艰难|难忘|艰苦|成效显著|卓有成效|考验"
_DID: Final = "(?:[作做]了?|进行了?)?"
_REVIEWED: Final = (
    (_PLAIN, re.compile(r"年[，,]?(?:是|的?工作)[^\n。]{0,6}过去的一年")),
    (_PLAIN, re.compile(
        rf"年[^\n。；，,\d]{{0,24}}工作[^\n。；，,]{{0,16}}{_DID}[^\n。；，,]{{0,6}}(?:回顾|总结)"
    )),
    (_USUAL, re.compile(
        rf"年[，,]?(?:是|对)[^\n。；]{{0,60}}?(?:{_WEATHERED})[^\n。；]{{0,40}}?(?:一年|之年)"
    )),
    (_USUAL, re.compile(
        r"年[，,]?是[^\n。；]{0,90}[。；]\s?[“\x22]?(?:近?一年来|这一年|过去一年)"
    )),
    (_HINT, re.compile(r"年[，,](?:面对|在[^\n，。]{2,40}领导下|我们(?:坚持|坚决|团结))")),
    (_HINT, re.compile(r"年[，,]?是[^\n。；]{0,40}里程碑意义的一年")),
    (_HINT, re.compile(
        r"年[，,]?(?:[我全][市县区省州旗盟])?(?:预计|实现|完成)*"
        r"(?:地区)?生产总值(?:预计|突破|完成|实现|达到?)*\d"
    )),
    (_HINT, re.compile(r"年[，,][^\n。；]{0,30}(?:取得了|迈出了?|迈上了?|交出了?)")),
)  # fmt: skip
_COUNTED: Final = re.compile(r"(?:预计(?:到)?|(?:初步|据)?(?:核算|统计|测算)[，,]?)$")
_AIM_BEFORE: Final = re.compile(r"(?:力争|确保|争取|目标|努力)[^\n。；]{0,6}$")
_TO_DO: Final = re.compile(r"(?:做好|抓好|谋划好?)$")
_WORK: Final = re.compile(r"年(?:度)?的?(?:[^\n，。；]{0,8}工作|，)")
_PLANNED: Final = (
    (_PLAIN, re.compile(
        r"年[^\n，。；,;\d]{0,24}?(?:预期目标|主要目标|总体要求|总体思路|指导思想)"
        r"(?![^\n。；，,]{0,12}(?:完成|实现|达成|超额))"
    )),
    (_PLAIN, re.compile(
        rf"年的?(?:政府|主要|各项|重点)*(?:工作|任务){_DID}[^\n。；，,]{{0,6}}(?:安排|部署|布置)"
    )),
    (_PLAIN, re.compile(r"年[，,]?是[^\n。；]{0,90}?(?:做好|抓好)(?:今年|全年|新的一年)")),
    (_HINT, re.compile(r"年[，,](?:我们|[市县区省州旗]?政府|全[市县区省州旗])?(?:将|要)(?!求)")),
)  # fmt: skip
_SPAN: Final = re.compile(
    rf"(?:由|从) ?({YEAR}) ?年(?:末|底)?[^\n。；由从]{{1,24}}?(?:到|至|达) ?({YEAR}) ?年"
)
_AIMED: Final = re.compile("计划|力争|目标|将|规划|预期|争取|确保")

# Years that can be counted out: 今年是“十四五”开局之年, 去年是新中国成立70周年.
_RELATIVE: Final = {"今年": 0, "明年": -1, "去年": 1}
_OF_PLAN: Final = {"开局": 0, "起步": 0, "第一年": 0, "第二年": 1, "第三年": 2, "第四年": 3,
                   "收官": 4, "最后一年": 4}  # fmt: skip
_CONGRESSES: Final = {"十六": 2002, "十七": 2007, "十八": 2012, "十九": 2017, "二十": 2022,
                      "二十一": 2027}  # fmt: skip
_FOUNDED: Final = {"新中国": 1949, "中华人民共和国": 1949, "建国": 1949, "建党": 1921,
                   "中国共产党": 1921, "改革开放": 1978}  # fmt: skip
_IS: Final = r"(?P<which>今年|明年|去年)[，,]?(?:既|也|正|还)?是[^\n。；]{0,40}?"
_PLAN_YEAR: Final = re.compile(
    rf"{_IS}[“\x22]?(?P<plan>十[一二三四五]?五)[”\x22]?(?:规划|计划|时期)?(?:实施|的)*(?P<nth>{'|'.join(_OF_PLAN)})"
)
_CONGRESS_YEAR: Final = re.compile(
    rf"{_IS}党的(?P<congress>{any_of(_CONGRESSES)})大"
    r"(?:(?P<after>精神的?开局)|(?:胜利)?召开)"
)
# “十三五”工作回顾; the outline of the next plan, laid before the session.
_PLAN_REVIEWED: Final = re.compile(
    r"[“\x22]?(十[一二三四五]?五)[”\x22]?(?:规划|时期|期间|工作|发展)*的?(?:回顾|总结|答卷)"
)
_PLAN_DRAFTED: Final = re.compile(
    r"(?:(?P<short>十[一二三四五]?五)[”\x22]?|第(?P<number>十[一二三四五]?)个五年)规划[^\n。；]{0,24}?纲要》?[（(]草案"
)
_ANNIVERSARY: Final = re.compile(
    rf"{_IS}(?P<founded>{'|'.join(_FOUNDED)})(?:成立)? ?(?P<years>\d{{2,3}}) ?周年"
)
_NEXT_YEAR: Final = re.compile(
    r"明年的?(?:政府|经济|主要|各项|重点|全年|总体|工作|目标|任务|预期)|(?:做好|安排|部署|谋划|建议)明年"
    r"|即将过去的|今年(?:上半年|[前头][一二三四五六七八九十\d]+个月|(?:一|1)月?[到至—-])[^。；]{0,60}同期"
    r"|预计(?:到|至)?年[末底]|今年(?:一|1)月?(?:到|至|[-—])(?:9|1[01]|九|十一?)月"
)


def held_at_years_end(text: str) -> bool:
    """Whether the speech plans 明年, or knows nine months of 今年: it is held before that ends."""
    return _NEXT_YEAR.search(text) is not None


def read_sentences(text: str) -> tuple[int | None, bool]:
    """The last year that lies behind the speech, and whether more than a hint says so.

    None where nothing tells, or as much speaks for another year.
    """
    votes: Counter[int] = Counter()
    for match in ANY_YEAR.finditer(text):
        year = valid_year(match[1])
        if year is not None:
            _vote(text, match, year, votes)
    _vote_by_spans(text, votes)
    _vote_by_calendar(text, votes)
    if not votes:
        return None, False
    ranked = sorted(votes.items(), key=lambda vote: (vote[1], vote[0]), reverse=True)
    year, most = ranked[0]
    runner_up = ranked[1][1] if len(ranked) > 1 else 0
    if most == runner_up:
        return None, False
    return year, most >= _USUAL


def _vote(text: str, match: re.Match[str], year: int, votes: Counter[int]) -> None:
    if _SINCE.match(text, match.end()):
        return
    before = text[max(0, match.start() - _BEFORE) : match.start()].rstrip()
    behind = text[match.end() : match.end() + _BEHIND].lstrip()
    if _LOOKS_BACK.search(before):
        votes[year] += _PLAIN
        return
    if _BOUND.search(before) or _AIM_BEFORE.search(before):
        return
    if _COUNTED.search(before):
        votes[year] += _HINT
        return
    if _TO_DO.search(before):
        if _WORK.match(behind):
            votes[year - 1] += _PLAIN
        return
    for last_done, kinds in ((year - 1, _PLANNED), (year, _REVIEWED)):
        if last_done < year and _SPOKEN_OF.search(before):
            continue
        weight = next((weight for weight, words in kinds if words.match(behind)), 0)
        if weight:
            votes[last_done] += weight
            return


def _vote_by_spans(text: str, votes: Counter[int]) -> None:
    """从2017年的A增加到2022年的B: the later year is over; five years are a term of office."""
    for match in _SPAN.finditer(text):
        first, last = valid_year(match[1]), valid_year(match[2])
        sentence = text[max(0, match.start() - 30) : match.end()].rpartition("。")[2]
        if first and last and 1 < last - first <= 6 and not _AIMED.search(sentence):
            votes[last] += _USUAL if last - first == 5 else _HINT


def _vote_by_calendar(text: str, votes: Counter[int]) -> None:
    last_done = 0 if held_at_years_end(text) else 1  # years back from this year
    for match in _PLAN_YEAR.finditer(text):
        year = PLANS[match["plan"]][0] + _OF_PLAN[match["nth"]]
        votes[year + _RELATIVE[match["which"]] - last_done] += _PLAIN
    for match in _CONGRESS_YEAR.finditer(text):
        year = _CONGRESSES[match["congress"]] + (match["after"] is not None)
        votes[year + _RELATIVE[match["which"]] - last_done] += _PLAIN
    for match in _PLAN_REVIEWED.finditer(text):
        votes[PLANS[match[1]][1]] += _USUAL
    for match in _PLAN_DRAFTED.finditer(text):
        votes[PLANS[match["short"] or match["number"] + "五"][0] - 1] += _USUAL
    for match in _ANNIVERSARY.finditer(text):
        year = _FOUNDED[match["founded"]] + int(match["years"])
        votes[year + _RELATIVE[match["which"]] - last_done] += _PLAIN
