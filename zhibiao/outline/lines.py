"""The lines of a report that may be headings, with their rank."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import IntEnum
from typing import Final, NamedTuple

LONGEST_HEADING: Final = 48
_LONGEST_OPENING: Final = 40
LONGEST_PARAGRAPH: Final = 300  # characters; a longer one has lost its breaks
_PART: Final = re.compile(
    r"^第?[一二三四五六七八九十]{1,3}(?:、|部分[：:、 　]?|[ 　]|[.．](?![0-9]))"
)
_CHAPTER: Final = re.compile(r"^[（(][一二三四五六七八九十]{1,3}[)）]")
_ENTRY: Final = re.compile(r"^(?:[0-9]{1,2}[.、．]|——|—|[①-⑳●◆■▲★▼◇□►▶❖➢])")
# …奠定了基础。二、今后五年的奋斗目标今后五年，…: a heading within text without line breaks
_PART_WITHIN: Final = re.compile(
    r"[一二三四五六](?=、(?![二三四五六]))(?:(?<=[。！？；：:].)|(?<=[。！？；：:] .)|(?<=^.))"
)
_ATTACHED: Final = re.compile(
    "^附[件录表][0-9一二三四五六]{0,2}|^附[0-9一二三四五六]{0,2}(?:[：:　 ]|$)"
)
_GLOSSARY: Final = re.compile(
    "^(?:附[件录注]?[0-9一二]?[：: 　]?)?[《（(]?(?:政府工作报告》?)?中?的?"
    "(?:有关|相关|部分|若干)?(?:名词|术语|用语|注释|名词术语|词语|概念)"
    "(?:解释|注释|说明|释义|$)|^注释[：:]?$"
)
_NOT_AT_END: Final = ("。", "；", "，", "！", "、", ",", ";")


class Rank(IntEnum):
    """How far up in the outline a heading stands: what it opens ends at the next one as high."""

    ATTACHMENT = 0
    PART = 1  # 一、
    FREE = 2  # a short line of its own
    CHAPTER = 3  # （一）
    ENTRY = 4  # 1. and ——


# 一、2010年工作回顾过去的一年，…: a heading whose line has lost its end
_RUN_ON: Final = re.compile(
    "[^，。]{4,40}?(?:回顾|总结|安排|部署|任务|目标|思路|要求)"
    "(?=(?:刚刚)?过去的?|一年来|[三五]年来|20[0-9]{2}年[，是]|今年|面对|各位代表|新的一年)"
)


class Heading(NamedTuple):
    """A line, or its beginning, that may be a heading; offsets into the text."""

    start: int
    end: int
    rank: Rank
    words: str  # without its number
    alone: bool  # the line holds nothing else
    glossary: bool = False


def heading_of(line: str, at: int, following: str) -> Heading | None:
    """What a line may open as a heading; None for prose. `following` is the next line with text."""
    short = len(line) <= LONGEST_HEADING
    if short and _GLOSSARY.search(line):
        return Heading(at, at + len(line), Rank.ATTACHMENT, line, True, True)
    attached = _ATTACHED.match(line) if short else None
    if attached is not None:
        words = line[attached.end() :].strip()
        if not words and len(following) <= LONGEST_HEADING:
            words = following
        return Heading(
            at, at + len(line), Rank.ATTACHMENT, words, True, bool(_GLOSSARY.search(words))
        )
    for rank, pattern in ((Rank.PART, _PART), (Rank.CHAPTER, _CHAPTER), (Rank.ENTRY, _ENTRY)):
        numbered = pattern.match(line)
        if numbered is not None:
            return _numbered(line, at, rank, numbered.end(), short)
    if short and not line.endswith(_NOT_AT_END):
        return Heading(at, at + len(line), Rank.FREE, line, True)
    return None


def _numbered(line: str, at: int, rank: Rank, begins: int, short: bool) -> Heading | None:
    if short and not line.endswith(_NOT_AT_END):
        return Heading(at, at + len(line), rank, line[begins:].strip(), True)
    words = re.split(r"[。，,：:]", line[begins:], maxsplit=1)[0][:_LONGEST_OPENING]
    run_on = _RUN_ON.match(words)
    words = words if run_on is None else run_on[0]
    return Heading(at, at + begins + len(words), rank, words.strip(), False)


def pieces(line: str, at: int) -> Iterator[tuple[str, int]]:
    """A line as it is, or where it has lost its breaks, cut before each part: 二、."""
    if len(line) <= LONGEST_PARAGRAPH:
        yield line, at
        return
    start = 0
    for found in _PART_WITHIN.finditer(line):
        if found.start() > start:
            yield line[start : found.start()].rstrip(), at + start
            start = found.start()
    yield line[start:], at + start
