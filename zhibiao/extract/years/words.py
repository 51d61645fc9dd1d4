"""The words of time that clock.py follows, and what stands around them."""

from __future__ import annotations

from typing import Final, NamedTuple

from zhibiao.catalogue.units import TIMES
from zhibiao.extract.number.numbers import Number
from zhibiao.extract.words.lexicon import (
    COMMA,
    CREATE,
    DOWN,
    GE,
    NAME,
    NUMBER,
    REACH,
    REGION,
    TO,
    TONE,
    UP,
    VERBISH,
    Token,
)
from zhibiao.language import resolve
from zhibiao.language.relative_years import COMING_YEAR, OFFSETS, PAST_YEAR, THIS_YEAR
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
COUNT: Final = _WORDING.pattern("count")
BEFORE: Final = _WORDING.words("before")
AFTER: Final = _WORDING.words("after")
COMPARES: Final = _WORDING.pattern("compares")
FOR_ALL: Final = _WORDING.words("for_all")
STARTS: Final = _WORDING.words("starts")
_COMPARED_BEHIND: Final = _WORDING.pattern("compared_behind")
_BUILT: Final = _WORDING.pattern("built")
_PRICED: Final = _WORDING.pattern("priced")
_LISTED: Final = _WORDING.words("listed")
MULTIPLIES: Final = _WORDING.words("multiplies")
SHARES: Final = _WORDING.words("shares")
RESOLVE: Final = (*resolve.RESOLVE, *_WORDING.words("also_resolve"))
YEARS_BEGINNING: Final = _WORDING.words("years_beginning")
RELATIVE: Final = (*OFFSETS, *PAST_YEAR, *THIS_YEAR, *YEARS_BEGINNING)
UP_TO_NOW: Final = _WORDING.text("up_to_now")
ALL_YEAR: Final = _WORDING.text("all_year")
WHOLE_YEAR: Final = _WORDING.words("whole_year")
PART_OF_YEAR: Final = _WORDING.words("part_of_year")
YEARLY_AVERAGE: Final = _WORDING.text("yearly_average")
EACH_YEAR: Final = _WORDING.text("each_year")
PERIOD: Final = _WORDING.text("period")
DURING: Final = _WORDING.text("during")
WITHIN: Final = _WORDING.text("within")
NEW_YEAR: Final = (COMING_YEAR, WITHIN)
THIS_TERM: Final = _WORDING.text("this_term")
WITHIN_TERM: Final = _WORDING.text("within_term")
AVERAGE: Final = _WORDING.words("average")
AVERAGED_WITHIN: Final = _WORDING.words("averaged_within")
OF_WHOLE_PLAN: Final = (*AVERAGE, *_WORDING.words("of_whole_plan"))
YEAR_BEFORE: Final = _WORDING.words("year_before")
OF: Final = _WORDING.text("of")
IN_A_YEAR: Final = _WORDING.words("in_a_year")
OVER_A_YEAR: Final = _WORDING.words("over_a_year")
TERM: Final = _WORDING.words("term")
OF_TERM: Final = _WORDING.words("of_term")
PLAN_COMPARED: Final = _WORDING.words("plan_compared")
COMPARES_ALONE: Final = _WORDING.words("compares_alone")
PLAN_WHOLE: Final = _WORDING.words("plan_whole")
RESTS_ON: Final = _WORDING.words("rests_on")
MEASURED_BY: Final = _WORDING.words("measured_by")
RANGE_MARK: Final = _WORDING.pattern("range_mark")
SINCE: Final = _WORDING.words("since")
BEGINS: Final = _WORDING.words("begins")
UP_TO: Final = _WORDING.words("up_to")
AIMS: Final = _WORDING.words("aims")
ORDINAL: Final = _WORDING.words("ordinal")
BUDGET: Final = _WORDING.words("budget")
NOW: Final = _WORDING.words("now")
TWO_TO_FIVE: Final = _WORDING.text("two_to_five")
IN_A_ROW: Final = _WORDING.words("in_a_row")
TAKEN: Final = _WORDING.words("taken")
EVERY_YEAR: Final = _WORDING.words("every_year")
_GROUND: Final = _WORDING.pattern("ground")
_BEHIND: Final = _WORDING.pattern("behind")
_COVERED: Final = _WORDING.pattern("covered")
_DOUBLING: Final = _WORDING.pattern("doubling")
_AVERAGED: Final = _WORDING.pattern("averaged")
_AVERAGED_BEHIND: Final = _WORDING.pattern("averaged_behind")
_VALUE_OF: Final = _WORDING.words("value_of")
_GROWTH_OF: Final = _WORDING.pattern("growth_of")
_THEN: Final = _WORDING.pattern("then")
_SHARE_THEN: Final = _WORDING.pattern("share_then")
_IS_SHARE_THEN: Final = _WORDING.pattern("is_share_then")
_DOES: Final = CREATE | REACH | TONE | VERBISH
_WILL: Final = _WORDING.words("will")
_EXPECTED: Final = _WORDING.pattern("expected")
_RESTORED: Final = _WORDING.pattern("restored")
_EDGES: Final = "，。；、：:,;\n（( 　"
_AIM: Final = _WORDING.text("aim")
_SAYS_AIM: Final = _WORDING.pattern("says_aim")
_IS_AIM: Final = _WORDING.pattern("is_aim")
_RESOLVED: Final = _WORDING.pattern("resolved")
_NEAR_AIM: Final = 16
_CLAUSE: Final = 24
_HELD_AGAINST: Final = _WORDING.words("held_against")
_PLANS_AIM: Final = _WORDING.pattern("plans_aim")
_NAMED: Final = _WORDING.words("named")
FAR_AIMS: Final = _WORDING.words("far_aims")
_BEFORE_YEARS: Final = _WORDING.words("before_years")
_SENTENCE: Final = 120  # characters
_HELD: Final = _WORDING.words("held")
_AT: Final = _WORDING.text("at")
_JUDGED: Final = _WORDING.pattern("judged")
_EVENT: Final = _WORDING.pattern("event")
_DONE_BY_THEN: Final = _WORDING.pattern("done_by_then")
_OF_SEVERAL: Final = _WORDING.pattern("of_several")
RECORD: Final = _WORDING.pattern("record")
RECORD_SINCE: Final = _WORDING.pattern("record_since")
_UNFINISHED: Final = _WORDING.pattern("unfinished")


