"""Numbers before the name they belong to: 500家高新技术企业, 2140亿元的外贸进出口总额中."""

from __future__ import annotations

from typing import Final

from zhibiao.catalogue.indicators import Made, Name
from zhibiao.catalogue.units import RELATIVE, dimension
from zhibiao.extract.clause.clauses import BREAK, UNDERTAKING
from zhibiao.extract.measure import TOLD_UP
from zhibiao.extract.owner.around_names import STILL
from zhibiao.extract.owner.bindings import Binding, Slot
from zhibiao.extract.owner.completed_names import completed_name
from zhibiao.extract.owner.meanings import meant_here
from zhibiao.extract.owner.reader import Reader
from zhibiao.extract.scope.begun import begun_behind
from zhibiao.extract.scope.kinds import Part, PartKind
from zhibiao.extract.scope.of_another import of_each
from zhibiao.extract.scope.places import governing
from zhibiao.extract.words import lexicon as lx
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_GRADE: Final = _WORDING.text("grade")
_CAME: Final = _WORDING.words("came")
_HARD_TO_PLACE: Final = _WORDING.pattern("hard_to_place")
_CAME_TO: Final = _WORDING.pattern("came_to")
BOUNDS: Final = lx.GE | lx.LE | lx.APPROX
_SAID: Final = lx.REACH | lx.GE | lx.TOTAL | lx.TONE | lx.VERBISH
_ENDS: Final = _WORDING.pattern("ends")
_ROOM: Final = _WORDING.pattern("room")
_WORK_OF_IT: Final = _WORDING.pattern("work_of_it")
_WORKS: Final = _WORDING.pattern("works")
_SERVED: Final = _WORDING.pattern("served")
_UNDERTAKING: Final = (*UNDERTAKING, *_WORDING.words("also_undertaking"))
_BECAME: Final = _WORDING.words("became")
_THE_POOR: Final = _WORDING.words("the_poor")
_NO_MORE: Final = _WORDING.pattern("no_more")
_POOR_NO_MORE: Final = _WORDING.pattern("poor_no_more")
OF_THOSE: Final = _WORDING.words("of_those")
_MANNER: Final = _WORDING.words("manner")
_GOVERNING: Final = _WORDING.words("governing")
_MANY: Final = _WORDING.words("many")
_NEW: Final = _WORDING.words("new")
_AMOUNTS: Final = frozenset(_WORDING.words("amounts"))
_OF_PEOPLE: Final = _WORDING.words("of_people")
_FIRMS: Final = _WORDING.words("firms")
_THEY_DO: Final = _WORDING.words("they_do")
_THRIVE: Final = _WORDING.pattern("thrive")
_THERE_ARE: Final = _WORDING.pattern("there_are")
_LONGEST_VERB: Final = 7  # characters of what says that they are there
_REGION_NAME: Final = 3  # characters at most: 黑龙江


def _goes_on_as_noun(reader: Reader, place: int) -> bool:
    """100个老旧小区供水改造: the name is only a part of what was counted; not …改造工程."""
    if place >= len(reader.tokens) or reader.masks[place] & (BREAK | lx.JOIN | lx.NUMBER):
        return False
    token = reader.tokens[place]
    if reader.text.startswith(_MANNER, token.start):
        return False
    if reader.text[token.start : token.end] not in _UNDERTAKING:
        return True
    return _goes_on_as_noun(reader, place + 1)


def _governed(reader: Reader, i: int) -> bool:
    """Whether token i is the proper name of a region whose kind begins the name behind it."""
    token, follow = reader.tokens[i], i + 1
    if token.end - token.start > _REGION_NAME or follow >= len(reader.tokens):
        return False
    kind = reader.text.startswith(_GOVERNING, reader.tokens[follow].start)
    return kind and reader.is_name(follow)


def _measured_twice(reader: Reader, place: int, at: int) -> bool:
    """Whether token `at` is of a second quantity, in another unit, right behind that at `place`."""
    second = place + 2
    if second >= len(reader.tokens) or not reader.masks[place + 1] & lx.LIST:
        return False
    if reader.masks[second] != lx.NUMBER or at > second:
        return False
    units = [reader.number_at(i).unit for i in (place, second)]
    return units[0] != units[1] and "%" not in units


