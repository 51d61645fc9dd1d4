"""What a sentence's paragraph says of the years of its figures."""

from __future__ import annotations

from typing import Final

from zhibiao.compiled import mypyc_attr
from zhibiao.extract.number.numbers import Number
from zhibiao.extract.words.sentences import Line
from zhibiao.extract.years.beside import BESIDE_PLAN
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
ADDED: Final = _WORDING.pattern("added")
_LONGEST: Final = 2000  # characters that are looked through on either side of a sentence
_ANEW: Final = _WORDING.words("anew")
_POINT_IN_TIME: Final = _WORDING.pattern("point_in_time")
_BASE: Final = _WORDING.pattern("base")
_BASED_BEHIND: Final = _WORDING.pattern("based_behind")
_YEARLY: Final = _WORDING.pattern("yearly")
_OPENS_ON_YEARS: Final = _WORDING.pattern("opens_on_years")
_OPENING: Final = 10  # characters that a paragraph opens with


@mypyc_attr(acyclic=True)
class Paragraph:
    """The paragraph around a sentence, as far as it is looked through."""

    def __init__(self, line: Line) -> None:
        self.text = line.text
        self.start = line.tokens[0].start  # of the sentence
        self.first_end = line.tokens[0].end
        self.end = line.tokens[-1].end
        self._begin = max(0, self.start - _LONGEST)  # bounded, for lines without an end
        self._stop = self.end + _LONGEST
        self._based: bool | None = None
        self._adds_from: int | None = None

    @property
    def opening(self) -> int:
        """Where it begins."""
        return max(self._begin, self.text.rfind("\n", self._begin, self.start) + 1)

    @property
    def adds_from(self) -> int:
        """Where the sentence begins to add up, at 累计; the text's length where it does not."""
        if self._adds_from is None:
            text = self.text
            start = max(text.rfind(mark, self._begin, self.start) for mark in "。\n") + 1
            where = max(start, self._begin), min(self.end, self._stop)
            found = ADDED.search(text, *where) or BESIDE_PLAN.search(text, *where)
            self._adds_from = len(text) if found is None else found.end()
        return self._adds_from

    def opens_on_years(self, before: int) -> bool:
        """过去的五年，是…: whether it opens with a count of years, before an offset."""
        opening = self.opening
        end = min(opening + _OPENING, before)
        return _OPENS_ON_YEARS.search(self.text, opening, end) is not None

    def tells_yearly(self, before: int) -> bool:
        """年均增长10%…: whether it tells of an average over years, before an offset."""
        return _YEARLY.search(self.text, self.opening, before) is not None

    def bases_told(self) -> bool:
        """增长4%；…，比2017年增长38%: where some rise has a base of its own, a plain one is over
        the year before."""
        if self._based is None:
            text, start = self.text, self.opening
            stop = text.find("\n", self.end, self._stop)
            stop = stop if stop >= 0 else self._stop
            for mark in _ANEW:
                start = max(start, text.rfind(mark, start, self.first_end))
                following = text.find(mark, self.end, stop)
                stop = following if following >= 0 else stop
            self._based = any(
                not _of_point_in_time(text, base.start())
                for base in _BASE.finditer(text, start, stop)
            )
        return self._based


def based_behind(text: str, number: Number) -> bool:
    """增长31%，比“九五”末增长2.8倍: whether the rise from an earlier year is told behind a number,
    beside which a plain one is over the year."""
    return _BASED_BEHIND.match(text, number.end) is not None


def _of_point_in_time(text: str, start: int) -> bool:
    """2022年底，…，比2017年增加3平方米: whether a sentence tells of the end of a year."""
    opening = max(text.rfind(mark, max(0, start - _LONGEST), start) for mark in "。\n") + 1
    return _POINT_IN_TIME.search(text[opening:start]) is not None
