"""What 其 refers back to: 北三市开发取得新成果，其固定资产投资…."""

from __future__ import annotations

from typing import Final

from zhibiao.extract.clause.clauses import Clauses
from zhibiao.extract.scope.kinds import Part, PartKind
from zhibiao.extract.scope.places import (
    clauses_before,
    inside_opening,
    part_opening,
    sector_opening,
)
from zhibiao.extract.words import lexicon as lx
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_ITS: Final = _WORDING.text("its")


def referred_back(reader: Clauses, k: int, i: int) -> Part | None:
    """The part of the region that 其 at token k refers back to, for the name at token i: the one
    with which an earlier clause of the sentence opens; None for any other word, and where the
    region itself is told of since."""
    start = reader.clause_start(0, i)
    if k != start or not start or not reader.masks[k] & lx.AMONG:
        return None  # as nearly always
    if reader.text[reader.tokens[k].start : reader.tokens[k].end] != _ITS:
        return None
    for first, last in clauses_before(reader, start):
        if reader.at_home(first, last):
            return None
        place = part_opening(reader, first, last) or inside_opening(reader, first, last)
        if place:
            return Part(PartKind.SUBJECT, place)
        begin, end = reader.tokens[first].start, reader.tokens[last - 1].end
        sector = sector_opening(reader, i, begin, end)
        if sector:
            return Part(PartKind.SECTOR, sector)
    return None
