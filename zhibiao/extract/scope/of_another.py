"""Figures of something narrower than a name says: 企业的工业总产值, 调运的粮食, 每人占有粮食.

What stands before the name, with 的 or without, makes it a part's, or no output at all.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from zhibiao.extract.clause.clauses import Clauses
from zhibiao.extract.scope.kinds import Part, PartKind
from zhibiao.extract.scope.of_a_kind import of_a_kind
from zhibiao.extract.scope.one_body import of_one_body
from zhibiao.extract.words import lexicon as lx
from zhibiao.gazetteer.gazetteer import Gazetteer
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_CAPACITY: Final = _WORDING.pattern("capacity")
_LOCAL: Final = _WORDING.text("local")
_LOCAL_BUDGET: Final = _WORDING.text("local_budget")
_NATIONAL: Final = _WORDING.words("national")
_SET_BY: Final = _WORDING.pattern("set_by")
_PER_HEAD: Final = _WORDING.pattern("per_head")
_RATE_OF: Final = _WORDING.pattern("rate_of")
_REGION_WITHIN: Final = 24  # characters before a name
_BEHIND_REGION: Final = frozenset(_WORDING.text("behind_region"))
_SO_MANY: Final = _WORDING.pattern("so_many")
_PLACES: Final = _WORDING.words("places")
_EVERY: Final = _WORDING.text("every")
_EACH: Final = _WORDING.pattern("each")
_SAY: Final = _WORDING.pattern("say")
_OPENING: Final = 30  # characters of a sentence that may say what it is about
_RUNNING: Final = _WORDING.pattern("running")
_AFTER: Final = _WORDING.text("after")
_SCRAPPING: Final = _WORDING.pattern("scrapping")
_SCRAPPED: Final = _WORDING.pattern("scrapped")
_SECTION: Final = _WORDING.text("section")
_BY_WHOM: Final = _WORDING.words("by_whom")
_NAMED_PLACE: Final = _WORDING.pattern("named_place")
_SECTIONS_OF_ALL: Final = _WORDING.pattern("sections_of_all")
_APPLIED: Final = _WORDING.pattern("applied")
_PATENTS: Final = _WORDING.text("patents")
_TRADED: Final = _WORDING.pattern("traded")
_CONTRACTS: Final = _WORDING.words("contracts")
_GRANTED: Final = _WORDING.words("granted")
_OF_POWER: Final = _WORDING.pattern("of_power")
_GENERATED: Final = _WORDING.text("generated")
_FOR_PURPOSE: Final = _WORDING.pattern("for_purpose")
FIRMS_COUNTED: Final = frozenset(_WORDING.words("firms_counted"))
_EACH_PASSES: Final = _WORDING.pattern("each_passes")
_SYSTEMS: Final = _WORDING.words("systems")
_MADE: Final = _WORDING.words("made")
_NEW_SUBJECT: Final = lx.CREATE | lx.REGION | lx.TIME | lx.TONE
_OUTPUT_UNITS: Final = frozenset(_WORDING.words("output_units"))
_OF_ALL: Final = lx.REGION | lx.TIME | lx.NAME | lx.HEAD | lx.OTHER_REGION


def of_another(reader: Clauses, i: int) -> Part | None:
    """The part that makes the figure of the name at token i another's; None where nothing does."""
    said = (
        _region_named(reader, i)
        or _set_by_others(reader, i)
        or _spoken_of(reader, i)
        or _owner_with_de(reader, i)
        or _of_one_section(reader, i)
        or _applied_for(reader, i)
        or _traded(reader, i)
        or of_one_body(reader, i)
        or _once_running(reader, i)
        or _of_so_many(reader, i)
    )
    if said is not None:
        return said
    tokens, text = reader.tokens, reader.text
    before = tokens[i - 1] if i else None
    local = before is not None and text[before.start : before.end] == _LOCAL
    if reader.home.nation and (local or reader.name_at(i).text.startswith(_LOCAL_BUDGET)):
        return Part(PartKind.ATTRIBUTE, _LOCAL)  # of the nation's revenue what is not the centre's
    each = of_each(reader, i) or of_a_kind(reader, reader.name_at(i).candidates, i)
    if each is not None:
        return each
    if not _is_output(reader, i):
        return None
    if (power := _of_power(reader, i)) is not None:
        return power
    capacity = _CAPACITY.search(text, tokens[0].start, tokens[i].start)
    if capacity is not None:
        return Part(PartKind.UNKNOWN, capacity[0])
    if not _is_goods(reader, i):
        return None
    if (scrapped := _scrapped(reader, i)) is not None:
        return scrapped
    per = _PER_HEAD.search(text, tokens[0].start, tokens[i].start)
    return None if per is None else Part(PartKind.PER, per[0])


