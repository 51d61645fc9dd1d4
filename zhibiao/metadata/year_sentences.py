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
from zhibiao.language.relative_years import OFFSETS
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
_REVIEWED: Final = (
    (_PLAIN, _WORDING.pattern("past_year")),
    (_PLAIN, _WORDING.pattern("work_reviewed")),
    (_USUAL, _WORDING.pattern("weathered_year")),
    (_USUAL, _WORDING.pattern("year_looked_back_on")),
    (_HINT, _WORDING.pattern("faced")),
    (_HINT, _WORDING.pattern("milestone")),
    (_HINT, _WORDING.pattern("output")),
    (_HINT, _WORDING.pattern("achieved")),
)
_COUNTED: Final = _WORDING.pattern("counted")
_AIM_BEFORE: Final = _WORDING.pattern("aim_before")
_TO_DO: Final = _WORDING.pattern("to_do")
_WORK: Final = _WORDING.pattern("work")
_PLANNED: Final = (
    (_PLAIN, _WORDING.pattern("year_aims")),
    (_PLAIN, _WORDING.pattern("work_planned")),
    (_PLAIN, _WORDING.pattern("year_to_do_well")),
    (_HINT, _WORDING.pattern("shall")),
)
_SPAN: Final = _WORDING.pattern("span", year=YEAR)
_AIMED: Final = _WORDING.pattern("aimed")

# Which year of its plan, counted from 0.
_OF_PLAN: Final = {
    **dict.fromkeys(_WORDING.words("first"), 0),
    **dict.fromkeys(_WORDING.words("second"), 1),
    **dict.fromkeys(_WORDING.words("third"), 2),
    **dict.fromkeys(_WORDING.words("fourth"), 3),
    **dict.fromkeys(_WORDING.words("fifth"), 4),
}
_CONGRESSES: Final = {"十六": 2002, "十七": 2007, "十八": 2012, "十九": 2017, "二十": 2022,
                      "二十一": 2027}  # fmt: skip
_FOUNDED: Final = {
    **dict.fromkeys(_WORDING.words("republic"), 1949),
    **dict.fromkeys(_WORDING.words("party"), 1921),
    **dict.fromkeys(_WORDING.words("reform"), 1978),
}
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
        votes[year - OFFSETS.get(match["which"], 0) - last_done] += _PLAIN
    for match in _CONGRESS_YEAR.finditer(text):
        year = _CONGRESSES[match["congress"]] + (match["after"] is not None)
        votes[year - OFFSETS.get(match["which"], 0) - last_done] += _PLAIN
    for match in _PLAN_REVIEWED.finditer(text):
        votes[PLANS[match[1]][1]] += _USUAL
    for match in _PLAN_DRAFTED.finditer(text):
        votes[PLANS[match["short"] or match["number"] + "五"][0] - 1] += _USUAL
    for match in _ANNIVERSARY.finditer(text):
        year = _FOUNDED[match["founded"]] + int(match["years"])
        votes[year - OFFSETS.get(match["which"], 0) - last_done] += _PLAIN
