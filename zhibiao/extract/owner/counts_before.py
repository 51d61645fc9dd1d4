"""Several counts before the one name that they share: 引进8家、培育22家高新技术企业."""

from __future__ import annotations

from typing import Final

from zhibiao.catalogue.units import RELATIVE
from zhibiao.extract.owner.bindings import Binding
from zhibiao.extract.owner.names_behind import name_behind
from zhibiao.extract.owner.reader import Reader
from zhibiao.extract.words import lexicon as lx

_DOES: Final = lx.CREATE | lx.UP | lx.TOTAL
_FARTHEST: Final = 4  # tokens from a mark to the count behind it


def name_shared_by(reader: Reader, bindings: list[Binding], last: Binding) -> None:
    """引进8家、培育22家高新技术企业: open counts before it are of the same name."""
    unit = reader.numbers[last.number].unit
    at = last.lead_to
    for k in range(len(bindings) - 1, -1, -1):
        open_one = bindings[k]
        between = reader.masks[open_one.lead_to + 1 : at]
        alike = open_one.rule == "open" and reader.numbers[open_one.number].unit == unit
        listed_on = bool(between) and bool(between[0] & (lx.LIST | lx.COMMA))
        alike = alike and reader.of_sorts(open_one.lead_from, open_one.lead_to)
        if not (alike and listed_on and reader.of_sorts(open_one.lead_to + 2, at)):
            return
        made = bool(open_one.words & lx.CREATE)  # 新培育12家、累计达到86家
        in_all = bool(open_one.words & lx.TOTAL) and not made  # 累计86家、新培育12家
        newly = (last.slot.newly and not in_all) or made
        slot = last.slot.made(newly, in_all or (last.slot.total and not made))
        bindings[k] = open_one.named_behind(slot)
        at = open_one.lead_to


def shares_name_behind(reader: Reader, segment: int, place: int, words: int) -> bool:
    """…充电桩，新建9000个、盘活2000个托位; …养老床位，新建6个、改造12个公园: whether a count with
    its own verb is the first of a list before another noun, and none of what was told of."""
    unit = reader.number_at(place).unit
    if segment == place or not words & _DOES or not unit or unit in RELATIVE:
        return False
    masks = reader.masks
    if place + 1 >= len(masks) or not masks[place + 1] & lx.LIST:
        return False  # as for most
    for at in range(place + 3, min(place + 2 + _FARTHEST, len(masks))):
        if masks[at] == lx.NUMBER and not reader.numbers[reader.tokens[at].number].reason:
            alike = reader.number_at(at).unit == unit and reader.of_sorts(place + 2, at)
            does = reader.holds(place + 2, at, _DOES)
            named = name_behind(reader, at) is not None or reader.noun_follows(at)
            return alike and does and named
    return False
