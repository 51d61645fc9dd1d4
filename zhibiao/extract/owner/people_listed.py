"""People listed by who they are, whose deed stands once.

3.2万名失业人员、6200名退役军人实现再就业; 失业人员3.2万人、退役军人6200人实现再就业.
"""

from __future__ import annotations

from typing import Final

from zhibiao.extract.owner.bindings import Binding, Slot
from zhibiao.extract.owner.names_behind import BOUNDS
from zhibiao.extract.owner.reader import Reader
from zhibiao.extract.scope.part import part_of_open
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_DEEDS: Final = _WORDING.words("deeds")
_BEHIND: Final = _WORDING.pattern("behind")
_BEFORE: Final = _WORDING.pattern("before")
_LIST: Final = 80  # characters of one


def one_of_people(reader: Reader, segment: int, place: int, words: int) -> Binding | None:
    """The binding of a count of people to their deed, which is told behind others of the list."""
    text, number = reader.text, reader.number_at(place)
    end = min(len(text), number.end + _LIST)
    if all(text.find(deed, number.end, end) < 0 for deed in _DEEDS):
        return None  # as nearly always
    found = _BEHIND.match(text, number.end, end)
    if found is not None:
        who, start, last = found["who"], found.start("who"), found.end("who")
    else:
        found = _BEFORE.match(text, number.end, end)
        if found is None or segment == place:
            return None
        before = place
        while before > segment and reader.masks[before - 1] & BOUNDS:
            before -= 1
        start, last = reader.tokens[segment].start, reader.tokens[before - 1].end
        who = text[start:last]
    name = _named(reader, who, found["deed"])
    if name is None:
        return None
    part = part_of_open(reader, segment, place)
    slot = Slot(name, start, last, part, head=found["deed"])
    reader.remember((slot,), False, words)
    return reader.binding(place, slot, words & BOUNDS, segment, "people_listed")


def _named(reader: Reader, who: str, deed: str) -> tuple[str, ...] | None:
    """What a deed of some people is in the catalogue: 失业人员 + 实现再就业."""
    name = reader.catalogue.names.get(who + deed)
    return name.candidates if name is not None and name.candidates else None
