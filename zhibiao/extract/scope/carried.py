"""A place or a sector told of further back than the clause before.

湘东地区开发初见成效，自主发展能力增强，完成生产总值360亿元;
江北新区实现生产总值520亿元；完成财政收入7亿元.
"""

from __future__ import annotations

from typing import Final

from zhibiao.catalogue.indicators import Kind, Made
from zhibiao.extract.clause.clauses import Clauses
from zhibiao.extract.scope.kinds import Part, PartKind
from zhibiao.extract.scope.places import (
    FIRM_ENDS,
    VERBS,
    clauses_before,
    inside_opening,
    part_opening,
    part_opening_text,
    sector_opening,
)
from zhibiao.extract.words import lexicon as lx
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_OWN: Final = _WORDING.pattern("own")
_GROWN: Final = _WORDING.pattern("grown")
_DEVELOPED: Final = _WORDING.pattern("developed")
_MONEY: Final = _WORDING.words("money")
_FLOW: Final = Kind.FLOW
_ALWAYS: Final = Made.ALWAYS
_TRADE: Final = {"foreign_trade", "exports", "fdi"}
_SEMICOLONS: Final = "；;"
_LONGEST_GROWN: Final = 10  # characters at a clause's end
_STATES: Final = lx.CREATE | lx.TONE | lx.REGION


def carried_further(reader: Clauses, i: int) -> Part | None:
    """The part that the name at token i is of where its own clause and the one before name none."""
    start = reader.clause_start(0, i)
    money = _is_of_money(reader, i)
    if (not money and (not start or _is_made(reader, i))) or reader.at_home(start, i):
        return None
    return _of_grown(reader, start, i, money) if start else _over_semicolon(reader, i)


def _is_of_money(reader: Clauses, i: int) -> bool:
    candidates = [reader.indicators[c] for c in reader.name_at(i).candidates]
    return bool(candidates) and all(c.base_unit in _MONEY and c.kind is _FLOW for c in candidates)


def counts_firms(reader: Clauses, i: int) -> bool:
    """Whether the name at token i is of firms that are counted."""
    return all(reader.indicators[c].base_unit == "户" for c in reader.name_at(i).candidates)


def _is_made(reader: Clauses, i: int) -> bool:
    """Whether what the name at token i means is always made anew, by the government."""
    return any(reader.indicators[c].made is _ALWAYS for c in reader.name_at(i).candidates)


def _of_grown(reader: Clauses, start: int, i: int, money: bool) -> Part | None:
    """滨江新区实现大跨越的目标，增长极的作用不断显现，地区生产总值…: the place of which the clauses
    in between tell what of it has grown, without a number; 高新区加快发展，生产总值…: or the one
    before, that it has developed."""
    if not _TRADE.isdisjoint(reader.name_at(i).candidates) or reader.holds(start, i, lx.CREATE):
        return None
    text, tokens = reader.text, reader.tokens
    stop = tokens[start - 1].start
    near = max(tokens[0].start, stop - _LONGEST_GROWN)
    developed = _DEVELOPED.search(text, near, stop) is not None
    if not developed and not (money and _GROWN.search(text, near, stop)):
        return None  # as nearly always
    for told, (first, last) in enumerate(clauses_before(reader, start)):
        place = part_opening(reader, first, last) or inside_opening(reader, first, last)
        behind = first
        while place and behind < last and tokens[behind].start < tokens[first].start + len(place):
            behind += 1  # 湘东地区: in which 地区 is no name of the whole
        if reader.holds(behind, last, lx.NUMBER) or reader.at_home(behind, last):
            return None
        if place.endswith(FIRM_ENDS) and counts_firms(reader, i):
            return None  # 控股公司加快发展，专精特新企业达到…: firms have no firms
        if place:
            return Part(PartKind.SUBJECT, place) if told or developed else None
        begin, end = tokens[first].start, tokens[last - 1].end
        if not money:
            return None  # 江北新区加快发展，专精特新企业达到…: right behind the place alone
        grown = _GROWN.search(text, max(begin, end - _LONGEST_GROWN), end)
        if grown is None or _OWN.search(text, begin, end) is None:
            return None
    return None


def _over_semicolon(reader: Clauses, i: int) -> Part | None:
    """江北新区实现生产总值520亿元；完成财政收入7亿元: the place or the sector of which figures are
    told before a semicolon, where the next sentence only says what was done."""
    begin, text = reader.tokens[0].start, reader.text
    if not begin or text[begin - 1] not in _SEMICOLONS:
        return None
    if not reader.bare(0, i) or reader.holds(0, i, _STATES) or (i and not reader.masks[0] & VERBS):
        return None
    start, end = reader.sentence_before()
    if not any(c.isdecimal() for c in text[start:end]):
        return None
    if reader.home.named_in(text, start, begin):
        return None
    sector = sector_opening(reader, i, start, end)
    if sector:
        return Part(PartKind.SECTOR, sector)
    place = part_opening_text(reader, start, end) if i else ""
    return Part(PartKind.SUBJECT, place) if place else None
