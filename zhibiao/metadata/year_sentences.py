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
from zhibiao.language.wording import wording

# How much a sentence weighs: plain words of review or plan, what is usual there, a hint.
_PLAIN: Final = 3
_USUAL: Final = 2
_HINT: Final = 1

_BEFORE: Final = 16  # characters looked at before and behind a year
_BEHIND: Final = 100
_WORDING: Final = wording(__name__)
_BOUND: Final = _WORDING.pattern("bound")
_SINCE: Final = _WORDING.pattern("since")
_SPOKEN_OF: Final = _WORDING.pattern("spoken_of")
_LOOKS_BACK: Final = _WORDING.pattern("looks_back")
_WEATHERED: Final = _WORDING.text("weathered")
_DID: Final = _WORDING.text("did")
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
_COUNTED: Final = _WORDING.pattern("counted")
_AIM_BEFORE: Final = _WORDING.pattern("aim_before")
_TO_DO: Final = _WORDING.pattern("to_do")
_WORK: Final = _WORDING.pattern("work")
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
_SPAN: Final = _WORDING.pattern("span", year=YEAR)
_AIMED: Final = _WORDING.pattern("aimed")

# Years that can be counted out: 今年是“十四五”开局之年, 去年是新中国成立70周年.
_RELATIVE: Final = {"今年": 0, "明年": -1, "去年": 1}
_OF_PLAN: Final = {"开局": 0, "起步": 0, "第一年": 0, "第二年": 1, "第三年": 2, "第四年": 3,
                   "收官": 4, "最后一年": 4}  # fmt: skip
_CONGRESSES: Final = {"十六": 2002, "十七": 2007, "十八": 2012, "十九": 2017, "二十": 2022,
                      "二十一": 2027}  # fmt: skip
_FOUNDED: Final = {"新中国": 1949, "中华人民共和国": 1949, "建国": 1949, "建党": 1921,
                   "中国共产党": 1921, "改革开放": 1978}  # fmt: skip
_PLAN_YEAR: Final = _WORDING.pattern("plan_year", join_of_plan="|".join(_OF_PLAN))
_CONGRESS_YEAR: Final = _WORDING.pattern("congress_year", any_of_congresses=any_of(_CONGRESSES))
_PLAN_REVIEWED: Final = _WORDING.pattern("plan_reviewed")
_PLAN_DRAFTED: Final = _WORDING.pattern("plan_drafted")
_ANNIVERSARY: Final = _WORDING.pattern("anniversary", join_founded="|".join(_FOUNDED))
_NEXT_YEAR: Final = _WORDING.pattern("next_year")


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
