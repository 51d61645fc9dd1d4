"""Sentences that say what is told next: aims announced, years looked back on."""

from __future__ import annotations

import re
from typing import Final

from zhibiao.domain import Status
from zhibiao.language.plans import (
    ANY_PLAN,
    PLANS,
    counted,
    plan_ending,
    plan_over,
    plan_years,
)
from zhibiao.language.relative_years import COMING_YEAR
from zhibiao.language.wording import wording
from zhibiao.outline.frames import Frame, Years
from zhibiao.outline.spans import BEGINS, Phrase, YearsSaid, covered, opening_phrase

# Members as constants: Python finds one slowly on its class, and these are asked for often.
_ACTUAL: Final = Status.ACTUAL
_TARGET: Final = Status.TARGET
_WORDING: Final = wording(__name__)
YEAR: Final = _WORDING.pattern("year")
_SEVERAL_AHEAD: Final = _WORDING.pattern("several_ahead")
ONE_YEAR: Final = _WORDING.pattern("one_year")
_BY_YEAR: Final = _WORDING.pattern("by_year")
_SHORT_PLAN: Final = _WORDING.pattern("short_plan")
_YEARS_ON: Final = _WORDING.pattern("years_on")
_MERELY_NAMED: Final = _WORDING.pattern("merely_named")
_ANNOUNCE: Final = _WORDING.pattern("announce")
_AIMED: Final = _WORDING.pattern("aimed")
_FOR_US: Final = _WORDING.pattern("for_us")
_AIMS: Final = _WORDING.words("aims")
_PROMISES: Final = _WORDING.pattern("promises")
_TO_COME: Final = _WORDING.pattern("to_come")
_LABEL: Final = _WORDING.pattern("label")
_IS: Final = frozenset(_WORDING.text("is"))
_TOGETHER: Final = _WORDING.pattern("together")
_IS_YEAR: Final = _WORDING.pattern("is_year")
_NEW_YEAR: Final = _WORDING.pattern("new_year")
_THIS_YEAR: Final = _WORDING.text("this_year")
_FIVE_AHEAD: Final = _WORDING.words("five_ahead")
_UP_TO_NOW: Final = _WORDING.text("up_to_now")
_OUTLINE: Final = _WORDING.text("outline")
_FAR_AIMS: Final = _WORDING.pattern("far_aims")
_PAST_YEAR: Final = _WORDING.pattern("past_year")
_PLAN_BACK: Final = _WORDING.pattern("plan_back", any_plan=ANY_PLAN)
_DRAFTED: Final = _WORDING.pattern("drafted", any_plan=ANY_PLAN)
_SUBMITTED: Final = _WORDING.pattern("submitted")
_LAST_YEAR: Final = _WORDING.pattern("last_year")
_REPORTED: Final = _WORDING.pattern("reported")
_MAY_BE_REPORTED: Final = re.compile(f"[，,：:](?<=[{_WORDING.text('reports')}].)")
_REPORTED_WITHIN: Final = 16  # characters
_OPENS: Final = frozenset(_WORDING.words("opens"))
_BESIDE: Final = _WORDING.pattern("beside")
# ——这五年，…: an item of a list
_ITEMS: Final = "—–●■◆★▲·•"
_ITEM: Final = re.compile(f"^[{_ITEMS}]{{1,2}}")
_ADDRESS: Final = _WORDING.pattern("address")
# Said of several years that lie behind; of a term only where more than its name is said.
_BEHIND: Final = (YearsSaid.BACK, YearsSaid.SINCE, YearsSaid.SINCE_TERM, YearsSaid.TERM)
_TERM_ON: Final = _WORDING.pattern("term_on")
_THESE_YEARS: Final = _WORDING.pattern("these_years")
_IN: Final = _WORDING.pattern("in")
_LEAD: Final = _WORDING.words("lead")
_FURTHEST: Final = 6  # years that lie behind and are told of together
_COMMA: Final = re.compile("[，,]")
_FIGURE: Final = re.compile("[0-9]")
_RECORD: Final = _WORDING.pattern("record")
_TERM: Final = 5  # years
_FEWEST: Final = 3  # years that a part is of by its first sentence
_PASSING: Final = _WORDING.pattern("passing")
_LIST_BELOW: Final = _WORDING.pattern("list_below")


def years_ahead(text: str, after: str, year: int | None) -> tuple[int | None, int] | None:
    """Last year and number of years of the aims that an announcement speaks of.

    None when it speaks of the coming year: the word of time that stands last decides.
    `after` is what follows the announcement: 奋斗目标是：到2025年.
    """
    by_year = _BY_YEAR.match(after)
    found = list(_SEVERAL_AHEAD.finditer(text))
    if by_year is not None and found and plan_ending(int(by_year[1])) is None:
        whole = years_ahead(text, "", year)
        if whole is not None and (whole[0] or 0) > int(by_year[1]):
            return whole  # 今后五年的目标：到2024年，…: the first of several steps
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
        of_plan = plan_ending(named[0]) is not None
        return named[0], 5 if of_plan or year is None else max(1, named[0] - year + 1)
    if plan is not None:
        return plan[1], 5
    on = _YEARS_ON.search(text)
    span = 3 if on and "三" in on[0] else 5
    return None if year is None else year + span - 1, span


