"""Lists whose head stands once, before the first: 参加养老保险126万人；医疗保险107万人."""

from __future__ import annotations

from typing import Final

from zhibiao.extract.owner.bindings import Binding, Slot
from zhibiao.extract.owner.lists import spread
from zhibiao.extract.owner.reader import Reader
from zhibiao.extract.words import lexicon as lx
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_ENDS: Final = _WORDING.words("ends")
_MEMBER: Final = _WORDING.pattern("member")
PERSONS: Final = _WORDING.words("persons")  # at the end of the units that this is asked of
# What a list begins with -> whether its head stands before or behind what is listed.
_TAKING_PART: Final = _WORDING.text("taking_part")
_COUNTED: Final = _WORDING.text("counted")
_BEGINS_TAKING_PART: Final = _WORDING.pattern("begins_taking_part")
_BEGINS_COUNTED: Final = _WORDING.pattern("begins_counted")
_ONE_MEMBER: Final = _WORDING.pattern("one_member")
_TAKE_PART: Final = _WORDING.pattern("take_part")
_INSURANCE: Final = _WORDING.text("insurance")
_TAKEN_PART: Final = _WORDING.text("taken_part")
_LIST: Final = 200  # characters of the members before one


def head_left_out(reader: Reader, segment: int, place: int, words: int) -> Binding | None:
    """The binding of a count of people to what they are insured for, where only the head of the
    list says that they are."""
    tokens, text = reader.tokens, reader.text
    last = place
    while last > segment and tokens[last - 1].mask and reader.bare(last - 1, last):
        last -= 1
    if last == segment or not text.endswith(_ENDS, 0, tokens[last - 1].end):
        return None
    start, end = tokens[segment].start, tokens[last - 1].end
    if _MEMBER.fullmatch(text, start, end) is None:
        return None
    begin = max(0, start - _LIST)
    # the mark itself included, which may stand right before the head
    begin = max(begin, text.rfind("。", begin, start), text.rfind("\n", begin, start))
    if _BEGINS_TAKING_PART.search(text, begin, start) is not None:
        full = _TAKING_PART + text[start:end]
    elif _BEGINS_COUNTED.search(text, begin, start) is not None:
        full = text[start:end] + _COUNTED
    else:
        return None
    name = reader.catalogue.names.get(full)
    slot = Slot(name.candidates if name is not None else (), start, end, None, False, True)
    words |= lx.TOTAL
    reader.remember((slot,), False, words)
    return reader.binding(place, slot, words, last, "head_left_out")


def taking_part_each(
    reader: Reader, clause: int, place: int, position: int, segment: int
) -> list[Binding]:
    """生育和基本医疗保险分别参保44万人、236万人: a list of insurances, each told of by 参保
    behind 分别; the empty list where they are none."""
    tokens, text = reader.tokens, reader.text
    said = _TAKE_PART.search(text, tokens[clause].start, tokens[place].start)
    if said is None:
        return []
    members = [found.span() for found in _ONE_MEMBER.finditer(said["members"])]
    run = reader.run_length(position)
    if len(members) != run or run < 2:
        return []
    newly = said["new"] is not None
    slots = []
    for first, last in members:
        own = said["members"][first:last]
        full = own if own.endswith(_ENDS) else own + _INSURANCE
        name = reader.catalogue.names.get(full + _TAKEN_PART)
        known = name.candidates if name is not None else ()
        start = said.start("members")
        head = full[len(own) :] + _TAKEN_PART
        slots.append(Slot(known, start + first, start + last, None, newly, head=head))
    words = lx.CREATE if newly else 0
    reader.remember(tuple(slots), newly, words)
    return spread(reader, tuple(slots), position, run, words, segment, "distribute", False)