def covers(text: str, start: int, end: int) -> bool:
    """Whether the count of years text[start:end] says what a figure covers.

    五年累计, and 五年 at the head of a clause; not 三年行动, not 压抑三年的消费.
    """
    if text[end - 1] != "年" or _COVERED.match(text, end):
        return True
    opens = text[start - 1 : start] in _EDGES or text.endswith(_BEFORE_YEARS, 0, start)
    return opens and not text.startswith(_NAMED, end)


def doubling_until(text: str, end: int) -> int:
    """两年实现翻番，…: where the clause ends that says by when all has doubled; -1 for others."""
    doubling = _DOUBLING.match(text, end)
    return -1 if doubling is None else doubling.end()


def averaged(text: str, end: int) -> bool:
    """Whether a count of years that ends here is an average's own: 五年年均增长."""
    return _AVERAGED.match(text, end) is not None


def averaged_behind(text: str, end: int) -> bool:
    """由28亿元增加到70亿元，年均增长20%: whether an average rise is told soon behind a value."""
    return _AVERAGED_BEHIND.match(text, end) is not None


def compared(text: str, before: str, end: int) -> bool:
    """Whether a year that ends here is what others are compared with."""
    return COMPARES.search(before) is not None or _COMPARED_BEHIND.match(text, end) is not None


def of_an_event(text: str, before: str, end: int) -> bool:
    """举办2022年中国农民丰收节, 在2022年度考核中: whether the year that ends here only names what
    was held then."""
    if before.endswith(_AT) and _JUDGED.match(text, end) is not None:
        return True
    return before.endswith(_HELD) and _EVENT.match(text, end) is not None


def of_one_deed(tokens: list[Token], text: str, i: int, aims: bool) -> bool:
    """2018年贫困县全部摘帽，居民收入年均增长…: whether the year at token i tells when a thing is
    done, and what comes next has a name of its own."""
    done = _DONE_BY_THEN.match(text, tokens[i].end)
    if done is None:
        return False
    behind = [token for token in tokens[i + 1 :] if token.start >= done.end()]
    number = next((k for k, token in enumerate(behind) if token.mask == NUMBER), 0)
    if not any(token.mask & NAME for token in behind[:number]):
        return False
    return aims or _OF_SEVERAL.search(text, done.end(), behind[number].start) is not None


def reached_then(tokens: list[Token], i: int) -> bool:
    """…，2022年达到90亿元: whether nothing but the value reached follows the year at token i."""
    k = i + 1
    while k < len(tokens) and tokens[k].mask & (REACH | TO | GE):
        k += 1
    return i + 1 < k < len(tokens) and tokens[k].mask == NUMBER


def within_clause(tokens: list[Token], i: int) -> bool:
    """Whether a number follows the word at token i within its clause."""
    for token in tokens[i + 1 :]:
        if token.mask & COMMA:
            return False
        if token.mask == NUMBER:
            return True
    return False


def of_prices(text: str, end: int) -> bool:
    """Whether a year that ends here is that of the prices in which values are told, or of what is
    counted (2000年底前建成的老旧小区)."""
    return _PRICED.match(text, end) is not None or _BUILT.match(text, end) is not None


def listed(tokens: list[Token], text: str, last: int, i: int) -> bool:
    """1958年和1959年: whether the year at token i stands in a list with that at token last."""
    joined = text[tokens[last].end : tokens[i].start] in _LISTED
    return joined and _COMPARED_BEHIND.match(text, tokens[i].end) is None


