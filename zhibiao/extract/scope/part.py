"""Whom a name speaks of: the reporting region as a whole, or a part of it."""

from __future__ import annotations

from typing import Final

from zhibiao.catalogue.units import FIRMS, METRES
from zhibiao.extract.clause.clauses import Clauses
from zhibiao.extract.scope.among import is_among_itself
from zhibiao.extract.scope.begun import begun_before
from zhibiao.extract.scope.campaigns import of_campaign, of_quoted, quoted_before, under_motto
from zhibiao.extract.scope.carried import carried_further
from zhibiao.extract.scope.counties import area_at, of_counties
from zhibiao.extract.scope.kinds import Part, PartKind
from zhibiao.extract.scope.leads import of_same_topic, park_before, part_gone_on_about
from zhibiao.extract.scope.of_another import of_another
from zhibiao.extract.scope.partners import is_partner
from zhibiao.extract.scope.places import (
    DONE,
    FIRM_ENDS,
    OF_TWO_KINDS,
    VERBS,
    begins_with_verb,
    governing,
    is_governments_again,
    of_areas,
    part_opening,
    place_inside,
)
from zhibiao.extract.scope.ports import of_a_port, port_of_list
from zhibiao.extract.scope.referred import referred_back
from zhibiao.extract.scope.sector_takings import taken_by_sector
from zhibiao.extract.scope.visitors import come_here, of_its_visitors
from zhibiao.extract.words import lexicon as lx
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_FIELDS: Final = _WORDING.words("fields")
_INDUSTRIES: Final = frozenset(("gdp", "primary_va", "secondary_va", "tertiary_va"))
PENDING: Final = _WORDING.words("pending")
_OF_SIZE: Final = _WORDING.pattern("of_size")
_SIZED: Final = _WORDING.pattern("sized")
_OF_THEM: Final = _WORDING.text("of_them")
_YUAN: Final = _WORDING.text("yuan")
_PER: Final = _WORDING.words("per")
_STATISTICAL: Final = _WORDING.words("statistical")
_PROJECTS: Final = _WORDING.text("projects")
_OF_INDUSTRY: Final = _WORDING.words("of_industry")
_AMONG_THEM: Final = _WORDING.words("among_them")
_ATTRIBUTE: Final = _WORDING.text("attribute")
_WITHOUT: Final = _WORDING.pattern("without")
_LEFT_OUT: Final = _WORDING.words("left_out")
_NEAR: Final = 28  # characters
_BESIDE: Final = 12  # characters right before a name
_SHORT: Final = 5  # characters of a name that an unknown word before it makes another
_CIRCUMSTANCE: Final = _WORDING.words("circumstance")
_NOT: Final = _WORDING.text("not")
_NON: Final = _WORDING.pattern("non")
_COUNTED_PLACES: Final = _WORDING.pattern("counted_places", of_two_kinds=OF_TWO_KINDS)
_ENDS_OF_PLACES: Final = frozenset(_WORDING.text("ends_of_places"))
_PLACE: Final = _WORDING.pattern("place")
_COUNTED: Final = _WORDING.words("counted")
_DONE_TO_FIRMS: Final = _WORDING.words("done_to_firms")
_SORTS: Final = _WORDING.pattern("sorts")
_GROWS: Final = _WORDING.pattern("grows")
_COUNTIES: Final = frozenset(_WORDING.words("counties"))
_OF_PORTS: Final = _WORDING.words("of_ports")
_FOR: Final = _WORDING.words("for")
_GROUPS: Final = _WORDING.words("groups")
RESIDENTS: Final = _WORDING.words("residents")
_EVERYBODY: Final = _WORDING.pattern("everybody")
_PEOPLE_END: Final = _WORDING.words("people_end")
_GATHERED: Final = _WORDING.words("gathered")
_URGING: Final = _WORDING.words("urging")
_AIMED_AT: Final = _WORDING.pattern("aimed_at")
_URGED: Final = _WORDING.words("urged")
_EACH: Final = _WORDING.words("each")
_ALL: Final = _WORDING.words("all")
_OF_PLACES: Final = (PartKind.SUBJECT, PartKind.ATTRIBUTE)
# What a part does, rather than what it has.
_DID: Final = VERBS & ~lx.TONE
_STOP: Final = lx.COMMA | lx.LIST | lx.NUMBER | lx.OPEN | lx.CLOSE
_PLACES: Final = lx.REGION | lx.OTHER_REGION | lx.PART
_PLAIN: Final = (
    lx.FILL | lx.VERBISH | lx.REGION | lx.TONE | lx.TIME | lx.AMONG | lx.CREATE | lx.UP | lx.DOWN
    | lx.REACH | lx.GE | lx.APPROX | lx.JOIN | lx.TOTAL | lx.TO | lx.FROM | lx.EACH | lx.DISTRIBUTE
)  # fmt: skip


