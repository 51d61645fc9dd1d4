"""Words right beside a name that go on with it or govern it: 粮食的产量, 增产原煤."""

from __future__ import annotations

from typing import Final

from zhibiao.catalogue.indicators import Kind
from zhibiao.catalogue.units import RELATIVE
from zhibiao.extract.clause.reader import Reader
from zhibiao.extract.words import lexicon as lx
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_MOVES: Final = _WORDING.words("moves")


def after_head(reader: Reader, i: int, last: int) -> int:
    """Index behind the name at token i with the head that goes on with it: 粮食的产量.

    Behind 的 where anything else follows that.
    """
    at = i + 1
    if at < last and reader.text.startswith("的", reader.tokens[at].start):
        at += 1
    if at < last and reader.masks[at] & lx.HEAD:
        head = reader.text[reader.tokens[at].start : reader.tokens[at].end]
        topics = (reader.indicators[c].topic for c in reader.name_at(i).candidates)
        if any(topic is not None and head in topic.heads for topic in topics):
            return at + 1
    return at


def moved(reader: Reader, i: int, place: int, words: int) -> int:
    """增产原煤3000万吨, 减少财政收入5亿元: the class of the verb that governs an amount."""
    if not i or words & (lx.UP | lx.DOWN | lx.TO | lx.TOTAL | lx.REACH):
        return 0
    verb = reader.tokens[i - 1]
    if not reader.text.startswith(_MOVES, verb.start):
        return 0
    amounts = all(reader.indicators[c].kind is Kind.FLOW for c in reader.name_at(i).candidates)
    measured = reader.number_at(place).unit not in RELATIVE
    return verb.mask & (lx.UP | lx.DOWN) if amounts and measured else 0
