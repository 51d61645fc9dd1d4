"""Parts headed by several years and their last: “十一五”时期和2010年工作回顾.

Such a part may give the last year one paragraph and go on with the whole. Words tell: sums,
averages and multiples are of the whole, rises over the year before of the year.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from zhibiao.language.wording import wording
from zhibiao.outline.announcements import opens_on_years
from zhibiao.outline.frames import Years
from zhibiao.outline.lines import COLONS, Rank, heading_of
from zhibiao.outline.spans import covered, phrases, with_whole_years

_WORDING: Final = wording(__name__)
_OF_WHOLE: Final = _WORDING.pattern("of_whole")
_OF_YEAR: Final = _WORDING.pattern("of_year")
_FIGURE: Final = _WORDING.pattern("figure")
_LONGEST: Final = 8000  # characters that are looked through
_ENOUGH: Final = 3  # words of the whole that outweigh a heading that names the year first


class GoesOn(IntEnum):
    """Whether the part goes on with the whole behind a paragraph on its last year."""

    NO = 0
    MAYBE = 1  # nothing but its shape says so
    YES = 2


def goes_on(text: str, heading: int, start: int, end: int, years: Years) -> GoesOn:
    """What follows the paragraph text[start:end] on the last year, in a part that begins at
    `heading`."""
    if text[end - 1] in COLONS or not _FIGURE.search(text, start, end):
        return GoesOn.NO  # 2010年，我们重点抓了以下工作：
    stop = _stretch(text, end, years)
    whole = sum(1 for _ in _OF_WHOLE.finditer(text, end, stop))
    year = sum(1 for _ in _OF_YEAR.finditer(text, end, stop))
    lead = text.find("\n", heading)
    # the whole stands first, and nothing was told of it yet
    awaited = _names_whole_first(text[heading:lead], years) and not _FIGURE.search(
        text, lead, start
    )
    if whole > 2 * year and whole >= (1 if awaited else _ENOUGH):
        return GoesOn.YES
    if awaited and whole >= year and _FIGURE.search(text, end, stop):
        return GoesOn.MAYBE
    return GoesOn.NO


def _stretch(text: str, begin: int, years: Years) -> int:
    """Where the paragraphs behind `begin` end that do not say themselves what they are of."""
    at = begin
    limit = min(len(text), begin + _LONGEST)
    while at < limit:
        after = text.find("\n", at + 1)
        after = len(text) if after < 0 else after
        line = text[at + 1 : after].strip()
        heading = heading_of(line, at, "")
        part = heading is not None and heading.rank <= Rank.PART
        if part or opens_on_years(line, years):
            return at
        at = after
    return limit


def _names_whole_first(heading: str, years: Years) -> bool:
    said = next(phrases(with_whole_years(heading)), None)
    if said is None:
        return False
    span = covered(said, years, -1)
    return span.first is not None and span.first != span.last