def part_before(reader: Clauses, i: int) -> Part | None:
    """What the name at token i is of where that is not the region as a whole; None where it is.

    Judged by what stands right before the name (园区 + 工业总产值), and by the subject of its
    clause (高新区 + 实现 + 工业总产值).
    """
    said = _said_before(reader, i)
    if said is not None:
        return said
    tokens, text = reader.tokens, reader.text
    name = reader.name_at(i)
    k = i - 1
    several = of_counties(reader, i) or of_areas(reader, i) or of_quoted(reader, i)
    if several is not None:
        return several
    if k < 0 or tokens[k].mask & _STOP:
        if k and tokens[k].mask & lx.COMMA and is_among_itself(reader, k, i):
            return _among_itself(reader, i)  # 赤字3.2万亿元。其中，中央财政赤字2.1万亿元
        return _listed_with_part(reader, i) or _carried(reader, i)
    previous = tokens[k]
    if reader.is_home(k):
        area = area_at(reader, k)
        return Part(PartKind.ATTRIBUTE, area) if area else None
    place = place_inside(reader, i) or referred_back(reader, k, i)
    if place is not None:
        return place
    if come_here(reader, i) or of_campaign(reader, i):
        return _carried(reader, i)
    if previous.mask & (lx.AMONG | lx.CREATE) and is_among_itself(reader, k, i):
        return _among_itself(reader, i)
    if previous.mask & lx.JOIN and (shared := _listed_with_part(reader, i)):
        return shared
    word = text[previous.start : previous.end]
    gathered = word.endswith(_GATHERED) and not previous.mask & lx.CREATE
    if gathered and not reader.at_home(reader.clause_start(0, k), k):
        # 产业链集聚规上企业50家: what gathers firms is a place or a chain
        return Part(PartKind.SUBJECT, word)
    if word.endswith(_PER):
        return Part(PartKind.PER, word)
    if previous.mask == 0 and is_partner(reader, name, word):
        return Part(PartKind.PARTNER, word)  # 对香港进出口总额
    if word.endswith(_PEOPLE_END) and _of_everybody(reader, i):
        return _carried(reader, i)  # 户籍人口基本养老保险参保率
    if word == _PROJECTS and k and text.startswith(_STATISTICAL, tokens[k - 1].start):
        return _carried(reader, i)  # 500万元以上项目固定资产投资: what the statistics count
    if word == "”" and not name.text.startswith(DONE):
        if (motto := under_motto(reader, k, i)) >= 0:
            return _subject_of_clause(reader, motto - 1, i)  # “技兴江川”职业技能培训
        if quoted := quoted_before(reader, k):
            return Part(PartKind.SECTOR, quoted)
    if _SORTS.search(text, max(0, previous.end - 8), previous.end):
        return _carried(reader, i)  # 九项民生支出
    if previous.mask & lx.PART and not previous.mask & _PLAIN:
        if word in _OF_PORTS and reader.home.named_at(text, previous.start):
            return _carried(reader, i)  # 青渡港区货物吞吐量, of 青渡市
        if k and _is_for(reader, k):
            return _carried(reader, i)  # 为企业减税降费, 为各类企业…
        if _opens_with_place(reader, k) or name.text.startswith(DONE):
            return Part(PartKind.SUBJECT, word)
        return Part(PartKind.ATTRIBUTE, word)
    if previous.mask & lx.OTHER_REGION and not previous.mask & _PLAIN:
        return None if reader.home.nation else Part(PartKind.OTHER_REGION, word)
    if previous.mask & lx.NAME and k and _is_for(reader, k):
        return _carried(reader, i)  # 为市场主体减税降费
    if previous.mask & lx.NAME:
        other = name.candidates != (previous.name or name).candidates
        return Part(PartKind.SECTOR, word) if other else None
    unknown = _of_unknown(reader, i) if previous.mask == 0 else None
    return unknown or _subject_of_clause(reader, k, i)


