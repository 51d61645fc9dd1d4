"""What was built in some years, and not all there are: 五年来累计建成充电桩1.2万个."""

from __future__ import annotations

from typing import Final

from zhibiao.extract.owner.bindings import Slot
from zhibiao.extract.words import lexicon as lx
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_BUILT_SINCE: Final = _WORDING.pattern("built_since")
_IN_ALL: Final = _WORDING.text("in_all")
_WITHIN: Final = 60  # characters before a name
_ARRIVES: Final = lx.REACH | lx.GE | lx.TO


def built_since(text: str, slot: Slot, words: int) -> bool:
    """Whether a stock is told of as built in the years before it, alone or in a list.

    五年累计建成农村公路3200公里、高速公路120公里: the verb holds for the list where no member has
    a word of its own for what there is.
    """
    begin = max(0, slot.start - _WITHIN)
    if text.find(_IN_ALL, begin, slot.start) < 0:
        return False  # as nearly always
    found = _BUILT_SINCE.search(text, begin, slot.start)
    if found is None:
        return False
    return not words & _ARRIVES if found["listed"] else slot.total
