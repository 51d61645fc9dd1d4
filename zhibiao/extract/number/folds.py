"""翻一番, 翻了近两番: how many times as much, said in doublings.

翻番 alone is one where something did so, 产值实现翻番, and none in what is only named so: 翻番行动.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from zhibiao.domain import Bound
from zhibiao.extract.number.numbers import Number, rejected
from zhibiao.language.wording import wording

_TIMES: Final = {"一": 2, "两": 4, "二": 4, "三": 8, "四": 16, "五": 32}
_WORDING: Final = wording(__name__)
_FOLD: Final = _WORDING.pattern("fold")
# Characters around the 番 that each of them holds.
_BEFORE, _BEHIND = 8, 4


def read_folds(text: str, start: int, end: int) -> list[Number]:
    """All of them in text[start:end], in order, as multiples."""
    found: list[Number] = []
    place = text.find("番", start, end)
    while place >= 0:
        match = _FOLD.search(text, max(start, place - _BEFORE), min(end, place + _BEHIND))
        place = text.find("番", place + 1, end)
        if match is None:
            continue
        start = match.end()
        first, last = match.span("doubled" if match["doubled"] else "times")
        if match["half"]:  # 翻了一番半: two and a half times, or three?
            found.append(rejected(first, match.end(), "not_understood"))
            continue
        bound = Bound.EQ
        if match["over"] or match["more"]:
            bound = Bound.GE
        elif match["roughly"] or match["nearly"]:
            bound = Bound.APPROX
        value = Decimal(_TIMES[match["times"] or "一"])
        found.append(Number(first, match.end(), first, last, value, None, "倍", bound, "", "", 0))
    return found