def _among_itself(reader: Clauses, i: int) -> Part | None:
    """充电桩5460个，其中公共充电桩2130个; but 工业增加值…，其中规上工业增加值 is the usual one."""
    name, told = reader.name_at(i).text, reader.subject
    usual = name.startswith(_COUNTED) or (told is not None and told[-1].part is not None)
    return None if usual else Part(PartKind.SECTOR, name)


def _listed_with_part(reader: Clauses, i: int) -> Part | None:
    """试点县生产总值和财政收入: the places right before one name of a list are of the next too."""
    if i < 3 or not reader.masks[i - 1] & (lx.JOIN | lx.LIST) or not reader.is_name(i - 2):
        return None
    place = reader.tokens[i - 3]
    if not place.mask & lx.PART or reader.text[place.start : place.end] not in _COUNTIES:
        return None
    part = part_before(reader, i - 2)
    return part if part is not None and part.kind in _OF_PLACES else None


def _said_before(reader: Clauses, i: int) -> Part | None:
    """The part that the words before the name at token i state, be they a token or several."""
    tokens, text = reader.tokens, reader.text
    end = tokens[i].start
    without = _WITHOUT.search(text, max(0, end - _NEAR), end)
    if without is not None:
        return Part(PartKind.WITHOUT, without[1])  # 剔除烟草因素，规上工业增加值增长9%
    if text.endswith(_LEFT_OUT, 0, end) and not reader.has_amount(i):
        return Part(PartKind.WITHOUT, reader.name_at(i).text)
    another = of_another(reader, i)
    if another is not None:
        return another
    if _YUAN in text[max(tokens[0].start, end - 4) : end]:
        large = _OF_SIZE.search(text, max(tokens[0].start, end - _BESIDE), end)
        if large is not None and _is_counted(reader, i):
            return Part(PartKind.SECTOR, large[0])
    if _OF_THEM in text[max(tokens[0].start, end - 2) : end] and reader.counted_in(i, FIRMS):
        sized = _SIZED.search(text, tokens[reader.clause_start(0, i)].start, end)
        if sized is not None:
            return Part(PartKind.SECTOR, sized[0])
    if (begun := begun_before(reader, i)) is not None:
        return begun
    beside = max(tokens[0].start, end - _BESIDE)
    excluding = _NON.search(text, beside, end) if _NOT in text[beside:end] else None
    if excluding is not None:
        return Part(PartKind.UNKNOWN, excluding[0])
    if port := port_of_list(reader, i):
        return Part(PartKind.SUBJECT, port)
    placed = end > beside and text[end - 1] in _ENDS_OF_PLACES
    if placed and (several := _COUNTED_PLACES.search(text, beside, end)) is not None:
        return Part(PartKind.SUBJECT, several[0])
    return None


def _of_unknown(reader: Clauses, i: int) -> Part | None:
    """机器制造 + 工业总产值: the part that the word before the name at token i makes of it."""
    text, name, previous = reader.text, reader.name_at(i), reader.tokens[i - 1]
    word = text[previous.start : previous.end]
    if is_among_itself(reader, i - 2, i):
        return Part(PartKind.SECTOR, word)
    if of_a_port(reader, name):
        return Part(PartKind.SUBJECT, f"{word}港")  # 武汉港集装箱吞吐量, of a province
    counted = text.endswith(_COUNTED, 0, previous.start)  # 规上纺织工业增加值
    dated = word.endswith(_CIRCUMSTANCE)
    end = reader.tokens[i].end
    placed = _PLACE.search(text, max(0, previous.end - _BESIDE), end) is not None
    narrowed = _is_strict(reader, i) or counted or placed or _is_short(name.text)
    narrowed = narrowed or (word.endswith(_GROUPS) and not _urged(reader, i - 1))
    if name.text.startswith(_COUNTED) and reader.counted_in(i, FIRMS):
        # 长寿食品规模以上企业7家: of what branch; 扶持规上企业32家: what is done to them
        narrowed = len(word) > 1 and not word.endswith(_DONE_TO_FIRMS)
    return Part(PartKind.UNKNOWN, word) if narrowed and not dated else None


