"""Figures of the counties of a region, or of some area in it, and not of the region itself.

去年郊区、县（市）实现财政收入…; 移民地区农民人均纯收入….
"""

from __future__ import annotations

from typing import Final

from zhibiao.extract.clause.clauses import Clauses
from zhibiao.extract.scope.kinds import Part, PartKind
from zhibiao.extract.words import lexicon as lx
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
COUNTIES_LISTED: Final = _WORDING.text("counties_listed")
_HAVE_DONE: Final = _WORDING.pattern("have_done")
_BEGIN: Final = frozenset(_WORDING.text("begin"))
_AREA: Final = _WORDING.text("area")
_OWN_AREA: Final = _WORDING.words("own_area")
_SHORTEST: Final = 2  # characters of what an area is called
_BEFORE_SUBJECTS: Final = lx.FILL | lx.TIME | lx.TONE


def of_counties(reader: Clauses, i: int) -> Part | None:
    """去年郊区、县（市）预计实现财政收入12亿元: several counties as the subject of the clause."""
    first = reader.clause_start(0, i)
    while first < i and reader.masks[first] & _BEFORE_SUBJECTS:
        if reader.text[reader.tokens[first].start] in _BEGIN:
            break
        first += 1
    start, end = reader.tokens[first].start, reader.tokens[i].start
    if start >= end or reader.text[start] not in _BEGIN:
        return None  # as before nearly every name
    found = _HAVE_DONE.fullmatch(reader.text, start, end)
    return None if found is None else Part(PartKind.SUBJECT, found["counties"])


def area_at(reader: Clauses, k: int) -> str:
    """移民地区: what token k ends where that is an area within the region, by what the word before
    it calls it; "" for the region itself, and elsewhere."""
    tokens, text = reader.tokens, reader.text
    if not k or reader.masks[k - 1] or text[tokens[k].start : tokens[k].end] != _AREA:
        return ""
    begin, end = tokens[k - 1].start, tokens[k - 1].end
    said = text[begin:end]
    if len(said) < _SHORTEST or said.endswith((*_OWN_AREA, *reader.home.names)):
        return ""
    return said + _AREA
