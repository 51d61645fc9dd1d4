"""Which lines are the report's, and which are the page's around it.

A page is a head, a body and a tail. The body runs from the first line of prose to the last. In
the head and the tail a chrome-like line takes its neighbours with it; inside the body only a
line goes that no running text can contain, or a whole run of chrome. See docs/cleaning.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Final

from zhibiao.text.chrome import CAPTION, LIKELY, PAGE_MARK, SURE, TAIL, is_contents_line
from zhibiao.text.lines import (
    DATE_LINE,
    MEETING_LINE,
    NUMBERED,
    SPEAKER_LINE,
    STRUCTURE,
    Line,
    Setting,
)
from zhibiao.text.tables import Found

_PROSE_MARKS: Final = "，。、；！,;"  # the most frequent first
_PROSE_LENGTH: Final = 25  # characters; shorter lines are headings as often as prose
_CHROME_LENGTH: Final = 160  # characters; no chrome line is longer
_LIKELY_LENGTH: Final = 60
_TITLE: Final = re.compile(r"工作\s*[报報]\s*告")
_TITLE_LENGTH: Final = 90
_BARE_TITLE: Final = len("人民政府工作报告")  # a title as short names neither place nor year
_CRUMBS: Final = re.compile(r"[>›»＞→|｜]|位置")
_ADDRESS: Final = re.compile(r"(?:各位|尊敬的.{0,6})(?:代表|委员)")
_CONTENTS: Final = re.compile(r"[【\[（(]?目 *[录錄次][】\]）)]?")
_POST: Final = re.compile(r"发表于 ?[:：]? ?(?:\d{4}-|昨天|前天|\d+ ?(?:天|小时|分))")
_LEFTOVER: Final = re.compile(r"[\]】）)>›»|｜/、·•]+")  # of a row of links
_NUMBER: Final = re.compile(r"\d{1,3}")


def _is_prose(text: str) -> bool:
    return len(text) >= _PROSE_LENGTH and _has_marks(text)


def _has_marks(text: str) -> bool:
    return "，" in text or any(mark in text for mark in _PROSE_MARKS)


def _is_sure(text: str) -> bool:
    # No site numbers its own lines: 2.加强门户网站建设 is a heading of the report.
    return (
        len(text) <= _CHROME_LENGTH
        and SURE.search(text) is not None
        and NUMBERED.match(text) is None
    )


@lru_cache(maxsize=4096)
def _is_chrome(text: str) -> bool:
    if _is_sure(text) or PAGE_MARK.fullmatch(text) or CAPTION.fullmatch(text):
        return True
    return (
        len(text) <= _LIKELY_LENGTH
        and LIKELY.search(text) is not None
        and NUMBERED.match(text) is None
    )


def _is_titular(text: str) -> bool:
    """Is it a line that names the report: a title, the meeting, the speaker, the date?"""
    if len(text) > _TITLE_LENGTH or _CRUMBS.search(text) or "。" in text:
        return False
    return bool(
        _TITLE.search(text)
        or MEETING_LINE.fullmatch(text)
        or SPEAKER_LINE.fullmatch(text)
        or DATE_LINE.fullmatch(text)
    )


def select(lines: list[Line], style: Setting) -> list[Line]:
    """The lines that belong to the report, in order."""
    if not lines:
        return []
    end = _tail_start(lines, style)
    first = _first_prose(lines, end)
    if first is None:
        # No prose at all: a title page, a list. Drop what is sure and keep the rest.
        return [line for line in lines[:end] if not _is_sure(line.text)]
    last = _last_prose(lines, first, end)
    kept = _head(lines, first)
    kept += _body(lines, first, last, style)
    kept += _tail(lines[last + 1 : end])
    return kept


def with_rows(lines: list[Line], found: Found, kept: list[Line]) -> list[Line]:
    """`kept` with the tables of `lines` that have a caption, or whose neighbours are kept.

    What is dropped is nobody's neighbour.
    """
    starts = {line.start for line in kept}
    merged: list[Line] = []
    group: list[Line] = []
    before = True
    captioned = False
    for index, line in enumerate(lines):
        if index in found.dropped:
            continue
        if index in found.captions and not captioned:
            merged += group if before else []  # a table before this one
            group = []
            captioned = True
        if index in found.captions or index in found.rows:
            group.append(line)
            continue
        after = line.start in starts
        if before or after or captioned:
            merged += group
        group = []
        captioned = False
        if after:
            merged.append(line)
        before = after
    return merged + group if before or captioned else merged


def _flows(lines: list[Line], index: int, style: Setting) -> bool:
    """Does line `index` stand in running text, as the continuation of the line before?"""
    if index == 0 or lines[index - 1].is_final:
        return False
    before, line = lines[index - 1], lines[index]
    if style.wrap is not None and (not line.after_blank or style.wraps_over_blanks):
        return style.is_full(before)
    return style.blank_between and not line.after_blank and not _is_chrome(before.text)


def _tail_start(lines: list[Line], style: Setting) -> int:
    """Where a mark says that the report is over; looked for in the second half."""
    total = sum(len(line.text) for line in lines)
    passed = 0
    for index, line in enumerate(lines):
        if (
            passed > total / 2
            and len(line.text) <= _CHROME_LENGTH
            and not _flows(lines, index, style)
        ):
            if TAIL.match(line.text):
                return index
            if _POST.search(line.text) and _is_small_talk(lines[index + 1 :]):
                return index
        passed += len(line.text)
    return len(lines)


def _is_small_talk(lines: list[Line]) -> bool:
    """Are these posts that answer a report, and not the report's next part?"""
    lengths = [len(line.text) for line in lines if _is_prose(line.text)]
    parts = any(STRUCTURE.match(line.text) and not _is_chrome(line.text) for line in lines)
    return sum(lengths) < 600 and max(lengths, default=0) < 200 and not parts


