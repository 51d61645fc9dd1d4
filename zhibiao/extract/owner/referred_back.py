"""Values of indicators that are only counted: 以上六项指标分别是2005年的1.9倍、2.1倍、….

They are of what the paragraph told right before, in that order.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Final

from zhibiao.catalogue.units import RELATIVE, TIMES
from zhibiao.extract.number.numbers import Number
from zhibiao.extract.owner.bindings import Binding, Slot
from zhibiao.extract.words.sentences import Line
from zhibiao.language.plans import counted
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_COUNTED: Final = _WORDING.text("counted")
_REFERS: Final = _WORDING.pattern("refers")
_LISTED: Final = frozenset(_WORDING.words("listed"))
_RATIOS: Final = frozenset((*RELATIVE, *TIMES))
_AMONG: Final = _WORDING.text("among")
_NONE_OF_THEIRS: Final = ("comparison", "share_of_other")  # rules of what no indicator's own is
_BEFORE: Final = frozenset(_WORDING.text("before"))
_LONGEST: Final = 12  # characters of the words that count, up to the last two
_REACH: Final = 60  # characters from there to the first value


def refer_back(
    text: str, lines: list[Line], numbers: list[list[Number]], bindings: list[list[Binding]]
) -> None:
    """Give the values of indicators that a text counts to those told before; `numbers` and
    `bindings` are those of each line, and changed in place."""
    starts: list[int] = []
    end = text.find(_COUNTED)
    while end >= 0:
        if text[end - 1] in _BEFORE:  # as of hardly any
            starts = starts or [line.tokens[0].start for line in lines]
            said = _REFERS.search(text, max(0, end - _LONGEST), end + _REACH)
            at = -1 if said is None else bisect_right(starts, said.start()) - 1
            if said is not None and at >= 0:
                _share_out(text, said, at, numbers, bindings)
        end = text.find(_COUNTED, end + 1)


def _share_out(
    text: str, said: re.Match[str], at: int, numbers: list[list[Number]],
    bindings: list[list[Binding]],
) -> None:  # fmt: skip
    """Give the values behind `said`, in line `at`, to the indicators that it counts."""
    own = bindings[at]
    places = [numbers[at][binding.number].number_start for binding in own]
    if said.end() not in places:
        return
    first = places.index(said.end())
    values = _listed(text, numbers[at], own, first)
    shared = len(values) == 1 and said["each"] is not None
    named = said["digits"] or said["many"]
    many = counted(named) if named else len(values)
    # where nobody counts them, all that the paragraph tells of
    slots = _told_before(text, at, said.start(), many + (not named), numbers, bindings)
    if len(slots) != many or not (shared or len(values) == many):
        return
    found: list[Binding] = []
    for k in range(many):
        value = values[0] if shared else values[k]
        slot = slots[k].at(said.start(), said.end("counts"))
        found.append(
            Binding(
                value.number, slot, value.words | values[0].words, value.lead_from, value.lead_to,
                "refers_back", value.shared_post, k > 0,
            )
        )  # fmt: skip
    own[first : first + len(values)] = found


def _told_before(
    text: str, at: int, before: int, many: int, numbers: list[list[Number]],
    bindings: list[list[Binding]],
) -> list[Slot]:  # fmt: skip
    """The last owners that the paragraph tells of before a place, in order; none where one of
    them is but a part of another."""
    opening = text.rfind("\n", 0, before) + 1
    found: list[Slot] = []
    for k in range(at, -1, -1):
        for binding in reversed(bindings[k]):
            number, slot = numbers[k][binding.number], binding.slot
            if number.start < opening:
                return found
            if number.start >= before or binding.rule in _NONE_OF_THEIRS:
                continue
            if any(_is_same(slot, other) for other in found):
                continue
            if _AMONG in text[slot.start : slot.end] or slot.part is not None:
                return []
            found.insert(0, slot)
            if len(found) == many:
                return found
    return found


def _is_same(slot: Slot, other: Slot) -> bool:
    if slot.candidates:
        return slot.candidates == other.candidates
    return slot.start == other.start


def _listed(text: str, numbers: list[Number], bindings: list[Binding], first: int) -> list[Binding]:
    """The run of values of one unit that begins at a binding."""
    values = [bindings[first]]
    for binding in bindings[first + 1 :]:
        last, number = numbers[values[-1].number], numbers[binding.number]
        alike = number.unit == last.unit or {number.unit, last.unit} <= _RATIOS
        if not alike or text[last.end : number.start] not in _LISTED:
            break
        values.append(binding)
    return values
