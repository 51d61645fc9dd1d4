"""What part of a report a place belongs to: review or plan, of which years.

A report is read paragraph by paragraph; headings and announcing sentences (今年的主要预期目标是)
open a new frame that holds until the next one.
"""

from __future__ import annotations

import re

from zhibiao.domain import Status
from zhibiao.language.plans import plan_years
from zhibiao.outline.announcements import announced, passes
from zhibiao.outline.frames import Frame, Years
from zhibiao.outline.front_matter import read_front, speech_begins
from zhibiao.outline.headings import explains_terms, heading_of, opening_of, opens_part

_SENTENCE = re.compile(r"[^。！？!?；;]+")
_LONGEST_HEADING = 48
_LONGEST_PARAGRAPH = 300
_PART_WITHIN = re.compile(r"(?:^|[：:]) ?(?=[一二三四五六]、(?![二三]))")
_PARAGRAPH_WITHIN = re.compile(
    r"(?:[（(][一二三四五六七八九十]+[)）]|——|[0-9]+[.、．]|[一二三四五六七八九]是)"
)
_MANY_YEARS = re.compile("年均|五年|四年|累计|倍|番|[比较与](?:19|20)[0-9]{2}年|五”")
_BACK_TO_PLAN = re.compile(r"这[些为]|今年|新的一年|展望|同时|但|当前|我们(?:要|将|必须)")
# No frame opens within a line that holds none of these.
_ANY_CUE = re.compile(
    "目标|指标|总体|思路|年[，,]?(?:还|也|既|正|将)?是|[三四五345]年|新的一年|今年|全年|一年|去年|过去|五”?时期|五”?期间|以来|[0-9]年[，,]|年[，,]?(?:我们|政府|要|将|全|重点|着力)"
)


def read_frames(text: str, years: Years) -> list[Frame]:
    """The frames of a report in order; the first starts at 0."""
    frames = [_opening(text, years.review)]
    at = 0
    lines = text.split("\n")
    begins = speech_begins(lines, read_front(text).title)
    for index, line in enumerate(lines):
        stripped = line.strip()
        if stripped and index >= begins:
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
    if len(line) <= _LONGEST_HEADING:
        if explains_terms(line):
            frames.append(Frame(at, Status.ACTUAL, years.review, 1, True))
            return
        if frames[-1].glossary:
            return
        heading = heading_of(line, at, years, frames[-1])
        if heading is not None:
            frames.append(heading)
            return
    if frames[-1].glossary:
        return
    if opens_part(line):
        opening = re.split(r"[。，,：:]", line, maxsplit=1)[0]
        heading = opening_of(opening[:40], at, years, False)
        if heading is not None:
            frames.append(heading)
    if _ANY_CUE.search(line):
        _read_sentences(line, at, years, frames)


def _read_break(
    sentence: re.Match[str], at: int, years: Years, frames: list[Frame], left: Frame | None
) -> Frame | None:
    """Headings within text that has lost its line breaks; returns the frame still to come back to.

    …奠定了基础。二、今后五年的奋斗目标今后五年，…: what stands before a comma is the heading.
    """
    part = _PART_WITHIN.search(sentence[0])
    if part is not None:
        place = at + sentence.start() + part.end()
        opening = re.split(r"[，,：:]", sentence[0][part.end() :], maxsplit=1)[0]
        heading = opening_of(opening[:40], place, years, False)
        if heading is not None:
            frames.append(heading)
            return None
    if left is not None and _PARAGRAPH_WITHIN.match(sentence[0]):
        frames.append(left._replace(start=at + sentence.start()))
        return None
    return left


def _tells_of_one_year(line: str, review: int | None, current: Frame) -> bool:
    """2022年，全市…增长4%。…: a paragraph of the last of several years, and not of them all."""
    if current.status is not Status.ACTUAL or not line.startswith(
        (f"{review}年，", f"{review}年,")
    ):
        return False
    return _MANY_YEARS.search(line) is None


def _read_sentences(line: str, at: int, years: Years, frames: list[Frame]) -> None:
    """The frames that the sentences of a paragraph open.

    One that holds for its paragraph alone (过去一年，… among aims; 去年达到… in a review of five
    years) gives way to the one before it at the end of the line.
    """
    left: Frame | None = None  # to come back to
    if frames[-1].several > 1 and _tells_of_one_year(line, years.review, frames[-1]):
        left = frames[-1]
        frames.append(Frame(at, Status.ACTUAL, years.review, 1, False))
    unbroken = len(line) > _LONGEST_PARAGRAPH
    for sentence in _SENTENCE.finditer(line):
        if unbroken:
            left = _read_break(sentence, at, years, frames, left)
        place, current = at + sentence.start(), frames[-1]
        frame = announced(sentence[0], place, years, current)
        if frame is not None:
            if not passes(sentence[0], frame, current, not sentence.start()):
                left = None
            elif left is None:
                left = current
            frames.append(frame)
        elif left is not None and left.status is Status.TARGET and _BACK_TO_PLAN.match(sentence[0]):
            frames.append(left._replace(start=place))
            left = None
    if left is not None:
        frames.append(left._replace(start=at + len(line)))
