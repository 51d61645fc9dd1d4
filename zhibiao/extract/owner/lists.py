"""Lists of names with lists of values: 分别, 均, 城乡居民, A、B和C."""

from __future__ import annotations

import operator
from typing import Final

from zhibiao.catalogue.units import RELATIVE, TIMES, dimension
from zhibiao.extract.owner.around_names import made_before
from zhibiao.extract.owner.bindings import Binding, Slot
from zhibiao.extract.owner.completed_lists import completed
from zhibiao.extract.owner.one_a_year import of_years_listed
from zhibiao.extract.owner.reader import Reader
from zhibiao.extract.owner.shares import headed, listed_share, topics_listed
from zhibiao.extract.scope.kinds import Part, PartKind
from zhibiao.extract.scope.part import RESIDENTS, part_of_open
from zhibiao.extract.scope.places import part_opening
from zhibiao.extract.scope.referred import referred_back
from zhibiao.extract.subjects import has_head, shared_head
from zhibiao.extract.words import lexicon as lx
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_UNITS_OF_ALL: Final = (*RELATIVE, *TIMES)
_BEFORE_A_NAME: Final = lx.AMONG | lx.TONE | lx.TIME | lx.REGION
_WHOLE_YEAR: Final = _WORDING.words("whole_year")
_MARK: Final = _WORDING.pattern("mark")
_GROWS: Final = _WORDING.words("grows")
CHANGES: Final = lx.UP | lx.DOWN | lx.CREATE
STOCKS: Final = _WORDING.words("stocks")
_BOTH: Final = _WORDING.words("both")


def distributed(
    reader: Reader, before: int, clause: int, place: int, position: int
) -> list[Binding] | None:
    """The bindings of a list shared out by 分别 or 均; None when the names are unknown."""
    masks = reader.masks
    marker = max(i for i in range(clause, place) if masks[i] & (lx.DISTRIBUTE | lx.EACH))
    yearly = of_years_listed(reader, before + 1, marker, place, position)
    if yearly:
        return yearly
    if not reader.bare(marker, place):
        return None
    said_from = marker
    while said_from > clause and masks[said_from - 1] & (lx.UP | lx.DOWN | lx.FILL | lx.TOTAL):
        said_from -= 1  # …投资增速分别为; 总数分别达到
    words = reader.classes(said_from, place)
    slots = _heads_of_told(reader, clause, marker) or listed(reader, clause, marker)
    inherited = False
    if not slots and reader.bare(clause, marker):
        slots = listed(reader, reader.clause_start(before + 1, clause - 1), clause - 1)
    if not slots and reader.subject is not None and reader.bare(clause, marker):
        if clause > before + 1 and not reader.only_comments(before + 1, clause - 1, loose=True):
            # 养老金、失业金标准上调，分别提高3%和6%: nouns that nobody knows
            run = reader.run_length(position)
            places = reader.places[position : position + run]
            return [reader.open_quantity(p, clause, words, "open", keep=True) for p in places]
        slots = reader.subject
        inherited = True
    slots = slots or tuple(
        topics_listed(reader, before + 1, clause, marker, reader.run_length(position))
    )
    if not slots:
        return _shared_by_unknown(reader, before + 1, clause, marker, position, words)
    if not slots[-1].candidates and any(reader.is_rate(slot.candidates) for slot in slots):
        words = reader.classes(marker, place)  # 失业率、自然增长率分别为: its own word
    grows = reader.text[slots[-1].start : slots[-1].end].endswith(_GROWS)
    if grows and not any(reader.is_rate(slot.candidates) for slot in slots):
        words |= lx.UP  # A、B增速均居前列，分别达到6%、8%
    run = reader.run_length(position)
    if inherited and len(slots) == run == 1 and len(reader.told) > 1:
        # A32亿元，B15亿元，均增长10%; 分别增长10%: of all told of once, or of the last two
        slots = levels_told(reader, marker, position)
    if inherited and len(slots) < run <= len(reader.told) and words & lx.DISTRIBUTE:
        slots = tuple(reader.told[-run:])
    if not words & CHANGES and reader.text.endswith(STOCKS, 0, reader.tokens[said_from].start):
        # 高速公路、农村公路里程分别达到420公里、1.2万公里: what there is
        slots = tuple(s if s.newly else s.made(False, True) for s in slots)
    reader.remember(tuple(slots), any(s.newly for s in slots), words)
    if run == 1:
        if len(slots) < 2 and not words & lx.EACH:
            return [reader.binding(place, slots[-1], words, marker, "distribute_one")]
        return each(reader, tuple(slots), place, words, marker, "each")
    return spread(reader, tuple(slots), position, run, words, marker, "distribute", inherited)


