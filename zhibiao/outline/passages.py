"""Passages within a section that speak of other years than it: 五年来，…, 今年的预期目标是：…"""

from __future__ import annotations

import re
from typing import Final

from zhibiao.domain import Status
from zhibiao.language.wording import wording
from zhibiao.outline.announcements import (
    announced,
    announces_list,
    opens,
    part_opening,
    passes,
    speaks_of_aims,
)
from zhibiao.outline.frames import Frame, Years
from zhibiao.outline.lines import COLONS, LONGEST_PARAGRAPH

_STOP, _OTHER_STOPS = "。", "！？!?；;"
_COMMAS = "，,"
_FIGURE: Final = re.compile("[0-9]")
_WORDING: Final = wording(__name__)
_PARAGRAPH_WITHIN: Final = _WORDING.pattern("paragraph_within")
_FIRST_WITHIN: Final = _WORDING.pattern("first_within")
_FIRST_ITEM: Final = _WORDING.pattern("first_item")
_ITEM: Final = _WORDING.pattern("item")
_MANY_YEARS: Final = _WORDING.pattern("many_years")
_BACK_TO_PLAN: Final = _WORDING.pattern("back_to_plan")
_NOT_OF_IT: Final = _WORDING.text("not_of_it")
_ALL_YEAR: Final = _WORDING.text("all_year")
_ANY_CUE: Final = _WORDING.pattern("any_cue")


def read_passages(
    line: str, at: int, years: Years, frames: list[Frame], *, opens_part: bool = False
) -> Frame | None:
    """Append what the sentences of a paragraph announce; `opens_part`: it is its part's first.

    A passage that holds for its paragraph alone (过去一年，… among aims; 去年达到… in a review of
    five years) gives way to the frame before it at the end of the line; it is returned, for a list
    may follow that is of it.
    """
    if not (frames[-1].both or _ANY_CUE.search(line)):
        return None
    left: Frame | None = None  # to come back to
    if frames[-1].several > 1 and _tells_of_one_year(line, years.review, frames[-1]):
        both = frames[-1].both
        left = None if both else frames[-1]
        frames.append(Frame(at, Status.ACTUAL, years.review, 1, both=both))
    aims = speaks_of_aims(line)
    unbroken = len(line) > LONGEST_PARAGRAPH
    just_announced = lists = False  # 五年来，…取得重大成就。一是…。二是…: all is of the passage
    for start, sentence in _sentences(line):
        place = at + start
        lists |= just_announced and _FIRST_WITHIN.match(sentence) is not None
        just_announced = False
        if unbroken and left is not None and not lists and _PARAGRAPH_WITHIN.match(sentence):
            frames.append(left._replace(start=place))
            left = None
        current = frames[-1]
        frame = announced(sentence, place, years, current, aims)
        if frame is None and opens_part and opens(line, start):
            frame = part_opening(sentence, place, years, current)
        if frame is not None:
            if frame[1:4] == current[1:4] and _ALL_YEAR not in sentence:
                # 下半年…，今年重点完成…
                frame = frame._replace(part_of_year=current.part_of_year)
            if not passes(sentence, frame, left or current, opens(line, start), opens_part):
                left = None
            elif left is None:
                left = current
            just_announced = True
            if left is None and frame.status is current.status:
                frame = frame._replace(both=current.both)
            frames.append(frame)
        elif left is not None and left.status is Status.TARGET and _BACK_TO_PLAN.match(sentence):
            frames.append(left._replace(start=place))
            left = None
    if left is not None and _lists_below(line, frames[-1], left, just_announced):
        left = None  # what is listed below is of it, too
    if left is None:
        return None
    passed = frames[-1]
    frames.append(left._replace(start=at + len(line)))
    return passed


def _lists_below(line: str, told: Frame, left: Frame, just_announced: bool) -> bool:
    """Whether a paragraph ends with what announces those below it: 2021年，我们抓了以下工作：, or
    回顾过去五年： in a part on one year."""
    if told.several < left.several:
        return announces_list(line)
    return just_announced and told.status is left.status and line[-1] in COLONS


def lists_on(line: str, first: bool) -> bool:
    """Whether a paragraph is an item of a list, or the first one: 一是…, 二是…"""
    return (_FIRST_ITEM if first else _ITEM).match(line) is not None


def _sentences(line: str) -> list[tuple[int, str]]:
    """What stands between the stops of a line, with where it starts."""
    stopped = line  # with one mark for all: a search for one character is far faster
    for mark in _OTHER_STOPS:
        stopped = stopped.replace(mark, _STOP)
    found: list[tuple[int, str]] = []
    start = 0
    for said in stopped.split(_STOP):
        if said:
            found.append((start, said))
        start += len(said) + 1
    return found


def _tells_of_one_year(line: str, review: int | None, current: Frame) -> bool:
    """2022年，全市…增长4%。…: a paragraph of the last of several years, and not of them all.

    Under a heading that names both, or where its first sentence states no figure, it may begin in
    more ways: 2025年极不平凡。; 2022年全省保持了良好的发展势头。…
    """
    year = f"{review}年"
    if current.status is not Status.ACTUAL or not line.startswith(year):
        return False
    follows = line[len(year) : len(year) + 1]
    lead = line.find(_STOP)
    if follows not in _COMMAS:
        apart = current.both or (lead >= 0 and _FIGURE.search(line, len(year), lead) is None)
        if not apart or follows in _NOT_OF_IT:
            return False
    # where the heading tells the year apart from the others, its lead is enough
    told = lead if current.both and lead >= 0 else len(line)
    return bool(follows) and _MANY_YEARS.search(line, 0, told) is None
