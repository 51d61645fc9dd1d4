"""Ways of stating a figure that need more than a name before a number.

A 占 B 比重; 八成财力用于民生; 粮食…，产量达到.
"""

from __future__ import annotations

from typing import Final

from zhibiao.extract.owner.bindings import Binding, Slot
from zhibiao.extract.owner.reader import Reader
from zhibiao.extract.scope.kinds import PartKind
from zhibiao.extract.scope.leads import of_pilots, part_gone_on_about
from zhibiao.extract.scope.of_a_kind import of_a_kind
from zhibiao.extract.scope.of_another import FIRMS_COUNTED
from zhibiao.extract.scope.one_body import of_one_body
from zhibiao.extract.scope.part import part_before
from zhibiao.extract.words import lexicon as lx
from zhibiao.language.wording import wording

_AFTER_SHARE: Final = (
    lx.SHARE_END
    | lx.REACH
    | lx.GE
    | lx.LE
    | lx.APPROX
    | lx.TO
    | lx.UP
    | lx.DOWN
    | lx.TONE
    | lx.TIME
)
_WORDING: Final = wording(__name__)
_SHARE_WORD: Final = _WORDING.pattern("share_word")
_LONGEST_TOPIC: Final = 6  # characters
_TOLD_BEFORE: Final = 100  # characters
_GOES_ON: Final = "；;"
_DONE: Final = lx.REACH | lx.VERBISH
_NEW: Final = _WORDING.words("new")
_RAISED: Final = _WORDING.words("raised")
_SHARES: Final = _WORDING.words("shares")
_VALUE_ADDED: Final = _WORDING.text("value_added")
_ADDED: Final = _WORDING.text("added")
_JOINED: Final = _WORDING.pattern("joined")
_USED: Final = _WORDING.pattern("used")
_TOPIC_ENDS: Final = _WORDING.pattern("topic_ends")


def share(reader: Reader, segment: int, place: int, words: int) -> Binding:
    """民生支出占财政支出的83%: one thing's share of another, which may be an indicator."""
    tokens = reader.tokens
    masks = reader.masks
    at = max(i for i in range(segment, place) if masks[i] & lx.SHARE)
    stop = next((i for i in range(at + 1, place) if masks[i] & _AFTER_SHARE), place)
    whole = _SHARE_WORD.split(reader.text[tokens[at].end : tokens[stop].start], maxsplit=1)[0]
    begin = tokens[segment].start
    of = reader.text[begin : tokens[at].start]
    name_start, name_end = begin, tokens[at].start
    part = None
    named = [i for i in range(segment, at) if masks[i] & lx.NAME]
    catalogued = any(reader.is_name(i) for i in named[-1:])
    compound = reader.name_at(named[-1]) if catalogued else None
    if compound is not None and compound.members and compound.single is None:
        # 二、三产业占全市GDP的88%: of both together, which is no indicator
        return reader.open_quantity(place, segment, words, "share_of_other")
    goes_on = not named and reader.subject is not None and reader.bare(segment, at)
    amount = reader.subject if goes_on else None
    if named:
        of = reader.text[tokens[named[-1]].start : tokens[named[-1]].end]
        name_start, name_end = tokens[named[-1]].start, tokens[named[-1]].end
        part = part_before(reader, named[-1])
    elif amount is not None:
        slot = amount[-1]
        of = reader.text[slot.start : slot.end]
        name_start, name_end, part = slot.start, slot.end, slot.part
        catalogued = bool(slot.candidates)
    tail = reader.classes(at + 1, place) | (masks[at] & lx.APPROX)  # 约占
    indicator = _share_of(reader, whole, of, catalogued)
    if indicator is not None:
        slot = Slot((indicator,), name_start, name_end, part)
        reader.remember((slot,), False, tail)
        reader.shared = amount
        if named and catalogued:  # 税收收入占预算收入的76%，增长9%: the revenue grows
            reader.shared = reader.slots_of(named[-1], False, False)
        return reader.binding(place, slot, tail & ~lx.SHARE, at + 1, "share")
    if named and catalogued and not goes_on:
        # 技改投资占工业投资的三成，增长21%: what follows goes on about the numerator
        numerator = reader.slots_of(named[-1], False, False)
        reader.remember(numerator, False, tail)
        reader.shared = numerator
        return reader.open_quantity(place, segment, words, "share_of_other", keep=True)
    return reader.open_quantity(place, segment, words, "share_of_other", keep=goes_on)