def _first_prose(lines: list[Line], end: int) -> int | None:
    for index in range(end):
        text = lines[index].text
        if _ADDRESS.match(text):
            return index
        if _is_prose(text) and not _is_chrome(text) and not is_contents_line(text):
            return index
    return None


def _last_prose(lines: list[Line], first: int, end: int) -> int:
    for index in range(end - 1, first, -1):
        line, before = lines[index], lines[index - 1]
        # Inside a wrapped paragraph a chrome word is a word of the text.
        wrapped = line.is_final and not before.is_final and len(before.text) >= 12
        if wrapped and (_is_prose(before.text) or not _is_chrome(before.text)):
            return index
        if _is_prose(line.text) or (line.is_final and len(line.text) >= 4):
            asks = line.text[-1] in ":：" and _is_chrome(line.text)
            if not _is_sure(line.text) and not asks:
                return index
    return first


def _head(lines: list[Line], first: int) -> list[Line]:
    head = lines[:first]
    marks = [
        i for i, line in enumerate(head) if _is_chrome(line.text) or _LEFTOVER.fullmatch(line.text)
    ]
    contents = next((i for i, line in enumerate(head) if _CONTENTS.fullmatch(line.text)), first)
    cut = marks[-1] + 1 if marks else 0
    if marks:
        titles = [i for i, line in enumerate(head) if _is_titular(line.text)]
        cut = max(cut, titles[0]) if titles and titles[0] >= cut else cut
    # A table of contents is what stands in it and again further down.
    last = {line.text: i for i, line in enumerate(lines)} if contents < first else {}
    kept = []
    for index, line in enumerate(head):
        if is_contents_line(line.text) or index == contents:
            continue
        if index > contents and last[line.text] > index:
            continue
        if index >= cut or (_is_titular(line.text) and not _is_sure(line.text)):
            kept.append(line)
    return _without_repeated_titles(kept)


_SECTION: Final = "工作报告"
_DECORATION: Final = re.compile(r"[\[【（(][^\]】）)]{1,8}[\]】）)]|[《》“”\s:：_\-|]|^标题")


def _without_repeated_titles(lines: list[Line]) -> list[Line]:
    """Of a title that a page prints several times, keep the last, which stands by the text."""
    plain = [_DECORATION.sub("", line.text) for line in lines]
    # The site's section, printed over the title.
    if any(_SECTION in words and words != _SECTION for words in plain):
        lines = [line for line, words in zip(lines, plain, strict=True) if words != _SECTION]
        plain = [words for words in plain if words != _SECTION]
    return [
        line
        for index, line in enumerate(lines)
        if not (
            _TITLE.search(line.text)
            and any(
                plain[index] == later or (len(later) > _BARE_TITLE and later in plain[index])
                for later in plain[index + 1 :]
                if _TITLE.search(later)
            )
        )
    ]


def _tail(lines: list[Line]) -> list[Line]:
    for index, line in enumerate(lines):
        number = index + 1 == len(lines) and _NUMBER.fullmatch(line.text)  # the last page's
        if number or _is_chrome(line.text):
            return lines[:index]
    return lines


def _body(lines: list[Line], first: int, last: int, style: Setting) -> list[Line]:
    numbers = _page_numbers(lines[first : last + 1])
    # Where a page prints a lead before the report, the page's own lines may follow the lead.
    address = next(
        (i for i in range(first, min(first + 30, last)) if _ADDRESS.match(lines[i].text)), first
    )
    dropped = {
        index
        for index in range(first, address)
        if not _is_prose(lines[index].text)
        and _is_chrome(lines[index].text)
        and not _is_titular(lines[index].text)
        and not _flows(lines, index, style)
    }
    for run in _short_runs(lines, first, last, style):
        chrome = []
        for index in run:
            text = lines[index].text
            mark = PAGE_MARK.fullmatch(text) or CAPTION.fullmatch(text)
            if text in numbers or mark or is_contents_line(text):
                dropped.add(index)
            elif _is_chrome(text) and not _is_titular(text):
                chrome.append(index)
        sure = [index for index in chrome if _is_sure(lines[index].text)]
        if len(chrome) >= 3 and sure:
            dropped.update(range(chrome[0], chrome[-1] + 1))
        elif len(run) <= 3 or len(sure) == len(chrome):
            dropped.update(index for index in sure if not _has_marks(lines[index].text))
    return [lines[index] for index in range(first, last + 1) if index not in dropped]


def _short_runs(lines: list[Line], first: int, last: int, style: Setting) -> Iterator[list[int]]:
    """Runs of lines that are neither prose nor inside a wrapped paragraph."""
    run: list[int] = []
    for index in range(first, last + 1):
        text = lines[index].text
        if (
            len(text) <= _CHROME_LENGTH
            and not _is_prose(text)
            and not style.is_full(lines[index])
            and (
                PAGE_MARK.fullmatch(text)
                or _NUMBER.fullmatch(text)
                or not _flows(lines, index, style)
            )
        ):
            run.append(index)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _page_numbers(lines: list[Line]) -> set[str]:
    """Lines that hold a bare number, where those count up one by one."""
    found = [line.text for line in lines if len(line.text) <= 3 and _NUMBER.fullmatch(line.text)]
    if len(found) < 3:
        return set()
    values = [int(text) for text in found]
    steps = sum(b - a == 1 for a, b in pairwise(values))
    return set(found) if steps >= 0.7 * (len(values) - 1) else set()
