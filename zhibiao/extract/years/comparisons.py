"""Paragraphs that compare all they tell with an earlier year: 与2012年相比，…由…增加到…。…由…"""

from __future__ import annotations

from typing import Final

from zhibiao.compiled import mypyc_attr
from zhibiao.extract.words import lexicon as lx
from zhibiao.extract.words.sentences import Line
from zhibiao.extract.years.clock import Clock
from zhibiao.extract.years.spoken import Statement
from zhibiao.extract.years.words import AVERAGE
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_COMPARES: Final = _WORDING.pattern("compares")


@mypyc_attr(acyclic=True)
class Comparison:
    """What the paragraph that is being read compares with, followed from sentence to sentence."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.base: int | None = None
        self.read_to = 0

    def begin(self, clock: Clock, line: Line) -> None:
        """Go on in it with a sentence that tells of a rise and names no years of its own."""
        if self.base is None:
            return  # as nearly always
        if "\n" in self.text[self.read_to : line.tokens[0].start]:
            self.base = None
        elif line.present & lx.FROM and _names_no_years(clock):
            clock.sticky = clock.averaged_from = self.base
            clock.statement = Statement(self.base)

    def end(self, clock: Clock, start: int, end: int) -> None:
        """Note what the sentence text[start:end] compares all with."""
        if clock.sticky is not None and _COMPARES.match(self.text, start) is not None:
            self.base = clock.sticky
        self.read_to = end


def _names_no_years(clock: Clock) -> bool:
    return all(clock.text.startswith(AVERAGE, clock.tokens[i].start) for i in clock.telling)