def _share_of(reader: Reader, whole: str, of: str, catalogued: bool) -> str | None:
    """The id of the indicator that is the share of one thing in another; `catalogued`: the first
    is an indicator itself."""
    for indicator in reader.catalogue.shares:
        stated = indicator.share
        if stated is None or not (
            whole.endswith(stated.denominators) or (not whole and of in stated.numerators)
        ):
            continue
        if of.endswith(stated.numerators) or (
            catalogued and any(n in of for n in stated.numerators)
        ):
            return indicator.id
    return None


def listed_share(reader: Reader, begin: int, end: int) -> Slot:
    """税收占财政收入的比重 as a member of a list: of nothing known where it is no indicator."""
    tokens = reader.tokens
    at = next(i for i in range(begin, end) if reader.masks[i] & lx.SHARE)
    whole = _SHARE_WORD.split(reader.text[tokens[at].end : tokens[end - 1].end], maxsplit=1)[0]
    named = reader.names(begin, at)
    first = named[-1] if named else begin
    start, stop = tokens[first].start, tokens[at].start if at > begin else tokens[end - 1].end
    of = reader.text[start : tokens[named[-1]].end if named else stop]
    indicator = _share_of(reader, whole, of, bool(named))
    if indicator is None:
        return Slot((), tokens[begin].start, tokens[end - 1].end)
    return Slot((indicator,), start, stop, part_before(reader, named[-1]) if named else None)


def raised(reader: Reader, segment: int, place: int) -> bool:
    """占比达到80%，比上年提高5%: whether a share is told to be raised itself."""
    said = reader.text[reader.tokens[segment].start : reader.tokens[place].start]
    return any(word in said for word in _RAISED)


def amount_shared(reader: Reader, slot: Slot) -> tuple[Slot, ...] | None:
    """服务业占GDP比重45%，年均增长10%: the amount whose share was told, which is what grows.

    The empty tuple where the catalogue does not know it, None where no share of one was told.
    """
    shares = [reader.indicators[c].share for c in slot.candidates]
    if not shares or None in shares:
        return None
    names = reader.catalogue.names
    said = reader.text[slot.start : slot.end]
    by_name = any(word in said for word in _SHARES)  # 服务业增加值占比, and not 研发投入强度
    numerators = [n for share in shares if share is not None for n in share.numerators]
    for numerator in sorted(numerators, key=len, reverse=True):
        at = 0 if by_name else len(said) - len(numerator)
        if at < 0 or not said.startswith(numerator, at):
            continue
        name = names.get(numerator) or names.get(numerator + _VALUE_ADDED)
        if name is not None and name.candidates and name.candidates != slot.candidates:
            start = slot.start + at
            return (slot.meaning(name.candidates).at(start, start + len(numerator)),)
    return () if by_name else None


def implied_share(reader: Reader, slot: Slot, segment: int, place: int) -> Binding | None:
    """税收收入56亿元、占比78%; 用于民生支出…，占比: a share whose whole is understood."""
    words = reader.classes(segment, place)
    if not words & lx.SHARE_END:
        return None
    of = reader.text[slot.start : slot.end]
    for indicator in reader.catalogue.shares:
        if indicator.share and slot.candidates and of.endswith(indicator.share.numerators):
            implied = slot.meaning((indicator.id,))
            return reader.binding(place, implied, words, segment, "implied_share")
    if not slot.candidates or reader.is_rate(slot.candidates):
        return None
    # 民间投资增长8%，占比达到62%: of a whole that nobody asks for, and no growth of its own
    said = next(i for i in range(segment, place) if reader.masks[i] & lx.SHARE_END)
    head = reader.text[reader.tokens[said].start : reader.tokens[said].end]
    other = slot.meaning(()).headed(head)
    return reader.binding(place, other, words & ~(lx.UP | lx.DOWN), segment, "share_of_other")


