"""Plans and terms of office as words of time: “十四五”期间, 上届末, 本届政府任期内."""

from __future__ import annotations

from typing import Final

from zhibiao.domain import Status
from zhibiao.extract.years import words as tw
from zhibiao.extract.years.spoken import Span, Spoken

# Members as constants: Python finds one slowly on its class, and these are asked for often.
_ACTUAL: Final = Status.ACTUAL
_TARGET: Final = Status.TARGET


def read_term(clock: Spoken, i: int, word: str, before: str) -> None:
    """上届末, 换届之初, 比五年前: five years back; 本届政府以来: the five years of a term."""
    if clock.review is None:
        return
    if word.startswith(tw.THIS_TERM):
        actual = clock.frame.status is _ACTUAL
        if actual and word.endswith(tw.OF_TERM):
            clock.look_back(max(clock.span.several, 5), "years_back")
        elif not actual and tw.WITHIN_TERM in word and clock.planned is not None:
            # the term that goes on, or the one that begins behind the five years under review
            over = clock.turn is None or clock.turn <= clock.review - 4
            first = clock.planned if over or clock.turn is None else clock.turn
            clock.span = Span(5, first + 4, None, _TARGET, "years_ahead", True)
    elif clock.multiplies(i, before):
        clock.statement.multiple_of = clock.review - 5  # 是上届政府任期的2倍
    elif word.startswith("比") or tw.COMPARES.search(before):
        clock.statement.base = clock.review - 5
        clock.rose_from(clock.statement.base)
    else:
        clock.span = clock.span._replace(
            last=clock.review - 5, status=_ACTUAL, rule="last_term", several=1
        )


def read_plan(clock: Spoken, i: int, word: str, before: str, first: int, last: int) -> None:
    """“十四五”末 is its last year, “十四五”期间 the whole of it; a bare name says no year.

    Behind 比, 由 and 是…倍 it is a base.
    """
    if clock.multiplies(i, before):
        clock.statement.multiple_of = last
        clock.rose_from(last)
        return
    if tw.names_aim(clock.text, before, clock.tokens[i].end):
        return
    compared = tw.COMPARES.search(before) is not None
    if compared and (word.endswith(tw.PLAN_COMPARED) or before.endswith(tw.COMPARES_ALONE)):
        clock.compare(i, last)  # not 与“十四五”目标相衔接
        return
    if before.endswith(tw.STARTS) and clock.states(i, last):
        return
    since = word.endswith(tw.UP_TO_NOW)
    if not since and clock.text.startswith(tw.OF_WHOLE_PLAN, clock.tokens[i].end):
        word += tw.DURING
    status = clock.span.status
    if clock.review is not None:
        status = _TARGET if last > clock.review else _ACTUAL
        if first <= clock.review and word.startswith("第") and not clock.aimed(i):
            status = clock.frame.status  # 第一个五年期间共新建8500公里
    if word.endswith("末"):
        clock.span = clock.span._replace(last=last, rule="plan_end", status=status)
    elif since:
        if tw.RECORD.match(clock.text, clock.tokens[i].end):
            return  # 实现“十三五”以来首次超过全省平均水平
        if clock.review is not None and first <= clock.review:
            end = min(last, clock.review)
            clock.look_back(end - first + 1, "since_plan")
            clock.span = clock.span._replace(last=end, first=first)
    elif word.endswith(tw.PLAN_WHOLE) or word.startswith("第"):
        clock.span = clock.span._replace(last=last, first=first, rule="plan_period", status=status)