def _shared_by_unknown(
    reader: Reader, first: int, clause: int, marker: int, position: int, words: int
) -> list[Binding] | None:
    """机场旅客和货邮吞吐量分别增长14%、25%: as many nouns that nobody knows as values."""
    run = reader.run_length(position)
    if clause > first and reader.bare(clause, marker):
        # 产品产值及其占比，分别由220亿元和59%上升为…: told of before the comma
        clause, marker = reader.clause_start(first, clause - 1), clause - 1
    while marker > clause and reader.masks[marker - 1] & (lx.UP | lx.DOWN):
        marker -= 1
    items = [item for item in _items(reader, clause, marker) if not reader.bare(*item)]
    if run < 2 or len(items) != run:
        return None
    spans = [(reader.tokens[a].start, reader.tokens[b - 1].end) for a, b in items]
    head = shared_head(reader.text[slice(*spans[-1])])
    bindings, slots = [], []
    for (item, span), place in zip(
        zip(items, spans, strict=True), reader.places[position : position + run], strict=True
    ):
        part = part_of_open(reader, *item)
        own = "" if has_head(reader.text[slice(*span)]) else head
        slot = Slot((), *span, part, head=own)
        slots.append(slot)
        bindings.append(reader.binding(place, slot, words, clause, "open"))
    reader.remember(tuple(slots), False, words)
    return bindings


def shared_by_units(reader: Reader, before: int, place: int, position: int) -> list[Binding]:
    """粮食播种面积和产量稳定在426万亩、183万吨: one value for each name of a list, where each
    has a unit of its own; the empty list where it is none."""
    run = reader.run_length(position)
    members = listed(reader, reader.clause_start(before + 1, place), place) if run > 1 else ()
    if len(members) != run:
        return []
    places = reader.places[position : position + run]
    for member, at in zip(members, places, strict=True):
        counted = dimension(reader.number_at(at).unit)
        if counted is None or counted[0] in _UNITS_OF_ALL:
            return []
        if any((counted[0] in _units(reader, each)) != (each is member) for each in members):
            return []
    words = reader.classes(place - 1, place)
    reader.remember(members, members[0].newly, words)
    return spread(reader, members, position, run, words, place - 1, "distribute", False)


def _units(reader: Reader, slot: Slot) -> set[str]:
    return {unit for c in slot.candidates for unit in reader.indicators[c].units}


def _items(reader: Reader, first: int, last: int) -> list[tuple[int, int]]:
    """The stretches of tokens between the marks and joining words of a list."""
    items: list[tuple[int, int]] = []
    start = first
    for i in range(first, last + 1):
        if i == last or reader.masks[i] & (lx.LIST | lx.JOIN | lx.COMMA):
            if i > start:
                items.append((start, i))
            start = i + 1
    return items


def levels_told(reader: Reader, marker: int, position: int) -> tuple[Slot, ...]:
    """The owners that were told of so far, each with an amount; else the last two."""
    told = reader.told
    if len(told) != position or reader.text.startswith(_BOTH, reader.tokens[marker].start):
        return tuple(told[-2:])
    units = (reader.number_at(place).unit for place in reader.places)
    amounts = tuple(slot for slot, unit in zip(told, units, strict=False) if unit != "%")
    return amounts or tuple(told[-2:])


def each(
    reader: Reader, slots: tuple[Slot, ...], place: int, words: int, lead_from: int, rule: str
) -> list[Binding]:
    """One value that belongs to each of the slots."""
    return [
        reader.binding(place, slot, words, lead_from, rule, inherited=k > 0)
        for k, slot in enumerate(slots)
    ]


