"""A place or a sector told of further back than the clause before.

湘东地区开发初见成效，自主发展能力增强，完成生产总值360亿元;
江北新区实现生产总值520亿元；完成财政收入7亿元.
"""

from __future__ import annotations

import re
from typing import Final

from zhibiao.catalogue.indicators import Kind, Made
from zhibiao.catalogue.units import FIRMS
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
from zhibiao.extract.scope.promoted import RANK, promoted
from zhibiao.extract.words import lexicon as lx
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_OWN: Final = _WORDING.pattern("own")
_GROWN: Final = _WORDING.pattern("grown")
_DEVELOPMENT: Final = _WORDING.text("development")
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
    if not start:
        return _over_semicolon(reader, i)
    found = _developed(reader, start, i)
    if found is None and money:
        found = _of_grown(reader, start, i) or _of_promoted(reader, start, i)
    return found


def _is_of_money(reader: Clauses, i: int) -> bool:
    candidates = [reader.indicators[c] for c in reader.name_at(i).candidates]
    return bool(candidates) and all(c.base_unit in _MONEY and c.kind is _FLOW for c in candidates)


def _is_made(reader: Clauses, i: int) -> bool:
    """Whether what the name at token i means is always made anew, by the government."""
    return any(reader.indicators[c].made is _ALWAYS for c in reader.name_at(i).candidates)


def _developed(reader: Clauses, start: int, i: int) -> Part | None:
    """高新区加快发展，生产总值…: the place that the clause before token `start` says to have
    developed."""
    stop = start - 1
    end = reader.tokens[stop].start
    if reader.text.find(_DEVELOPMENT, max(0, end - _LONGEST_GROWN), end) < 0:
        return None  # as nearly always
    if not _ends_in(reader, start, _DEVELOPED) or _says_of_its_own(reader, start, i):
        return None
    place = _opening_alone(reader, reader.clause_start(0, stop), stop)
    if not place or (place.endswith(FIRM_ENDS) and reader.counted_in(i, FIRMS)):
        return None  # 控股公司加快发展，专精特新企业达到…: firms have no firms
    return Part(PartKind.SUBJECT, place)


def _of_grown(reader: Clauses, start: int, i: int) -> Part | None:
    """滨江新区实现大跨越的目标，增长极的作用不断显现，地区生产总值…: the place of which the clauses
    in between tell what of it has grown, without a number; for a name of money."""
    text, tokens = reader.text, reader.tokens
    if not _ends_in(reader, start, _GROWN) or _says_of_its_own(reader, start, i):
        return None  # as nearly always
    for told, (first, last) in enumerate(clauses_before(reader, start)):
        place = _opening_alone(reader, first, last)
        if place is None:
            return None
        if place:
            return Part(PartKind.SUBJECT, place) if told else None
        begin, end = tokens[first].start, tokens[last - 1].end
        grown = _GROWN.search(text, max(begin, end - _LONGEST_GROWN), end)
        if grown is None or _OWN.search(text, begin, end) is None:
            return None
    return None


def _of_promoted(reader: Clauses, start: int, i: int) -> Part | None:
    """白鹿湖升级为国家级高新区，工业总产值、税收分别增长31%和42%: the place that an earlier clause
    says to have become a park, until another subject comes; for a name of money."""
    if reader.text.find(RANK, reader.tokens[0].start, reader.tokens[start].start) < 0:
        return None  # as nearly always
    if _says_of_its_own(reader, start, i):
        return None
    for first, last in clauses_before(reader, start):
        place = promoted(reader, first, last)
        if place:
            return Part(PartKind.SUBJECT, place)
        named = reader.names(first, last)
        goes_on = bool(named) and reader.bare(first, named[0]) and not reader.at_home(first, last)
        if not goes_on and not reader.bare(first, last):
            return None
    return None


def _ends_in(reader: Clauses, start: int, pattern: re.Pattern[str]) -> bool:
    """Whether a pattern matches at the end of the clause before token `start`."""
    stop = reader.tokens[start - 1].start
    near = max(reader.tokens[0].start, stop - _LONGEST_GROWN)
    return pattern.search(reader.text, near, stop) is not None


def _says_of_its_own(reader: Clauses, start: int, i: int) -> bool:
    """Whether the name at token i, or the clause of it, is never told of what stands before."""
    trade = not _TRADE.isdisjoint(reader.name_at(i).candidates)
    return trade or reader.holds(start, i, lx.CREATE)


def _opening_alone(reader: Clauses, first: int, last: int) -> str | None:
    """The place that tokens first:last open with, "" for none; None where a number or the region
    itself follows."""
    place = part_opening(reader, first, last) or inside_opening(reader, first, last)
    end, behind = reader.tokens[first].start + len(place), first
    while behind < last and reader.tokens[behind].start < end:
        behind += 1  # 湘东地区: in which 地区 is no name of the whole
    told = reader.holds(behind, last, lx.NUMBER) or reader.at_home(behind, last)
    return None if told else place


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