def announced(
    sentence: str, at: int, known: Years, current: Frame, aims: bool
) -> Frame | None:  # fmt: skip
    """The frame that a sentence opens; None when it opens none.

    `aims`: whether its line speaks of aims, so that it may.
    """
    if sentence[0] in _ITEMS:
        sentence = _without(_ITEM, sentence)
    if _may_be_reported(sentence):
        sentence = _without(_REPORTED, sentence)
    drafted = _drafted_plan(sentence, known, current)
    if drafted is not None:
        return Frame(at, _TARGET, drafted[1], drafted[1] - drafted[0] + 1)
    if current.opening and known.planned != known.review:
        promised = _PROMISES.search(sentence) or _TO_COME.match(sentence)
        if promised is not None:
            return Frame(at, _TARGET, known.planned, 1)
    announce = None
    if aims and speaks_of_aims(sentence):
        sentence = _FAR_AIMS.sub("", sentence)
        announce = _ANNOUNCE.search(sentence)
    opens_frame = _opens_frame(sentence)
    if announce is None and not opens_frame:
        return None  # as most
    year, review = known.planned, known.review
    planning = current.status is _TARGET
    if announce is not None and not _is_spoken_of(sentence, announce.end()):
        ahead = years_ahead(sentence[: announce.end()], sentence[announce.end() :], year)
        if ahead is not None:
            return Frame(at, _TARGET, *ahead)
        years = [int(y) for y in YEAR.findall(sentence[: announce.end()])]
        if years and review is not None and max(years) <= review:
            return None
        if planning and not years and _THIS_YEAR not in sentence[: announce.end()]:
            return None
        opening = sentence[: announce.end()]
        if not (planning or years or _AIMED.search(opening)) or _FOR_US.search(opening):
            return None  # 主要指标： in a review names what is reviewed
        return Frame(at, _TARGET, max(years) if years else year, 1)
    if not opens_frame:
        return None
    start = _IS_YEAR.match(sentence) or _LABEL.match(sentence)
    if start is not None and year is not None:
        named = int(start[2]) if start[2] else known.meant(start[1])
        if named == year and review != year and not planning:
            return Frame(at, _TARGET, year, 1)
        if named == review and (planning or current.several > 1):
            return Frame(at, _ACTUAL, review, 1)
        if named == year and planning and current.several > 1:
            return Frame(at, _TARGET, year, 1)
        return None
    if planning:
        return _among_aims(sentence, at, known, current)
    return _in_review(sentence, at, known, current)


def _is_spoken_of(sentence: str, end: int) -> bool:
    """Whether the announcement that ends there announces nothing: 完成今年目标任务, or what a
    piece of news sums up, 去年的发展和今年工作安排."""
    if _MERELY_NAMED.search(sentence, 0, end + 10):
        return True
    return sentence[end - 1] not in _IS and _TOGETHER.search(sentence, 0, end) is not None


def _drafted_plan(sentence: str, years: Years, current: Frame) -> tuple[int, int] | None:
    """First and last year of the plan that a sentence submits to the congress: the one that
    begins this year. Another is still to be drafted, or was adopted long ago."""
    if _OUTLINE not in sentence:
        return None
    found = _DRAFTED.search(sentence)
    plan = None if found is None else PLANS.get(found["plan"]) or plan_years(found["plan"])
    if plan is None and years.planned is not None and current.status is _TARGET:
        plan = plan_over(years.planned) if _SUBMITTED.search(sentence) else None
    return plan if plan is not None and plan[0] - 1 == years.review else None


def _opens_frame(sentence: str) -> bool:
    """Whether a sentence begins like one that opens a frame by its first words."""
    first = sentence[:1]
    return first in _OPENS or first in BEGINS or sentence[1:2] in BEGINS


def _may_be_reported(sentence: str) -> bool:
    """Whether a mark near the beginning stands right behind a word of reporting."""
    return _MAY_BE_REPORTED.search(sentence, 1, _REPORTED_WITHIN) is not None


def speaks_of_aims(sentence: str) -> bool:
    for word in _AIMS:  # noqa: SIM110 - a generator takes three times as long
        if word in sentence:
            return True
    return False


def _without(opening: re.Pattern[str], sentence: str) -> str:
    found = opening.match(sentence)
    return sentence if found is None else sentence[found.end() :]


def _led(said: str) -> str:
    """What is said behind an address and 在, 自 or 从."""
    said = _without(_ADDRESS, said)
    return said[1:] if said.startswith(_LEAD) else said


def _on_last_year(sentence: str) -> bool:
    return _LAST_YEAR.match(_without(_IN, _without(_BESIDE, sentence))) is not None


def _lists_of(sentence: str, review: int | None) -> bool:
    """2021年，我们抓了以下工作：: whether it announces a list of the last year."""
    return _without(_BESIDE, sentence).startswith(f"{review}年") and announces_list(sentence)


def _behind(sentence: str, years: Years) -> tuple[Phrase, int] | None:
    """The phrase on several past years that a sentence opens with, and how many they are."""
    said = _led(_without(_BESIDE, sentence))
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