def _of_everybody(reader: Clauses, i: int) -> bool:
    """户籍人口基本养老保险参保率: whether the name at token i is a rate of all who live there."""
    start = reader.tokens[i].start
    said = _EVERYBODY.search(reader.text, max(0, start - _BESIDE), start)
    return said is not None and reader.is_rate(reader.name_at(i).candidates)


def _is_short(name: str) -> bool:
    """Whether an unknown word before a name makes it another's: 机器制造 + 工业总产值."""
    return len(_GROWS.sub("", name)) < _SHORT or name.startswith(_OF_INDUSTRY)


def part_of_open(reader: Clauses, first: int, last: int) -> Part | None:
    """What the uncatalogued thing that tokens first:last name is of; None: the region as a whole.

    A place or a firm that opens the clause and is not itself what is counted (经开区新开工12个),
    another region, or the part that the sentence goes on about.
    """
    if first >= last:
        return None
    clause = reader.clause_start(0, first)
    tokens, masks = reader.tokens, reader.masks
    text = reader.text
    of_it = False  # whether anything that may be counted stands behind the word after token k
    placed = reader.home_named or reader.present & _PLACES
    for k in range(last - 2, clause - 1, -1) if placed else ():
        mask = masks[k]
        if k + 2 < last:
            of_it = of_it or masks[k + 2] == 0 or bool(masks[k + 2] & lx.NAME)
        start, end = tokens[k].start, tokens[k].end
        if mask & lx.REGION or (reader.home_named and reader.home.named_at(text, end, start)):
            return None
        # 境外合作区达到11个: they are counted themselves
        if mask & _PLAIN or not (of_it and masks[k + 1] & _DID):
            continue
        if mask & lx.OTHER_REGION and not reader.home.nation:
            return Part(PartKind.OTHER_REGION, text[start:end])
        if mask & lx.PART and end - start > 1 and not _urged(reader, k):
            each = text.startswith(_EACH, tokens[clause].start)
            if _opens_with_place(reader, k) and not each:
                return Part(PartKind.SUBJECT, text[start:end])
    if not begins_with_verb(reader, clause, last):
        return None
    part = part_gone_on_about(reader)
    return part if part is not None and part.kind is PartKind.SUBJECT else None


def _opens_with_place(reader: Clauses, k: int) -> bool:
    """江北新区生产总值增长9%，工业投资增长11%: whether the part at token k is a place of a name."""
    first = reader.clause_start(0, k)
    while first < k and reader.masks[first] & (lx.TONE | lx.TIME | lx.FILL):
        first += 1  # 确保全年综保区进出口…
    if any(reader.masks[at] & ~lx.PART for at in range(first, k)):  # 县先进制造业开发区
        return False
    return bool(part_opening(reader, first, k + 1))


def _subject_of_clause(reader: Clauses, k: int, i: int) -> Part | None:
    """A part that is the subject of the clause: 经开区全年实现…"""
    tokens, text = reader.tokens, reader.text
    while k >= 0 and not tokens[k].mask & _STOP:
        mask = tokens[k].mask
        if reader.is_home(k):
            area = area_at(reader, k)
            return Part(PartKind.SUBJECT, area) if area else None
        if mask & lx.PART and not mask & _PLAIN and k + 1 < i and not _urged(reader, k):
            if tokens[k].end - tokens[k].start == 1 and reader.home.named_at(text, tokens[k].start):
                return None  # 青渡港完成货物吞吐量, of 青渡市
            follow = tokens[k + 1]
            attribute = follow.mask == lx.FILL and text[follow.start] in _ATTRIBUTE
            if follow.mask & _PLAIN and not attribute and not follow.mask & lx.JOIN:
                return Part(PartKind.SUBJECT, text[tokens[k].start : tokens[k].end])
        elsewhere = mask & lx.OTHER_REGION and not mask & _PLAIN and not reader.home.nation
        if elsewhere and not text.startswith(_AMONG_THEM, tokens[k].end):
            return Part(PartKind.OTHER_REGION, text[tokens[k].start : tokens[k].end])
        k -= 1
    return _carried(reader, i)


