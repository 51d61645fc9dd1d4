"""Members of a list that share a head or a beginning: 城镇、农村居民收入, 肉、蛋、奶产量."""

from __future__ import annotations

from typing import Final

from zhibiao.extract.owner.bindings import Slot
from zhibiao.extract.owner.completed_names import completed_name
from zhibiao.extract.owner.reader import Reader
from zhibiao.extract.owner.shortened_names import PARTS
from zhibiao.extract.subjects import shared_head
from zhibiao.language.wording import wording

_SHARED_VERB: Final = wording(__name__).text("shared_verb")
_LONGEST_PART: Final = 12  # characters of a name of which the rest is another's


def completed(reader: Reader, slots: list[Slot]) -> list[Slot]:
    """城镇、农村居民收入 and 一般公共预算收入、支出: members share a head or a beginning."""
    known = [s for s in slots if s.candidates]
    if not known and len(slots) > 1:
        slots = _sharing_head(reader, slots)
        known = [s for s in slots if s.candidates]
    if not known and reader.subject is not None and reader.subject[-1].candidates:
        return _of_subject(reader, slots, reader.subject[-1])
    if not known or len(known) == len(slots):
        return slots
    made = [slot if slot.candidates else _with_rest_of(reader, slot, known) for slot in slots]
    return made if made[-1].candidates else _headed_whole(reader, made)


def _headed_whole(reader: Reader, slots: list[Slot]) -> list[Slot]:
    """蔬菜、肉类、水产品产量: unknown ones that are names with the end of the last one, and
    参加养老、失业、医疗、工伤保险人数: with the verb of the first one too."""
    text, names = reader.text, reader.catalogue.names
    last = text[slots[-1].start : slots[-1].end]
    head = shared_head(last)
    if not head:
        return slots
    verb = _SHARED_VERB if text.startswith(_SHARED_VERB, slots[0].start) else ""
    tails = [last[cut:] for cut in range(1, len(last) - len(head))] if verb else []
    made: list[Slot] = []
    for slot in slots:
        own = text[slot.start : slot.end]
        whole = (own + head, *(verb + own + tail for tail in tails))
        name = next((names[word] for word in whole if word in names), None)
        made.append(slot if slot.candidates or name is None else slot.meaning(name.candidates))
    return made


def _with_rest_of(reader: Reader, slot: Slot, known: list[Slot]) -> Slot:
    """A member of a list with what it shares with the last known one, or with the first."""
    if slot.end - slot.start > _LONGEST_PART:
        return slot
    own = reader.text[slot.start : slot.end]
    itself = reader.catalogue.names.get(own)
    if itself is not None and itself.excluded:
        return slot  # 绿化覆盖率、森林覆盖率: known to be another
    for other in (known[-1], known[0]):
        found = completed_name(reader, own, other)
        if found is not None and found.candidates:
            return slot.meaning(found.candidates).of_part(other.part)
    return slot


def _sharing_head(reader: Reader, slots: list[Slot]) -> list[Slot]:
    """肉、蛋、奶产量: unknown names that become known ones with the end of the last name."""
    names = reader.catalogue.names
    text = reader.text
    last = text[slots[-1].start : slots[-1].end]
    found: list[Slot] = []
    for slot in slots[:-1]:
        own = text[slot.start : slot.end]
        tails = [last[cut:] for cut in range(1, len(last) - 1)]
        begins = range(max(1, len(own) - 1))
        words = (own[begin:] + tail for begin in begins for tail in tails)
        name = next((names[w] for w in words if w in names), None)  # 高技术制造业投资 is none
        found.append(slot if name is None else slot.meaning(name.candidates))
    return [*found, slots[-1]]


def _of_subject(reader: Reader, slots: list[Slot], subject: Slot) -> list[Slot]:
    """居民收入增长8%，其中城镇、农村分别增长7%、9%: parts of a name told of before."""
    found = []
    for slot in slots:
        word = reader.text[slot.start : slot.end]
        name = completed_name(reader, word, subject) if word in PARTS else None
        if name is None or not name.candidates:
            return slots
        part = Slot(name.candidates, subject.start, subject.end, subject.part, head=subject.head)
        found.append(part.made(False, subject.total))
    return found