def announces_list(line: str) -> bool:
    """2021年，我们重点抓了以下工作：: whether what a paragraph ends with is told of below it."""
    return _LIST_BELOW.search(line) is not None


def opens_on_years(line: str, years: Years) -> bool:
    """Whether a paragraph opens with the years that it tells of, one or several."""
    said = _without(_ITEM, line)
    return bool(said) and (
        _on_last_year(said)
        or _behind(said, years) is not None
        or _PLAN_BACK.match(said) is not None
        or said.startswith(f"{years.review}年")
    )


def _in_review(sentence: str, at: int, years: Years, current: Frame) -> Frame | None:
    year, review = years.planned, years.review
    told = _behind(sentence, years)
    if told is not None and 1 <= told[1] <= _FURTHEST:
        phrase, several = told
        if current.counted and phrase.kind is YearsSaid.SINCE_TERM:
            return None  # the heading knows better than the calendar how many years that is
        since = phrase.kind in (YearsSaid.SINCE, YearsSaid.SINCE_TERM)
        if (since and several > 1) or (current.several == 1 and (several > 1 or since)):
            return Frame(at, _ACTUAL, review, several)
    if current.several > 1 and (_on_last_year(sentence) or _lists_of(sentence, review)):
        return Frame(at, _ACTUAL, review, 1)
    back = _PLAN_BACK.match(sentence)
    planned = None if back is None else PLANS[back["plan"]]
    if planned is not None and review is not None and current.several == 1:
        since = _UP_TO_NOW in sentence[:10] and planned[0] <= review <= planned[1]
        if planned[1] == review or since:
            return Frame(at, _ACTUAL, review, review - planned[0] + 1)
    if sentence.startswith(_FIVE_AHEAD):
        return Frame(at, _TARGET, None if year is None else year + 4, 5)
    if sentence.startswith(COMING_YEAR):
        return Frame(at, _TARGET, year, 1)
    return None


def part_opening(sentence: str, at: int, years: Years, current: Frame) -> Frame | None:
    """What the first sentence of a part says of several years behind it in more ways than others
    do: 五年耕耘，硕果累累; 从2017年到2021年，…; 承前启后，过去五年…."""
    if current.status is not _ACTUAL or current.several > 1 or current.alone:
        return None
    for clause in _COMMA.split(sentence):
        said = _led(clause)
        phrase = opening_phrase(said[:40])
        if phrase is None or _RECORD.match(said, phrase.end):
            continue
        span = covered(phrase, years, -1)
        if span.first is None or span.last is None or span.last != years.review:
            continue
        several = span.last - span.first + 1
        if several == 1:
            return None  # 2021年是本届政府的最后一年，五年来…
        counts = phrase.counted == _TERM and _FIGURE.search(sentence) is None
        counts = counts and phrase.kind is YearsSaid.COUNT
        told = counts or phrase.kind in (YearsSaid.BACK, YearsSaid.YEARS)
        if told and _FEWEST <= several <= _FURTHEST:
            return Frame(at, _ACTUAL, span.last, several)
    return None


def _among_aims(sentence: str, at: int, years: Years, current: Frame) -> Frame | None:
    year, review = years.planned, years.review
    # only what can be of nothing to come: not 这五年, not 本届政府任期内
    told = _behind(sentence, years)
    if told is not None and told[0].kind is YearsSaid.BACK and not sentence.startswith("这"):
        return Frame(at, _ACTUAL, review, told[1])
    past = _PAST_YEAR.match(sentence)
    if past is not None and (past[1] is None or int(past[1]) == review):
        return Frame(at, _ACTUAL, review, 1)
    back = _PLAN_BACK.match(sentence)
    over = None if back is None else PLANS[back["plan"]]
    if over is not None and over[1] == review:
        return Frame(at, _ACTUAL, review, review - over[0] + 1)
    new_year = _NEW_YEAR.match(sentence) if current.several > 1 else None
    if new_year is not None and (new_year[1] is None or int(new_year[1]) == year):
        return Frame(at, _TARGET, year, 1)
    return None


def opens(line: str, start: int) -> bool:
    """Whether the sentence that starts there is a paragraph's first: 各位代表！ is none."""
    return start == 0 or _ADDRESS.fullmatch(line, 0, start) is not None


def passes(
    sentence: str, frame: Frame, current: Frame, opens_line: bool, opens_part: bool
) -> bool:  # fmt: skip
    """Whether a frame holds for its paragraph alone: a look back among aims, or at one year of
    several, or at several years beside a part that is of one by its heading, or at fewer than the
    part is of by its heading or its first paragraph."""
    if frame.status is not _ACTUAL:
        return False
    if current.status is _TARGET:
        return _IS_YEAR.match(sentence) is None and _LABEL.match(sentence) is None
    if current.alone and frame.several > 1:
        return True
    if _PASSING.match(sentence):
        return not (opens_part and opens_line and frame.several > 1)
    if 1 < frame.several < current.several and not opens_part:
        return True  # 2019年以来，每年安排…, within a review of five years
    return frame.several == 1 < current.several and not opens_line
