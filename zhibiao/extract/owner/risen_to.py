"""What there is in all, behind what was made of it: 新建绿道120公里，全市达到640公里."""

from __future__ import annotations

from typing import Final

from zhibiao.catalogue.units import NO_AMOUNTS, dimension
from zhibiao.extract.owner.reader import Reader
from zhibiao.extract.words import lexicon as lx
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_PASSED: Final = _WORDING.words("passed")


def passes_whole(reader: Reader, segment: int, place: int) -> bool:
    """新增170公里、突破700公里: a rise, and behind it what there is in all."""
    first = reader.tokens[segment].start
    return reader.text.startswith(_PASSED, first) and _is_of_more(reader, place)


def reaches_whole(reader: Reader, segment: int, place: int, words: int) -> bool:
    """新建绿道120公里，全市达到640公里: what the whole region has, behind what was made."""
    if not words & lx.REACH or words & (lx.CREATE | lx.UP | lx.DOWN):
        return False
    return reader.at_home(segment, place) and _is_of_more(reader, place)


def _is_of_more(reader: Reader, place: int) -> bool:
    """Whether a number counts more of what the number before it counts."""
    part, whole = reader.number_before(place), reader.number_at(place)
    if part is None or whole.unit in NO_AMOUNTS:
        return False
    counted, in_all = dimension(part.unit), dimension(whole.unit)
    if counted is None or in_all is None or counted[0] != in_all[0]:
        return False
    return part.value * counted[1] < whole.value * in_all[1]