def standing_alone(slots: tuple[Slot, ...]) -> tuple[Slot, ...]:
    """Compounds as what one value alone means: 城乡居民收入 as the income of all."""
    kept: list[Slot] = []
    for slot in slots:
        if slot.single is None:
            kept.append(slot)
        elif not kept or kept[-1].start != slot.start:
            kept.append(slot.meaning((slot.single,)))
    return tuple(kept)


def spread(
    reader: Reader,
    slots: tuple[Slot, ...],
    position: int,
    run: int,
    words: int,
    lead_from: int,
    rule: str,
    inherited: bool,
) -> list[Binding]:
    """A list of `run` values, one to each of the last `run` slots; values left over stay open."""
    last = reader.places[position + run - 1]
    post = reader.number_at(last).post
    taken = slots[-run:] if len(slots) >= run else slots
    first = reader.number_at(reader.places[position])
    if first.start < first.number_start:
        words |= lx.GE  # 分别过千亿、五百亿
    bindings = []
    for offset in range(run):
        place = reader.places[position + offset]
        slot = taken[offset] if offset < len(taken) else Slot((), 0, 0)
        if not slot.end:
            slot = Slot((), reader.tokens[place].start, reader.tokens[place].start)
        if words & lx.TOTAL or words & lx.TO:
            slot = slot.made(False, slot.total or bool(words & lx.TOTAL))
        begin = reader.places[position + offset - 1] + 1 if offset else lead_from
        own = words | reader.classes(begin, place)
        bindings.append(
            Binding(
                reader.tokens[place].number, slot, own, lead_from, place, rule,
                post if rule == "distribute" else "", inherited or offset > 0,
            )
        )  # fmt: skip
    return bindings


def listed(reader: Reader, first: int, last: int) -> tuple[Slot, ...]:
    """The names of a list A、B和C before 分别, in order; unknown members keep their place."""
    items = _items(reader, _behind_mark(reader, first, last), last)
    slots: list[Slot] = []
    known = False
    for begin, end in items:
        named = reader.names(begin, end)
        if len(items) > 1 and reader.holds(begin, end, lx.SHARE):
            slots.append(listed_share(reader, begin, end))
            known = known or bool(slots[-1].candidates)
        elif named and (
            reader.bare(named[-1] + 1, end)
            or (end == last and _told_of_each(reader, named[-1] + 1, end))
        ):
            newly, total, verb = made_before(reader, begin, named[-1])
            if not verb and slots:
                newly = slots[-1].newly  # 新增A、B分别…: the verb holds for the list
            slots.extend(reader.slots_of(named[-1], newly, total))
            known = True
        elif (found := _headed(reader, begin, end)) is not None:
            slots.append(found)
            known = True
        else:
            while begin < end - 1 and _opens_list(reader, begin):
                begin += 1
            newly, _, verb = made_before(reader, begin, end)
            if reader.masks[begin] & lx.CREATE and begin < end - 1:
                begin += 1  # 新增养老、医疗保险参保人数…
            own = Slot((), *_part_of_name(reader, begin, end, last))
            slots.append(own.made(newly if verb or not slots else slots[-1].newly))
    if not items:
        return ()
    place = _governing_place(reader, first, last)
    slots = [slot if slot.part else slot.of_part(place) for slot in slots]
    slots = completed(reader, _headed_by_last(reader, _sorts_of_last(reader, slots)))
    if not known and not any(s.candidates for s in slots):
        return ()
    return tuple(slots)


def _behind_mark(reader: Reader, first: int, last: int) -> int:
    """Token behind the mark of an enumeration that a list begins with: 一是养老、医疗保险."""
    mark = _MARK.match(reader.text, reader.tokens[first].start) if first < last else None
    if mark is None:
        return first
    return next((i for i in range(first, last) if reader.tokens[i].start >= mark.end()), first)


def _opens_list(reader: Reader, i: int) -> bool:
    """其中 + 城镇、农村居民, 全市 + 养老、医疗保险: whether token i is no part of a name."""
    if reader.masks[i] & _BEFORE_A_NAME:
        return True
    token = reader.tokens[i]
    return reader.text[token.start : token.end] in _WHOLE_YEAR


