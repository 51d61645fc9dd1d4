"""One value for each of several years: 2021年、2022年、2023年，工业增加值分别增长11%、8%、9%."""

from __future__ import annotations

from typing import Final

from zhibiao.extract.clause.reader import Reader
from zhibiao.extract.owner.bindings import Binding, Slot
from zhibiao.extract.words import lexicon as lx
from zhibiao.language.wording import wording

_THROUGH: Final = wording(__name__).pattern("through")
_MOST: Final = 10  # years


def of_years_listed(reader: Reader, first: int, marker: int, position: int) -> list[Binding]:
    """The bindings of as many values as years are told of before 分别, at the token `marker`, all
    of one name; the empty list where they are no such list."""
    run = reader.run_length(position)
    if run < 2 or not reader.masks[marker] & lx.DISTRIBUTE:
        return []
    years = _years(reader, first, marker)
    names = reader.names(first, marker)
    if len(years) != run or len(names) > 1:
        return []
    slots = reader.slots_of(names[0], False, False) if names else reader.subject or ()
    if len(slots) != 1:
        return []
    words = reader.classes(names[0] + 1 if names else first, reader.places[position]) & ~lx.TOTAL
    reader.remember(slots, False, words)
    return [
        _binding(reader, reader.places[position + k], slots[0], words, marker, year)
        for k, year in enumerate(years)
    ]


def _binding(reader: Reader, place: int, slot: Slot, words: int, marker: int, year: int) -> Binding:
    number = reader.tokens[place].number
    return Binding(number, slot, words, marker, place, "one_a_year", "", True, year)


def _years(reader: Reader, first: int, last: int) -> list[int]:
    """The years named between two tokens: each of a list, or all from one through another."""
    told = [i for i in range(first, last) if reader.masks[i] == lx.NUMBER]
    years = [reader.numbers[reader.tokens[i].number].year for i in told]
    if 0 in years:
        return []
    if len(years) == 2 and 0 < years[1] - years[0] < _MOST:
        between = reader.text[reader.tokens[told[0]].end : reader.tokens[told[1]].start]
        if _THROUGH.fullmatch(between):
            return list(range(years[0], years[1] + 1))
    return years
