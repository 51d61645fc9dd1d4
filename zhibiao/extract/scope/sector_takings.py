"""What a sector goes on to have: 玩具产业实现销售收入16亿元，出口0.9亿美元."""

from __future__ import annotations

from typing import Final

from zhibiao.extract.clause.clauses import Clauses
from zhibiao.extract.scope.kinds import Part, PartKind
from zhibiao.extract.words import lexicon as lx
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_YIELDS: Final = frozenset(_WORDING.words("yields"))
_MONEY: Final = _WORDING.text("money")
_TAKES: Final = _WORDING.pattern("takes")
_LONGEST: Final = 100  # characters from the sector's name on


def taken_by_sector(reader: Clauses, i: int) -> Part | None:
    """The sector or the goods whose sales the clause before tells, where an amount of exports or
    taxes follows at token i; None for those of the region."""
    text, tokens = reader.text, reader.tokens
    end = tokens[i].end
    if text[tokens[i].start : end] not in _YIELDS or not reader.holds(0, i, lx.NUMBER):
        return None  # as nearly always
    amount = next((k for k in range(i + 1, len(tokens)) if reader.masks[k] == lx.NUMBER), -1)
    if amount not in reader.places or not reader.number_at(amount).unit.endswith(_MONEY):
        return None
    begin = max(0, tokens[0].start - 1, tokens[i].start - _LONGEST)
    found = _TAKES.search(text, begin, tokens[i].start)
    if found is None or reader.home.named_in(text, found.start(), end):
        return None
    return Part(PartKind.SECTOR, found["sector"])
