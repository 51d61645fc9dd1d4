"""A part of the region that opens a sentence and governs the clauses after it.

支持石岭镇跨越发展，力争生产总值增长12%: the second clause has no subject of its own and goes
on about the town.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from zhibiao.catalogue.units import FIRMS
from zhibiao.extract.clause.clauses import UNSOUGHT, Clauses
from zhibiao.extract.scope.counties import COUNTIES_LISTED
from zhibiao.extract.scope.kinds import Part, PartKind
from zhibiao.extract.scope.sector_takings import taken_by_sector
from zhibiao.extract.words import lexicon as lx
from zhibiao.extract.words.bodies import BODIES
from zhibiao.language.wording import wording

# What is done, rather than who does it.
VERBS: Final = (
    lx.VERBISH | lx.REACH | lx.CREATE | lx.TONE | lx.UP | lx.DOWN | lx.TO | lx.GE | lx.TIME
    | lx.TOTAL
)  # fmt: skip
_WORDING: Final = wording(__name__, BODIES)
FIRM_ENDS: Final = _WORDING.words("firm_ends")
_OWN_WORK: Final = _WORDING.words("own_work")
VISITED: Final = _WORDING.words("visited")
OF_TWO_KINDS: Final = _WORDING.text("of_two_kinds")
DONE: Final = _WORDING.words("done")
_PART: Final = _WORDING.pattern("part")
_ENDS_PART: Final = _WORDING.pattern("ends_part")
_LONGEST_PART: Final = 30  # characters
_ONCE_BUILT: Final = _WORDING.pattern("once_built")
_LOOKED_AT: Final = _WORDING.pattern("looked_at")
_TURN: Final = 12  # characters of a clause that turns to another region
_TOLD: Final = _WORDING.pattern("told", counties_listed=COUNTIES_LISTED)
_COUNTIES: Final = re.compile(COUNTIES_LISTED)
_ASKED: Final = _WORDING.pattern("asked")
_ALL_BANKS: Final = _WORDING.text("all_banks")
_SETTLED: Final = _WORDING.pattern("settled")
_SEMICOLONS: Final = "；;"
_HELPED: Final = _WORDING.pattern("helped_place")
_INVESTED: Final = _WORDING.words("invested")
_PROJECTS: Final = _WORDING.pattern("projects")
_ENSURING: Final = _WORDING.words("ensuring")
_PARKS_WORKED_ON: Final = _WORDING.pattern("parks_worked_on")
_WIDER_NAMED: Final = _WORDING.pattern("wider_named")
_WIDER: Final = _WORDING.pattern("wider")
_BANK: Final = _WORDING.pattern("bank")
_SECTOR: Final = _WORDING.pattern("sector")
_AIMING: Final = _WORDING.pattern("aiming")
_ENDS_SECTOR: Final = _WORDING.pattern("ends_sector")
_YIELDS: Final = _WORDING.words("yields")
_YIELDING: Final = _WORDING.words("yielding")
_MUST: Final = _WORDING.pattern("must")
_LONGEST_TOLD: Final = 16  # characters that _TOLD matches
_BANKED: Final = {"deposits", "loans"}
_AREAS: Final = _WORDING.pattern("areas")
_AREAS_TOLD: Final = _WORDING.pattern("areas_told")
_REGION_SAID: Final = _WORDING.pattern("region_said")

# What may stand before the subject of a clause: 全年，其中太原市…
_BEFORE_SUBJECTS: Final = lx.FILL | lx.TIME | lx.TONE | lx.AMONG


def begins_with_verb(reader: Clauses, first: int, last: int) -> bool:
    """Whether a stretch of tokens opens with what is done, so that its subject stands earlier."""
    for mask in reader.masks[first:last]:
        if mask & VERBS:
            return True
        if mask != lx.FILL:
            return False
    return False


def part_opening(reader: Clauses, first: int, last: int) -> str:
    """The place or undertaking that a clause of tokens is about; "" when it is none of them."""
    return part_opening_text(reader, reader.tokens[first].start, reader.tokens[last - 1].end)


def part_opening_text(reader: Clauses, begin: int, end: int) -> str:
    """As `part_opening`, of a stretch of the text."""
    text = reader.text
    if text[end - 1] == "后" and _ONCE_BUILT.match(text, begin, end):
        return text[begin:end]
    end_of_part = min(end, begin + _LONGEST_PART)
    if _ENDS_PART.search(text, begin, end_of_part) is None:
        return ""
    found = _PART.match(text, begin, end_of_part)
    if found is None or _REGION_SAID.search(text, begin, end):
        return ""
    place = found[0]
    if place.endswith(reader.home.names):
        return ""
    return place


def sector_opening(reader: Clauses, i: int, begin: int, end: int) -> str:
    """软件产业…；出口7.2亿美元: the sector that a stretch of the text opens with, where the name at
    token i is of what sectors yield; "" for none."""
    if not reader.name_at(i).text.startswith(_YIELDS):
        return ""
    found = _SECTOR.match(reader.text, begin, end)
    return "" if found is None else found[0]


def is_governments_again(reader: Clauses, i: int, first: int, last: int) -> bool:
    """高新区产值突破600亿元，确保…: whether tokens first:last state a place in full, and a resolve
    stands before the name at token i, which is then the government's and no more the place's."""
    resolved = reader.holds(reader.clause_start(0, i), i, lx.TONE)
    if not resolved or not reader.holds(first, last, lx.NUMBER):
        return False
    # 新区续建48项重点工程，力争完成基础设施投资90亿元: what is put into the place's projects
    invested = reader.name_at(i).text.endswith(_INVESTED)
    begin, end = reader.tokens[first].start, reader.tokens[last - 1].end
    return not (invested and _PROJECTS.fullmatch(reader.text, begin, end))


def governing(reader: Clauses, i: int) -> Part | None:
    """What part of the region governs the name at token i from an earlier clause."""
    if (taking := taken_by_sector(reader, i)) is not None:
        return taking
    start = reader.clause_start(0, i)
    if start == 0:
        park = _settled_in(reader, i)
        return Part(PartKind.SUBJECT, park) if park else None
    place = _told_or_bank(reader, start, i)
    if place:
        return Part(PartKind.SUBJECT, place)
    wider = _looked_at(reader, start) or _wider_region(reader, start, i)
    if wider:
        return Part(PartKind.OTHER_REGION, wider)
    helped = _helped(reader, start, i)
    if helped:
        return Part(PartKind.SUBJECT, helped)
    sector = _sector(reader, start, i) or _aiming_sector(reader, start, i)
    if sector:
        return Part(PartKind.SECTOR, sector)
    itself_verb = reader.name_at(i).text.startswith(DONE) or reader.holds(start, i, lx.CREATE)
    goes_on = itself_verb or begins_with_verb(reader, start, i)
    before = reader.clause_start(0, start - 1)
    if not goes_on and not reader.names(before, start):
        return None
    for first, last in clauses_before(reader, start):
        if reader.at_home(first, last):
            return None
        place = part_opening(reader, first, last)
        if place and not goes_on and (first != before or not _tells_of(reader, first, place)):
            return None
        if place:
            told = any(first <= at < last for at in reader.places)  # but for 4A级
            made = itself_verb and not place.endswith(_OWN_WORK)
            of_all = not told and (made or place.endswith(VISITED))
            if of_all or is_governments_again(reader, i, first, last):
                return None
            return Part(PartKind.SUBJECT, place)
        if not goes_on:
            return None
        if not begins_with_verb(reader, first, last) and reader.masks[first] != lx.NUMBER:
            return None
    return None


def of_areas(reader: Clauses, i: int) -> Part | None:
    """滨江文旅带、南部康养走廊接待游客180万人次，实现旅游收入…: the areas that open the clause of
    the name at token i, or that which it goes on from."""
    text, end = reader.text, reader.tokens[i].end
    if reader.areas_at == UNSOUGHT:  # once a sentence, and not for each of its names
        told = _AREAS_TOLD.search(text, reader.tokens[0].start, reader.tokens[-1].end)
        reader.areas_at = -1 if told is None else told.start()
    if not 0 <= reader.areas_at < end:
        return None  # as nearly always
    start = reader.clause_start(0, i)
    if reader.at_home(start, i):
        return None
    found = _AREAS.match(text, reader.tokens[start].start, end)
    itself_verb = reader.name_at(i).text.startswith(DONE)
    if found is None and (itself_verb or begins_with_verb(reader, start, i)):
        for first, last in clauses_before(reader, start):
            found = _AREAS.match(text, reader.tokens[first].start, reader.tokens[last].start)
            if found is None and reader.at_home(first, last):
                return None  # but 产业轴集中了全市近半企业
            if found is not None or not begins_with_verb(reader, first, last):
                break
    if found is None or found["areas"].endswith(reader.home.names):
        return None  # 舟山接待游客…, of 舟山市
    return Part(PartKind.SUBJECT, found["areas"])


def _settled_in(reader: Clauses, i: int) -> str:
    """工业集聚区建成4平方公里，落户企业49家；累计完成固定资产投资44亿元: the park that the firms
    counted before a semicolon have settled in, where the next sentence only says what was done."""
    begin, text = reader.tokens[0].start, reader.text
    if not begin or text[begin - 1] not in _SEMICOLONS or not reader.masks[0] & VERBS:
        return ""
    if not reader.bare(0, i) or reader.holds(0, i, lx.CREATE):
        return ""  # 新增规上企业12家: the government's work, everywhere
    found = _SETTLED.search(text, *reader.sentence_before())
    if found is None or _REGION_SAID.search(text, found.start("park"), begin):
        return ""
    return found["park"]


def _helped(reader: Clauses, start: int, i: int) -> str:
    """支持经开区跨越发展，产值突破90亿元; 抓好高新区、经开区，确保产值增长9%: the place that the
    clause before is to help, or the parks that it works on, where the next clause opens with what
    they reach; "" where there are none."""
    first = reader.clause_start(0, start - 1)
    if reader.holds(first, start, lx.NUMBER) or reader.at_home(first, i):
        return ""
    found = _opening(reader, _HELPED, first, start)
    if found is None:
        begin, end = reader.tokens[first].start, reader.tokens[start - 1].start
        found = _PARKS_WORKED_ON.fullmatch(reader.text, begin, end)
        ensured = reader.text.startswith(_ENSURING, reader.tokens[start].start)
        start += 1 if ensured else 0
    done = any(reader.masks[k] & ~(lx.FILL | lx.TONE | lx.TIME) for k in range(start, i))
    # 推动高新区扩容，新增高企1000家: the government does, everywhere
    return "" if found is None or done else found["place"]


def _sector(reader: Clauses, start: int, i: int) -> str:
    """烟草工业步入良性发展轨道，五年累计实现税收281亿元: the sector of an earlier clause, where the
    clause from token `start` opens with what it yields; "" where there is none."""
    text, begin, end = reader.text, reader.tokens[0].start, reader.tokens[start].start
    if not (reader.name_at(i).text.startswith(_YIELDS) and text.startswith(_YIELDING, end)):
        return ""
    if _ENDS_SECTOR.search(text, begin, end) is None:
        return ""
    if not reader.bare(start, reader.names(start, i + 1)[0]):
        return ""
    for first, last in clauses_before(reader, start):
        if reader.at_home(first, last) or reader.names(first, last):
            return ""
        found = _opening(reader, _SECTOR, first, last)
        if found is not None:
            return found[0]
        if not begins_with_verb(reader, first, last) and not reader.holds(first, last, lx.NUMBER):
            return ""
    return ""


def _aiming_sector(reader: Clauses, start: int, i: int) -> str:
    """电子信息产业主攻新型显示，培育专精特新企业9家: the industry that the clause before tells what
    to aim at, where the next clause counts firms; "" where there is none."""
    if not reader.counted_in(i, FIRMS):
        return ""
    first = reader.clause_start(0, start - 1)
    found = _opening(reader, _AIMING, first, start)
    if found is None or reader.at_home(first, i) or reader.names(first, start):
        return ""
    return found["industry"]


def _looked_at(reader: Clauses, start: int) -> str:
    """放眼全国，国内生产总值…: the region that the clause before looks at; "" for none."""
    end = reader.tokens[start - 1].start
    found = _LOOKED_AT.search(reader.text, max(0, end - _TURN), end)
    return "" if found is None or reader.home.nation else found["region"]


def _wider_region(reader: Clauses, start: int, i: int) -> str:
    """The region of many cities that an earlier clause is about; "" where none is."""
    text, begin, end = reader.text, reader.tokens[0].start, reader.tokens[start].start
    if _WIDER_NAMED.search(text, begin, end) is None:
        return ""  # as nearly always
    if reader.at_home(start, i):
        return ""
    for first, last in clauses_before(reader, start):
        found = _opening(reader, _WIDER, first, last)
        if found is not None:
            return found[0]
        if reader.at_home(first, last):
            return ""
    return ""


def _opening(
    reader: Clauses, pattern: re.Pattern[str], first: int, last: int
) -> re.Match[str] | None:
    """What of a clause of tokens a pattern matches from its beginning."""
    return pattern.match(reader.text, reader.tokens[first].start, reader.tokens[last - 1].end)


def _tells_of(reader: Clauses, first: int, place: str) -> bool:
    """定远、凤阳两地经济增速高于全市，工业增加值…: whether a name follows the place itself."""
    end = reader.tokens[first].start + len(place)
    return any(t.start == end and t.mask & lx.NAME for t in reader.tokens[first:])


def clauses_before(reader: Clauses, start: int) -> Iterator[tuple[int, int]]:
    """The tokens of each clause before the one that starts at a token, from right to left."""
    while start > 0:
        stop = start - 1
        start = reader.clause_start(0, stop)
        if start < stop:
            yield start, stop


def _told(reader: Clauses, first: int, last: int) -> re.Match[str] | None:
    """经开区要勇挑大梁: what a clause that opens with a place says that it is to do."""
    begin, end = reader.tokens[first].start, reader.tokens[last - 1].end
    if _MUST.search(reader.text, begin, min(end, begin + _LONGEST_TOLD)) is None:
        return None  # as nearly always
    return _TOLD.match(reader.text, begin, end)


def _told_or_bank(reader: Clauses, start: int, i: int) -> str:
    """The part that is told what to do, or the bank, that governs a clause with its own noun."""
    banked = _BANKED.issuperset(reader.name_at(i).candidates) and reader.bare(start, i)
    begin, end = reader.tokens[0].start, reader.tokens[start].start
    banked = banked and _ALL_BANKS not in reader.text[end : reader.tokens[i].end]
    if not banked and _MUST.search(reader.text, begin, end) is None:
        return ""
    for first, last in clauses_before(reader, start):
        found = _told(reader, first, last)
        if found is None and reader.at_home(first, last):
            return ""
        if found is None and banked:
            found = _opening(reader, _BANK, first, last)
        if found is not None and not is_governments_again(reader, i, first, last):
            return "" if _of_all_counties(reader, i, found[1]) else found[1]
        banked = False
    return ""


def _of_all_counties(reader: Clauses, i: int, told: str) -> bool:
    """各县区要压实责任，投资增长12%: what all of them together are to reach is the region's; but
    各县区要…，投资增速要高于50% asks it of each."""
    if _COUNTIES.fullmatch(told) is None:
        return False
    end = reader.tokens[i].end
    number = next((t.start for t in reader.tokens[i:] if t.mask == lx.NUMBER), end)
    return _ASKED.search(reader.text, end, number) is None


def inside_opening(reader: Clauses, first: int, last: int) -> str:
    """The place within the region whose name tokens first:last open with; "" where they do not.

    太原地铁 is another word; behind 太原, 太原、 and 太原市 another one begins.
    """
    start, text = reader.tokens[first].start, reader.text
    for name in reader.home.inside.get(text[start], ()):
        end = start + len(name)
        if text.startswith(name, start) and any(
            token.start == end or token.end == end for token in reader.tokens[first:last]
        ):
            return name
    return ""


def place_inside(reader: Clauses, i: int) -> Part | None:
    """太原市完成投资…, of 山西省: the place that opens the clause of the name at token i."""
    if not reader.home.inside:
        return None
    for first in range(reader.clause_start(0, i), i):
        name = inside_opening(reader, first, i + 1)
        if name:
            return Part(PartKind.SUBJECT, name)
        if not reader.masks[first] & _BEFORE_SUBJECTS:
            return None
    return None
