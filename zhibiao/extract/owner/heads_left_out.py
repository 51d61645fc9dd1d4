"""Lists whose head stands once, before the first: 参加养老保险126万人；医疗保险107万人."""

from __future__ import annotations

from typing import Final

from zhibiao.extract.owner.bindings import Binding, Slot
from zhibiao.extract.owner.reader import Reader
from zhibiao.extract.words import lexicon as lx
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_ENDS: Final = _WORDING.words("ends")
_MEMBER: Final = _WORDING.pattern("member")
PERSONS: Final = _WORDING.text("persons")  # at the end of the units that this is asked of
# What a list begins with -> whether its head stands before or behind what is listed.
_TAKING_PART: Final = _WORDING.text("taking_part")
_COUNTED: Final = _WORDING.text("counted")
_BEGINS_TAKING_PART: Final = _WORDING.pattern("begins_taking_part")
_BEGINS_COUNTED: Final = _WORDING.pattern("begins_counted")
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