def topic(reader: Reader, segment: int, place: int, words: int) -> Binding | None:
    """粮食安全…，产量达到13.8万吨: a bare head after its topic; asked where there is a head."""
    head = next(i for i in range(segment, place) if reader.masks[i] & lx.HEAD)
    if not reader.bare(head + 1, place):
        return None
    slot = headed(reader, head)
    if slot is None or not _only_topic(reader, segment, head, slot):
        return None
    part = part_gone_on_about(reader)
    if part is not None and part.kind in (PartKind.INNER, PartKind.SUBJECT):
        slot = slot.of_part(part)  # 市区空气质量优良天数达326天，优良率89%
    if reader.is_rate(slot.candidates):
        pilots = of_pilots(reader, slot.start, reader.tokens[head].start)
        slot = slot if pilots is None else slot.of_part(pilots)
    about = next((told for told in reader.told if told.start <= slot.start < told.end), None)
    if about is not None and about.part and about.part.kind is not PartKind.UNKNOWN:
        slot = slot.of_part(about.part)  # 产业链规上工业企业达到42家，实现产值…
    kind = of_a_kind(reader, slot.candidates, head) or of_one_body(reader, head)
    if kind is not None:
        slot = slot.of_part(kind)
    newly = reader.text.startswith(_NEW, reader.tokens[head].start)
    if head == segment > 1 and reader.newly and reader.number_at(place).unit != "%":
        # 新增学位3600个、床位900张: the verb holds for the list
        listed_on = reader.masks[segment - 1] & lx.LIST and reader.masks[segment - 2] == lx.NUMBER
        newly = newly or bool(listed_on and not words & lx.REACH)
    slot = slot.made(newly, slot.total)
    reader.remember((slot,), newly, words)
    return reader.binding(place, slot, words, head + 1, "topic")


def _only_topic(reader: Reader, segment: int, head: int, slot: Slot) -> bool:
    """Whether a lead holds nothing before its head but function words, or the topic itself first
    (招商引资累计完成到位资金)."""
    if segment and reader.masks[segment - 1] == lx.NUMBER:
        # 80个技改项目完成投资…, 36家产值增长20%: of those alone
        alone = head == segment and reader.number_at(segment - 1).unit in FIRMS_COUNTED
        if alone or not reader.bare(segment, head):
            return False
    behind = segment
    while not reader.bare(behind, head):
        behind += 1
    start = reader.tokens[segment].start
    topic_end = reader.tokens[behind - 1].end if behind > segment else start
    return behind == segment or (start <= slot.start and topic_end - start <= _LONGEST_TOPIC)


def headed(reader: Reader, head: int) -> Slot | None:
    """The indicator that a bare head (产量) means after its topic, which stands nearest."""
    tokens = reader.tokens
    word = reader.text[tokens[head].start : tokens[head].end]
    begin = _told_from(reader, head)
    sentence = reader.text[begin : tokens[head].start]
    for indicator in reader.catalogue.topics:
        stated = indicator.topic
        if stated is None or word not in stated.heads:
            continue
        about_end, about = _last(sentence, stated.about)
        if about < 0:
            continue  # as of most
        other_end, _ = _last(sentence, stated.not_about)
        # not 中小微工业企业…，增加值增长18%, which is some of them
        of_some = other_end == about
        if about_end > other_end and not (of_some or _joined(sentence, other_end, about)):
            return Slot((indicator.id,), begin + about, tokens[head].end)
    return None


