"""What stands around a number: the headings that it is under, the lines before and after."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMERAL = "[一二三四五六七八九十]{1,3}"
# 一、2022年工作回顾; （三）民生; the first kind is above the second.
_HEADINGS = (
    re.compile(rf"^[ \t　]*(?:第{_NUMERAL}[部编章][分]?|{_NUMERAL}[、.．])[ \t　]*([^\n]*)$", re.M),
    re.compile(rf"^[ \t　]*[（(]{_NUMERAL}[)）][ \t　]*([^\n]*)$", re.M),
)
_HEADING_CHARACTERS = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """The place of a number; `before + number + after` is a piece of the text, exactly."""

    section: tuple[str, ...]  # headings, the outer one first
    before: str
    number: str
    after: str


def surroundings(text: str, start: int, end: int, *, lines: int) -> Surroundings:
    """What stands around `text[start:end]`, up to `lines` lines that hold text on either side."""
    return Surroundings(
        section=_section(text, start),
        before=text[_back(text, start, lines) : start],
        number=text[start:end],
        after=text[end : _on(text, end, lines)],
    )


def _back(text: str, at: int, lines: int) -> int:
    begin = text.rfind("\n", 0, at) + 1
    while lines > 0 and begin > 0:
        line_end = begin - 1
        begin = text.rfind("\n", 0, line_end) + 1
        lines -= bool(text[begin:line_end].strip())
    return begin


def _on(text: str, at: int, lines: int) -> int:
    end = text.find("\n", at)
    while lines > 0 and end >= 0:
        begin = end + 1
        end = text.find("\n", begin)
        lines -= bool(text[begin : end if end >= 0 else len(text)].strip())
    return end if end >= 0 else len(text)


def _section(text: str, start: int) -> tuple[str, ...]:
    found: list[str] = []
    since = 0
    for pattern in _HEADINGS:
        last = None
        for match in pattern.finditer(text, since, start):
            last = match
        if last is not None:
            since = last.end()
            found.append(_heading(last.group().strip()))
    return tuple(found)


def _heading(line: str) -> str:
    """The line up to its first full stop: a heading may run on into its paragraph."""
    said = line.partition("。")[0]
    return said if len(said) <= _HEADING_CHARACTERS else f"{said[:_HEADING_CHARACTERS]}…"
