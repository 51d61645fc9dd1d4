"""One value behind a list of names: the sum of them all, or the same for each of them."""

from __future__ import annotations

from typing import Final

from zhibiao.catalogue.indicators import Kind
from zhibiao.catalogue.units import FIRMS, METRES, RELATIVE, TIMES, dimension
from zhibiao.extract.owner.bindings import Binding, Slot
from zhibiao.extract.owner.lists import each, listed, spread
from zhibiao.extract.owner.reader import Reader
from zhibiao.extract.owner.sums_with_others import with_unknown
from zhibiao.extract.words import lexicon as lx
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_AND_OTHERS: Final = _WORDING.text("and_others")
_IN_ALL: Final = _WORDING.words("in_all")
_SORT: Final = _WORDING.text("sort")

_KINDS_OF_FIRMS: Final = _WORDING.words("kinds_of_firms")
_KINDS_OF_MONEY: Final = _WORDING.words("kinds_of_money")
_YUAN: Final = _WORDING.text("yuan")
# By the base unit of a name what may be told of together with it.
_OTHER_SORTS: Final = {
    _WORDING.text("homes_counted"): _WORDING.words("other_homes"),
    METRES: _WORDING.words("other_ways"),
}
_RISES: Final = ("%", *TIMES)  # units
_RATE: Final = _WORDING.words("rate")
_AMOUNT: Final = _WORDING.words("amount")
_OF_MONEY: Final = _WORDING.words("of_money")


def sum_of_names(reader: Reader, before: int, i: int, place: int) -> bool:
    """高企及科技型中小企业达646家: one count behind two names is that of both together."""
    if with_others(reader, i, place):
        return True
    unit = reader.number_at(place).unit
    counted = dimension(unit)
    if counted is None or unit in RELATIVE:
        return False
    told = reader.text[reader.tokens[i].end : reader.tokens[place].start]
    k = i - 1
    moved = lx.UP | lx.DOWN if told.startswith(_IN_ALL) else 0
    while k > before and (reader.masks[k] == lx.FILL or reader.masks[k] & moved):
        k -= 1
    if k <= before + 1 or not reader.masks[k] & (lx.LIST | lx.JOIN):
        return False
    if reader.text.endswith(_SORT, 0, reader.tokens[k - 1].end):
        return True  # 创新型、专精特新中小企业70家
    kind = reader.tokens[k - 1]
    if reader.text.endswith(_KINDS_OF_FIRMS, kind.start, kind.end) and reader.counted_in(i, FIRMS):
        return True  # 专精特新及“小巨人”企业30家, 单项冠军和高新技术企业12家
    if not reader.is_name(k - 1):
        if counted[0] == _YUAN and _is_other_money(reader, k - 1, i):
            return True  # 预算内投资和专项债券126亿元
        if _is_another_sort(reader, k - 1, i):
            return True  # 保障性住房和棚户区改造住房2万套
        if with_unknown(reader, before, k, i, place):
            return True  # 新增停车位、充电桩3600个
        return told.startswith(_IN_ALL) and reader.masks[k - 1] == 0  # 增加开支和减少收入共…
    other = reader.name_at(k - 1).candidates
    apart = set(other).isdisjoint(reader.name_at(i).candidates)
    return apart and any(counted[0] in reader.indicators[c].units for c in other)


def _is_other_money(reader: Reader, k: int, i: int) -> bool:
    """Whether token k ends another kind of money beside that which token i names."""
    other, name = reader.tokens[k], reader.tokens[i]
    if not reader.text.endswith(_KINDS_OF_MONEY, other.start, other.end):
        return False
    return reader.text.endswith(_KINDS_OF_MONEY, name.start, name.end)


def _is_another_sort(reader: Reader, k: int, i: int) -> bool:
    """Whether token k ends what is counted, or measured, as the name at token i is, and is none of
    it: other homes that are built, other ways that are laid out."""
    base = {reader.indicators[c].base_unit for c in reader.name_at(i).candidates}
    others = _OTHER_SORTS.get(base.pop(), ()) if len(base) == 1 else ()
    return bool(others) and reader.text.endswith(others, 0, reader.tokens[k].end)


def with_others(reader: Reader, i: int, place: int) -> bool:
    """专项债券等12亿元: whether an amount is of the name at token i and of others, not named."""
    amount = reader.number_at(place).unit not in RELATIVE
    return amount and reader.text.startswith(_AND_OTHERS, reader.tokens[i].end)


def passed_by_each(reader: Reader, before: int, i: int, place: int) -> tuple[Slot, ...]:
    """生产总值和固定资产投资突破千亿元: the names of a list, each of which passed an amount, as
    what is told of unlike things is never their sum; the empty tuple for any other list."""
    number = reader.number_at(place)
    over = number.start < number.number_start  # 过千亿
    if not (over or reader.holds(i + 1, place, lx.GE)):
        return ()  # as mostly
    counted = dimension(number.unit)
    if counted is None or counted[0] not in _OF_MONEY:
        return ()
    clause = reader.clause_start(before + 1, i)
    if not reader.holds(clause, i, lx.LIST | lx.JOIN):
        return ()
    members = listed(reader, clause, i + 1)
    heads = {reader.text[slot.end - 1] for slot in members}
    if len(members) < 2 or len(heads) < len(members):
        return ()
    alike = (_measured_in(reader, slot, counted[0]) for slot in members)
    return members if all(alike) else ()