def _behind_number(reader: Reader, place: int) -> tuple[int, bool]:
    """Token behind what may stand between a number and its name, and whether that says what the
    counted became: 60家企业获评高新技术企业."""
    tokens = reader.tokens
    after = place + 1
    became = False
    while after < len(tokens) and after <= place + 4:
        token = tokens[after]
        if token.mask & lx.CREATE or reader.text.startswith(_BECAME, token.start):
            became = True
        elif became and token.mask & lx.REACH:
            pass  # 被认定为
        elif token.mask == 0 and _governed(reader, after):
            pass  # 40家河北省科技型中小企业
        elif token.mask == lx.NUMBER and reader.text.endswith("的", 0, token.start):
            pass  # 25公里的7条农村公路: its length and their count are both of the roads
        elif after < place + 3 and _measured_twice(reader, place, after):
            pass  # 3800户、58万平方米棚户区改造: the same homes, counted and measured
        elif not token.mask & lx.FILL and reader.text[token.start : token.end] not in _FIRMS:
            break
        after += 1
    return after, became


def _behind_modifier(reader: Reader, place: int, after: int) -> int:
    """95公里社区和城市绿道: token `after`, or that of a name which what stands before a joining
    word makes the same indicator's, too (城市绿道)."""
    named, tokens = place + 3, reader.tokens
    if named >= len(tokens) or not reader.is_name(named) or reader.is_name(place + 1):
        return after
    slot = Slot(reader.name_at(named).candidates, tokens[named].start, tokens[named].end)
    word = reader.text[tokens[place + 1].start : tokens[place + 1].end]
    other = completed_name(reader, word, slot)
    alike = other is not None and other.candidates == slot.candidates
    return named if alike else after


def name_behind(reader: Reader, place: int) -> int | None:
    """Token of a name right behind a number that can count what it means; None for none."""
    after, _became = _behind_number(reader, place)
    if after >= len(reader.tokens) or not reader.is_name(after):
        return None
    counted = dimension(reader.number_at(place).unit)
    return after if counted and counted[0] in reader.counting_units(after) else None


def name_after(reader: Reader, segment: int, place: int, words: int) -> Binding | None:
    """新增500家高新技术企业; 20万亩高标准农田全部建成: the number stands before the name."""
    tokens = reader.tokens
    number = reader.number_at(place)
    after, became = _behind_number(reader, place)
    if reader.masks[place + 2 : place + 3] and reader.masks[place + 2] & (lx.JOIN | lx.LIST):
        after = _behind_modifier(reader, place, after)
    if after >= len(tokens) or not reader.is_name(after):
        return None
    name = reader.name_at(after)
    if name.members:
        return None
    follow = after + 1
    while follow < len(tokens) and tokens[follow].mask == lx.FILL:
        follow += 1
    made_behind = follow < len(tokens) and bool(tokens[follow].mask & lx.CREATE)  # …全部建成
    if made_behind and reader.text.startswith(_THEY_DO, tokens[follow].start):
        made_behind = False
    made_behind = made_behind or became or name.newly
    always = any(reader.indicators[c].made is Made.ALWAYS for c in name.candidates)
    clause = reader.clause_start(0, place)
    if always and STILL.search(reader.text, reader.tokens[clause].start, number.start):
        return None  # 还有48个贫困村、5万贫困人口
    if always and reader.text.startswith(OF_THOSE, tokens[after].end):
        return None  # 12万贫困人口中5万人脱贫: among whom they are
    if always and name.text.endswith(_THE_POOR) and not _lifted(reader, segment, place, after):
        return None  # 2.6万贫困人口受益
    goes_on = False  # 新增36家…、52家…: the verb holds for the list
    of_all_there_are = not made_behind and _are_all(reader, clause, place, after)
    if not (made_behind or of_all_there_are):
        goes_on = reader.behind >= 0 and (
            segment in (reader.behind + 2, place)
            or (segment == reader.behind + 1 and bool(reader.masks[segment] & lx.JOIN))
        )
        if not (always or goes_on) and _listed_as_new(reader, place):
            words |= lx.CREATE
        if not (always or goes_on) and not words & (
            lx.CREATE | lx.TOTAL | lx.REACH | lx.GE | lx.UP
        ):
            return None
        of_all = words & lx.REGION and reader.bare(segment, place)  # 全县近五万户经营主体蓬勃发展
        if not of_all and number.unit[-1:] not in _MANY and _goes_on_as_noun(reader, after + 1):
            return None
    counted = dimension(number.unit)
    many = bool(number.unit) and counted is not None and counted[0] == ""  # 逾三十万经营主体
    if counted is None or not (many or counted[0] in reader.counting_units(after)):
        return None
    if many and (
        not reader.counting_units(after)
        or (
            not any(verb in name.text for verb in _CAME)  # 帮助7万贫困人口实现脱贫
            and _SERVED.search(reader.text, tokens[segment].start, number.start)
        )
    ):
        return None
    newly = made_behind or bool(words & lx.CREATE) or (goes_on and reader.newly)
    lead = reader.text[tokens[segment].start : number.start]
    total = bool(words & lx.TOTAL) and not any(word in lead for word in _NEW)
    newly = newly and not total  # 累计建成86万亩高标准农田
    if not reader.holds(place + 1, after, lx.NUMBER):
        reader.behind = after
    part = of_each(reader, place) or governing(reader, after) or begun_behind(reader, after)
    known = meant_here(reader, after)
    told = reader.subject[-1] if reader.subject else None
    same = told is not None and bool(known) and told.candidates == known
    if part is None and same and reader.masks[clause] & lx.AMONG:
        part = Part(PartKind.SECTOR, name.text)  # 930人脱贫，其中210户460人稳定脱贫
    slot = Slot(known, tokens[after].start, tokens[after].end, part, newly, total)
    reader.remember((slot,), newly, words)
    return reader.binding(place, slot, words, segment, "name_after")