class Ground(NamedTuple):
    """What a phrase on an earlier year says of what follows it."""

    end: int  # an offset within the phrase, up to which the year holds
    carries: bool  # whether what follows rises from there


def ground_after(text: str, end: int) -> Ground | None:
    """在去年…的基础上, 继2021年冲过90亿元之后: the phrase that a year which ends here opens; None
    where it opens none."""
    ground = _GROUND.match(text, end)
    if ground is not None:
        return Ground(ground.end() - 2, True)
    behind = _BEHIND.match(text, end)
    return None if behind is None else Ground(behind.end() - 1, False)


def multiplied(tokens: list[Token], numbers: list[Number], text: str, i: int) -> bool:
    """是2017年的1.8倍: whether a multiple of what was at the time at token i follows."""
    if not _THEN.match(text, tokens[i].end):
        return False
    following = next((t for t in tokens[i + 1 : i + 6] if t.mask == NUMBER), None)
    return following is not None and numbers[following.number].unit == "倍"


def names_aim(text: str, before: str, end: int) -> bool:
    """比“十五”计划目标, 提前完成“十五”计划确定的: whether a plan's name that ends here only says
    which aim an outturn is held against."""
    return before.endswith(_HELD_AGAINST) and _PLANS_AIM.match(text, end) is not None


def says_aim(text: str, number: Number) -> bool:
    """GDP目标增速8.5%, 增长目标定为6%, 8%是稳中求进的目标, 力争增长8%: whether a number is called
    an aim."""
    if _RESOLVED.search(text, max(0, number.start - _CLAUSE), number.start) is not None:
        return True
    start = max(0, number.start - _NEAR_AIM)
    if text.find(_AIM, start, number.end + _NEAR_AIM) < 0:
        return False  # as for nearly all
    if _IS_AIM.match(text, number.end) is not None:
        return True
    return _SAYS_AIM.search(text, max(0, start - _NEAR_AIM), number.start) is not None


def is_to_come(tokens: list[Token], text: str, i: int) -> bool:
    """全市将新增学位2万个, 将力争达到300家: whether the word of aims at token i speaks of what is
    not done yet; not 将最低工资提高到2000元, 预计全年将突破500亿元."""
    following = tokens[i + 1] if i + 1 < len(tokens) else None
    if (
        following is None
        or following.start > tokens[i].end
        or not text.startswith(_WILL, tokens[i].start)
    ):
        return False
    clause = max(text.rfind(mark, 0, tokens[i].start) for mark in _EDGES)
    expected = _EXPECTED.search(text, max(clause, 0), tokens[i].start)
    return bool(following.mask & _DOES) and expected is None


def restored(text: str, start: int) -> bool:
    """恢复到2019年的水平: whether the year that starts here is what has been reached again."""
    return _RESTORED.search(text, max(0, start - 12), start) is not None


def share_of(tokens: list[Token], numbers: list[Number], text: str, i: int) -> bool:
    """是2019年同期的112%: whether a share in what was in the year at token i follows."""
    following = next((t for t in tokens[i + 1 : i + 6] if t.mask == NUMBER), None)
    if following is None or numbers[following.number].unit != "%":
        return False
    return _SHARE_THEN.fullmatch(text, tokens[i].end, following.start) is not None


def is_share_then(text: str, start: int) -> bool:
    """恢复到2019年的112%: whether the number that starts here is a share in what was in a year."""
    return _IS_SHARE_THEN.search(text, max(0, start - 16), start) is not None


def value_behind(
    tokens: list[Token], numbers: list[Number], text: str, i: int, began: bool = False
) -> int | None:
    """Token of the value that follows the time at token i as its own: 2016年的52亿元; `began`:
    with how much it grew then, too (由上年增长12%转为…)."""
    for k in range(i + 1, min(i + 5, len(tokens))):
        if tokens[k].mask == NUMBER:
            unit = numbers[tokens[k].number].unit
            start, end = tokens[i].end, tokens[k].start
            own = k < i + 4 and text[start:end] in _VALUE_OF
            own = own or (
                began and unit == "%" and _GROWTH_OF.fullmatch(text, start, end) is not None
            )
            return k if own and unit not in TIMES else None
    return None


def tells_when(tokens: list[Token], text: str, i: int) -> bool:
    """前三季度，…, 上半年增长: the part of a year tells when; 上半年疫情 does not."""
    if i + 1 == len(tokens) or text.endswith("由", 0, tokens[i].start):
        return False
    return bool(tokens[i + 1].mask & (COMMA | NAME | REGION | REACH | UP | DOWN))


def unfinished(text: str, end: int) -> bool:
    """今年以来, 今年前三季度…，全年预计: whether what follows is told before that year is over."""
    if text.startswith(UP_TO_NOW, end):
        return True
    stop = text.find("。", end, end + _SENTENCE)
    return _UNFINISHED.search(text, end, stop if stop >= 0 else end + _SENTENCE) is not None
