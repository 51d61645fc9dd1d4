"""One value for each of several years: 2021年、2022年、2023年，工业增加值分别增长11%、8%、9%."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from zhibiao.extract.owner.around_names import made_before
from zhibiao.extract.owner.bindings import YEAR_TOLD, Binding, Slot
from zhibiao.extract.owner.reader import Reader
from zhibiao.extract.words import lexicon as lx
from zhibiao.language.plans import counted
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_THROUGH: Final = _WORDING.pattern("through")
_LISTED: Final = _WORDING.pattern("listed")
_COUNTED: Final = _WORDING.pattern("counted")
_MOST: Final = 10  # years


def of_years_listed(
    reader: Reader, first: int, marker: int, place: int, position: int
) -> list[Binding]:
    """The bindings of as many values as years are told of before 分别, or of one value that all of
    them have (均), at the token `marker`, all of one name, before it or behind; the empty list
    where they are no such list."""
    run = reader.run_length(position)
    alike = run == 1 and bool(reader.masks[marker] & lx.EACH)
    if not alike and (run < 2 or not reader.masks[marker] & lx.DISTRIBUTE):
        return []
    names = reader.names(first, place)
    told_from = names[-1] + 1 if names else marker
    told_from_name = names and _only_years(reader, told_from, marker)
    if len(names) > 1 or not reader.bare(marker if told_from_name else told_from, place):
        return []
    years = _years(reader, first, marker)
    if len(years) != run:
        years = _years_counted(reader, first, marker) or years
    if not names and not years and reader.clause_start(first, marker) <= first + 1:
        years = reader.years  # 分别为56亿元和60亿元，分别增长5%和7%
    if not 1 < len(years) < _MOST if alike else len(years) != run:
        return []
    if names:
        newly, total, _ = made_before(reader, first, names[0])
        slots = reader.slots_of(names[0], newly, total)
    else:
        slots = reader.subject or ()
    if len(slots) != 1:
        return []
    # a total stands for none of several years
    words = reader.classes(told_from if names else first, place) & ~lx.TOTAL
    return one_each(reader, slots[0], words, marker, position, years)


def one_each(
    reader: Reader, slot: Slot, words: int, lead_from: int, position: int, years: list[int]
) -> list[Binding]:
    """The bindings of a list of values, one of each year, all of one name."""
    reader.remember((slot,), slot.newly, words)
    reader.years = years
    run = min(reader.run_length(position), len(years))
    places = reader.places[position : position + run]
    if run == 1:
        places *= len(years)  # 2001年、2002年均为13.1%
    return [
        Binding(
            reader.tokens[place].number, slot, words, lead_from, place, "one_a_year", "", True, year
        )
        for place, year in zip(places, years, strict=True)
    ]


def _years(reader: Reader, first: int, last: int) -> list[int]:
    """The years of a list between two tokens, or all from one through another; the empty list
    where other numbers or another list stand there (与2022年相比，2023年A、B分别)."""
    told = [i for i in range(first, last) if reader.masks[i] == lx.NUMBER]
    years = [reader.numbers[reader.tokens[i].number].year for i in told]
    if not years or 0 in years or reader.classes(told[-1] + 1, last) & (lx.LIST | lx.JOIN):
        return []
    between = [
        reader.text[reader.tokens[a].end : reader.tokens[b].start] for a, b in pairwise(told)
    ]
    if len(years) == 2 and 0 < years[1] - years[0] < _MOST and _THROUGH.fullmatch(between[0]):
        return list(range(years[0], years[1] + 1))
    return years if all(_LISTED.fullmatch(text) for text in between) else []


def _only_years(reader: Reader, first: int, last: int) -> bool:
    """出口由2020年、2021年分别…: whether nothing but a list of years stands behind a name."""
    return first < last and all(
        mask & (reader.transparent | lx.LIST) for mask in reader.masks[first:last]
    )


def _years_counted(reader: Reader, first: int, last: int) -> list[int]:
    """由前三年分别增长…, 近两年产量分别达到…: the years that are counted before a token, told by
    how far they lie back; the empty list where none are."""
    if first >= last or not reader.holds(first, last, lx.TIME | lx.NUMBER):
        return []
    begin, end = reader.tokens[first].start, reader.tokens[last].start
    found = _COUNTED.search(reader.text, begin, end)
    if found is None:
        return []
    if found.end() < end and reader.holds(first, last, lx.LIST | lx.JOIN):
        return []  # 近两年A和B分别增长…: one value for each of those
    several = counted(found["years"])
    to_last = YEAR_TOLD if found["past"] else YEAR_TOLD - 1
    return list(range(to_last - several + 1, to_last + 1))
