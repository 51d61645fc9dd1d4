"""A name in an earlier clause that a bare one goes on about: 粮食产量再创新高，达到1.3亿斤."""

from __future__ import annotations

from typing import Final

from zhibiao.catalogue.units import dimension
from zhibiao.extract.clause.reader import BREAK, Reader
from zhibiao.extract.owner.around_names import after_head
from zhibiao.extract.owner.bindings import Binding
from zhibiao.extract.owner.names_behind import counts_what_follows
from zhibiao.extract.words import lexicon as lx
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_PREDICATE: Final = _WORDING.text("predicate")
_TOTALS: Final = _WORDING.words("totals")
_CAMPAIGN: Final = _WORDING.pattern("campaign")


def earlier_name(
    reader: Reader, first: int, segment: int, place: int, words: int
) -> list[Binding] | None:
    """A name in an earlier clause of the lead, told of up to here: 粮食产量再创新高，达到…"""
    named = [
        i
        for i in reader.names(first, segment)
        if not reader.holds(reader.segment_start(first, i), i, lx.COMPARE)
    ]
    if not named:
        return None
    i = named[-1]
    if _counted(reader, i) or counts_what_follows(reader, place):
        return None
    clause_end = next((k for k in range(i + 1, segment) if reader.masks[k] & BREAK), segment)
    campaign = words & lx.CREATE and _CAMPAIGN.fullmatch(
        reader.text, reader.tokens[i].end, reader.tokens[clause_end - 1].end
    )
    if clause_end > i + 1 and not campaign:
        follow = reader.tokens[i + 1]
        anaphoric = words & lx.TOTAL  # …，总数达到: the total can be of nothing else
        if follow.mask == 0 and not anaphoric and reader.text[follow.start] not in _PREDICATE:
            return None
        if reader.text.startswith("的", follow.start) and not anaphoric:
            behind = reader.tokens[after_head(reader, i, clause_end)]
            if behind.mask == 0:
                return None  # 钢的生产能力，就有…
    if not reader.only_comments(clause_end + 1, segment, loose=True):
        return None
    start = reader.segment_start(first, i)
    newly, total, _verb = reader.made_before(start, i)
    made = newly and reader.text.endswith("的", 0, reader.tokens[i].start)  # 新建的铁路，有…
    if words & (lx.TOTAL | lx.TO | lx.REACH | lx.GE) and not made:
        newly = False
    slots = reader.slots_of(i, start, newly or bool(words & lx.CREATE), total)
    reader.remember(slots, newly, words)
    if len(slots) > 1:
        return None
    rule = "earlier_clause"
    if campaign:
        rule = "campaign"
    elif reader.text.startswith(_TOTALS, reader.tokens[segment].start):
        rule = "bare_total"
    elif clause_end > i + 1 and reader.bare(i + 1, clause_end):
        rule = "bare_clause"  # 经济总量跨过万亿元大关、超过…
    return [reader.binding(place, slots[0], words, segment, rule)]


def _counted(reader: Reader, i: int) -> bool:
    """16个老旧小区…、29个…: a name that has its own number right before it."""
    if not i or reader.masks[i - 1] != lx.NUMBER:
        return False
    counted = dimension(reader.number_at(i - 1).unit)
    return counted is not None and counted[0] in reader.counting_units(i)
