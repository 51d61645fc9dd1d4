"""The lines of a report that may be headings, with their rank."""

from __future__ import annotations

import re
from enum import IntEnum
from typing import Final, NamedTuple

from zhibiao.language.wording import wording

LONGEST_HEADING: Final = 48
COLONS: Final = "：:"
_LONGEST_OPENING: Final = 40
LONGEST_PARAGRAPH: Final = 300  # characters; a longer one has lost its breaks
_WORDING: Final = wording(__name__)
_PART: Final = _WORDING.pattern("part")
_CHAPTER: Final = _WORDING.pattern("chapter")
_ENTRY: Final = re.compile(r"^(?:[0-9]{1,2}[.、．]|——|—|[①-⑳●◆■▲★▼◇□►▶❖➢])")
_PART_WITHIN: Final = _WORDING.pattern("part_within")
_ATTACHED: Final = _WORDING.pattern("attached")
_GLOSSARY: Final = _WORDING.pattern("glossary")
_DATELINE: Final = _WORDING.pattern("dateline")
_NOT_AT_END: Final = ("。", "；", "，", "！", "、", ",", ";")


class Rank(IntEnum):
    """How far up in the outline a heading stands: what it opens ends at the next one as high."""

    ATTACHMENT = 0
    PART = 1  # 一、
    FREE = 2  # a short line of its own
    CHAPTER = 3  # （一）
    ENTRY = 4  # 1. and ——


# Each with the characters that it begins with.
_NUMBERED: Final = (
    (Rank.PART, frozenset(_WORDING.text("part_begins")), _PART),
    (Rank.CHAPTER, frozenset("（("), _CHAPTER),
    (Rank.ENTRY, frozenset("0123456789—①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳●◆■▲★▼◇□►▶❖➢"), _ENTRY),
)
_BEGIN_NUMBERED: Final = frozenset().union(*(begins for _, begins, _ in _NUMBERED))
_OPENING_ENDS: Final = re.compile("[。，,：:]")
_ADDRESS: Final = _WORDING.pattern("address")
_RUN_ON: Final = _WORDING.pattern("run_on")


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
    for rank, begins, pattern in _NUMBERED if line[:1] in _BEGIN_NUMBERED else ():
        numbered = pattern.match(line) if line[0] in begins else None
        if numbered is not None:
            return _numbered(line, at, rank, numbered.end(), short)
    if short and not line.endswith(_NOT_AT_END) and "。" not in line and not _DATELINE.match(line):
        return Heading(at, at + len(line), Rank.FREE, line, True)
    return None


def precedes_all(line: str) -> bool:
    """Whether a line comes before what a part tells: a title, 各位代表：, 现在，我代表…报告工作."""
    if len(line) <= LONGEST_HEADING and not any(mark in line for mark in "。；！!"):
        return True
    return _ADDRESS.match(line) is not None


def _numbered(line: str, at: int, rank: Rank, begins: int, short: bool) -> Heading | None:
    if short and not line.endswith(_NOT_AT_END):
        return Heading(at, at + len(line), rank, line[begins:].strip(), True)
    words = _OPENING_ENDS.split(line[begins:], maxsplit=1)[0][:_LONGEST_OPENING]
    run_on = _RUN_ON.match(words)
    words = words if run_on is None else run_on[0]
    return Heading(at, at + begins + len(words), rank, words.strip(), False)


def pieces(line: str, at: int) -> list[tuple[str, int]]:
    """A line as it is, or where it has lost its breaks, cut before each part: 二、."""
    if len(line) <= LONGEST_PARAGRAPH:
        return [(line, at)]
    found: list[tuple[str, int]] = []
    start = 0
    for mark in _PART_WITHIN.finditer(line):
        part = mark.start() - 1
        if part > start:
            found.append((line[start:part].rstrip(), at + start))
            start = part
    found.append((line[start:], at + start))
    return found
