"""Passages within a section that speak of other years than it: 五年来，…, 今年的预期目标是：…"""

from __future__ import annotations

import re
from typing import Final

from zhibiao.domain import Status
from zhibiao.outline.announcements import announced, passes
from zhibiao.outline.frames import Frame, Years
from zhibiao.outline.lines import LONGEST_PARAGRAPH

_SENTENCE: Final = re.compile(r"[^。！？!?；;]+")
_PARAGRAPH_WITHIN: Final = re.compile(
    r"(?:[（(][一二三四五六七八九十]+[)）]|——|[0-9]+[.、．]|[一二三四五六七八九]是)"
)
_MANY_YEARS: Final = re.compile("年均|五年|四年|累计|倍|番|[比较与](?:19|20)[0-9]{2}年|五”")
_BACK_TO_PLAN: Final = re.compile(r"这[些为]|今年|新的一年|展望|同时|但|当前|我们(?:要|将|必须)")
# No passage begins within a line that holds none of these. Their first characters are one set:
# only then is a search for them fast.
_ANY_CUE: Final = re.compile(
    "[目指总思年一两三四五新今全去过以0-9](?:(?<=[目指])标|(?<=总)体|(?<=思)路"
    "|(?<=年)[，,]?(?:(?:还|也|既|正|将)?是|我们|政府|要|将|全|重点|着力)"
    "|(?<=[一两三四五345今全去])年|(?<=五)”?[，,]|(?<=新)的一年|(?<=过)去|(?<=五)”?(?:时期|期间)|(?<=以)来"
    "|(?<=[0-9])年[，,])"
)


def read_passages(line: str, at: int, years: Years, frames: list[Frame]) -> None:
    """Append what the sentences of a paragraph announce.

    A passage that holds for its paragraph alone (过去一年，… among aims; 去年达到… in a review of
    five years) gives way to the frame before it at the end of the line.
    """
    if not _ANY_CUE.search(line):
        return
    left: Frame | None = None  # to come back to
    if frames[-1].several > 1 and _tells_of_one_year(line, years.review, frames[-1]):
        left = frames[-1]
        frames.append(Frame(at, Status.ACTUAL, years.review, 1))
    unbroken = len(line) > LONGEST_PARAGRAPH
    for sentence in _SENTENCE.finditer(line):
        if unbroken and left is not None and _PARAGRAPH_WITHIN.match(sentence[0]):
            frames.append(left._replace(start=at + sentence.start()))
            left = None
        place, current = at + sentence.start(), frames[-1]
        frame = announced(sentence[0], place, years, current)
        if frame is not None:
            if frame[1:4] == current[1:4] and "全年" not in sentence[0]:
                # 下半年…，今年重点完成…
                frame = frame._replace(part_of_year=current.part_of_year)
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


def _tells_of_one_year(line: str, review: int | None, current: Frame) -> bool:
    """2022年，全市…增长4%。…: a paragraph of the last of several years, and not of them all."""
    if current.status is not Status.ACTUAL or not line.startswith(
        (f"{review}年，", f"{review}年,")
    ):
        return False
    return _MANY_YEARS.search(line) is None
