"""The part of the region that the words before an open quantity speak of."""

from __future__ import annotations

from typing import Final

from zhibiao.extract.clause.clauses import Clauses
from zhibiao.extract.scope.kinds import Part, PartKind
from zhibiao.extract.scope.places import VISITED, begins_with_verb, part_opening
from zhibiao.extract.words import lexicon as lx
from zhibiao.extract.words.bodies import BODIES, PARKS
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__, BODIES)
_PLACES: Final = _WORDING.words("places")
_AREA: Final = _WORDING.text("area")
_SQUARE_KILOMETRES: Final = _WORDING.text("square_kilometres")
_SECTORS: Final = _WORDING.words("sectors")
_INSIDE: Final = _WORDING.words("inside")
_TAKINGS: Final = _WORDING.words("takings")
_PILOTS: Final = _WORDING.pattern("pilots")
_GRADE: Final = _WORDING.text("grade")
_PILOT: Final = _WORDING.text("pilot")
_MARKS: Final = "，,；;"
_FIRMS_HAVE: Final = _WORDING.words("firms_have")
_PLACES_HAVE: Final = (*_FIRMS_HAVE, *_WORDING.words("places_have"))
_FIRMS: Final = _WORDING.pattern("firms_told")
# 入园企业达到96家, 利润增长20%: of what the lead before was about
_GOES_ON: Final = (*_INSIDE, *_FIRMS_HAVE)
_MONEY: Final = _WORDING.text("money")
_TOPIC: Final = 2  # characters at the end of a name: 外资, 投资
_BEFORE_PLACES: Final = lx.TONE | lx.TIME | lx.FILL


def part_gone_on_about(reader: Clauses) -> Part | None:
    """The part of the region that a clause without a subject of its own goes on about.

    Worked out from the words before open quantities only when a name asks for it.
    """
    for segment, place in reversed(reader.open_leads):
        part = _part_of_lead(reader, segment, place)
        inside = reader.text.startswith(_GOES_ON, reader.tokens[segment].start)
        if not inside and reader.known_part is not None and not reader.at_home(segment, place):
            # 区内高新技术企业…，农产品加工产值增长15%: what a place has, too
            said = reader.text[reader.tokens[segment].start : reader.tokens[place].start]
            inside = any(word in said for word in _PLACES_HAVE)
        if part or not (inside or begins_with_verb(reader, segment, place)):
            return part
    return reader.known_part


def _of_all_graded(reader: Clauses, segment: int, i: int) -> bool:
    """全市景区接待游客, A级景区接待游客: whether all places of a kind are told of, by the name at
    token i."""
    start = reader.tokens[i].start
    return reader.at_home(segment, i) or reader.text.endswith(_GRADE, 0, start)


def of_pilots(reader: Clauses, start: int, end: int) -> Part | None:
    """20个试点县的农民参加…，参合率80%: the counties, not all of them, that a topic at an offset is
    told of, for a rate at another; None where it is told of none."""
    text, begin = reader.text, reader.tokens[0].start
    if text.find(_PILOT, begin, end) < 0:
        return None  # as nearly always
    clause = max(begin, max(text.rfind(mark, begin, start) + 1 for mark in _MARKS))
    found = _PILOTS.search(text, clause, end)
    return None if found is None else Part(PartKind.SUBJECT, found[0])


def of_same_topic(reader: Clauses, i: int) -> bool:
    """高新区新批外资项目33个，实际使用外资…: whether the thing last counted is called after what
    the name at token i ends in, so that both are told of the same place."""
    if not reader.open_leads:
        return False
    segment, place = reader.open_leads[-1]
    if reader.number_at(place).unit.endswith(_MONEY):
        return False
    told = reader.text[reader.tokens[segment].start : reader.tokens[place].start]
    return reader.name_at(i).text[-_TOPIC:] in told


def _part_of_lead(reader: Clauses, segment: int, place: int) -> Part | None:
    """The part that the next clause goes on about; None where the lead names none.

    经开区企业增至57户，税收…: it may be what the lead opens with.
    """
    part = _place_of(reader, segment, place)
    if part is not None:
        return part
    first = segment
    while first < place and reader.masks[first] & _BEFORE_PLACES:
        first += 1
    taking = part_opening(reader, first, place) if first < place else ""
    if taking and reader.text.startswith(_TAKINGS, reader.tokens[first].start + len(taking)):
        return Part(PartKind.SUBJECT, taking)
    firms = _FIRMS.match(reader.text, reader.tokens[first].start) if first < place else None
    if firms is not None:
        return Part(PartKind.OF, firms["firms"])
    opening = taking if first == segment else part_opening(reader, segment, place)
    return Part(PartKind.OF, opening) if opening else None


def _place_of(reader: Clauses, segment: int, place: int) -> Part | None:
    """中心城区PM2.5…，空气优良天数…: a part that the next clause goes on about."""
    for i in range(segment, place):
        name = reader.tokens[i].name
        if name is not None and name.excluded and name.text.startswith(VISITED):
            if _of_all_graded(reader, segment, i):
                return None
            return Part(PartKind.SUBJECT, name.text)  # 景区接待游客30万人次，旅游收入…
        if name is not None and name.excluded and name.text.startswith(_PLACES):
            return Part(PartKind.INNER, name.text)
        if name is not None and name.excluded:
            if name.text.startswith(PARKS):
                return Part(PartKind.SUBJECT, name.text)
            before = reader.tokens[i - 1] if i > segment else None
            if before is not None and before.mask == lx.PART:
                word = reader.text[before.start : before.end]
                return None if word in _SECTORS else Part(PartKind.SUBJECT, word)
    said = reader.text[reader.tokens[segment].start : reader.tokens[place].start]
    measured = _AREA in said or reader.number_at(place).unit == _SQUARE_KILOMETRES
    built = measured and any(town in said for town in _PLACES)
    if built and not part_opening(reader, segment, place).endswith(PARKS):
        return Part(PartKind.BUILT, said)
    return None


def park_before(reader: Clauses, i: int) -> Part | None:
    """园区发展提质，工业增加值占比达70%，税收占比达50%: the park of which a share is told."""
    for k in range(i - 1, -1, -1):
        mask = reader.masks[k]
        if mask & lx.REGION:
            return None
        word = reader.text[reader.tokens[k].start : reader.tokens[k].end]
        if mask & lx.PART and word.endswith(PARKS):
            return Part(PartKind.SUBJECT, word)
    return None
