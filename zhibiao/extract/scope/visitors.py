"""Tourists who come to the region, by its short name: 入黔游客, 来榕游客, 入州游客;
or to a place within it.
"""

from __future__ import annotations

from typing import Final

from zhibiao.extract.clause.clauses import Clauses
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_VISITORS: Final = _WORDING.words("visitors")
_RECEIVED: Final = _WORDING.words("received")
_OF_TOURISM: Final = _WORDING.text("of_tourism")
_FIRST: Final = _WORDING.words("first")
_OTHERS: Final = frozenset(_WORDING.text("others"))
_PROVINCES: Final = {said[0]: said[1:] for said in _WORDING.words("provinces")}


def come_here(reader: Clauses, i: int) -> bool:
    """Whether the name at token i is of visitors, and what stands right before it says that they
    come to the region; not to another province, nor to some place within the region."""
    text, end = reader.text, reader.tokens[i].start
    if end < 2 or not text.startswith(_VISITORS, end) or not text.endswith(_FIRST, 0, end - 1):
        return False
    place = text[end - 1]
    if place in _OTHERS:
        return False
    province = _PROVINCES.get(place)
    names = reader.home.names
    return province is None or any(province in name or place in name for name in names)


def of_its_visitors(reader: Clauses, i: int) -> bool:
    """龙门山接待游客160万人次，旅游收入12亿元: whether what the name at token i takes is of the
    visitors just told of, who came to a place that only they tell to be one."""
    told = reader.subject
    if told is None or _OF_TOURISM not in reader.name_at(i).text:
        return False
    said = reader.text[told[-1].start : told[-1].end]
    return any(word in said for word in _RECEIVED)
