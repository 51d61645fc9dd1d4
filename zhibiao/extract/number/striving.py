"""保8争9: eight percent at least, nine striven for; a range, though neither number has a unit."""

from __future__ import annotations

from typing import Final

from zhibiao.domain import Bound
from zhibiao.extract.number.endings import value_of
from zhibiao.extract.number.numbers import Number
from zhibiao.language.numerals import CHINESE
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
# One pattern for each of the characters that they begin with: so a search for them is fast.
_STRIVING: Final = [
    _WORDING.pattern("striving", begin=begin, chinese=CHINESE) for begin in _WORDING.text("begins")
]


def read_striving(text: str, start: int, end: int) -> list[Number]:
    """All of them in text[start:end], in order, as percentages."""
    found = []
    for pattern in _STRIVING:
        for match in pattern.finditer(text, start, end):
            low, high = value_of(match["low"]), value_of(match["high"])
            if low is not None and high is not None and low < high:
                spans = match.start(), match.end(), match.start("low"), match.end("high")
                found.append(Number(*spans, low, high, "%", Bound.EQ, "", "", 0))
    return sorted(found, key=lambda number: number.start)