def _part_of_name(reader: Reader, begin: int, end: int, last: int) -> tuple[int, int]:
    """Where the words stand that tokens begin:end name something by, in a list up to token `last`.

    Of 户籍人口基本医疗、基本养老保险参保率 the first begins behind those whose rate it is; not in
    常住和户籍人口城镇化率.
    """
    first, stop = reader.tokens[begin].start, reader.tokens[end - 1].end
    for people in RESIDENTS:
        if end < last and stop - first > len(people) and reader.text.startswith(people, first):
            first += len(people)
    return first, stop


def _governing_place(reader: Reader, first: int, last: int) -> Part | None:
    """开发区增加值、工业投资分别…, 北三市…，其A、B分别…: the place that opens a list, or that its
    其 refers back to, is where all of it is."""
    while first < last and reader.masks[first] & (lx.TONE | lx.TIME | lx.FILL | lx.AMONG):
        named = reader.names(first, last) if reader.masks[first] & lx.AMONG else []
        if named and (whose := referred_back(reader, first, named[0])) is not None:
            return whose
        first += 1
    place = part_opening(reader, first, last) if first < last else ""
    return Part(PartKind.SUBJECT, place) if place else None


def _sorts_of_last(reader: Reader, slots: list[Slot]) -> list[Slot]:
    """高新技术企业、科技型中小企业贷款分别…: sorts of firms, whose loans are told of."""
    last = slots[-1].part if slots else None
    if last is None or last.kind is not PartKind.SECTOR:
        return slots
    made = []
    for slot in slots[:-1]:
        own = reader.text[slot.start : slot.end]
        if own.endswith(last.words[-2:]) and not slot.part:
            slot = slot.meaning(slots[-1].candidates).of_part(Part(PartKind.SECTOR, own))
        made.append(slot)
    return [*made, slots[-1]]


def _headed_by_last(reader: Reader, slots: list[Slot]) -> list[Slot]:
    """新能源汽车、通讯器材零售额分别…: names that the head of an unknown last one makes others."""
    if not slots or slots[-1].candidates:
        return slots
    text = reader.text
    head = shared_head(text[slots[-1].start : slots[-1].end])
    if not head:
        return slots
    made = []
    for slot in slots:
        own = text[slot.start : slot.end]
        if slot.candidates and not has_head(own):
            name = reader.catalogue.names.get(own + head)
            slot = slot.meaning(name.candidates if name else ()).headed(head)
        made.append(slot)
    return made


def _told_of_each(reader: Reader, first: int, last: int) -> bool:
    """A、B、C增速均居全省前三，分别达到…: what is told of all the names after the last."""
    for i in range(first, last):
        if reader.masks[i] & lx.EACH:
            return reader.bare(first, i)
    return False


def _headed(reader: Reader, begin: int, end: int) -> Slot | None:
    """A list item that is a bare head after its topic: 粮食安全…，播种面积和产量分别…"""
    heads = [i for i in range(begin, end) if reader.masks[i] & lx.HEAD]
    if len(heads) != 1 or not reader.bare(begin, heads[0]) or not reader.bare(heads[0] + 1, end):
        return None
    return headed(reader, heads[0])


def _heads_of_told(reader: Reader, first: int, last: int) -> tuple[Slot, ...]:
    """养老保险、医疗保险参保人数…，参保率分别达到…: one bare head for all that it can be of."""
    heads = [i for i in range(first, last) if reader.masks[i] & lx.HEAD]
    if len(heads) != 1:
        return ()
    if not reader.bare(first, heads[0]) or not reader.bare(heads[0] + 1, last):
        return ()
    head = reader.tokens[heads[0]]
    word = reader.text[head.start : head.end]
    stated = [one for one in reader.catalogue.topics if one.topic and word in one.topic.heads]
    found: dict[str, Slot] = {}
    for told in sorted(reader.told, key=operator.attrgetter("start")):
        said = reader.text[told.start : told.end]
        for one in stated:
            topic = one.topic
            if topic is None or any(other in said for other in topic.not_about):
                continue
            if any(about in said for about in topic.about):
                found[one.id] = Slot((one.id,), told.start, head.end, told.part)
    return tuple(found.values()) if len(found) > 1 else ()