def _measured_in(reader: Reader, slot: Slot, unit: str) -> bool:
    """Whether a whole name of the catalogue alone is told in a unit; 千亿 is of whatever unit."""
    if reader.text[slot.start : slot.end] not in reader.catalogue.names:
        return False  # 农业和服务业增加值: 农业 shares the end of the other
    told = [each for c in slot.candidates for each in reader.indicators[c].units]
    return slot.single is None and bool(told) and (not unit or unit in told)


def shared_with_unknown(
    reader: Reader, before: int, segment: int, place: int, position: int
) -> list[Binding]:
    """毛入园率、高中毛入学率超过93%; 研发投入、高技术产业增加值增长10%: one value behind a list of
    which the last is in no catalogue is that of each; PM2.5、PM10浓度下降28%、30%: one to each.

    Asked of what stands behind the mark of a list; the empty list where it is none.
    """
    run = reader.run_length(position)
    if reader.number_at(place).unit not in _RISES:
        return _in_turn(reader, before, segment, place, position) if run > 1 else []
    rates = _last_of(reader, segment, place, _RATE)
    last = rates or _last_of(reader, segment, place, _AMOUNT)
    if not last or not reader.bare(last, place):
        return []
    words = reader.classes(last, place)
    if not rates and not (words & (lx.UP | lx.DOWN) or reader.number_at(place).unit in TIMES):
        return []
    clause = reader.clause_start(before + 1, place)
    members = listed(reader, clause, last)
    known = [slot for slot in members if slot.candidates]
    if run == 1 and members and members[-1].candidates:
        return []  # 新农合筹资标准提高到410元、参保率95%: a head with its topic, and no list
    if not known or not all(_measured_alike(reader, slot, bool(rates)) for slot in known):
        return []
    if run == len(members) > 1:
        reader.remember(members, False, words)
        return spread(reader, members, position, run, words, last, "distribute", False)
    reader.remember(tuple(known), False, words)
    return [
        *each(reader, tuple(known), place, words, last, "each"),
        reader.open_quantity(place, segment, words, "open", keep=True),
    ]


def risen_with_head(
    reader: Reader, before: int, segment: int, place: int, position: int
) -> list[Binding]:
    """旅游接待总量和总收入翻一番: one rise behind a list of which the last is but the head of a
    name is that of each; the empty list where it is none."""
    masks = reader.masks
    head = max(i for i in range(segment, place) if masks[i] & lx.HEAD)
    times = reader.number_at(place).unit in TIMES
    if not head or not masks[head - 1] & (lx.LIST | lx.JOIN) or reader.run_length(position) > 1:
        return []
    words = reader.classes(head + 1, place)
    rises = times or (reader.number_at(place).unit == "%" and words & (lx.UP | lx.DOWN))
    if not rises or not reader.bare(head + 1, place):
        return []
    members = listed(reader, reader.clause_start(before + 1, place), head + 1)
    if len(members) < 2 or not all(slot.candidates for slot in members):
        return []
    reader.remember(members, False, words)
    return each(reader, members, place, words, head + 1, "each")


def _in_turn(reader: Reader, before: int, segment: int, place: int, position: int) -> list[Binding]:
    """PM2.5、PM10浓度控制在28、52微克/立方米: as many amounts as names, of which the last is in no
    catalogue and the known ones are so measured."""
    last = place
    while last > segment and reader.bare(last - 1, last) and not reader.masks[last - 1] & lx.NUMBER:
        last -= 1
    run = reader.run_length(position)
    members = listed(reader, reader.clause_start(before + 1, place), last)
    places = reader.places[position : position + run]
    if len(members) != run or last == segment or reader.holds(place, places[-1], lx.COMMA):
        return []
    for slot, at in zip(members, places, strict=True):
        counted = dimension(reader.number_at(at).unit)
        if counted is None or counted[0] in RELATIVE:
            return []
        units = {unit for c in slot.candidates for unit in reader.indicators[c].units}
        if slot.candidates and counted[0] not in units:
            return []
    if not any(slot.candidates for slot in members):
        return []
    words = reader.classes(last, place)
    reader.remember(members, False, words)
    return spread(reader, members, position, run, words, last, "distribute", False)


def _measured_alike(reader: Reader, slot: Slot, rate: bool) -> bool:
    """Whether a name can mean a rate, or else an amount; 研发投入 can mean either."""
    return any((reader.indicators[c].kind is Kind.RATE) is rate for c in slot.candidates)


def _last_of(reader: Reader, segment: int, place: int, heads: tuple[str, ...]) -> int:
    """Behind the last word of a lead that ends in one of some heads; 0 without one."""
    for last in range(place, segment, -1):
        if reader.text.endswith(heads, 0, reader.tokens[last - 1].end):
            return last
    return 0