def _is_for(reader: Clauses, k: int) -> bool:
    """为各类企业减税, 为3200户市场主体减税: whether what token k names is whom it is done for."""
    before = k - 1
    if before and reader.masks[before] == lx.NUMBER:
        before -= 1
    end = reader.tokens[before].end
    for word in _ALL:
        if reader.text.endswith(word, 0, end):
            end -= len(word)
            break
    return reader.text.endswith(_FOR, 0, end)


def _urged(reader: Clauses, k: int) -> bool:
    """带动企业完成技改投资18亿元, 为企业办理退税, 围绕重点领域开展培训: firms or fields in general,
    behind a verb, and no subject."""
    token = reader.tokens[k]
    if _AIMED_AT.search(reader.text, max(0, token.start - _BESIDE), token.start):
        return True
    if not k or reader.text[token.start : token.end] not in _URGED:
        return False
    return _is_for(reader, k) or reader.text.endswith(_URGING, 0, reader.tokens[k - 1].end)


def _carried(reader: Clauses, i: int) -> Part | None:
    """A clause without a subject of its own goes on about the last one."""
    first = reader.clause_start(0, i)
    while first < i and not reader.tokens[first].mask & ~(lx.FILL | lx.TIME | lx.TONE):
        first += 1
    if first < i and reader.tokens[first].mask & lx.REGION:
        return taken_by_sector(reader, i)  # not 全市金融机构存、贷款余额
    part = part_gone_on_about(reader)
    if part is not None and _goes_on(reader, i, part):
        return part
    if reader.name_at(i).candidates == ("tax_share",) and (park := park_before(reader, i)):
        return park
    return governing(reader, i) or carried_further(reader, i)


def _goes_on(reader: Clauses, i: int, part: Part) -> bool:
    """Whether the name at token i is of the part that was last spoken of."""
    match part.kind:
        case PartKind.SUBJECT:
            start = reader.clause_start(0, i)
            before = reader.clause_start(0, start - 1)
            other = part.words.endswith(FIRM_ENDS) and reader.counted_in(i, FIRMS)
            # 家政领域新增规上企业14家，第三产业增加值…: a field has no whole industry
            other = other or (part.words.endswith(_FIELDS) and _is_whole_industry(reader, i))
            return not (other or is_governments_again(reader, i, before, start))
        case PartKind.INNER:
            return _of_inner_city(reader, i)
        case PartKind.BUILT:
            return "population" in reader.name_at(i).candidates
        case PartKind.OF:
            # 经开区企业增至57户，税收4200万元: of what a place has too, not of what is the region's
            return _is_strict(reader, i) or _listed_on(reader, i) or of_same_topic(reader, i)
        case PartKind.UNKNOWN:
            return of_its_visitors(reader, i)
    return False


def _is_whole_industry(reader: Clauses, i: int) -> bool:
    return _INDUSTRIES.issuperset(reader.name_at(i).candidates)


def _listed_on(reader: Clauses, i: int) -> bool:
    """省属企业完成投资52亿元、研发投入12亿元: one clause, one subject.

    Where the last figure was a catalogued one, it was of the place itself, and the next goes on
    about that: 开发区营业收入增长55%，税收收入增长21%，实际利用外资增长80%.
    """
    if not reader.open_leads:
        return True
    _segment, place = reader.open_leads[-1]
    return reader.clause_start(0, place) == reader.clause_start(0, i)


def _is_counted(reader: Clauses, i: int) -> bool:
    return bool(reader.counting_units(i)) and not reader.counted_in(i, METRES)


def _is_strict(reader: Clauses, i: int) -> bool:
    """Whether an unknown word before the name at token i makes it another's."""
    return any(reader.indicators[c].strict for c in reader.name_at(i).candidates)


def _of_inner_city(reader: Clauses, i: int) -> bool:
    return any(reader.indicators[c].has_inner_city for c in reader.name_at(i).candidates)