def _owner_with_de(reader: Clauses, i: int) -> Part | None:
    """公私合营企业的工业总产值, 向灾区调运的粮食, 用于“三农”的财政支出: whose it is, what was done
    with it, or what it is for."""
    tokens, text = reader.tokens, reader.text
    if i < 2 or text[tokens[i - 1].start : tokens[i - 1].end] != "的":
        return None
    clause = tokens[reader.clause_start(0, i)].start
    purpose = _FOR_PURPOSE.search(text, clause, tokens[i].start)
    if purpose is not None:
        return Part(PartKind.SECTOR, purpose["purpose"])
    owner = tokens[i - 2]
    said = text[owner.start : owner.end]
    if owner.mask & lx.PART and not owner.mask & (lx.FILL | lx.VERBISH | lx.REGION):
        return Part(PartKind.ATTRIBUTE, said)
    if said.endswith(_SYSTEMS):
        return Part(PartKind.ATTRIBUTE, said)
    done = _is_goods(reader, i) and not owner.mask & _OF_ALL and not said.endswith(_MADE)
    return Part(PartKind.UNKNOWN, said) if done else None


def _of_so_many(reader: Clauses, i: int) -> Part | None:
    """18家规上工业企业产值过亿元, 36家企业产值增长20%以上: of those of which each passes it,
    by the count right before the name and what stands behind it."""
    if not i or reader.masks[i - 1] != lx.NUMBER or reader.counting_units(i):
        return None
    count = reader.number_at(i - 1)
    if count.unit not in FIRMS_COUNTED:
        return None
    if _EACH_PASSES.match(reader.text, reader.tokens[i].end) is None:
        return None
    return Part(PartKind.SECTOR, reader.text[count.start : count.end])


def _region_named(reader: Clauses, i: int) -> Part | None:
    """江苏2012年GDP突破5.4万亿: another region, right before a name or a year of it."""
    text, end = reader.text, reader.tokens[i].start
    region_of, ends = _regions()
    last = text[end - 1] if end else ""
    if not reader.home.names or not (last in ends or last in _BEHIND_REGION):
        return None  # as nearly always
    begin = max(0, reader.tokens[0].start - 1, end - _REGION_WITHIN)
    found = region_of.search(text, begin, end)
    if found is None:
        return None
    region = found["region"]
    own = any(name.startswith(region) or region in name for name in reader.home.names)
    return None if own else Part(PartKind.OTHER_REGION, region)


@lru_cache(maxsize=1)
def _regions() -> tuple[re.Pattern[str], frozenset[str]]:
    """What finds the short name of a province before a name, and how such names end."""
    names = [region.short for region in Gazetteer.load() if region.level == "province"]
    pattern = _WORDING.pattern("region", regions="|".join(names))
    return pattern, frozenset(name[-1] for name in names)


def _set_by_others(reader: Clauses, i: int) -> Part | None:
    """国家将经济增长目标定为5%左右: what the nation aims at, in a region's report."""
    begin = reader.tokens[reader.clause_start(0, i)].start
    if reader.home.nation or not reader.text.startswith(_NATIONAL, begin):
        return None  # as nearly always
    found = _SET_BY.match(reader.text, begin, reader.tokens[i].start)
    return None if found is None else Part(PartKind.OTHER_REGION, found["who"])


def _spoken_of(reader: Clauses, i: int) -> Part | None:
    """拿某矿务局来说，…: the body or place that the sentence says it is about."""
    begin = reader.tokens[0].start
    said = _SAY.search(reader.text, begin, min(reader.tokens[i].start, begin + _OPENING))
    if said is None or said[1].endswith(reader.home.names):
        return None
    return Part(PartKind.SUBJECT, said[1])


def _once_running(reader: Clauses, i: int) -> Part | None:
    """达产后可实现产值60亿元、税收3亿元: what a project is to bring once it runs."""
    end = reader.tokens[i].start
    if reader.text.find(_AFTER, reader.tokens[0].start, end) < 0:
        return None  # as before nearly every name
    clause = reader.clause_start(0, i)
    start = reader.tokens[clause].start
    before = reader.tokens[reader.clause_start(0, max(0, clause - 1))].start
    found = _RUNNING.search(reader.text, before, end)
    if found is None:
        return None
    goes_on = reader.bare(clause, i) and not reader.holds(clause, i, _NEW_SUBJECT)
    if found.end() <= start and not goes_on:
        return None
    return Part(PartKind.UNKNOWN, found[0])