def _listed_as_new(reader: Reader, place: int) -> bool:
    """新增5家技术中心、10家高新技术企业: whether a count goes on a list of counts, each before what
    it counts, that a verb of making opens."""
    masks = reader.masks
    while place > 2 and masks[place - 1] & (lx.LIST | lx.JOIN):
        earlier = place - 2
        while earlier > 0 and not masks[earlier] & (BREAK | lx.NUMBER):
            earlier -= 1
        if masks[earlier] != lx.NUMBER or earlier == place - 2 or not earlier:
            return False
        if masks[earlier - 1] & lx.CREATE:
            return True
        place = earlier
    return False


def _are_all(reader: Reader, clause: int, place: int, after: int) -> bool:
    """近千家高新技术企业竞相成长, 汇聚了近千家高新技术企业: whether the count before the name at
    token `after` is of all there are, by what is said of them, and of the whole region."""
    text, tokens = reader.text, reader.tokens
    number = reader.number_at(place)
    begin = number.start - _LONGEST_VERB
    verb = _THERE_ARE.search(text, max(tokens[clause].start, begin), number.start)
    if verb is not None:
        if _goes_on_as_noun(reader, after + 1):
            return False
    elif _THRIVE.match(text, tokens[after].end) is None:
        return False
    listed = reader.transparent | lx.LIST | lx.NAME
    for k in range(clause, place):
        if verb is not None and tokens[k].start >= verb.start():
            return True
        mask = reader.masks[k]
        whole = reader.is_home(k) or (mask & listed and not mask & (lx.VERBISH | lx.CREATE))
        if not whole:
            return False  # 高新区近千家企业…, 推动近千家企业…
    return True


def _lifted(reader: Reader, segment: int, place: int, after: int) -> bool:
    """减少5万贫困人口, 5万贫困人口如期脱贫: whether those whom the name at token `after` only calls
    poor are said to be so no more."""
    if reader.holds(segment, place, lx.DOWN):
        return True
    text, end = reader.text, reader.tokens[after].end
    begin = reader.tokens[segment].start
    return _NO_MORE.search(text, begin, reader.tokens[place].start) is not None or (
        _POOR_NO_MORE.match(text, end) is not None
    )