def topics_listed(reader: Reader, first: int, clause: int, marker: int, run: int) -> list[Slot]:
    """蔬菜、水果等发展迅猛，产量分别增长…: as many topics before the comma as values behind a bare
    head; the empty list where none of them is known."""
    heads = [i for i in range(clause, marker) if reader.masks[i] & lx.HEAD]
    if len(heads) != 1 or run < 2 or clause <= first:
        return []
    if not reader.bare(clause, heads[0]) or not reader.bare(heads[0] + 1, marker):
        return []
    text, names = reader.text, reader.catalogue.names
    head = text[reader.tokens[heads[0]].start : reader.tokens[heads[0]].end]
    begin = reader.clause_start(first, clause - 1)
    while begin < clause - 1 and reader.masks[begin] & (lx.REGION | lx.TIME | lx.AMONG):
        begin += 1
    parts = [i for i in range(begin, clause - 1) if reader.masks[i] & (lx.LIST | lx.JOIN)]
    if len(parts) + 1 != run or reader.holds(begin, clause - 1, lx.NUMBER):
        return []
    starts = [reader.tokens[i].start for i in (begin, *(part + 1 for part in parts))]
    ends = [reader.tokens[i].start for i in (*parts, clause - 1)]
    slots: list[Slot] = []
    for start, end in zip(starts, ends, strict=True):
        said = range(end, start, -1) if end == ends[-1] else range(end, end - 1, -1)
        found = next((at for at in said if text[start:at] + head in names), 0)
        known = names[text[start:found] + head].candidates if found else ()
        told = None if found else _TOPIC_ENDS.search(text, start + 1, end)
        slots.append(Slot(known, start, found or (told.start() if told else end), head=head))
    return slots if any(slot.candidates for slot in slots) else []


def _told_from(reader: Reader, head: int) -> int:
    """Where what a bare head can be of begins to be told: in its sentence; where that opens with
    the head and what is done, before its semicolon (规上工业企业达到186家；完成增加值…)."""
    begin, text = reader.tokens[0].start, reader.text
    if not begin or text[begin - 1] not in _GOES_ON or not reader.classes(0, head) & _DONE:
        return begin
    if not reader.bare(0, head):
        return begin
    told_from = max(text.rfind(mark, max(0, begin - _TOLD_BEFORE), begin) for mark in "。\n") + 1
    return max(told_from, begin - _TOLD_BEFORE)


def _joined(sentence: str, other: int, about: int) -> bool:
    """粮食和蔬菜生产稳定，产量…: whether a topic is one of several of another indicator."""
    between = sentence[other:about] if other >= 0 else ""
    return bool(between) and _JOINED.fullmatch(between) is not None


def _last(sentence: str, words: tuple[str, ...]) -> tuple[int, int]:
    """End and start of the last place where one of some words stands; (-1, -1) where none does."""
    last = -1, -1
    for word in words:
        start = sentence.rfind(word)
        if start >= 0:
            last = max(last, (start + len(word), start))
    return last


def spent(reader: Reader, segment: int, place: int) -> Binding | None:
    """八成财力用于民生: a percentage as spending on a purpose."""
    number = reader.number_at(place)
    stop = place + 1
    while stop < len(reader.tokens) and not reader.tokens[stop].mask & (lx.COMMA | lx.NUMBER):
        stop += 1
    end = reader.tokens[stop - 1].end
    used = _USED.search(reader.text, number.end, end)
    if used is None:
        return None
    begin = reader.tokens[segment].start if segment < place else number.start
    before = reader.text[begin : used.start()]
    told = reader.subject
    among = bool(reader.classes(segment, place) & lx.AMONG)
    goes_on = told is not None and (among or reader.bare(segment, place))
    if told is not None and goes_on:
        begin = told[-1].start  # 支出46亿元，（其中）八成用于民生
        before = reader.text[begin : told[-1].end]
    for indicator in reader.catalogue.purposes:
        purpose = indicator.purpose
        if purpose is None or _ADDED in before:
            continue
        into = [reader.text.find(p, used.end(), min(end, used.end() + 30)) for p in purpose.into]
        of = [before.find(p) for p in purpose.of if p in before]
        if of and max(into) >= 0:
            found = next(p for p, at in zip(purpose.into, into, strict=True) if at >= 0)
            start = begin if goes_on else begin + min(of)
            slot = Slot((indicator.id,), start, max(into) + len(found))
            bounds = reader.classes(segment, place) & (lx.GE | lx.LE | lx.APPROX)
            return reader.binding(place, slot, bounds, place, "purpose")
    return None