def _scrapped(reader: Clauses, i: int) -> Part | None:
    """淘汰落后产能铁120万吨、钢860万吨: goods of which not the output is told, but what could be
    made where it no longer is."""
    begin, end = reader.tokens[0].start, reader.tokens[i].start
    if _SCRAPPING.search(reader.text, begin, end) is None:
        return None  # as nearly always
    found = _SCRAPPED.search(reader.text, begin, end)
    return None if found is None else Part(PartKind.UNKNOWN, found[0])


def _of_one_section(reader: Clauses, i: int) -> Part | None:
    """小峡口断面水质达标率: where a river is sampled, right before a name of all such places."""
    name = reader.name_at(i).text
    if i == 0 or _SECTION not in name or reader.masks[i - 1]:
        return None
    before = reader.tokens[i - 1]
    said = _NAMED_PLACE.search(reader.text, before.start, before.end) is not None
    said = said and name.startswith(_BY_WHOM)
    if not said and name.startswith(_SECTION):
        said = _SECTIONS_OF_ALL.search(reader.text, before.start, before.end) is None
    if not said:
        return None
    return Part(PartKind.UNKNOWN, reader.text[before.start : before.end])


def _applied_for(reader: Clauses, i: int) -> Part | None:
    """申请专利1260件，其中发明专利360件: what is only applied for."""
    name = reader.name_at(i).text
    if _PATENTS not in name or any(word in name for word in _GRANTED):
        return None
    found = _APPLIED.search(reader.text, reader.tokens[0].start, reader.tokens[i].start)
    return None if found is None else Part(PartKind.UNKNOWN, found[0])


def _traded(reader: Clauses, i: int) -> Part | None:
    """吸纳京津技术合同成交额18亿元, 向辽吉输出…: what is bought of some others, or sold to them."""
    if not reader.name_at(i).text.startswith(_CONTRACTS):
        return None
    begin, end = reader.tokens[reader.clause_start(0, i)].start, reader.tokens[i].start
    found = _TRADED.search(reader.text, begin, end)
    return None if found is None else Part(PartKind.UNKNOWN, found[0])


def _of_power(reader: Clauses, i: int) -> Part | None:
    """新能源装机320万千瓦、发电56亿千瓦时: what is generated from one kind of power."""
    if _GENERATED not in reader.name_at(i).text:
        return None
    found = _OF_POWER.search(reader.text, reader.tokens[0].start, reader.tokens[i].start)
    return None if found is None else Part(PartKind.UNKNOWN, found[0])


def of_each(reader: Clauses, i: int) -> Part | None:
    """每个县区新建养老院1所、培育规上企业3家: what each of many is to have."""
    first, end = reader.clause_start(0, i), reader.tokens[i].start
    if reader.text.find(_EVERY, reader.tokens[first].start, end) < 0:
        return None  # as nearly always
    if (rate := _rate_in_list(reader, first, i)) is not None:
        return rate
    for k in range(first, i):
        start = reader.tokens[k].start
        each = _EACH.match(reader.text, start, end)
        each = each or _rate_of(reader, i, start, end)
        if each is not None:
            return Part(PartKind.PER, each[0])
        if reader.tokens[k].mask & ~(lx.FILL | lx.TIME | lx.TONE):
            break
    return None


def _rate_in_list(reader: Clauses, first: int, i: int) -> Part | None:
    """每千人口医师3.2人、床位6.8张、托位4.2个: the next in a list of what is told for so many."""
    if not reader.masks[i - 1] & lx.LIST or not reader.holds(first, i, lx.NUMBER):
        return None
    begin, end = reader.tokens[first].start, reader.tokens[i].start
    found = _SO_MANY.match(reader.text, begin, end)
    listed = reader.text.startswith(_PLACES, end)
    return Part(PartKind.PER, found[0]) if found is not None and listed else None


def _rate_of(reader: Clauses, i: int, start: int, end: int) -> re.Match[str] | None:
    """每千人托位、养老床位数: what is told for so many people; behind a mark, of places alone."""
    found = _RATE_OF.fullmatch(reader.text, start, end)
    if found is None or "、" not in found[0]:
        return found
    return found if reader.text.startswith(_PLACES, reader.tokens[i].start) else None


def _is_output(reader: Clauses, i: int) -> bool:
    """Whether a name is of goods that are weighed, or of electricity."""
    units = {reader.indicators[c].base_unit for c in reader.name_at(i).candidates}
    return bool(units) and units <= _OUTPUT_UNITS


def _is_goods(reader: Clauses, i: int) -> bool:
    """粮食, 棉花, 钢: a name that means the goods as well as their output."""
    return _is_output(reader, i) and "产" not in reader.name_at(i).text
