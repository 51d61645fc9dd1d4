"""Lengths that are only begun: 在建高速公路320公里, 争取492公里高速公路开工."""

from __future__ import annotations

from typing import Final

from zhibiao.catalogue.units import METRES
from zhibiao.extract.clause.clauses import Clauses
from zhibiao.extract.scope.kinds import Part, PartKind
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
BEGUN: Final = _WORDING.words("begun")
_BEGINS: Final = _WORDING.pattern("begins")


def begun_before(reader: Clauses, i: int) -> Part | None:
    """新开工铁路里程620公里: not built yet, by the word right before the name at token i."""
    end = reader.tokens[i].start
    if not reader.text.endswith(BEGUN, 0, end) or not reader.counted_in(i, METRES):
        return None
    return Part(PartKind.UNKNOWN, next(w for w in BEGUN if reader.text.endswith(w, 0, end)))


def begun_behind(reader: Clauses, i: int) -> Part | None:
    """争取492公里高速公路开工: the same, by the word right behind it."""
    end = reader.tokens[i].end
    begins = _BEGINS.match(reader.text, end) if reader.counted_in(i, METRES) else None
    return None if begins is None else Part(PartKind.UNKNOWN, begins[0])