def amount_before(reader: Reader, segment: int, place: int, words: int) -> Binding | None:
    """The binding of an amount, a rate of growth or a population to the name behind it."""
    tokens, text = reader.tokens, reader.text
    after = place + 1
    while after < len(tokens) and after <= place + 3 and tokens[after].mask & (lx.FILL | lx.REGION):
        after += 1
    if after >= len(tokens) or not reader.is_name(after):
        return None
    name = reader.name_at(after)
    if name.members or name.newly:
        return None
    number = reader.number_at(place)
    attribute = text.startswith("的", number.end)
    follow = tokens[after + 1] if after + 1 < len(tokens) else None
    if number.unit == "%":
        moved = follow.mask & (lx.UP | lx.DOWN) if follow is not None else 0
        if name.text.endswith(TOLD_UP):
            moved = lx.UP
        if not (attribute and moved and reader.bare(segment, place)):
            return None
        words |= moved
    elif _people(name, number.unit):
        if _ROOM.search(text, tokens[segment].start, number.start):
            return None
    else:
        fits = _fits(reader, name, number.unit) and reader.bare(segment, place)
        work = all(reader.indicators[c].work for c in name.candidates)
        done = 0 if work else lx.CREATE  # 实施8万亩国土绿化工程: work is done, and no stock made
        moved = words & (done | lx.UP | lx.DOWN | lx.COMPARE)
        said = _SAID | lx.CREATE if work else _SAID
        if not fits or moved or not (attribute or words & said):
            return None
        plain = follow is None or follow.mask & (BREAK | lx.JOIN | lx.NUMBER)
        plain = plain or (work and _WORKS.match(text, tokens[after].end) is not None)
        if not plain and not _ENDS.match(text, tokens[after].end):
            return None
    slot = Slot(
        name.candidates, tokens[after].start, tokens[after].end, _part(reader, segment, place)
    )
    reader.behind = after
    reader.remember((slot,), False, words)
    return reader.binding(place, slot, words, segment, "amount_before")


def people_before(reader: Reader, segment: int, place: int, words: int) -> Binding | None:
    """1800多万人通过多种渠道实现了再就业: people, and what they came to at the clause's end."""
    tokens, text = reader.tokens, reader.text
    number = reader.number_at(place)
    counted = dimension(number.unit)
    if counted is None or (counted[0] and counted[0] not in _OF_PEOPLE) or not number.unit:
        return None
    for i in range(place + 1, len(tokens)):
        if reader.masks[i] & (BREAK | lx.NUMBER):
            return None
        if reader.is_name(i):
            break
    else:
        return None
    name = reader.name_at(i)
    between = text[number.end : tokens[i].start]
    came = _CAME_TO.fullmatch(between) is not None
    came = came or (not between and any(verb in name.text for verb in _CAME))
    units = {unit for c in name.candidates for unit in reader.indicators[c].units}
    if not came or units.isdisjoint(_OF_PEOPLE) or _goes_on_as_noun(reader, i + 1):
        return None
    if _HARD_TO_PLACE.search(text, tokens[segment].start, number.start):
        return None
    slot = Slot(name.candidates, tokens[i].start, tokens[i].end)
    reader.behind = i
    reader.remember((slot,), False, words)
    return reader.binding(place, slot, words & BOUNDS, segment, "amount_before")


def _fits(reader: Reader, name: Name, unit: str) -> bool:
    counted = dimension(unit)
    if counted is None or counted[0] not in _AMOUNTS:
        return False
    return any(counted[0] in reader.indicators[c].units for c in name.candidates)


def _people(name: Name, unit: str) -> bool:
    counted = dimension(unit)
    return counted is not None and counted[0] in ("", "人") and "population" in name.candidates


def _part(reader: Reader, segment: int, place: int) -> Part | None:
    """The part of the region that is said before the number."""
    for i in range(segment, place):
        token = reader.tokens[i]
        if token.mask & lx.PART and not token.mask & ~lx.PART:
            return Part(PartKind.ATTRIBUTE, reader.text[token.start : token.end])
    return None


def counts_what_follows(reader: Reader, place: int) -> bool:
    """…5G基站，开展100个园区…: a count of what stands behind it, and of nothing before."""
    number = reader.number_at(place)
    if number.unit == "%" and reader.masks[place - 1] & lx.COMMA:
        follow = reader.tokens[place + 1 : place + 2]
        return bool(follow) and not follow[0].mask  # ，99%涉农村达到…: a share of those
    if number.unit in RELATIVE or _WORK_OF_IT.match(reader.text, number.end):
        return False
    grade = reader.masks[place + 1 : place + 2] == [lx.NUMBER]
    if grade and reader.number_at(place + 1).unit.endswith(_GRADE):
        return True  # 打造2个五百亿级产业集群
    return reader.noun_follows(place)
